"""Times as people read and type them."""

from __future__ import annotations

import math

ROUNDED_S = 1e-3  # Times that people set are kept to the millisecond, so by so much they may miss the frame that was meant.


_EARLY_S, _EARLY = 1.0, 0.1
_COPY_S, _COPY = 5.0, 0.1


def ends_early(end_s: float, told_s: float | None) -> bool:
    """Whether a recording that says it lasts `told_s` seconds ends so long before that it may have been cut off."""
    return told_s is not None and told_s - end_s > max(_EARLY_S, _EARLY * told_s)


def same_length(one_s: float, other_s: float) -> bool:
    """Whether the two may be of one recording: a copy in another format, whose sound may last longer than its pictures."""
    return abs(one_s - other_s) <= max(_COPY_S, _COPY * max(one_s, other_s))


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
    return sum(number * 60.0**place for place, number in enumerate(reversed(numbers)))
