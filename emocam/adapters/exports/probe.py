"""What is in a media file, without decoding it."""

from __future__ import annotations

from pathlib import Path

import av

from emocam.adapters.av_decode import FFmpegError, open_file
from emocam.domain.times import same_length


def duration(path: Path) -> float | None:
    """In seconds; None where the file can't be read or does not say."""
    try:
        with open_file(path) as container:
            return container.duration / av.time_base if container.duration else None
    except FFmpegError:
        return None


def may_last(path: Path, seconds: float) -> bool:
    """Whether it may be a recording of so many seconds, or a copy of one; also where it can't be read or does not say."""
    try:
        with open_file(path) as container:
            begins, lasts = ((each or 0) / av.time_base for each in (container.start_time, container.duration))
    except FFmpegError:
        return True
    # Some formats count from 0 and not from the first picture.
    return not lasts or same_length(lasts, seconds) or same_length(lasts - begins, seconds)


def has_sound(path: Path) -> bool:
    """False too where the file can't be read."""
    try:
        with open_file(path) as container:
            return bool(container.streams.audio)
    except FFmpegError:
        return False
