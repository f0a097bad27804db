"""Which frames faces are looked for in in full, and what the frames between may know of what was seen there."""

from __future__ import annotations

import threading

from emocam.domain.ports import FaceLocator
from emocam.domain.vision import Face, Frame, Sight

IN_FULL_EVERY_S = 0.5


class Looks:
    """Give each frame, in time order, its look. closed: set where nobody waits for an answer any more.

    A frame is looked at in full where the one before that was lies half a second back or more (docs/decisions/0016). The time
    counts, not the number of frames, so that it is as good where frames are passed over.
    """

    def __init__(self, closed: threading.Event | None = None) -> None:
        self._closed = closed or threading.Event()
        self._latest: Look | None = None
        self._at = 0.0

    def of(self, frame: Frame) -> Look:
        if self._latest is None or not 0 <= frame.timestamp - self._at < IN_FULL_EVERY_S:
            self._latest, self._at = Look(frame.index, self._closed), frame.timestamp
        return self._latest


class Look:
    """One look in full, at the frame `index`, for that frame and for those until the next such look. They may be located in
    several threads: whoever has another frame waits for what was seen in that one."""

    def __init__(self, index: int, closed: threading.Event) -> None:
        self._index, self._closed = index, closed
        self._seen: Sight | None = None
        self._done = threading.Event()

    def locate(self, locator: FaceLocator, frame: Frame) -> tuple[Face, ...]:
        if frame.index != self._index:
            while not self._done.wait(0.1) and not self._closed.is_set():
                pass
            return locator.locate(frame, self._seen).faces
        try:
            self._seen = locator.locate(frame)
            return self._seen.faces
        finally:
            self._done.set()  # Also where it failed: another thread may wait.
