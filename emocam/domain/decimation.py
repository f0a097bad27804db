"""As many points as a chart has pixels, out of hours of them, and no peak is lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emocam.domain.recording import Series

_FACTOR = 4


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """Blocks of so many frames: their lowest, highest and mean values, (blocks, classes); NaN where nobody was seen."""

    block: int
    lows: NDArray[np.float32]
    highs: NDArray[np.float32]
    means: NDArray[np.float32]


class Pyramid:
    """A series in coarser and coarser steps, each four times the one before; made once, asked often."""

    def __init__(self, series: Series) -> None:
        self.series = series
        self._levels: list[_Level] = []
        lows = highs = means = series.values
        block = 1
        while len(lows) > 2 * _FACTOR:
            block *= _FACTOR
            lows, highs, means = _fold(lows, np.fmin), _fold(highs, np.fmax), _fold_mean(means)
            self._levels.append(_Level(block, lows, highs, means))

    def lines(self, start_s: float, end_s: float, points: int) -> Series:
        """What is between `start_s` and `end_s` seconds and its neighbours, in about `points` rows at most: of each block of
        frames the lowest and the highest value, in turn."""
        first, last = self._places(start_s, end_s)
        level = self._level(last - first, points // 2)
        if level is None:
            return self._raw(first, last)
        a, b = first // level.block, -(-last // level.block)
        values = np.empty((2 * (b - a), level.lows.shape[1]), np.float32)
        values[::2], values[1::2] = level.lows[a:b], level.highs[a:b]
        starts = np.minimum(np.arange(a, b) * level.block, len(self.series.times) - 1)
        middles = np.minimum(starts + level.block // 2, len(self.series.times) - 1)
        times = np.stack([self.series.times[starts], self.series.times[middles]], axis=1).ravel()
        return Series(times, values)

    def means(self, start_s: float, end_s: float, points: int) -> Series:
        """The same, of each block the mean, so that the classes go on summing to 1."""
        first, last = self._places(start_s, end_s)
        level = self._level(last - first, points)
        if level is None:
            return self._raw(first, last)
        a, b = first // level.block, -(-last // level.block)
        return Series(self.series.times[np.arange(a, b) * level.block], level.means[a:b])

    def _places(self, start_s: float, end_s: float) -> tuple[int, int]:
        times = self.series.times
        first = max(int(np.searchsorted(times, start_s, "right")) - 1, 0)
        return first, min(int(np.searchsorted(times, end_s, "left")) + 1, len(times))

    def _level(self, frames: int, blocks: int) -> _Level | None:
        if frames <= 2 * blocks:
            return None
        return next((level for level in self._levels if frames / level.block <= max(blocks, 1)), self._levels[-1])

    def _raw(self, first: int, last: int) -> Series:
        return Series(self.series.times[first:last], self.series.values[first:last])


def _fold(values: NDArray[np.float32], choose: np.ufunc) -> NDArray[np.float32]:
    folded: NDArray[np.float32] = choose.reduceat(values, np.arange(0, len(values), _FACTOR), axis=0)
    return folded


def _fold_mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
    starts = np.arange(0, len(values), _FACTOR)
    seen = np.add.reduceat(~np.isnan(values), starts, axis=0)
    totals = np.add.reduceat(np.nan_to_num(values), starts, axis=0)
    with np.errstate(invalid="ignore"):
        folded: NDArray[np.float32] = (totals / np.where(seen, seen, np.nan)).astype(np.float32)
    return folded
