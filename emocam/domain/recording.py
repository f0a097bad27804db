"""All readings of a recording in columns, for charts and summaries: hours of it fit into memory, and nothing loops over it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emocam.domain.annotations import Annotations
from emocam.domain.emotions import EmotionScores
from emocam.domain.times import ROUNDED_S
from emocam.domain.vision import Face, FaceBox, FaceReading, Keypoints, Observation, Quality

_NOWHERE = Keypoints((0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """R readings in N frames, in time order.

    frames: (N,) int64, numbers in the source. times: (N,) float64, seconds. places: (R,) int32, which of the N frames each
    reading is of, never falling. tracks: (R,) int32. raw, smoothed: (R, classes) float32. boxes: (R, 4) float32, left, top,
    right, bottom as fractions of the frame. detection: (R,) float32, how sure the detector was.
    """

    frames: NDArray[np.int64]
    times: NDArray[np.float64]
    places: NDArray[np.int32]
    tracks: NDArray[np.int32]
    raw: NDArray[np.float32]
    smoothed: NDArray[np.float32]
    boxes: NDArray[np.float32]
    detection: NDArray[np.float32]

    def owners(self, annotations: Annotations) -> NDArray[np.int32]:
        """(R,) whose each reading is; -1, nobody's, for the less sure of two readings of one person in one frame."""
        owners = annotations.owners(self.tracks, self.times[self.places])
        several = np.flatnonzero(np.isin(owners, [piece.person for piece in annotations.pieces]))
        order = several[np.lexsort((-self.detection[several], owners[several], self.places[several]))]
        again = (np.diff(self.places[order]) == 0) & (np.diff(owners[order]) == 0)
        owners[order[1:][again]] = -1
        return owners

    def place_at(self, time_s: float) -> int:
        """Which of the N frames is on the screen at `time_s` seconds, also where its own time was rounded; -1 before all."""
        return int(np.searchsorted(self.times, time_s + ROUNDED_S, "right")) - 1

    @classmethod
    def empty(cls, classes: int) -> Readings:
        scores = np.empty((0, classes), np.float32)
        return cls(
            np.empty(0, np.int64),
            np.empty(0),
            np.empty(0, np.int32),
            np.empty(0, np.int32),
            scores,
            scores,
            np.empty((0, 4), np.float32),
            np.empty(0, np.float32),
        )

    @classmethod
    def of(cls, observations: list[Observation], classes: int) -> Readings:
        """The same in columns."""
        readings = [reading for observation in observations for reading in observation.readings]
        places = [place for place, observation in enumerate(observations) for _ in observation.readings]
        boxes = [(box.left, box.top, box.right, box.bottom) for box in (reading.face.box for reading in readings)]
        return cls(
            np.array([observation.frame_index for observation in observations], np.int64),
            np.array([observation.timestamp for observation in observations], np.float64),
            np.array(places, np.int32),
            np.array([reading.track_id for reading in readings], np.int32),
            np.array([reading.raw.values for reading in readings], np.float32).reshape(-1, classes),
            np.array([reading.smoothed.values for reading in readings], np.float32).reshape(-1, classes),
            np.array(boxes, np.float32).reshape(-1, 4),
            np.array([reading.face.confidence for reading in readings], np.float32),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """What one person, or several on average, showed. times: (N,) seconds of all analysed frames. values: (N, classes) float32,
    a row of NaN where nobody of them was seen."""

    times: NDArray[np.float64]
    values: NDArray[np.float32]

    @property
    def present(self) -> NDArray[np.bool_]:
        """(N,) whether somebody was seen."""
        return ~np.isnan(self.values[:, 0])

    def between(self, start_s: float, end_s: float) -> Series:
        """The part from `start_s` to `end_s` seconds, both included."""
        first, last = np.searchsorted(self.times, start_s, "left"), np.searchsorted(self.times, end_s, "right")
        return Series(self.times[first:last], self.values[first:last])


class Recording:
    """Append-only. One thread appends, any may look: what was handed out never changes."""

    def __init__(self, classes: tuple[str, ...]) -> None:
        self.classes = classes
        self._columns = {name: _Column(empty) for name, empty in _arrays(Readings.empty(len(classes))).items()}
        self._lock = threading.Lock()
        self._owners: tuple[Annotations, NDArray[np.int32]] = (Annotations(), np.empty(0, np.int32))

    def append(self, readings: Readings) -> None:
        """Later frames, whose `places` count from 0 within them."""
        added = _arrays(readings)
        with self._lock:
            added["places"] = added["places"] + np.int32(len(self._columns["times"]))
            for name, column in self._columns.items():
                column.extend(added[name])

    @property
    def readings(self) -> Readings:
        """All there is by now; views, not copies."""
        with self._lock:
            columns: dict[str, Any] = {name: column.filled for name, column in self._columns.items()}
        return Readings(**columns)

    def owners(self, readings: Readings, annotations: Annotations) -> NDArray[np.int32]:
        """As `Readings.owners`, of some of its own; worked out once for all who ask for the same. Not to be written to."""
        known, owners = self._owners
        if known.pieces != annotations.pieces or len(owners) != len(readings.tracks):
            owners = readings.owners(annotations)
            self._owners = annotations, owners
        return owners

    def people(self, annotations: Annotations) -> tuple[int, ...]:
        """Everybody there is, hidden ones too, in order of their numbers."""
        owners = self.owners(self.readings, annotations)
        return tuple(np.unique(owners[owners >= 0]).tolist())

    def series(self, people: tuple[int, ...], annotations: Annotations, scores: NDArray[np.float32] | None = None) -> Series:
        """What `people` showed, smoothed; the mean where several of them were there at once.

        scores: (R, classes) to use instead, such as `readings.raw`; what it does not reach yet stays out.
        """
        readings = self.readings
        scores = readings.smoothed if scores is None else scores
        count = min(len(scores), len(readings.tracks))
        places = readings.places[:count]
        owners = self.owners(readings, annotations)[:count]
        frames = len(readings.times)
        if len(people) == 1:
            theirs = owners == people[0]
            values = np.full((frames, len(self.classes)), np.nan, np.float32)
            values[places[theirs]] = scores[:count][theirs]
            return Series(readings.times, values)
        theirs = np.isin(owners, people)
        seen = np.bincount(places[theirs], minlength=frames)
        totals = [np.bincount(places[theirs], column, frames) for column in scores[:count][theirs].T]
        with np.errstate(invalid="ignore"):
            mean = np.stack(totals, axis=1) / np.where(seen, seen, np.nan)[:, None]
        return Series(readings.times, mean.astype(np.float32))

    def at(self, time_s: float, annotations: Annotations, size: tuple[int, int]) -> Observation | None:
        """The analysed frame that was on the screen at `time_s` seconds, hidden people left out; None before the first one.
        Beyond the last it is the last: `summary.stands_until` says for how long that may be shown. size: (width, height) of
        the upright frame in pixels.

        Of each reading, keypoints and quality are not kept here.
        """
        readings = self.readings
        place = readings.place_at(time_s)
        if place < 0:
            return None
        first, last = np.searchsorted(readings.places, place, "left"), np.searchsorted(readings.places, place, "right")
        best: dict[int, int] = {}  # As `owners`, which would look at all of a recording that grows, for one frame.
        for row in range(int(first), int(last)):
            person = annotations.owner(int(readings.tracks[row]), float(readings.times[place]))
            if person not in best or readings.detection[row] > readings.detection[best[person]]:
                best[person] = row
        found = [
            FaceReading(
                person,
                Face(FaceBox(*readings.boxes[row].tolist()), float(readings.detection[row]), _NOWHERE),
                EmotionScores(self.classes, tuple(readings.raw[row].tolist())),
                EmotionScores(self.classes, tuple(readings.smoothed[row].tolist())),
                Quality(1.0, ""),
            )
            for person, row in best.items()
            if person not in annotations.hidden
        ]
        return Observation(int(readings.frames[place]), float(readings.times[place]), *size, tuple(found))


class _Column:
    """An array that grows by doubling."""

    def __init__(self, empty: NDArray[np.generic]) -> None:
        self._array = empty
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, rows: NDArray[np.generic]) -> None:
        needed = self._count + len(rows)
        if needed > len(self._array):
            grown = np.empty((max(needed, 2 * len(self._array), 1024), *self._array.shape[1:]), self._array.dtype)
            grown[: self._count] = self._array[: self._count]
            self._array = grown
        self._array[self._count : needed] = rows
        self._count = needed

    @property
    def filled(self) -> NDArray[np.generic]:
        return self._array[: self._count]


def _arrays(readings: Readings) -> dict[str, NDArray]:  # type: ignore[type-arg]  # of seven types
    return {name: getattr(readings, name) for name in Readings.__slots__}
