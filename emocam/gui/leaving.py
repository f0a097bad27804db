"""What was left and ends by itself a moment later: a camera that hangs, a video whose next frame takes long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from PyQt6.QtCore import QObject, QTimer

_LOOK_EVERY_MS = 200


class Ends(Protocol):
    """It was told to end before."""

    def join(self, timeout: float) -> bool:
        """Wait for at most so many seconds; whether it has ended."""


class Leaving(QObject):
    """Keeps what was left until it has ended, so that no window stands still for it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left: list[tuple[Ends, Callable[[], object]]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def add(self, what: Ends, then: Callable[[], object] = lambda: None) -> None:
        """then: what is to be done once it has ended."""
        self._left.append((what, then))
        self._timer.start()

    def wait(self, seconds: float) -> None:
        """For all of them together, at the end of the application, when nobody watches any more."""
        until = time.monotonic() + seconds
        for what, _ in self._left:
            what.join(max(0.0, until - time.monotonic()))
        self._look()

    def _look(self) -> None:
        before, self._left = self._left, []
        for what, then in before:
            if what.join(0):
                then()
            else:
                self._left.append((what, then))
        if not self._left:
            self._timer.stop()
