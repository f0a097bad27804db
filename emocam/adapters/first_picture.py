"""When a file shows its first picture, from which on emocam counts its seconds."""

from __future__ import annotations

import contextlib
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from emocam.adapters.av_decode import FFmpegError, moving_picture, open_file, packets_of
from emocam.domain.errors import SourceError

_SEEN_S = 0.1


def first_picture(container: InputContainer, stream: VideoStream) -> VideoFrame | None:
    """Past what can't be decoded, as in an analysis."""
    for packet in packets_of(container, stream):
        with contextlib.suppress(FFmpegError):
            for picture in packet.decode():
                return picture
    return None


def lead(path: Path) -> float:
    """Seconds from the file's own beginning, at which players begin, to its first picture: sound may come before. 0 where it is
    too short to be seen, and where the file can't be read."""
    try:
        with open_file(path) as container:
            first = first_picture(container, moving_picture(container, path.name))
            if first is None or first.pts is None or container.start_time is None:
                return 0.0
            seconds: float = first.time - container.start_time / av.time_base
    except (FFmpegError, SourceError):
        return 0.0
    return seconds if seconds >= _SEEN_S else 0.0
