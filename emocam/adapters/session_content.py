"""What a session file may hold: SQLite takes anything in any column, and a file may come from anywhere."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np

from emocam.domain.annotations import Annotations, Marker, Person, Piece
from emocam.domain.emotions import ROUNDED
from emocam.domain.recording import Readings
from emocam.domain.times import LONGEST_S

_LARGEST_NUMBER = 2**31 - 1
_NEEDED = ("classes", "source", "uncertain_below")
_FINITE = ("uncertain_below", "frame_rate", "duration_s")
_FIRST_YEAR, _LAST_YEAR = 2, 9000  # So that a time can be added, and another zone be told.


def refuse_programs(database: sqlite3.Connection) -> None:
    """Views and triggers compute, maybe without end. Raises ValueError."""
    if database.execute("SELECT 1 FROM sqlite_master WHERE type IN ('view', 'trigger') LIMIT 1").fetchone():
        raise ValueError("it holds views or triggers")


def checked_meta(rows: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """What a session says of itself. Raises TypeError where that is no text, ValueError where no one could go by it."""
    meta = {text(key): text(value) for key, value in rows}
    for key in _NEEDED:
        if key not in meta:
            raise ValueError(f"{key} is missing")
    for key in _FINITE:
        if not math.isfinite(float(meta.get(key) or 0)):
            raise ValueError(f"{key} {meta[key]}")
    classes = meta["classes"].split(",")
    if not all(classes) or len(set(classes)) < len(classes):
        raise ValueError(f"classes {meta['classes']}")
    if (begun := meta.get("started_at")) and not _FIRST_YEAR <= datetime.fromisoformat(begun).year <= _LAST_YEAR:
        raise ValueError(f"started_at {begun}")
    return meta


def checked_annotations(
    people: Iterable[tuple[Any, ...]], pieces: Iterable[tuple[Any, ...]], markers: Iterable[tuple[Any, ...]]
) -> Annotations:
    """Rows as they are in the file. Raises ValueError."""
    return Annotations(
        people=tuple(Person(number(person), text(name), bool(hidden)) for person, name, hidden in people),
        pieces=tuple(Piece(number(track), seconds(start), number(person)) for track, start, person in pieces),
        markers=tuple(
            Marker(seconds(start), text(label), None if end is None else seconds(end)) for start, label, end in markers
        ),
    )


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value


def number(value: Any) -> int:
    """Of a face or a person, or of pixels."""
    if not isinstance(value, int) or abs(value) > _LARGEST_NUMBER:
        raise ValueError(f"{value!r:.40} is no number of a face")
    return value


def seconds(value: Any) -> float:
    if not isinstance(value, int | float) or not 0 <= value <= LONGEST_S:
        raise ValueError(f"{value!r:.40} is no time of a recording")
    return value


def checked_columns(readings: Readings) -> Readings:
    """Raises ValueError where one of its numbers is none that can be shown, as the same in a row would."""
    for values in (readings.boxes, readings.detection):
        if not np.isfinite(values).all():
            raise ValueError("a place or a detection is no number")
    for scores in (readings.raw, readings.smoothed):
        if not ((scores >= -ROUNDED) & (scores <= 1 + ROUNDED)).all():
            raise ValueError("scores must lie between 0 and 1")
    if len(readings.times) and not 0 <= readings.times.min() <= readings.times.max() <= LONGEST_S:
        raise ValueError("a frame is at no time of a recording")
    return readings


def finite(*values: Any) -> None:
    """Raises ValueError where one of them is no number that can be shown."""
    for value in values:
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"{value!r:.40} is no number")
