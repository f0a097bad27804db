"""What depends on no other frame of a recording, done ahead of who takes it, in threads of their own."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from emocam.domain.ports import FaceLocator, FrameSource, SourceInfo
from emocam.domain.vision import Face, Frame
from emocam.pipeline.analyser import Glance
from emocam.pipeline.looks import Look, Looks

# A thread reads some frames, then locates the faces in all of them, then reads the expressions in all of them: what the
# decoder, the detector or the network needs stays in the core's cache, which saves a tenth of the work (docs/decisions/0009).
_MOST, _MOST_BYTES = 12, 50_000_000
_LONGEST_S = 0.05  # Of reading them, looked at between two: where that is slow, the first ones shall not wait for all the rest.
_LOOK_AGAIN_S = 0.1


class Ahead:
    """`open`, then `take` until it returns None, then `close`, all in one thread. `close` may be called at any time.

    There is a thread for each of `locators`. glance: called by one of them at a time, as the source is read by one at a time.
    What any of them raises is raised by `take`, once everything before it was taken. wanted: asked of each frame in turn
    whether it is to be looked at and given, or passed over.
    """

    def __init__(
        self,
        source: FrameSource,
        locators: Sequence[FaceLocator],
        glance: Callable[[Frame, Sequence[Face]], Glance],
        wanted: Callable[[Frame], bool] = lambda frame: True,
    ) -> None:
        self._source, self._glance, self._wanted = source, glance, wanted
        self.end_s = 0.0  # Of the last frame that was read, also where it was passed over.
        self._closed = threading.Event()
        self._looks = Looks(self._closed)
        self._reading, self._glancing = threading.Lock(), threading.Lock()
        self._size, self._most, self._read_out = 1, _MOST, False
        self._begun: SimpleQueue[_Batch] = SimpleQueue()  # In the order of their frames.
        self._room = threading.Semaphore(len(locators) + 1)  # For batches that were begun and not yet taken.
        self._taken: deque[Glance] = deque()
        self._failure: BaseException | None = None
        self._at_end = False
        self._threads = [
            threading.Thread(target=self._work, args=(locator,), name="emocam-ahead", daemon=True) for locator in locators
        ]

    def open(self) -> SourceInfo:
        if self._closed.is_set():
            raise ValueError("closed before it was open")
        info = self._source.open()
        self._most = most_at_once(info)
        for thread in self._threads:
            thread.start()
        return info

    def take(self, stop: threading.Event | None = None) -> Glance | None:
        """The next one; None at the end, and from soon after `stop` is set."""
        while not self._taken:
            if self._failure is not None:
                raise self._failure
            if self._at_end or (batch := self._next(stop)) is None:
                return None
            self._taken.extend(batch.glances)
            self._failure, self._at_end = batch.failure, batch.last
            self._room.release()
        return self._taken.popleft()

    def close(self) -> None:
        """Returns when all threads have ended, which takes no longer than the frame that each is busy with. Raises what the
        source raises where all was taken; else that is not what went wrong, or not what anybody waits for."""
        self._closed.set()
        for _ in self._threads:
            self._room.release()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        try:
            self._source.close()
        except Exception:
            if self._at_end:
                raise

    def _next(self, stop: threading.Event | None) -> _Batch | None:
        batch = None
        while not (self._closed.is_set() or (stop and stop.is_set())):
            try:
                batch = batch or self._begun.get(timeout=_LOOK_AGAIN_S)
            except Empty:
                continue
            if batch.done.wait(_LOOK_AGAIN_S):
                return batch
        return None

    def _work(self, locator: FaceLocator) -> None:
        while self._room.acquire() and self._one_batch(locator):
            pass

    def _one_batch(self, locator: FaceLocator) -> bool:
        """Whether there may be more."""
        with self._reading:
            if self._closed.is_set() or self._read_out:
                return False
            batch = _Batch()
            self._begun.put(batch)
            frames = self._read(batch)
        located: list[tuple[Frame, tuple[Face, ...]]] = []
        try:
            for look, frame in frames:
                if self._closed.is_set():
                    break
                located.append((frame, look.locate(locator, frame)))
        except BaseException as error:  # noqa: BLE001  # it is raised where the glances are taken
            batch.failure = error  # In place of one of the source's, which came after these frames.
        try:
            with self._glancing:
                for frame, faces in located:
                    if self._closed.is_set():
                        break
                    batch.glances.append(self._glance(frame, faces))
        except BaseException as error:  # noqa: BLE001
            batch.failure = error
        batch.done.set()
        return True

    def _read(self, batch: _Batch) -> list[tuple[Look, Frame]]:
        """Few frames at first, so that all threads have some soon."""
        frames: list[tuple[Look, Frame]] = []
        until = time.monotonic() + _LONGEST_S
        try:
            while len(frames) < self._size and time.monotonic() < until and not self._closed.is_set():
                frame = self._source.read()
                if frame is None:
                    self._read_out = batch.last = True
                    break
                self.end_s = frame.timestamp
                if self._wanted(frame):
                    frames.append((self._looks.of(frame), frame))
        except BaseException as error:  # noqa: BLE001
            self._read_out, batch.failure = True, error
        self._size = min(2 * self._size, self._most)
        return frames


class _Batch:
    """Some frames, one after another. last: the source has no more. failure: what ended it, after these glances."""

    def __init__(self) -> None:
        self.glances: list[Glance] = []
        self.failure: BaseException | None = None
        self.last = False
        self.done = threading.Event()


def most_at_once(info: SourceInfo) -> int:
    """How many frames a thread has at a time: fewer where they are large."""
    return max(1, min(_MOST, _MOST_BYTES // max(info.width * info.height * 3, 1)))
