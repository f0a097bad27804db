"""Times as people read and type them."""

from __future__ import annotations

import math

LONGEST_S = 4e9  # From 1970 to 2096, for clocks that are set while they record; what is later is no time of a recording.
ROUNDED_S = 1e-3  # Times that people set are kept to the millisecond, so by so much they may miss the frame that was meant.


def clock_text(seconds: float) -> str:
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes:02d}:{whole % 60:02d}"


def time_text(seconds: float) -> str:
    """To the hundredth, as `parse_time` reads it."""
    hundredths = round(seconds * 100)
    return f"{clock_text(hundredths // 100)}.{hundredths % 100:02d}"


def parse_time(text: str) -> float | None:
    """Seconds, from 12.5, 1:02.5 or 1:00:02.5; None where it is no time."""
    parts = text.strip().replace(",", ".").split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return None
    if len(numbers) > 3 or any(number < 0 or not math.isfinite(number) for number in numbers):
        return None
    total = sum(number * 60.0**place for place, number in enumerate(reversed(numbers)))
    return total if total <= LONGEST_S else None
