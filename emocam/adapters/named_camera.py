"""The camera that a live run names, found anew each time it is opened."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from emocam.domain.ports import FrameSource, SourceInfo
from emocam.domain.vision import Frame

if TYPE_CHECKING:
    from emocam.adapters.cv2_camera import CameraEntry

_LET_GO_WITHIN_S = 5.0  # A network camera that hangs lets go after its own time limit.


class NamedCamera:
    """A camera that is found and opened by the thread that reads it: to list cameras takes a while too.

    One is open at a time: most cameras refuse a second opening, so a new run waits until the one before has let go.
    """

    _one_at_a_time = threading.Lock()

    def __init__(self, text: str) -> None:
        self._text = text
        self._camera: tuple[CameraEntry, frozenset[str]] | None = None  # Which it was, and its twins.
        self._source: FrameSource | None = None
        self._holds = False

    def open(self) -> SourceInfo:
        from emocam.adapters.cv2_camera import Cv2Camera, found_again, twins_of
        from emocam.adapters.sources import find_camera

        self.close()
        self._holds = self._one_at_a_time.acquire(timeout=_LET_GO_WITHIN_S)
        try:
            self._source = found_again(*self._camera) if self._camera else find_camera(self._text)
            info = self._source.open()
            if self._camera is None and isinstance(self._source, Cv2Camera):
                self._camera = self._source.entry, twins_of(self._source.entry)
            return info
        except BaseException:
            self.close()
            raise

    def read(self) -> Frame | None:
        return self._source.read() if self._source else None

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source = None
        if self._holds:
            self._holds = False
            self._one_at_a_time.release()
