"""The session file `NAME.emocam`: a SQLite database in WAL mode. Its schema is in `docs/session-file.md`."""

from __future__ import annotations

import contextlib
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path

import numpy as np

from emocam.domain.emotions import EmotionScores
from emocam.domain.errors import SessionFileError
from emocam.domain.vision import Face, FaceBox, FaceReading, Keypoints, Observation, Quality

EXTENSION = ".emocam"
SCHEMA_VERSION = 1
_APPLICATION_ID = 0x656D6F63  # "emoc", so that `file` and we know our own.

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE frames (frame INTEGER PRIMARY KEY, time_s REAL NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL);
CREATE TABLE readings (
    frame INTEGER NOT NULL REFERENCES frames,
    face INTEGER NOT NULL,
    box_left REAL NOT NULL, box_top REAL NOT NULL, box_right REAL NOT NULL, box_bottom REAL NOT NULL,
    detection REAL NOT NULL,
    keypoints BLOB NOT NULL,
    raw BLOB NOT NULL,
    smoothed BLOB NOT NULL,
    quality REAL NOT NULL,
    remark TEXT NOT NULL,
    PRIMARY KEY (frame, face)
) WITHOUT ROWID;
CREATE TABLE markers (id INTEGER PRIMARY KEY, time_s REAL NOT NULL, label TEXT NOT NULL);
"""


class SessionWriter:
    """Writes a new session. Use it in one thread. Raises SessionFileError.

    meta: what is known of the run, as text; `classes` (comma-separated), `source` and `uncertain_below` must be in it.
    """

    def __init__(self, path: Path, meta: Mapping[str, str]) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            for leftover in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                leftover.unlink(missing_ok=True)
            self._database: sqlite3.Connection | None = sqlite3.connect(path, check_same_thread=False)
            self._database.executescript(
                f"PRAGMA application_id = {_APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
                f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {_SCHEMA}"
            )
            self._database.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
            self._database.commit()
        except (OSError, sqlite3.Error) as error:
            raise SessionFileError(f"The session file {path} can't be written ({error}); choose another folder.") from None
        self.path = path

    def write(self, observation: Observation) -> None:
        database = self._open()
        try:
            database.execute(
                "INSERT INTO frames VALUES (?, ?, ?, ?)",
                (observation.frame_index, observation.timestamp, observation.width, observation.height),
            )
            database.executemany(
                "INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_to_row(observation.frame_index, reading) for reading in observation.readings],
            )
        except sqlite3.Error as error:
            raise self._unwritable(error) from None

    def mark(self, time_s: float, label: str) -> None:
        try:
            self._open().execute("INSERT INTO markers (time_s, label) VALUES (?, ?)", (time_s, label))
        except sqlite3.Error as error:
            raise self._unwritable(error) from None

    def flush(self) -> None:
        if self._database is not None:
            try:
                self._database.commit()
            except sqlite3.Error as error:
                raise self._unwritable(error) from None

    def close(self) -> None:
        if self._database is None:
            return
        try:
            self.flush()
            # One file again, so that it can be copied by itself. Where somebody reads it just now, it stays two for a while.
            with contextlib.suppress(sqlite3.OperationalError):
                self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._database.execute("PRAGMA journal_mode = DELETE")
        finally:
            self._database.close()
            self._database = None

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            raise ValueError("the session is closed")
        return self._database

    def _unwritable(self, error: sqlite3.Error) -> SessionFileError:
        return SessionFileError(
            f"The session file {self.path} can't be written any more ({error}); what was recorded before is kept: "
            "make room on the disk or choose another folder."
        )


class SessionReader:
    """Reads a session, also one that is being written or whose writer was killed. Raises SessionFileError."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise SessionFileError(f"There is no session {path}; check the name.")
        try:
            self._database = sqlite3.connect(path, check_same_thread=False)
            (application,) = self._database.execute("PRAGMA application_id").fetchone()
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            if application != _APPLICATION_ID:
                raise SessionFileError(f"{path} is not an emocam session; choose a file that ends in {EXTENSION}.")
            if version > SCHEMA_VERSION:
                raise SessionFileError(f"{path} was made by a newer emocam; update emocam to open it.")
            self.meta: dict[str, str] = dict(self._database.execute("SELECT key, value FROM meta"))
            self.classes = tuple(self.meta["classes"].split(","))
            self.uncertain_below = float(self.meta["uncertain_below"])
        except (sqlite3.Error, KeyError, ValueError) as error:
            raise SessionFileError(f"{path} is not an emocam session that can be read ({error}).") from None

    @property
    def started_at(self) -> datetime | None:
        """When the camera was opened; None for a recording."""
        text = self.meta.get("started_at")
        return datetime.fromisoformat(text) if text else None

    @property
    def frame_count(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM frames").fetchone()[0])

    def observations(self) -> Iterator[Observation]:
        """In time order, a few in memory at a time."""
        cursor = self._database.execute(
            "SELECT f.frame, f.time_s, f.width, f.height, r.* FROM frames f LEFT JOIN readings r USING (frame) "
            "ORDER BY f.frame, r.face"
        )
        for (frame, time_s, width, height), group in groupby(cursor, key=lambda row: row[:4]):
            readings = tuple(self._from_row(row[5:]) for row in group if row[5] is not None)
            yield Observation(frame, time_s, width, height, readings)

    def markers(self) -> list[tuple[float, str]]:
        """(seconds, label), in time order."""
        return self._database.execute("SELECT time_s, label FROM markers ORDER BY time_s, id").fetchall()

    def observations_with_markers(self) -> Iterator[tuple[Observation, str]]:
        """Each observation with the labels of the markers set while its frame was the newest, joined by "; "."""
        times = [row[0] for row in self._database.execute("SELECT time_s FROM frames ORDER BY frame")]
        labels: dict[int, list[str]] = {}
        for time_s, label in self.markers():
            labels.setdefault(max(bisect_right(times, time_s) - 1, 0), []).append(label)
        for place, observation in enumerate(self.observations()):
            yield observation, "; ".join(labels.get(place, ()))

    def close(self) -> None:
        self._database.close()

    def _from_row(self, row: tuple) -> FaceReading:  # type: ignore[type-arg]  # as wide as the table
        face, left, top, right, bottom, detection, keypoints, raw, smoothed, quality, remark = row
        points = [(float(x), float(y)) for x, y in np.frombuffer(keypoints, "<f8").reshape(4, 2)]
        return FaceReading(
            face,
            Face(FaceBox(left, top, right, bottom), detection, Keypoints(*points)),
            EmotionScores(self.classes, tuple(np.frombuffer(raw, "<f4").tolist())),
            EmotionScores(self.classes, tuple(np.frombuffer(smoothed, "<f4").tolist())),
            Quality(quality, remark),
        )


def _to_row(frame: int, reading: FaceReading) -> tuple[object, ...]:
    box, points = reading.face.box, reading.face.keypoints
    keypoints = np.array([points.right_eye, points.left_eye, points.nose, points.mouth], "<f8").tobytes()
    return (
        frame,
        reading.track_id,
        box.left,
        box.top,
        box.right,
        box.bottom,
        reading.face.confidence,
        keypoints,
        np.array(reading.raw.values, "<f4").tobytes(),
        np.array(reading.smoothed.values, "<f4").tobytes(),
        reading.quality.value,
        reading.quality.remark,
    )
