"""Where frames live: the memory of one is soon that of the next."""

from __future__ import annotations

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # Of glibc's <malloc.h>.
_LARGEST_BLOCK = 32 << 20  # As much as it accepts; a picture of 3840x2160 has 25 MB.
_KEPT = 256 << 20


def keep_freed_memory() -> None:
    """Have glibc keep the memory of freed frames for the next ones; for the whole process, as long as it lives.

    By itself it gives large blocks back to the system at once, which hands them out anew page by page, each filled with zeros
    first (docs/decisions/0009). Elsewhere than on Linux with glibc nothing is done.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGEST_BLOCK)
        mallopt(_M_TRIM_THRESHOLD, _KEPT)
        mallopt(_M_ARENA_MAX, 1)  # The others, one for each thread, give back 64 MB at a time whatever the threshold says.
