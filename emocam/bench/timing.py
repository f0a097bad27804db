"""Times of something that is done again and again."""

from __future__ import annotations

import math
import statistics
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
# Some systems have a zlib that is several times as fast.
YARDSTICK = "yardstick (zlib-ng)" if "ng" in zlib.ZLIB_RUNTIME_VERSION else "yardstick"


class Stopwatch:
    """seconds: of each name, how long each round took. A round holds one frame, or what else is done once each time.
    cpu_s: of each name, what all threads of this process worked in all rounds."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.cpu_s: dict[str, float] = defaultdict(float)
        self._round: dict[str, float] = defaultdict(float)

    def timed(
        self, name: str, call: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        began, busy = time.perf_counter(), time.process_time()
        try:
            return call(*arguments, **named)
        finally:
            self._round[name] += time.perf_counter() - began
            self.cpu_s[name] += time.process_time() - busy

    def end_round(self) -> None:
        for name, seconds in self._round.items():
            self.seconds[name].append(seconds)
        self._round.clear()

    def lap(self, name: str) -> float:
        """What `name` took so far in this round, in seconds."""
        return self._round[name]


def yardstick_ms(rounds: int = 15) -> float:
    """How long one thread takes here for a fixed piece of work that no change of ours makes faster or slower."""
    # Compression needs no instructions that only some processors have, as a checksum or a product of matrices does.
    numbers = " ".join(map(str, range(60_000))).encode()
    watch = Stopwatch()
    for _ in range(rounds):
        watch.timed("compress", zlib.compress, numbers, 6)
        watch.end_round()
    return summary(watch.seconds["compress"])["median_ms"]


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and mean in milliseconds."""
    ordered = sorted(seconds)
    return {
        "median_ms": round(statistics.median(ordered) * 1000, 3),
        "p95_ms": round(percentile(ordered, 0.95) * 1000, 3),
        "mean_ms": round(statistics.fmean(ordered) * 1000, 3),
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The least of `values` that `share` of them do not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]
