"""A video file, frame by frame with its own timestamps (PyAV)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from emocam.adapters.av_decode import (
    FFmpegError,
    UprightRgb,
    frame_rate,
    moving_picture,
    open_file,
    packets_of,
    reason,
    untimed,
)
from emocam.adapters.paths import is_folder
from emocam.domain.errors import SourceError
from emocam.domain.ports import SourceInfo, SourceKind
from emocam.domain.vision import Frame

_FALLBACK_RATE = 25.0
LEAP_S = 86_400.0  # One day: timestamps that leap further are wrong.
_BELIEVED_S = 30 * LEAP_S  # What says that it lasts longer is not believed: such a leap is in it.
_RESET_S = 1.0  # Timestamps that fall back by more than this start anew, as in recordings that were joined.


class VideoFile:
    """Every frame that can be decoded; damaged parts are passed over. Time 0 is the first frame."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container: InputContainer | None = None
        self._frames: Iterator[VideoFrame] = iter(())
        self._held: Frame | None = None
        self._index = 0
        self._origin = 0.0
        self._last = 0.0
        self._step = 1 / _FALLBACK_RATE
        self._untimed = False
        self._pixel_aspect: Fraction | None = None
        self._upright_rgb = UprightRgb()

    def open(self) -> SourceInfo:
        self.close()
        name = self._path.name
        if is_folder(self._path):
            raise SourceError("{name} is a folder, not a video; choose a file in it.", name=name)
        if self._size() == 0:
            raise SourceError("{name} is empty (0 bytes); copy or record it again.", name=name)
        try:
            self._container = open_file(self._path)
            stream = moving_picture(self._container, name)
            stream.thread_type = "SLICE"  # Frame threads lose the last frames of a file that was cut off.
            rate = frame_rate(stream)
            self._pixel_aspect = stream.sample_aspect_ratio
            self._step = 1 / float(rate or _FALLBACK_RATE)
            self._untimed = untimed(self._container, stream)
            self._index, self._origin, self._last = 0, 0.0, 0.0
            self._frames = self._decoded(self._container, stream)
            self._held = self._next()
        except FFmpegError as error:
            self.close()
            raise SourceError(
                "{name} can't be opened as a video ({reason}); check that it plays elsewhere.", name=name, reason=reason(error)
            ) from None
        except SourceError:
            self.close()
            raise
        if self._held is None:
            self.close()
            raise SourceError("No picture of {name} can be decoded; check that it plays elsewhere.", name=name)
        told = self._duration(self._container, stream)
        duration = told if 0 < told <= _BELIEVED_S else None
        frame_count = stream.frames if stream.frames > 0 else round(duration * rate) if duration and rate else None
        return SourceInfo(
            name=name,
            kind=SourceKind.VIDEO,
            width=self._held.width,
            height=self._held.height,
            frame_rate=float(rate) if rate else None,
            frame_count=frame_count,
            duration=duration,
            sound=bool(self._container.streams.audio),
        )

    def _duration(self, container: InputContainer, stream: VideoStream) -> float:
        """Seconds of the pictures, from the first one on, as the file says it, which as a whole may have sound for longer; 0
        where it does not say."""
        if stream.duration and stream.duration > 0 and stream.time_base:
            return float(stream.duration * stream.time_base)
        told = _seconds(stream.metadata.get("DURATION", "")) or (container.duration or 0) / av.time_base
        # Matroska says when it ends, on a clock that may stand anywhere at the first picture.
        return told - self._origin if "matroska" in container.format.name and told > self._origin else told

    def read(self) -> Frame | None:
        if self._container is None:
            return None
        frame, self._held = self._held, None
        return frame or self._next()

    def close(self) -> None:
        self._frames = iter(())
        self._held = None
        if self._container is not None:
            self._container.close()
            self._container = None

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            raise SourceError("There is no file {path}; check the name.", path=self._path) from None
        except OSError as error:
            raise SourceError(
                "{path} can't be read ({reason}); check the name.", path=self._path, reason=error.strerror
            ) from None

    def _decoded(self, container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
        packets = packets_of(container, stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except OSError as error:  # A drive that was pulled, a share that is gone: not the file's end.
                raise SourceError(
                    "{name} can't be read any further ({reason}); check the drive or share that it lies on.",
                    name=self._path.name,
                    reason=reason(error),
                ) from None
            except FFmpegError:  # The file ends in the middle of something.
                with suppress(FFmpegError):
                    yield from stream.decode(None)
                return
            try:
                yield from packet.decode()
            except FFmpegError:
                continue

    def _next(self) -> Frame | None:
        for decoded in self._frames:
            try:
                pixels = self._upright_rgb(decoded, self._pixel_aspect)
            except FFmpegError:  # Damaged so that it can be decoded and yet is no picture.
                continue
            frame = Frame(self._index, self._time_of(decoded), pixels)
            self._index += 1
            return frame
        return None

    def _time_of(self, decoded: VideoFrame) -> float:
        """Seconds since the first frame, never falling: a frame without a timestamp, or with one from before or from
        another day, comes one frame's length after the last."""
        # What comes out of the decoder after the last packet has a number, but may have no unit for it.
        stamp = decoded.time if not self._untimed and decoded.pts is not None and math.isfinite(decoded.time) else None
        if self._index == 0:
            self._origin = stamp or 0.0
            return 0.0
        following = self._last + self._step
        if stamp is None:
            time = following
        else:
            time = stamp - self._origin
            if not self._last - _RESET_S <= time <= self._last + LEAP_S:
                self._origin = stamp - following
                time = following
            elif time < self._last:
                time = following
        self._last = time
        return time


def _seconds(clock: str) -> float:
    """Of 00:01:02.5, as Matroska's tags have it; 0 where it is none."""
    try:
        hours, minutes, seconds = clock.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        return 0.0
