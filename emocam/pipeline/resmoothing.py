"""A recording smoothed anew, with another time constant than it was analysed with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from emocam.domain.emotions import EmotionScores
from emocam.domain.recording import Readings
from emocam.pipeline.smoothing import Smoother


def resmoothed(
    readings: Readings,
    classes: tuple[str, ...],
    time_constant: float,
    stop: Callable[[], bool] = lambda: False,
) -> NDArray[np.float32] | None:
    """(R, classes): the raw scores through a `Smoother`, track by track; None where `stop` said so on the way."""
    if time_constant <= 0:
        return readings.raw
    smoother = Smoother(time_constant)
    out = np.empty_like(readings.raw)
    times = readings.times[readings.places].tolist()
    tracks = readings.tracks.tolist()
    for row, (track, time_s, raw) in enumerate(zip(tracks, times, readings.raw.tolist(), strict=True)):
        out[row] = smoother.smooth(track, time_s, EmotionScores(classes, tuple(raw))).values
        if row % 4096 == 0 and stop():
            return None
    return out
