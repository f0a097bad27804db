"""Frames of a recording with their faces, read and located ahead of who takes them, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from emocam.domain.ports import FrameSource, SourceInfo
from emocam.domain.vision import Face, Frame
from emocam.pipeline.handover import Handover

_ROOM = 4  # Enough to bridge a key frame, which takes several times as long to decode.
_ROOM_BYTES = 64_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """A frame and the faces in it."""

    frame: Frame
    faces: tuple[Face, ...]


class Ahead:
    """`open`, then `take` until it returns None, then `close`, all in one thread. `close` may be called at any time.

    The source is opened, read and closed in one thread; `locate` is called in another. What either raises is raised by `open`
    or `take`, once everything before it was taken. wanted: whether a frame is to be located and given, or passed over.
    """

    def __init__(
        self,
        source: FrameSource,
        locate: Callable[[Frame], tuple[Face, ...]],
        wanted: Callable[[Frame], bool] = lambda frame: True,
    ) -> None:
        self._source, self._locate, self._wanted = source, locate, wanted
        self._opened: Handover[SourceInfo] = Handover(1)
        self._frames: Handover[Frame] = Handover(_ROOM)
        self._located: Handover[Located] = Handover(_ROOM)
        self._threads = (
            threading.Thread(target=self._read, name="emocam-reading", daemon=True),
            threading.Thread(target=self._find, name="emocam-locating", daemon=True),
        )

    def open(self) -> SourceInfo:
        for thread in self._threads:
            thread.start()
        info = self._opened.take()
        if info is None:
            raise ValueError("closed before it was open")
        return info

    def take(self, stop: threading.Event | None = None) -> Located | None:
        """The next one; None at the end, or soon after `stop` is set."""
        return self._located.take(stop)

    def close(self) -> None:
        """Returns when both threads have ended, which takes no longer than the frame that each is busy with."""
        self._frames.close()
        self._located.close()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _read(self) -> None:
        failure: BaseException | None = None
        try:
            try:
                info = self._source.open()
                self._frames.room = self._located.room = _room(info)
                self._opened.put(info)
                while (frame := self._source.read()) is not None:
                    if self._wanted(frame) and not self._frames.put(frame):
                        break
            finally:
                self._source.close()
        except BaseException as error:  # noqa: BLE001  # it is raised where the frames are taken
            failure = error
        self._opened.end(failure)
        self._frames.end(failure)

    def _find(self) -> None:
        failure: BaseException | None = None
        try:
            while (frame := self._frames.take()) is not None:
                if not self._located.put(Located(frame, self._locate(frame))):
                    break
        except BaseException as error:  # noqa: BLE001  # the same
            failure = error
        self._frames.close()
        self._located.end(failure)


def _room(info: SourceInfo) -> int:
    """How many frames may wait between two threads: fewer where they are large."""
    return max(1, min(_ROOM, _ROOM_BYTES // max(info.width * info.height * 3, 1)))
