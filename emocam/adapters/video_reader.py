"""Any moment of a recording, for a player: the times are those that the analysis gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from emocam.adapters.av_decode import FFmpegError, UprightRgb, frame_rate, moving_picture, open_file, untimed
from emocam.adapters.av_file import LEAP_S, VideoFile
from emocam.adapters.first_picture import lead
from emocam.adapters.sources import find_recording
from emocam.domain.errors import SourceError
from emocam.domain.ports import FrameSource, SourceInfo
from emocam.domain.vision import Frame

_SOON_S = 1.5  # What lies no further ahead is reached sooner by decoding on than by a jump to a key frame.
_STEPS_BACK_S = (0.0, 2.0, 10.0)  # Where a jump lands too late, as in files with a poor index.
_SAME_S = 1e-4
_LAST_S = 0.25  # So long the last frame of a file may stay on the screen.


class RecordingReader:
    """A `FrameReader` over videos and pictures. Where timestamps can't be trusted it reads on or anew: slow, but right."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._jumping: _Jumping | None = None
        self._plain: FrameSource | None = None
        self._frame: Frame | None = None
        self._next: Frame | None = None

    def open(self) -> SourceInfo:
        self.close()
        self._plain = find_recording(self._path)
        info = self._plain.open()
        self._frame = self._plain.read()
        if isinstance(self._plain, VideoFile):
            self._jumping = _Jumping(self._path)
            try:
                self._jumping.start()
            except (_Untrusted, FFmpegError, IndexError):
                self._plainly_from_now_on()
        return replace(info, lead_s=lead(self._path)) if info.sound else info

    def frame_at(self, time_s: float) -> Frame | None:
        if self._jumping is not None:
            try:
                return self._jumping.frame_at(time_s)
            except (_Untrusted, FFmpegError, IndexError):  # The last for a stream that begins late, see `packets_of`.
                self._plainly_from_now_on()
        return self._plainly(time_s)

    def close(self) -> None:
        for reader in (self._jumping, self._plain):
            if reader is not None:
                reader.close()
        self._jumping = self._plain = self._frame = self._next = None

    def _plainly_from_now_on(self) -> None:
        if self._jumping is not None:
            self._jumping.close()
            self._jumping = None

    def _plainly(self, time_s: float) -> Frame | None:
        if self._plain is None:
            return None
        if self._frame is None or time_s < self._frame.timestamp - _SAME_S:
            self._plain.open()
            self._frame, self._next = self._plain.read(), None
        while True:
            self._next = self._next or self._plain.read()
            if self._next is None or self._next.timestamp > time_s + _SAME_S:
                return self._frame
            self._frame, self._next = self._next, None


class _Untrusted(Exception):  # not an error: another way is taken
    """The timestamps are missing, fall back or leap."""


class _Jumping:
    def __init__(self, path: Path) -> None:
        try:
            self._container: InputContainer = open_file(path)
        except FFmpegError as error:
            raise SourceError(
                "{name} can't be opened a second time ({reason}); check that it is still there.", name=path.name, reason=error
            ) from None
        self._stream: VideoStream = moving_picture(self._container, path.name)
        self._stream.thread_type = "AUTO"
        self._aspect: Fraction | None = self._stream.sample_aspect_ratio
        self._last_lasts = max(_LAST_S, 2 / float(frame_rate(self._stream) or 25))
        self._upright_rgb = UprightRgb()
        self._decoded: Iterator[VideoFrame] = iter(())
        self._now: VideoFrame | None = None
        self._ahead: VideoFrame | None = None
        self._origin = 0.0
        self._shown: Frame | None = None

    def start(self) -> None:
        if untimed(self._container, self._stream):
            raise _Untrusted
        self._landed()
        self._origin = self._seconds(self._now)

    def frame_at(self, time_s: float) -> Frame | None:
        wanted = max(time_s, 0.0) + _SAME_S
        if self._now is None or not self._time(self._now) <= wanted <= self._time(self._now) + _SOON_S:
            self._jump(wanted)
        while self._now is not None:
            self._ahead = self._ahead or self._following()
            if self._ahead is None and wanted - self._time(self._now) > self._last_lasts:
                raise _Untrusted  # It ends too soon: what begins anew in the middle looks so from behind.
            if self._ahead is None or self._time(self._ahead) > wanted:
                break
            self._now, self._ahead = self._ahead, None
        if self._now is None:
            return None
        time = self._time(self._now)
        if self._shown is None or self._shown.timestamp != time:
            self._shown = Frame(-1, time, self._upright_rgb(self._now, self._aspect))
        return self._shown

    def close(self) -> None:
        self._container.close()

    def _jump(self, wanted: float) -> None:
        for back in _STEPS_BACK_S:
            target = max(self._origin + wanted - back, 0.0 if self._origin >= 0 else self._origin)
            if target <= self._origin:
                break
            self._container.seek(int(target / float(self._stream.time_base or 1)), stream=self._stream)
            if self._landed() and self._now is not None and self._time(self._now) <= wanted:
                return
        self._container.seek(0, backward=True, any_frame=False)
        if not self._landed() or (self._now is not None and self._time(self._now) > wanted):
            raise _Untrusted

    def _landed(self) -> bool:
        self._decoded = self._container.decode(self._stream)
        self._ahead = None
        self._now = next(self._decoded, None)
        return self._now is not None

    def _following(self) -> VideoFrame | None:
        following = next(self._decoded, None)
        if following is not None and self._now is not None and not 0 <= self._time(following) - self._time(self._now) <= LEAP_S:
            raise _Untrusted
        return following

    def _time(self, frame: VideoFrame) -> float:
        return self._seconds(frame) - self._origin

    def _seconds(self, frame: VideoFrame | None) -> float:
        if frame is None or frame.pts is None or frame.time is None:
            raise _Untrusted
        return float(frame.time)
