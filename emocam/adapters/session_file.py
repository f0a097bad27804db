"""The session file `NAME.emocam`: a SQLite database in WAL mode. Its schema is in `docs/session-file.md`."""

from __future__ import annotations

import contextlib
import math
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from emocam.adapters.paths import is_file
from emocam.adapters.session_content import (
    checked_annotations,
    checked_columns,
    checked_meta,
    finite,
    number,
    refuse_programs,
    seconds,
    text,
)
from emocam.domain.annotations import Annotations
from emocam.domain.completeness import is_of_camera
from emocam.domain.emotions import EmotionScores
from emocam.domain.errors import SessionFileError
from emocam.domain.files import SESSION
from emocam.domain.recording import Readings, Recording
from emocam.domain.sampling import SAMPLING_KEYS
from emocam.domain.times import ROUNDED_S
from emocam.domain.vision import Face, FaceBox, FaceReading, Keypoints, Observation, Quality

EXTENSION = SESSION
SCHEMA_VERSION = 2
_APPLICATION_ID = 0x656D6F63  # "emoc", so that `file` and we know our own.
_FOUND_AT = "found_at"  # In `meta`: where the recording is, as the user showed it.

_ANNOTATIONS = """
CREATE TABLE people (person INTEGER PRIMARY KEY, name TEXT NOT NULL, hidden INTEGER NOT NULL);
CREATE TABLE pieces (
    track INTEGER NOT NULL, start_s REAL NOT NULL, person INTEGER NOT NULL, PRIMARY KEY (track, start_s)
) WITHOUT ROWID;
"""
_SCHEMA = f"""
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
CREATE TABLE markers (id INTEGER PRIMARY KEY, time_s REAL NOT NULL, label TEXT NOT NULL, end_s REAL);
{_ANNOTATIONS}
"""
_FROM_1 = f"ALTER TABLE markers ADD COLUMN end_s REAL; {_ANNOTATIONS}"
_ROWS_AT_ONCE = 20_000
_CACHE_KB = 256  # For a writer, which only ever looks at the end of the file.


def _begun(path: Path, meta: Mapping[str, str], annotations: Annotations) -> sqlite3.Connection:
    """A new session with all that is known at its beginning, or no file at all."""
    database = sqlite3.connect(path, check_same_thread=False)
    try:
        database.executescript(
            f"PRAGMA application_id = {_APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
            f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -{_CACHE_KB}; {_SCHEMA}"
        )
        database.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        _put(database, annotations)
        database.commit()
    except BaseException:
        database.close()
        for made in (path, *logs_of(path)):
            made.unlink(missing_ok=True)
        raise
    return database


