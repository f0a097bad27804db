"""What is in a media file, without decoding it."""

from __future__ import annotations

from pathlib import Path

import av

from emocam.adapters.av_decode import FFmpegError


def has_sound(path: Path) -> bool:
    """False too where the file can't be read."""
    try:
        with av.open(f"file:{path.absolute()}", options={"protocol_whitelist": "file"}) as container:
            return bool(container.streams.audio)
    except FFmpegError:
        return False
