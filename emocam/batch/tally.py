"""How far the queue is, and for how long still."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from emocam.batch.jobs import Board, Job, Outcome, State
from emocam.domain.ports import Clock


class Tally:
    """jobs: those to do. Time is foretold by the bytes of files, which are at hand before a file is opened."""

    def __init__(self, jobs: Sequence[Job], clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self.total = sum(max(job.size, 1) for job in jobs)
        self.states: Counter[State] = Counter()
        self._done = 0.0
        self._frames = 0
        self._running = 0.0
        self._running_frames = 0

    def add(self, outcome: Outcome) -> None:
        self.states[outcome.state] += 1
        self._frames += outcome.frames
        self._done += max(outcome.job.size, 1)

    def see(self, running: Sequence[tuple[Job, Board]]) -> None:
        """What runs at this moment. Time counts from the first frame on, since libraries are loaded only once."""
        self._running = sum(max(job.size, 1) * board.share for job, board in running)
        self._running_frames = sum(board.frames for _, board in running)
        if running and not self._running_frames and not self.ended:
            self._began = self._clock()

    @property
    def ended(self) -> int:
        """Files."""
        return self.states.total()

    @property
    def done(self) -> float:
        """Bytes, of `total`."""
        return min(self._done + self._running, self.total)

    @property
    def rate(self) -> float:
        """Frames per second of all workers together, since the beginning."""
        elapsed = self._clock() - self._began
        return (self._frames + self._running_frames) / elapsed if elapsed > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """None while nothing can be told."""
        elapsed = self._clock() - self._began
        return elapsed * (self.total - self.done) / self.done if self.done and elapsed > 0 else None
