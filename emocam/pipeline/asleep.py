"""How long the computer slept: its monotonic clock stands still then, the day does not."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

_A_SLEEP_S = 0.5  # The two clocks may drift apart by less from one call to the next.


# That of the system which goes on in a sleep while `time.monotonic` does not. On Windows that one goes on itself.
_GOES_ON = getattr(time, {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}.get(sys.platform, ""), None)


def _ahead_s() -> float:
    """How far the one clock is ahead of the other; a constant where there is only one."""
    return 0.0 if _GOES_ON is None else time.clock_gettime(_GOES_ON) - time.monotonic()


class Asleep:
    """Call it now and then: the seconds that the computer slept since the first call, never falling."""

    def __init__(self, ahead_s: Callable[[], float] = _ahead_s) -> None:
        self._ahead_s = ahead_s
        self._last: float | None = None
        self._slept = 0.0

    def __call__(self) -> float:
        ahead = self._ahead_s()
        step = 0.0 if self._last is None else ahead - self._last
        if step >= _A_SLEEP_S:
            self._slept += step
        self._last = ahead
        return self._slept
