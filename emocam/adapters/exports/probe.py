"""What is in a media file, without decoding it."""

from __future__ import annotations

from pathlib import Path

import av

from emocam.adapters.av_decode import FFmpegError

_SEEN_S = 0.1


def duration(path: Path) -> float | None:
    """In seconds; None where the file can't be read or does not say."""
    try:
        with av.open(f"file:{path.absolute()}", options={"protocol_whitelist": "file"}) as container:
            return container.duration / av.time_base if container.duration else None
    except FFmpegError:
        return None


def has_sound(path: Path) -> bool:
    """False too where the file can't be read."""
    try:
        with av.open(f"file:{path.absolute()}", options={"protocol_whitelist": "file"}) as container:
            return bool(container.streams.audio)
    except FFmpegError:
        return False


def lead(path: Path) -> float:
    """Seconds from the file's own beginning, at which players begin, to its first picture: sound may come before. 0 where it is
    too short to be seen, and where the file can't be read."""
    try:
        with av.open(f"file:{path.absolute()}", options={"protocol_whitelist": "file"}) as container:
            first = next(container.decode(video=0), None)
            if first is None or first.pts is None or container.start_time is None:
                return 0.0
            seconds = first.time - container.start_time / av.time_base
    except (FFmpegError, IndexError):
        return 0.0
    return seconds if seconds >= _SEEN_S else 0.0
