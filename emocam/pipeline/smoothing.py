"""Probabilities over time, without the flicker of single frames and without its lag: a 1 euro filter (Casiez et al. 2012)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emocam.domain.emotions import EmotionScores

# Chosen on the test clips, see docs/decisions/0007.
_HASTE = 4.0  # By how much a change of 1 per second shortens the time constant: its inverse grows by this much per second.
_SAME_S = 1e-6
_TREND_S = 0.2  # Over this time the trend is watched, so that noise, which goes to and fro, is none.


@dataclass(slots=True)
class _State:
    time: float
    values: NDArray[np.float64]
    trend: NDArray[np.float64]


class Smoother:
    """An exponential mean per face that hurries when the face changes: all classes alike, so that they go on summing to 1.

    time_constant: in seconds, for a face at rest; 0 turns smoothing off. Seconds and not frames, so that a slow and a fast
    camera are smoothed alike. A face that was away for longer than `reset_after` seconds starts afresh.
    """

    def __init__(self, time_constant: float = 0.5, reset_after: float = 1.0) -> None:
        self._time_constant = time_constant
        self.reset_after = reset_after
        self._states: dict[int, _State] = {}

    def smooth(self, track_id: int, timestamp: float, raw: EmotionScores) -> EmotionScores:
        values = np.asarray(raw.values)
        state = self._states.get(track_id)
        if state is None or timestamp - state.time > self.reset_after + _SAME_S or self._time_constant <= 0:
            self._states[track_id] = _State(timestamp, values, np.zeros_like(values))
        elif (step := timestamp - state.time) > _SAME_S:
            state.trend += (1 - math.exp(-step / _TREND_S)) * ((values - state.values) / step - state.trend)
            pace = 1 / self._time_constant + _HASTE * float(np.abs(state.trend).max())
            state.values = state.values + (1 - math.exp(-step * pace)) * (values - state.values)
            state.time = timestamp
        return EmotionScores(raw.classes, tuple(self._states[track_id].values.astype(np.float32).tolist()))

    def forget_before(self, timestamp: float) -> None:
        """Drop the faces not seen since `timestamp`, so that a long run does not grow."""
        self._states = {face: state for face, state in self._states.items() if state.time >= timestamp}
