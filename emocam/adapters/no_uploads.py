"""MediaPipe reports its use to Google; emocam promises to send nothing (docs/decisions/0006)."""

from __future__ import annotations

import os
import re

_NOWHERE = "none://emocam-sends-nothing"  # No proxy scheme that libcurl knows: it gives up before it looks up a name.
_REPORTS_TO = "play.googleapis.com"


def refuse_uploads() -> None:
    """Leave MediaPipe's reporting, which goes by libcurl and https, no way out of this process.

    Call it before a MediaPipe task is made. It lasts as long as the process. A network camera is not
    touched by it: FFmpeg heeds `http_proxy` alone.
    """
    for name in ("https_proxy", "HTTPS_PROXY"):
        os.environ[name] = _NOWHERE
    for name in ("no_proxy", "NO_PROXY"):
        if name in os.environ:
            os.environ[name] = ",".join(entry for entry in re.split(r"[\s,]+", os.environ[name]) if not _excepts(entry))


def _excepts(entry: str) -> bool:
    """Whether this entry of no_proxy would let the reports past the proxy."""
    suffix = entry.strip(".").lower()  # A dot at either end is nothing to libcurl.
    return suffix == "*" or (bool(suffix) and f".{_REPORTS_TO}".endswith(f".{suffix}"))
