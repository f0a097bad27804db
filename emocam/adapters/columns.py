"""The columns of every table that leaves emocam, with unit and source; `docs/data-dictionary.md` explains them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from emocam.domain.vision import FaceReading, Observation

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One face in one frame, or a frame without a face (`reading` is None). marker: the names set in this frame."""

    observation: Observation
    reading: FaceReading | None
    marker: str


@dataclass(frozen=True, slots=True)
class Column:
    """digits: decimals in text; None for what is no fraction. get: None means an empty cell."""

    name: str
    unit: str
    digits: int | None
    get: Callable[[Row], Cell]


def columns(classes: tuple[str, ...], started_at: datetime | None, uncertain_below: float) -> tuple[Column, ...]:
    """started_at: of a camera, else None and the column `utc` stays empty."""
    start = started_at.astimezone(UTC) if started_at else None

    def utc(row: Row) -> Cell:
        if start is None:
            return None
        moment = start + timedelta(seconds=row.observation.timestamp)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def of_face(get: Callable[[Observation, FaceReading], Cell]) -> Callable[[Row], Cell]:
        return lambda row: None if row.reading is None else get(row.observation, row.reading)

    def smoothed(place: int) -> Callable[[Row], Cell]:
        return of_face(lambda _, reading: reading.smoothed.values[place])

    def raw(place: int) -> Callable[[Row], Cell]:
        return of_face(lambda _, reading: reading.raw.values[place])

    return (
        Column("frame", "count", None, lambda row: row.observation.frame_index),
        Column("time_s", "seconds", 4, lambda row: row.observation.timestamp),
        Column("utc", "ISO 8601", None, utc),
        Column("face_id", "count", None, of_face(lambda _, reading: reading.track_id)),
        Column("x", "pixels", 1, of_face(lambda seen, reading: reading.face.box.left * seen.width)),
        Column("y", "pixels", 1, of_face(lambda seen, reading: reading.face.box.top * seen.height)),
        Column("width", "pixels", 1, of_face(lambda seen, reading: reading.face.box.width * seen.width)),
        Column("height", "pixels", 1, of_face(lambda seen, reading: reading.face.box.height * seen.height)),
        Column("detection", "0 to 1", 4, of_face(lambda _, reading: reading.face.confidence)),
        *(Column(name, "probability", 6, smoothed(place)) for place, name in enumerate(classes)),
        Column("label", "text", None, of_face(lambda _, reading: reading.smoothed.label(uncertain_below))),
        Column("confidence", "probability", 6, of_face(lambda _, reading: reading.smoothed.confidence)),
        *(Column(f"raw_{name}", "probability", 6, raw(place)) for place, name in enumerate(classes)),
        Column("quality", "0 to 1", 3, of_face(lambda _, reading: reading.quality.value)),
        Column("marker", "text", None, lambda row: row.marker or None),
    )


def rows(observation: Observation, marker: str = "") -> Iterator[Row]:
    if not observation.readings:
        yield Row(observation, None, marker)
    for reading in observation.readings:
        yield Row(observation, reading, marker)
