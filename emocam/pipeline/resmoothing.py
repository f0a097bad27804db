"""A recording smoothed anew, with another time constant than it was analysed with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from emocam.domain.emotions import EmotionScores
from emocam.domain.recording import Readings
from emocam.pipeline.smoothing import Smoother

_AT_ONCE = 4096


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
    for start in range(0, len(out), _AT_ONCE):  # Lists of hours of it would take gigabytes.
        if stop():
            return None
        part = slice(start, start + _AT_ONCE)
        times = readings.times[readings.places[part]].tolist()
        rows = zip(readings.tracks[part].tolist(), times, readings.raw[part].tolist(), strict=True)
        out[part] = [smoother.smooth(track, time_s, EmotionScores(classes, tuple(raw))).values for track, time_s, raw in rows]
    return out
