"""Observations in steps of equal length: the means over what was seen in each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np

from emocam.domain.emotions import EmotionScores
from emocam.domain.vision import Face, FaceBox, FaceReading, Observation, Quality

_LEAST_S = 1e-6  # Next to nothing: a frame at the very end of a step, or with the time of the next one.
_ON_THE_EDGE = 1e-6  # Steps: 0.3 s lies in the step that begins at 0.3 s, though 0.3 / 0.1 is a little less than 3.


def resampled(
    observations: Iterable[tuple[Observation, tuple[str, ...]]],
    start_s: float,
    end_s: float,
    step_s: float,
    lengths: Mapping[int, float],
) -> Iterator[tuple[Observation, tuple[str, ...]]]:
    """One observation per step in which a frame was analysed, at the step's beginning, with the number of its first frame.

    start_s, end_s: the range that the observations are of. lengths: how long each frame stands, in seconds, by its number.
    Each face's box, scores, detection and quality are means over its readings in the step, each weighted by how long its frame
    stood within it. Of the markers' labels in the step, each is there once.
    """

    def step_of(pair: tuple[Observation, tuple[str, ...]]) -> int:
        return max(math.floor((pair[0].timestamp - start_s) / step_s + _ON_THE_EDGE), 0)  # The start may be a rounded time.

    for step, group in groupby(observations, key=step_of):
        pairs = list(group)
        first = pairs[0][0]
        until = min(start_s + (step + 1) * step_s, end_s)
        seen: dict[int, list[tuple[FaceReading, float]]] = {}
        for observation, _ in pairs:
            seconds = max(min(lengths[observation.frame_index], until - observation.timestamp), _LEAST_S)
            for reading in observation.readings:
                seen.setdefault(reading.track_id, []).append((reading, seconds))
        means = tuple(_mean(*zip(*seen[person], strict=True)) for person in sorted(seen))
        labels = dict.fromkeys(label for _, labels in pairs for label in labels)
        yield Observation(first.frame_index, start_s + step * step_s, first.width, first.height, means), tuple(labels)


def _mean(readings: Sequence[FaceReading], seconds: Sequence[float]) -> FaceReading:
    def of(values: Iterable[Sequence[float]]) -> tuple[float, ...]:
        return tuple(np.average(list(values), axis=0, weights=seconds).tolist())

    first = readings[0]
    box = of((box.left, box.top, box.right, box.bottom) for box in (reading.face.box for reading in readings))
    confidence, quality = of((reading.face.confidence, reading.quality.value) for reading in readings)
    return FaceReading(
        first.track_id,
        Face(FaceBox(*box), confidence, first.face.keypoints),
        EmotionScores(first.raw.classes, of(reading.raw.values for reading in readings)),
        EmotionScores(first.raw.classes, of(reading.smoothed.values for reading in readings)),
        Quality(quality, ""),
    )
