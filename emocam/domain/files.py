"""By which endings the files that emocam opens are known, and how a file about one of them is called."""

from __future__ import annotations

import re
from pathlib import PurePath

VIDEOS = frozenset(
    f".{name}"
    for name in (
        *("3g2", "3gp", "asf", "avi", "f4v", "flv", "gif", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg"),
        *("mpg", "mts", "mxf", "ogm", "ogv", "ts", "vob", "webm", "wmv"),
    )
)
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"})
SESSION = ".emocam"


def looks_like_a_recording(path: PurePath) -> bool:
    return path.suffix.lower() in VIDEOS | PICTURES | {SESSION}


def looks_like_a_session(path: PurePath) -> bool:
    return path.suffix.lower() == SESSION


def plain_name(source: str) -> str:
    """For the name of a file about `source`: a path or title without the ending of a recording, its other dots being part of
    the name; an address without what no file name may hold. May be empty."""
    _, found, address = source.partition("://")
    if found:
        return hyphenated(address)
    path = PurePath(source)
    return path.stem if looks_like_a_recording(path) else path.name


def hyphenated(text: str) -> str:
    """Only letters, digits, dots and hyphens, as in "10.0.0.5-8080-video"."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-.")
