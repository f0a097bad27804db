"""A clip in the place of a camera: the same pictures at the same pace on every machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from emocam.adapters.av_file import VideoFile
from emocam.domain.ports import Clock, FrameSource, SourceInfo, SourceKind
from emocam.domain.vision import Frame


class PacedReplay:
    """A `FrameSource` that is live: `rate` frames per second, over and over, late ones left out as a camera leaves them out.

    `captured` is when a frame was due, so that its decoding counts into the delay that a user would see.
    """

    def __init__(
        self,
        clip: Path,
        rate: float = 30.0,
        *,
        make_source: Callable[[Path], FrameSource] = VideoFile,
        clock: Clock = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clip, self._rate, self._make, self._clock, self._wait = clip, rate, make_source, clock, wait
        self._source: FrameSource | None = None
        self._index = 0
        self._first = self._due = 0.0

    def open(self) -> SourceInfo:
        self.close()
        self._source = self._make(self._clip)
        info = self._source.open()
        self._index, self._first = 0, self._clock()
        self._due = self._first
        return replace(info, kind=SourceKind.CAMERA, frame_rate=self._rate, frame_count=None, duration=None)

    def read(self) -> Frame | None:
        if self._source is None:
            return None
        now = self._clock()
        if now < self._due:
            self._wait(self._due - now)
        else:
            self._due += int((now - self._due) * self._rate) / self._rate
        captured = self._due
        frame = self._source.read()
        if frame is None:
            self._source.close()
            self._source.open()
            frame = self._source.read()
        if frame is None:
            return None
        frame = Frame(self._index, captured - self._first, frame.pixels, captured)
        self._index += 1
        self._due += 1 / self._rate
        return frame

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source = None
