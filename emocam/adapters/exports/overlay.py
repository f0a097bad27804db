"""Which faces are where at a moment of the recording, for pictures of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emocam.adapters.exports.job import ExportJob
from emocam.domain.emotions import UNCERTAIN
from emocam.domain.summary import stands_until
from emocam.domain.vision import FaceBox

_HIDE_S = 1.0  # So long before it was first found, and after it was lost, is a face still hidden where it was.


@dataclass(frozen=True, slots=True)
class Shown:
    """A face to draw. label: the leading class, or `uncertain`; confidence: its probability."""

    person: int
    name: str
    box: FaceBox
    label: str
    confidence: float


class Overlay:
    """Looks moments up in a job's recording."""

    def __init__(self, job: ExportJob) -> None:
        self._job = job
        readings = self._readings = job.recording.readings
        self._times_of = readings.times[readings.places]
        self._owners = job.recording.owners(readings, job.annotations)
        self._scores = readings.raw if job.selection.raw else readings.smoothed
        self._chosen = frozenset(job.people)

    def shown_at(self, time_s: float) -> list[Shown]:
        """The chosen people in the frame that was analysed last, for as long as that stands, in order of their ids."""
        times = self._readings.times
        place = self._readings.place_at(time_s)
        if place < 0 or time_s > stands_until(times, place):
            return []
        first, last = np.searchsorted(self._readings.places, [place, place + 1])
        found = {}
        for row in range(int(first), int(last)):
            person = int(self._owners[row])
            if person in self._chosen:
                scores = self._scores[row]
                best = int(scores.argmax())
                sure = scores[best] >= self._job.reader.uncertain_below
                label = self._job.classes[best] if sure else UNCERTAIN
                box = FaceBox(*self._readings.boxes[row].tolist())
                found[person] = Shown(person, self._job.names[person], box, label, float(scores[best]))
        return [found[person] for person in sorted(found)]

    def boxes_near(self, time_s: float) -> list[FaceBox]:
        """Where every face is, hidden and not chosen ones too, or was or will be within a second: to hide them all."""
        first = np.searchsorted(self._times_of, time_s - _HIDE_S, "left")
        last = np.searchsorted(self._times_of, time_s + _HIDE_S, "right")
        nearest: dict[int, tuple[float, int]] = {}
        tracks: NDArray[np.int32] = self._readings.tracks[first:last]
        for row, (track, seen) in enumerate(zip(tracks.tolist(), self._times_of[first:last].tolist(), strict=True), int(first)):
            away = abs(seen - time_s)
            if track not in nearest or away < nearest[track][0]:
                nearest[track] = (away, row)
        return [FaceBox(*self._readings.boxes[row].tolist()) for _, row in nearest.values()]
