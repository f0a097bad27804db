"""Probabilities over time, without the flicker of single frames."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from emocam.domain.emotions import EmotionScores


class Smoother:
    """An exponential mean per face with a time constant in seconds, so that a slow and a fast camera are smoothed alike.

    After a step, 63 % of the way is gone after `time_constant` seconds. 0 turns smoothing off. A face that was away for
    longer than `reset_after` seconds starts afresh.
    """

    def __init__(self, time_constant: float = 0.3, reset_after: float = 1.0) -> None:
        self._time_constant = time_constant
        self._reset_after = reset_after
        self._states: dict[int, tuple[float, NDArray[np.float64]]] = {}

    def smooth(self, track_id: int, timestamp: float, raw: EmotionScores) -> EmotionScores:
        values = np.asarray(raw.values)
        before = self._states.get(track_id)
        if before is not None and timestamp - before[0] <= self._reset_after and self._time_constant > 0:
            weight = 1 - math.exp(-(timestamp - before[0]) / self._time_constant)
            values = before[1] + weight * (values - before[1])
        self._states[track_id] = (timestamp, values)
        return EmotionScores(raw.classes, tuple(values.astype(np.float32).tolist()))

    def forget_before(self, timestamp: float) -> None:
        """Drop the faces not seen since `timestamp`, so that a long run does not grow."""
        self._states = {face: state for face, state in self._states.items() if state[0] >= timestamp}
