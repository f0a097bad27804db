"""By which endings the files that emocam opens are known."""

from __future__ import annotations

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
