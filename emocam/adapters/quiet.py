"""Native libraries that write to the terminal of their own accord."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
import threading
from collections.abc import Iterator

_log = logging.getLogger(__name__)
_one_at_a_time = threading.RLock()


@contextlib.contextmanager
def native_stderr_to_log() -> Iterator[None]:
    """What C and C++ code writes to standard error meanwhile goes to the debug log. It is process-wide, so one at a time."""
    with _one_at_a_time:
        yield from _caught()


def _caught() -> Iterator[None]:
    try:
        sys.stderr.flush()
        saved = os.dup(2)
    except (OSError, AttributeError, ValueError):  # A windowed app without any standard error.
        yield
        return
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            caught.seek(0)
            if text := caught.read().decode("utf-8", "replace").strip():
                _log.debug("%s", text)
