"""How long the computer slept: its monotonic clock stands still then, the day does not."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

_A_SLEEP_S = 0.5  # The two clocks may drift apart by less from one call to the next.
_AT_ONCE_S = 0.05  # Within this the two are read at the same moment.


# That of the system which goes on in a sleep while `time.monotonic` does not. On Windows that one goes on itself.
_GOES_ON = getattr(time, {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}.get(sys.platform, ""), None)


def _ahead_s() -> float | None:
    """How far the one clock is ahead of the other; a constant where there is only one, None where something came between the
    two looks."""
    if _GOES_ON is None:
        return 0.0
    before = time.monotonic()
    try:
        goes_on = time.clock_gettime(_GOES_ON)
    except OSError:  # The system has none after all.
        return 0.0
    after = time.monotonic()
    return goes_on - after if after - before < _AT_ONCE_S else None


class Asleep:
    """Call it now and then, from any thread: the seconds that the computer slept since the first call, never falling."""

    def __init__(self, ahead_s: Callable[[], float | None] = _ahead_s) -> None:
        self._ahead_s = ahead_s
        self._last: float | None = None
        self._slept = 0.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        with self._lock:
            ahead = self._ahead_s()
            if ahead is None:
                return self._slept
            step = 0.0 if self._last is None else ahead - self._last
            if step >= _A_SLEEP_S:
                self._slept += step
            self._last = ahead
            return self._slept
