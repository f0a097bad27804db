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
    waits = _waits(readings, smoother.reset_after)
    out = np.empty_like(readings.raw)
    for start in range(0, len(out), _AT_ONCE):  # Lists of hours of it would take gigabytes.
        if stop():
            return None
        part = slice(start, start + _AT_ONCE)
        times = readings.times[readings.places[part]].tolist()
        rows = zip(
            readings.tracks[part].tolist(),
            times,
            waits[readings.places[part]].tolist(),
            readings.raw[part].tolist(),
            strict=True,
        )
        for row, (track, time_s, smoother.reset_after, raw) in enumerate(rows, start):
            out[row] = smoother.smooth(track, time_s, EmotionScores(classes, tuple(raw))).values
    return out


def _waits(readings: Readings, least: float) -> NDArray[np.float64]:
    """(frames,) after how many seconds away a face starts afresh: as in the analysis, where frames were passed over, no sooner
    than two of those that were not."""
    times = readings.times
    passed_over = len(times) > 1 and np.median(np.diff(readings.frames)) > 1
    since = times - np.concatenate([times[:1], times[:1], times[:-2]])[: len(times)]
    return np.maximum(since, least) if passed_over else np.full(len(times), least)
