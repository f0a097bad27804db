"""A network camera by its address: MJPEG over HTTP, RTSP, or whatever else FFmpeg reads (PyAV)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import av
from av.container import InputContainer
from av.error import HTTPBadRequestError, HTTPForbiddenError, HTTPNotFoundError, HTTPUnauthorizedError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from emocam.adapters.av_decode import FFmpegError, UprightRgb, moving_picture, packets_of, reason
from emocam.domain.address import shown_address
from emocam.domain.errors import SourceError
from emocam.domain.ports import SourceInfo, SourceKind
from emocam.domain.vision import Frame

_OPEN_TIMEOUT_S, _READ_TIMEOUT_S = 5.0, 2.0
SCHEMES = ("http", "https", "rtsp", "rtsps", "rtmp", "udp", "tcp")


class NetworkCamera:
    """Frames are stamped with the time of their arrival: a network camera's own clock is seldom set."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._container: InputContainer | None = None
        self._frames: Iterator[VideoFrame] = iter(())
        self._index = 0
        self._first = 0.0
        self._ended = False
        self._upright_rgb = UprightRgb()

    def open(self) -> SourceInfo:
        self.close()
        name = shown_address(self._address)
        options = {"fflags": "nobuffer", "probesize": "200000", "analyzeduration": "0", "rtsp_transport": "tcp"}
        try:
            self._container = av.open(self._address, timeout=(_OPEN_TIMEOUT_S, _READ_TIMEOUT_S), options=options)
            stream = moving_picture(self._container, name)
            stream.thread_type = "SLICE"  # Frame threads would hold back as many frames as there are threads.
            self._frames = _decoded(self._container, stream)
            picture = self._upright_rgb(next(self._frames), None)
        except (HTTPUnauthorizedError, HTTPForbiddenError):
            self.close()
            raise SourceError(
                "The camera at {name} wants a user name and a password, or others; write USER:PASSWORD@ before its host.",
                name=name,
            ) from None
        except (HTTPBadRequestError, HTTPNotFoundError) as error:
            self.close()
            raise SourceError(
                "The camera at {name} has no picture at that address ({reason}); its manual tells the address.",
                name=name,
                reason=reason(error),
            ) from None
        except (FFmpegError, StopIteration, ValueError) as error:
            self.close()
            raise SourceError(
                "The camera at {name} does not answer ({reason}); check that it is on.", name=name, reason=reason(error)
            ) from None
        except SourceError:
            self.close()
            raise
        self._index, self._ended = 0, False
        return SourceInfo(
            name=name,
            kind=SourceKind.NETWORK,
            width=picture.shape[1],
            height=picture.shape[0],
            started_at=datetime.now(UTC),
        )

    def read(self) -> Frame | None:
        if self._container is None or self._ended:
            return None
        try:
            decoded = next(self._frames)
            now = time.monotonic()
            pixels = self._upright_rgb(decoded, None)
        except (FFmpegError, StopIteration) as error:
            self._ended = True
            raise SourceError(
                "The camera at {address} stopped sending ({reason}); emocam keeps trying.",
                address=shown_address(self._address),
                reason=reason(error),
            ) from None
        self._first = now if self._index == 0 else self._first
        frame = Frame(self._index, now - self._first, pixels, captured=now)
        self._index += 1
        return frame

    def close(self) -> None:
        self._frames = iter(())
        if self._container is not None:
            self._container.close()
            self._container = None


def _decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """A picture that is damaged on the way is passed over; only a stream that breaks off ends."""
    for packet in packets_of(container, stream):
        try:
            yield from packet.decode()
        except av.InvalidDataError:
            continue
