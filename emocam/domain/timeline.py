"""The recent past of every face, for a live chart. The whole of a session is in its file."""

from __future__ import annotations

import threading

import numpy as np

from emocam.domain.recording import Series
from emocam.domain.vision import Observation

_FIRST_ROWS = 256


class _Ring:
    """The last `capacity` rows. Its memory doubles until it holds so many, so that a face that was there for a moment costs
    little, and a long run does not grow."""

    def __init__(self, capacity: int, classes: int) -> None:
        self._capacity = capacity
        self._times = np.zeros(min(_FIRST_ROWS, capacity))
        self._values = np.zeros((len(self._times), classes), np.float32)
        self._count = 0

    def append(self, time: float, values: tuple[float, ...] | float) -> None:
        if self._count == len(self._times) < self._capacity:
            more = min(len(self._times), self._capacity - len(self._times))
            self._times = np.pad(self._times, (0, more))
            self._values = np.pad(self._values, ((0, more), (0, 0)))
        place = self._count % len(self._times)
        self._times[place] = time
        self._values[place] = values
        self._count += 1

    @property
    def latest(self) -> float:
        return float(self._times[(self._count - 1) % len(self._times)])

    def since(self, start: float) -> Series:
        kept = min(self._count, len(self._times))
        order = (np.arange(self._count - kept, self._count)) % len(self._times)
        order = order[np.searchsorted(self._times[order], start) :]
        return Series(self._times[order], self._values[order])


class Timeline:
    """Append-only. One thread appends, any may look."""

    def __init__(self, classes: tuple[str, ...], capacity: int = 18_000, faces: int = 32) -> None:
        """capacity: observations kept per face (18,000 are ten minutes at 30 a second). faces: so many are kept."""
        self.classes = classes
        self._capacity = capacity
        self._faces = faces
        self._rings: dict[int, _Ring] = {}
        self._seen: set[int] = set()
        self._present: frozenset[int] = frozenset()
        self._lock = threading.Lock()

    def append(self, observation: Observation) -> None:
        with self._lock:
            present = frozenset(reading.track_id for reading in observation.readings)
            for gone in (self._present - present) & self._rings.keys():
                self._rings[gone].append(observation.timestamp, float("nan"))
            for reading in observation.readings:
                self._seen.add(reading.track_id)
                self._ring_of(reading.track_id).append(observation.timestamp, reading.smoothed.values)
            self._present = present

    def view(self, face: int, start: float = 0.0) -> Series:
        """What `face` showed from `start` seconds on; empty where the face is not known."""
        with self._lock:
            ring = self._rings.get(face)
            return ring.since(start) if ring else Series(np.empty(0), np.empty((0, len(self.classes)), np.float32))

    @property
    def faces(self) -> tuple[int, ...]:
        """The ids of the faces kept, in order of their first appearance."""
        with self._lock:
            return tuple(sorted(self._rings))

    @property
    def all_faces(self) -> tuple[int, ...]:
        """Also those that are not kept any more."""
        with self._lock:
            return tuple(sorted(self._seen))

    def _ring_of(self, face: int) -> _Ring:
        if face not in self._rings:
            if len(self._rings) >= self._faces:
                del self._rings[min(self._rings, key=lambda known: self._rings[known].latest)]
            self._rings[face] = _Ring(self._capacity, len(self.classes))
        return self._rings[face]
