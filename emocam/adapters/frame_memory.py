"""Where frames live: the memory of one is soon that of the next. Linux with glibc only; elsewhere nothing is done."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Any

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # Of glibc's <malloc.h>.
_LARGEST_BLOCK = 32 << 20  # As much as it accepts; a picture of 3840x2160 has 25 MB.
_KEPT = 256 << 20


def keep_freed_memory() -> None:
    """Have glibc keep the memory of freed frames for the next ones; for the whole process, as long as it lives. Best before it
    starts threads: each of those that are there already may have a heap of its own.

    By itself it gives large blocks back to the system at once, which hands them out anew page by page, each filled with zeros
    first (docs/decisions/0009).
    """
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGEST_BLOCK)
        mallopt(_M_TRIM_THRESHOLD, _KEPT)
        mallopt(_M_ARENA_MAX, 1)  # The others, one for each thread, give back 64 MB at a time whatever the threshold says.


def give_back_freed_memory() -> None:
    """Give the system what is free between the blocks in use, which else grows for as long as frames come and go. Takes about
    two milliseconds, and the next few frames a little longer: for now and then, not for each frame."""
    malloc_trim = _of_glibc("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


def _of_glibc(name: str) -> Callable[..., Any] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
