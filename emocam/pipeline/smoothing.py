"""Probabilities over time, without the flicker of single frames and without its lag: an exponential mean with an adaptive
response rate (Trigg and Leach 1967)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emocam.domain.emotions import EmotionScores

# Chosen on the test clips, see docs/decisions/0007.
# Over this share of the time constant, and this many frames at least, it is watched whether a face differs from the mean in one
# direction, or to and fro.
_WATCHED, _WATCHED_FRAMES = 0.4, 2
_NOISE = 0.05  # Of the probabilities: what differs by less is not taken for a change, however steadily it does.
_SHARPNESS = 8  # With that, four fifths in one direction take the mean a sixth of the way in a frame, all of it the whole way.
_SAME_S = 1e-6


@dataclass(slots=True)
class _State:
    """error: the mean difference of late, of each class, with its sign. distance: that of the largest one, without."""

    time: float
    values: NDArray[np.float64]
    error: NDArray[np.float64]
    distance: float = _NOISE


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
            error = values - state.values
            lately = 1 - math.exp(-step / max(_WATCHED * self._time_constant, _WATCHED_FRAMES * step))
            state.error += lately * (error - state.error)
            state.distance += lately * (float(np.abs(error).max()) - state.distance)
            # Noise goes to and fro, so its errors cancel out; those of a face that changes do not.
            one_way = float(np.abs(state.error).max()) / max(state.distance, _NOISE)
            state.values = state.values + max(1 - math.exp(-step / self._time_constant), one_way**_SHARPNESS) * error
            state.time = timestamp
        return EmotionScores(raw.classes, tuple(self._states[track_id].values.astype(np.float32).tolist()))

    def forget_before(self, timestamp: float) -> None:
        """Drop the faces not seen since `timestamp`, so that a long run does not grow."""
        self._states = {face: state for face, state in self._states.items() if state.time >= timestamp}
