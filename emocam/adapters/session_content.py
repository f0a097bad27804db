"""What a session file may hold: SQLite takes anything in any column, and a file may come from anywhere."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from emocam.domain.annotations import Annotations, Marker, Person, Piece

LONGEST_S = 1e8  # Three years; what is later is no time of a recording, and charts and tables would grow with it.
_LARGEST_NUMBER = 2**31 - 1
_NEEDED = ("classes", "source", "uncertain_below")
_FINITE = ("uncertain_below", "frame_rate", "duration_s")
_LAST_YEAR = 9000  # So that a time can be added to it.


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
    if (begun := meta.get("started_at")) and datetime.fromisoformat(begun).year > _LAST_YEAR:
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


def finite(*values: Any) -> None:
    """Raises ValueError where one of them is no number that can be shown."""
    for value in values:
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"{value!r:.40} is no number")