class SessionWriter:
    """Writes a new session, in place of an older one that nobody has worked on. Use it in one thread. Raises SessionFileError.

    What is written is kept until `flush` puts it into the file: so that the file is locked for milliseconds only, and another
    connection finds its turn to save what was edited meanwhile.

    meta: what is known of the run, as text; `classes` (comma-separated), `source` and `uncertain_below` must be in it.
    called: what people know the file by, where `path` is a draft of it. annotations: what goes on from an analysis of before.
    """

    def __init__(
        self, path: Path, meta: Mapping[str, str], called: Path | None = None, annotations: Annotations | None = None
    ) -> None:
        self._called = called or path
        refuse_to_lose(path, meta)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            for leftover in (path, *logs_of(path)):
                leftover.unlink(missing_ok=True)
            self._database: sqlite3.Connection | None = _begun(path, meta, annotations or Annotations())
        except UnicodeEncodeError:
            raise SessionFileError("Its name or folder is no text that can be written down (not UTF-8); rename it.") from None
        except (OSError, sqlite3.Error) as error:
            raise SessionFileError(
                "The session file {path} can't be written ({reason}); choose another folder.", path=self._called, reason=error
            ) from None
        self.path = path
        self._frames: list[tuple[object, ...]] = []
        self._readings: list[tuple[object, ...]] = []
        self._markers: list[tuple[object, ...]] = []

    def write(self, observation: Observation) -> None:
        self._refuse_if_closed()
        self._frames.append((observation.frame_index, observation.timestamp, observation.width, observation.height))
        self._readings += [_to_row(observation.frame_index, reading) for reading in observation.readings]

    def mark(self, time_s: float, label: str) -> None:
        self._refuse_if_closed()
        self._markers.append((time_s, label))

    def flush(self) -> None:
        if self._database is None or not (self._frames or self._markers):
            return
        try:
            with self._database:
                self._database.executemany("INSERT INTO frames VALUES (?, ?, ?, ?)", self._frames)
                self._database.executemany("INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._readings)
                self._database.executemany("INSERT INTO markers (time_s, label) VALUES (?, ?)", self._markers)
        except sqlite3.Error as error:
            raise self._unwritable(error) from None
        for rows in (self._frames, self._readings, self._markers):
            rows.clear()

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

    def _refuse_if_closed(self) -> None:
        if self._database is None:
            raise ValueError("the session is closed")

    def _unwritable(self, error: sqlite3.Error) -> SessionFileError:
        return SessionFileError(
            "The session file {path} can't be written any more ({reason}); what was recorded before is kept: "
            "make room on the disk or choose another folder.",
            path=self._called,
            reason=error,
        )


class SessionReader:
    """Reads a session, also one that is being written or whose writer was killed. Raises SessionFileError."""

    def __init__(self, path: Path) -> None:
        if not is_file(path):
            raise SessionFileError("There is no session {path}; check the name.", path=path)
        self._path = path
        try:
            self._database = sqlite3.connect(path, check_same_thread=False)
        except sqlite3.Error as error:
            raise self._unreadable(error) from None
        try:
            version = self._checked_version()
            refuse_programs(self._database)
            self.meta = checked_meta(self._database.execute("SELECT key, value FROM meta"))
            self.classes = tuple(self.meta["classes"].split(","))
            self.uncertain_below = float(self.meta["uncertain_below"])
            self.annotations = self._read_annotations(version)
        except (sqlite3.Error, ValueError, TypeError) as error:
            self._database.close()
            raise self._unreadable(error) from None
        except SessionFileError:
            self._database.close()
            raise

    def _checked_version(self) -> int:
        """Of the tables. Raises SessionFileError where they are no session's, or of a later emocam."""
        (application,) = self._database.execute("PRAGMA application_id").fetchone()
        if application != _APPLICATION_ID:
            raise SessionFileError(
                "{path} is not an emocam session; choose a file that ends in {ending}.", path=self._path, ending=EXTENSION
            )
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise SessionFileError("{path} was made by a newer emocam; update emocam to open it.", path=self._path)
        return int(version)

    def _unreadable(self, error: Exception) -> SessionFileError:
        return SessionFileError("{path} is not an emocam session that can be read ({reason}).", path=self._path, reason=error)

    @property
    def started_at(self) -> datetime | None:
        """When the camera was opened; None for a recording."""
        text = self.meta.get("started_at")
        return datetime.fromisoformat(text) if text else None

    @property
    def source_s(self) -> float | None:
        """How many seconds the source says it lasts; None where it does not."""
        try:
            return float(self.meta.get("duration_s", "")) or None
        except ValueError:
            return None

    @property
    def of_camera(self) -> bool:
        return is_of_camera(self.meta)

    @property
    def sampled(self) -> bool:
        """Whether some frames of the source were passed over on purpose."""
        return bool(SAMPLING_KEYS & self.meta.keys())

    @property
    def frame_count(self) -> int:
        with self._readable():
            return int(self._database.execute("SELECT count(*) FROM frames").fetchone()[0])

    def observations(
        self, start_s: float = 0.0, end_s: float = math.inf, people: Collection[int] | None = None
    ) -> Iterator[Observation]:
        """Those from `start_s` to `end_s` seconds, both included, also when rounded, in time order, a few in memory at once.

        As annotated: `track_id` is the person, and of a person who has two readings in one frame the surer one counts.
        people: only these; None for all who are not hidden.
        """
        with self._readable():
            cursor = self._database.execute(
                "SELECT f.frame, f.time_s, f.width, f.height, r.* FROM frames f LEFT JOIN readings r USING (frame) "
                "WHERE f.time_s BETWEEN ? AND ? ORDER BY f.frame, r.face",
                (start_s - ROUNDED_S, end_s + ROUNDED_S),
            )
            edited = bool(self.annotations.pieces or self.annotations.people or people is not None)
            for (frame, time_s, width, height), group in groupby(cursor, key=lambda row: row[:4]):
                readings = tuple(self._from_row(row[5:]) for row in group if row[5] is not None)
                if edited:
                    readings = self._as_annotated(readings, time_s, people)
                yield Observation(frame, seconds(time_s), number(width), number(height), readings)

    def columns(self) -> Iterator[Readings]:
        """All frames and readings as they were written, in pieces of some ten thousand frames."""
        with self._readable():
            frames = self._database.execute("SELECT frame, time_s FROM frames ORDER BY frame")
            readings = self._database.execute(
                "SELECT frame, face, raw, smoothed, box_left, box_top, box_right, box_bottom, detection "
                "FROM readings ORDER BY frame, face"
            )
            held: list[tuple[Any, ...]] = []
            while seen := frames.fetchmany(_ROWS_AT_ONCE):
                last = seen[-1][0]
                while (not held or held[-1][0] <= last) and (more := readings.fetchmany(_ROWS_AT_ONCE)):
                    held += more
                count = bisect_right(held, last, key=lambda row: row[0])
                yield self._in_columns(seen, held[:count])
                held = held[count:]

    def recording(self, check: Callable[[], None] = lambda: None) -> Recording:
        """All of it in columns. check: called now and then, to raise where nobody waits any more."""
        recording = Recording(self.classes)
        for readings in self.columns():
            check()
            recording.append(readings)
        return recording

    def observations_with_markers(
        self, start_s: float = 0.0, end_s: float = math.inf, people: Collection[int] | None = None
    ) -> Iterator[tuple[Observation, tuple[str, ...]]]:
        """Each observation with the labels of the markers set while its frame was the newest, and of the spans that hold it. A
        span that holds no frame, as it lies between two, is taken for a point."""
        wanted = "SELECT frame, time_s FROM frames WHERE time_s BETWEEN ? AND ? ORDER BY frame"
        with self._readable():
            found = self._database.execute(wanted, (start_s - ROUNDED_S, end_s + ROUNDED_S)).fetchall()
        frames, times = [row[0] for row in found], [row[1] for row in found]
        points: dict[int, list[str]] = {}
        spans = [marker for marker in self.annotations.markers if marker.end_s is not None]
        for marker in self.annotations.markers:
            after = bisect_left(times, marker.start_s - ROUNDED_S)
            held_by_one = marker.end_s is not None and after < len(times) and marker.at(times[after])
            if not held_by_one and times and start_s - ROUNDED_S <= marker.start_s <= end_s + ROUNDED_S:
                # Of the frames that are given: where some were passed over, the newest of all may lie before the range.
                place = max(bisect_right(times, marker.start_s + ROUNDED_S) - 1, 0)
                points.setdefault(frames[place], []).append(marker.label)
        for observation in self.observations(start_s, end_s, people):
            held = [span.label for span in spans if span.at(observation.timestamp)]
            yield observation, (*points.get(observation.frame_index, ()), *held)

    def close(self) -> None:
        self._database.close()

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        """What is damaged further on in the file is told in a sentence too."""
        try:
            yield
        except sqlite3.OperationalError as error:  # Somebody else writes it, or the disk fails.
            raise SessionFileError("{path} can't be read ({reason}); try again.", path=self._path, reason=error) from None
        except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
            raise SessionFileError(
                "{path} is damaged ({reason}); analyse its recording anew, or use a copy.", path=self._path, reason=error
            ) from None

    def _read_annotations(self, version: int) -> Annotations:
        read = self._database.execute
        if version < 2:
            return checked_annotations((), (), read("SELECT time_s, label, NULL FROM markers ORDER BY time_s, id"))
        return checked_annotations(
            read("SELECT person, name, hidden FROM people ORDER BY person"),
            read("SELECT track, start_s, person FROM pieces ORDER BY track, start_s"),
            read("SELECT time_s, label, end_s FROM markers ORDER BY time_s, id"),
        )

    def _as_annotated(
        self, readings: tuple[FaceReading, ...], time_s: float, people: Collection[int] | None
    ) -> tuple[FaceReading, ...]:
        best: dict[int, FaceReading] = {}
        for reading in readings:
            person = self.annotations.owner(reading.track_id, time_s)
            if person in self.annotations.hidden if people is None else person not in people:
                continue
            if person not in best or reading.face.confidence > best[person].face.confidence:
                best[person] = replace(reading, track_id=person)
        return tuple(best[person] for person in sorted(best))

    def _in_columns(self, frames: Sequence[tuple[int, float]], rows: Sequence[tuple[Any, ...]]) -> Readings:
        numbers = np.array([frame for frame, _ in frames], np.int64)
        width = len(self.classes)
        readings = Readings(
            frames=numbers,
            times=np.array([time_s for _, time_s in frames], np.float64),
            places=np.searchsorted(numbers, np.array([row[0] for row in rows], np.int64)).astype(np.int32),
            tracks=np.array([row[1] for row in rows], np.int32),
            raw=np.frombuffer(b"".join([row[2] for row in rows]), "<f4").reshape(-1, width).astype(np.float32),
            smoothed=np.frombuffer(b"".join([row[3] for row in rows]), "<f4").reshape(-1, width).astype(np.float32),
            boxes=np.array([row[4:8] for row in rows], np.float32).reshape(-1, 4),
            detection=np.array([row[8] for row in rows], np.float32),
        )
        return checked_columns(readings)

    def _from_row(self, row: tuple) -> FaceReading:  # type: ignore[type-arg]  # as wide as the table
        face, left, top, right, bottom, detection, keypoints, raw, smoothed, quality, remark = row
        finite(left, top, right, bottom, detection, quality)
        points = [(float(x), float(y)) for x, y in np.frombuffer(keypoints, "<f8").reshape(4, 2)]
        return FaceReading(
            number(face),
            Face(FaceBox(left, top, right, bottom), detection, Keypoints(*points)),
            EmotionScores(self.classes, tuple(np.frombuffer(raw, "<f4").tolist())),
            EmotionScores(self.classes, tuple(np.frombuffer(smoothed, "<f4").tolist())),
            Quality(quality, text(remark)),
        )


def save_annotations(path: Path, annotations: Annotations) -> None:
    """Put `annotations` in place of those in the session `path`, all or none of them. Raises SessionFileError."""
    SessionReader(path).close()  # Says what is wrong with the file, if anything is.
    try:
        database = sqlite3.connect(path, timeout=5)
        try:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version < SCHEMA_VERSION:
                database.executescript(f"BEGIN; {_FROM_1} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
            with database:
                for table in ("people", "pieces", "markers"):
                    database.execute(f"DELETE FROM {table}")
                _put(database, annotations)
        finally:
            database.close()
    except sqlite3.Error as error:
        raise SessionFileError(
            "The changes can't be saved in {path} ({reason}); make the file writable or copy it elsewhere.",
            path=path,
            reason=error,
        ) from None


def _put(database: sqlite3.Connection, annotations: Annotations) -> None:
    database.executemany(
        "INSERT INTO people VALUES (?, ?, ?)",
        [(person.id, person.name, person.hidden) for person in annotations.people],
    )
    database.executemany(
        "INSERT INTO pieces VALUES (?, ?, ?)",
        [(piece.track, piece.start_s, piece.person) for piece in annotations.pieces],
    )
    database.executemany(
        "INSERT INTO markers (time_s, label, end_s) VALUES (?, ?, ?)",
        [(marker.start_s, marker.label, marker.end_s) for marker in annotations.markers],
    )


def logs_of(path: Path) -> tuple[Path, Path]:
    """What SQLite may keep beside a session."""
    return Path(f"{path}-wal"), Path(f"{path}-shm")


def put_in_place(draft: Path, path: Path) -> None:
    """Let the closed session `draft` take the place of `path`. Raises OSError."""
    for log in logs_of(path):  # It would be taken for one of the new file.
        with contextlib.suppress(OSError):
            log.unlink()
    draft.replace(path)


def recordings_of(session: Path, meta: Mapping[str, str]) -> list[Path]:
    """What may be the recording that `session` is of: what the user found again, what is where it was when it was analysed,
    and what is called so beside the session."""
    places = (Path(meta.get(_FOUND_AT, "")), Path(meta.get("source_path", "")), session.parent / Path(meta["source"]).name)
    return [place for place in places if is_file(place)]


def video_of(session: Path, meta: Mapping[str, str]) -> Path | None:
    """The first of those; None where there is none."""
    return next(iter(recordings_of(session, meta)), None)


def mark_complete(path: Path) -> None:
    """Note that the whole source was analysed. Raises SessionFileError."""
    try:
        _note(path, "complete", "yes")
    except sqlite3.Error as error:
        raise SessionFileError(
            "The session file {path} can't be finished ({reason}); what is in it is kept: make room on the disk.",
            path=path,
            reason=error,
        ) from None


def keep_video(path: Path, video: Path) -> None:
    """Note in the session `path` where its recording is now. Raises SessionFileError."""
    SessionReader(path).close()  # Says what is wrong with the file, if anything is.
    try:
        _note(path, _FOUND_AT, str(video.absolute()))
    except sqlite3.Error as error:
        raise SessionFileError(
            "Where {name} is can't be kept in {path} ({reason}); make the file writable or copy it elsewhere.",
            name=video.name,
            path=path,
            reason=error,
        ) from None


def _note(path: Path, key: str, value: str) -> None:
    with contextlib.closing(sqlite3.connect(path, timeout=5)) as database, database:
        database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def refuse_to_lose(path: Path, meta: Mapping[str, str]) -> None:
    """Raises SessionFileError where something stands at `path` that no new analysis would bring back. meta: of the session that
    is to be put in its place; a recording that was moved since is known by its name."""
    if not is_file(path):
        return
    try:
        reader = SessionReader(path)
    except SessionFileError:
        raise SessionFileError(
            "{path} is there and no session that can be read; move it or choose another name.", path=path
        ) from None
    reader.close()
    if reader.annotations != Annotations():
        raise SessionFileError(
            "{path} has names, faces or markers of somebody's work; move it or choose another name.", path=path
        )
    if reader.started_at:
        raise SessionFileError("{path} was recorded from a camera; move it or choose another name.", path=path)
    if not is_file(Path(reader.meta.get("source_path", ""))) and reader.meta["source"] != meta["source"]:
        raise SessionFileError(
            "{path} is of {source}, which is no longer there; move it or choose another name.",
            path=path,
            source=reader.meta["source"],
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
