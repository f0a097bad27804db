"""What is in a media file, without decoding it."""

from __future__ import annotations

from pathlib import Path

import av

from emocam.adapters.av_decode import FFmpegError, open_file


def duration(path: Path) -> float | None:
    """In seconds; None where the file can't be read or does not say."""
    try:
        with open_file(path) as container:
            return container.duration / av.time_base if container.duration else None
    except FFmpegError:
        return None


def has_sound(path: Path) -> bool:
    """False too where the file can't be read."""
    try:
        with open_file(path) as container:
            return bool(container.streams.audio)
    except FFmpegError:
        return False
