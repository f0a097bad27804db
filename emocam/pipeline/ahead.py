"""Frames of a recording with their faces, read and located ahead of who takes them, in threads of their own."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emocam.domain.ports import FaceLocator, FrameSource, SourceInfo
from emocam.domain.vision import Face, Frame
from emocam.pipeline.handover import Handover
from emocam.pipeline.looks import Look, Looks

_ROOM = 8  # Enough to bridge a key frame, or a few frames with a second look, which take several times as long.
_ROOM_BYTES = 64_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """A frame and the faces in it."""

    frame: Frame
    faces: tuple[Face, ...]


class Ahead:
    """`open`, then `take` until it returns None, then `close`, all in one thread. `close` may be called at any time.

    The source is opened, read and closed in one thread; each of `locators` is used in one more; they take the frames in turn.
    What any of them raises is raised by `open` or `take`, once everything before it was taken. wanted: asked of each frame in
    turn whether it is to be located and given, or passed over.
    """

    def __init__(
        self,
        source: FrameSource,
        locators: Sequence[FaceLocator],
        wanted: Callable[[Frame], bool] = lambda frame: True,
    ) -> None:
        self._source, self._wanted = source, wanted
        self._opened: Handover[SourceInfo] = Handover(1)
        self._closed = threading.Event()
        self.end_s = 0.0  # Of the last frame that was read, also where it was passed over.
        self._lanes = [_Lane(locator) for locator in locators]
        self._turn = itertools.cycle(self._lanes)
        self._threads = [threading.Thread(target=self._read, name="emocam-reading", daemon=True)]
        self._threads += [threading.Thread(target=lane.run, name="emocam-locating", daemon=True) for lane in self._lanes]

    def open(self) -> SourceInfo:
        for thread in self._threads:
            thread.start()
        info = self._opened.take()
        if info is None:
            raise ValueError("closed before it was open")
        return info

    def take(self, stop: threading.Event | None = None) -> Located | None:
        """The next one; None at the end, or soon after `stop` is set."""
        return next(self._turn).located.take(stop)

    def close(self) -> None:
        """Returns when all threads have ended, which takes no longer than the frame that each is busy with."""
        self._closed.set()  # Frames that are passed over are handed to nobody who could refuse them.
        for lane in self._lanes:
            lane.frames.close()
            lane.located.close()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _read(self) -> None:
        failure: BaseException | None = None
        try:
            try:
                info = self._source.open()
                for lane in self._lanes:
                    lane.frames.room = lane.located.room = _room(info, len(self._lanes))
                self._opened.put(info)
                turn, looks = itertools.cycle(self._lanes), Looks(self._closed)
                while not self._closed.is_set() and (frame := self._source.read()) is not None:
                    self.end_s = frame.timestamp
                    if self._wanted(frame) and not next(turn).frames.put((looks.of(frame), frame)):
                        break
            finally:
                self._source.close()
        except BaseException as error:  # noqa: BLE001  # it is raised where the frames are taken
            failure = error
        self._opened.end(failure)
        for lane in self._lanes:
            lane.frames.end(failure)


class _Lane:
    """One thread that locates."""

    def __init__(self, locator: FaceLocator) -> None:
        self._locator = locator
        self.frames: Handover[tuple[Look, Frame]] = Handover(_ROOM)
        self.located: Handover[Located] = Handover(_ROOM)

    def run(self) -> None:
        failure: BaseException | None = None
        try:
            while (given := self.frames.take()) is not None:
                look, frame = given
                if not self.located.put(Located(frame, look.locate(self._locator, frame))):
                    break
        except BaseException as error:  # noqa: BLE001  # it is raised where the frames are taken
            failure = error
        self.frames.close()
        self.located.end(failure)


def _room(info: SourceInfo, lanes: int) -> int:
    """How many frames may wait at each hand-over: fewer where they are large."""
    frames = min(_ROOM, _ROOM_BYTES // max(info.width * info.height * 3, 1))
    return max(1, frames // lanes)
