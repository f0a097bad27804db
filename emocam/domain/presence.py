"""Who is in a recording, for how long, and what they showed on average: what a list of faces needs, for hours at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emocam.domain.annotations import Annotations
from emocam.domain.recording import Recording
from emocam.domain.summary import end_of, frame_lengths


@dataclass(frozen=True, slots=True)
class Presence:
    """seconds: in the picture. leading: the place of the class that was the most probable one for most of them, as in a
    summary. mean: the smoothed probability per class, in class order, weighted by time."""

    person: int
    seconds: float
    leading: int
    mean: tuple[float, ...]


def presences(recording: Recording, annotations: Annotations, source_s: float | None = None) -> list[Presence]:
    """Of everybody there is, hidden ones too, in order of their numbers. source_s: how long the source says it lasts."""
    readings = recording.readings
    if not len(readings.tracks):
        return []
    owners = recording.owners(readings, annotations)
    counts = owners >= 0
    owners = owners[counts]
    lengths = np.minimum(frame_lengths(readings.times), end_of(readings.times, source_s) - readings.times)
    weights = lengths[readings.places[counts]]
    seconds = np.bincount(owners, weights)
    totals = [np.bincount(owners, weights * scores[counts]) for scores in readings.smoothed.T]
    likeliest = readings.smoothed.argmax(axis=1)[counts]
    led = np.bincount(owners * len(totals) + likeliest, weights, len(seconds) * len(totals)).reshape(-1, len(totals))
    return [
        Presence(
            person,
            float(seconds[person]),
            int(led[person].argmax()),
            tuple(float(total[person] / seconds[person]) for total in totals),
        )
        for person in np.flatnonzero(seconds).tolist()
    ]
