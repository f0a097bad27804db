"""What is in a media file, without decoding it."""

from __future__ import annotations

from pathlib import Path

import av

from emocam.adapters.av_decode import FFmpegError, open_file


def duration(path: Path) -> float | None:
    """In seconds; None where the file can't be read or does not say."""
    return next(iter(lengths(path)), None)


def lengths(path: Path) -> tuple[float, ...]:
    """In seconds, as the format counts it, and from the first picture or sound on, as some formats count from 0; none where the
    file can't be read or does not say."""
    try:
        with open_file(path) as container:
            begins, lasts = container.start_time or 0, container.duration
            return (lasts / av.time_base, (lasts - begins) / av.time_base) if lasts else ()
    except FFmpegError:
        return ()


def has_sound(path: Path) -> bool:
    """False too where the file can't be read."""
    try:
        with open_file(path) as container:
            return bool(container.streams.audio)
    except FFmpegError:
        return False
