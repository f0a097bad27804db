"""A hand-over between two threads that keeps the order and holds a few items."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Handover(Generic[Item]):
    """One thread puts, one takes. room: how many items may wait. Unlike a `queue.Queue`, either side can leave: the putting
    one by `end`, with what went wrong there, the taking one by `close`, and nobody waits for who has left."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._error: BaseException | None = None
        self._ended = self._closed = False

    def put(self, item: Item) -> bool:
        """Wait until there is room; False where nobody will take it any more."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._items) < self.room or self._closed)
            if not self._closed:
                self._items.append(item)
                self._changed.notify_all()
            return not self._closed

    def end(self, error: BaseException | None = None) -> None:
        """Nothing more will come. error: raised in the taking thread once it has taken what was put before."""
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def take(self, stop: threading.Event | None = None) -> Item | None:
        """The next item; None where no more will come, it was closed, or `stop` is set (looked at ten times a second).
        Raises what `end` was given."""
        with self._changed:
            while not (self._items or self._ended or self._closed or (stop and stop.is_set())):
                self._changed.wait(0.1 if stop else None)
            if self._closed or (stop and stop.is_set()):
                return None
            if self._items:
                self._changed.notify_all()
                return self._items.popleft()
            if self._error is not None:
                raise self._error
            return None

    def close(self) -> None:
        """What waits is let go, and so is what is put from now on."""
        with self._changed:
            self._closed = True
            self._items.clear()
            self._changed.notify_all()
