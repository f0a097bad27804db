"""What reading a file and reading a network camera through FFmpeg (PyAV) have in common."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.filter import Graph
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorTrc
from av.video.stream import VideoStream
from numpy.typing import NDArray

from emocam.domain.errors import Sentence, SourceError

_FASTEST = 250.0  # Frames a second. What says more, as browsers' recordings with their 1000, names the unit of its clock.
_ANY_CLOCK = Fraction(1, 1000)
_ATTACHED_PICTURE = 0x0400  # AV_DISPOSITION_ATTACHED_PIC: a cover, not a video.


def open_file(path: Path) -> InputContainer:
    """`file:` and the whitelist: a name is never taken for an address, and a playlist can't reach for the network. Raises
    FFmpegError."""
    return av.open(f"file:{path.absolute()}", options={"protocol_whitelist": "file"})


def moving_picture(container: InputContainer, name: str) -> VideoStream:
    """The stream a player would show. Raises SourceError where there is only sound."""
    streams = [stream for stream in container.streams.video if not int(stream.disposition) & _ATTACHED_PICTURE]
    if not streams:
        what = Sentence("only sound") if container.streams.audio else Sentence("no video")
        raise SourceError("{name} holds {what}; choose a file with a moving picture.", name=name, what=what)
    best = container.streams.best("video")
    return best if isinstance(best, VideoStream) and best in streams else streams[0]


def untimed(container: InputContainer, stream: VideoStream) -> bool:
    """AVI says when a frame is decoded, which is not when it is shown where later ones are decoded before it."""
    return container.format.name == "avi" and bool(stream.codec_context.has_b_frames)


def packets_of(container: InputContainer, stream: Stream) -> Iterator[Packet[Any]]:
    """All of `stream`. PyAV knows no stream that a file names only after its beginning, as FLV and MPEG may, and gives up at a
    packet of it; the next one is asked for anew."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except IndexError:
            packets = container.demux(stream)
        else:
            yield packet


class UprightRgb:
    """Makes RGB pictures of decoded frames. One per stream, for one thread at a time.

    By FFmpeg's filters, which make a picture where an earlier one has been. PyAV's own `to_ndarray` asks for new memory for
    each, which the system often has to fill with zeros first (docs/decisions/0009).
    """

    def __init__(self) -> None:
        self._graph = Graph()
        self._graph_for: tuple[int | str, ...] = ()

    def __call__(self, frame: VideoFrame, pixel_aspect: Fraction | None) -> NDArray[np.uint8]:
        """(H, W, 3) uint8: with square pixels, and turned as the file's display matrix says. Raises FFmpegError."""
        width = frame.width
        if pixel_aspect and pixel_aspect != 1:
            width = max(1, round(frame.width * pixel_aspect))
        # Tags that FFmpeg's scaler refuses, as some files have them, say nothing of how YUV becomes RGB.
        frame.color_trc, frame.color_primaries = ColorTrc.UNSPECIFIED, ColorPrimaries.UNSPECIFIED
        now = (frame.width, frame.height, frame.format.name, frame.colorspace, frame.color_range, width)
        if now != self._graph_for:
            self._graph, self._graph_for = _to_rgb(frame, width), now
        try:
            self._graph.vpush(frame)
            pixels: NDArray[np.uint8] = np.asarray(self._graph.vpull().to_ndarray(), np.uint8)
        except FFmpegError:
            self._graph_for = ()  # It may hold what it could not make.
            raise
        turns = round(frame.rotation / 90) % 4
        # FFmpeg pads the lines of most widths; whoever shows or copies a picture takes it for one block.
        return np.ascontiguousarray(np.rot90(pixels, turns) if turns else pixels)


def _to_rgb(frame: VideoFrame, width: int) -> Graph:
    """For frames like this one."""
    graph = Graph()
    graph.threads = 1  # The other cores have frames of their own to work on.
    graph.link_nodes(
        graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base or _ANY_CLOCK),
        graph.add("scale", w=str(width), h=str(frame.height), flags="bilinear"),
        graph.add("format", pix_fmts="rgb24"),
        graph.add("buffersink"),
    ).configure()
    return graph


def frame_rate(stream: VideoStream) -> Fraction | None:
    """What the file says. No more than a hint: where frames come as they like, it is that of the fastest ones."""
    rates = (stream.guessed_rate, stream.average_rate)
    return next((rate for rate in rates if rate and 0 < rate <= _FASTEST), None)


def reason(error: Exception) -> str:
    """What FFmpeg said, without the number and the path."""
    if isinstance(error, av.ExitError):  # How PyAV says that its timeout is over.
        return "nothing came in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


FFmpegError = av.FFmpegError
