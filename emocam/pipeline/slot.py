"""A hand-over between two threads that holds one item."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Slot(Generic[Item]):
    """One thread puts, one takes. `close` wakes who waits."""

    def __init__(self) -> None:
        self._item: Item | None = None
        self._closed = False
        self._changed = threading.Condition()

    def replace(self, item: Item) -> bool:
        """Put `item` at once; True where it took the place of one that nobody had taken."""
        with self._changed:
            dropped = self._item is not None
            self._item = item
            self._changed.notify_all()
            return dropped

    def take(self, timeout: float) -> Item | None:
        """The item, which is then gone; None where none came within `timeout` seconds or the slot is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._item is not None or self._closed, timeout)
            item, self._item = self._item, None
            return item

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def finished(self) -> bool:
        """Closed, and nothing is left to take."""
        with self._changed:
            return self._closed and self._item is None
