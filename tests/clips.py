"""Small videos made on the spot, whose frames tell their number."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from emocam.adapters.av_file import VideoFile
from emocam.domain.vision import Frame

RATE = 25


def grey_of(number: int) -> int:
    return 20 + 8 * (number % 28)


def write_clip(path: Path, times: list[float], width: int = 64, height: int = 48, codec: str = "mpeg4") -> Path:
    """A video with a frame at each of `times` (seconds); frame N is one flat grey, `grey_of(N)`."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        stream.bit_rate = 2_000_000
        for number, time in enumerate(times):
            picture = av.VideoFrame.from_ndarray(np.full((height, width, 3), grey_of(number), np.uint8), format="rgb24")
            picture.pts, picture.time_base = round(time * 1000), Fraction(1, 1000)
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


def steady(count: int) -> list[float]:
    return [number / RATE for number in range(count)]


def first_frame(path: Path) -> Frame:
    source = VideoFile(path)
    source.open()
    frame = source.read()
    source.close()
    assert frame is not None
    return frame


def cut_clip(path: Path, source: Path, count: int) -> Path:
    """The first `count` frames of the video `source`, in a size and a codec that are quick."""
    with av.open(str(source)) as original, av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.bit_rate = 2_000_000
        for number, picture in zip(range(count), original.decode(video=0), strict=False):
            small = picture.reformat(320, 180, "yuv420p")
            small.pts, small.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(small))
        container.mux(stream.encode())
    return path


class NamedLate:
    """A container one of whose streams is named only after its beginning: PyAV's `demux` raises IndexError at each packet of
    it, here at those whose number is `late`."""

    def __init__(self, container, late):
        self._container, self._late, self._left = container, late, None

    def __getattr__(self, name):
        return getattr(self._container, name)

    def demux(self, stream):
        self._left = self._left or enumerate(self._container.demux(stream))
        for number, packet in self._left:
            if self._late(number):
                raise IndexError("list index out of range")
            yield packet
