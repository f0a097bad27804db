"""A queue over processes of this machine. A process that dies costs the file it was at, and that one is tried once more.

Each worker is a `ProcessPoolExecutor` of its own: a pool breaks as a whole when one of its processes dies, and does not tell
which file killed it. In a pool of one there is no doubt, and no other file is lost with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait

from emocam.batch.jobs import Board, Job, Outcome, State, Work

_log = logging.getLogger(__name__)
_TICK_S = 0.2
_GRACE_S = 10.0  # So long a worker may take to stop; a frame takes less, but libraries take seconds to load.
_DIED = "The process that analysed it died twice; it may need more memory than there is: try fewer --workers."
_NOT_BEGUN = "No process could be started for it; run `emocam doctor`, which says what is missing."
_MISSES = 3
_context = multiprocessing.get_context("spawn")  # A fork would copy what libraries hold open, their threads not included.


def run_in_processes(
    jobs: Sequence[Job],
    work: Work,
    workers: int,
    stop: threading.Event,
    on_tick: Callable[[Sequence[tuple[Job, Board]]], None] = lambda running: None,
    grace_s: float = _GRACE_S,
) -> Iterator[Outcome]:
    """Yield the outcome of each job as it comes. After `stop` nothing is begun, and what runs ends as STOPPED within `grace_s`
    seconds; of jobs that were not begun there is no outcome.

    work: a function that another process can import, or a `functools.partial` of one. on_tick: is told several times a second
    what runs.
    """
    waiting = deque(jobs)
    idle = [_Worker() for _ in range(min(workers, len(jobs)))]
    running: dict[Future[Outcome], tuple[_Worker, Job]] = {}
    deaths: Counter[Job] = Counter()
    misses: Counter[Job] = Counter()  # The process died before it had the file in hand.
    give_up_at: float | None = None
    try:
        while (waiting and not stop.is_set()) or running:
            if stop.is_set():
                now = time.monotonic()
                give_up_at = give_up_at or now + grace_s
                for worker, _ in running.values():
                    worker.board.stop()
                    if now > give_up_at:
                        worker.kill()
            while idle and waiting and not stop.is_set():
                worker, job = idle.pop(), waiting.popleft()
                running[worker.submit(work, job)] = (worker, job)
            on_tick([(job, worker.board) for worker, job in running.values()])
            ended, _ = wait(running, _TICK_S, return_when=FIRST_COMPLETED)
            for future in ended:
                worker, job = running.pop(future)
                idle.append(worker)
                outcome = _outcome(future, job)
                if outcome is None:
                    count = deaths if worker.board.begun else misses
                    count[job] += 1
                    worker.renew()
                    if stop.is_set():
                        outcome = Outcome(job, State.STOPPED)
                    elif deaths[job] < 2 and misses[job] < _MISSES:
                        waiting.append(job)
                        continue
                    else:
                        outcome = Outcome(job, State.FAILED, _DIED if count is deaths else _NOT_BEGUN)
                yield outcome
    finally:
        for worker, _ in running.values():  # Only where the queue itself is given up.
            worker.board.stop()
            worker.kill()
        for worker in [*idle, *(worker for worker, _ in running.values())]:
            worker.close()


def _outcome(future: Future[Outcome], job: Job) -> Outcome | None:
    """None where the process died."""
    try:
        return future.result()
    except BrokenExecutor:
        return None
    except Exception as error:  # noqa: BLE001  # a bug costs one file and not the queue
        _log.exception("The analysis of %s failed", job.path)
        return Outcome(job, State.FAILED, f"Something went wrong inside emocam ({error!r}); please report it.")


class _Worker:
    """A process, made when it is first needed, and again after its death."""

    def __init__(self) -> None:
        self._make()

    def _make(self) -> None:
        cells = _context.RawArray(ctypes.c_longlong, Board.SIZE)
        self.board = Board(cells)
        self._pool = ProcessPoolExecutor(1, _context, _begin, (cells,))

    def renew(self) -> None:
        self.close()
        self._make()

    def submit(self, work: Work, job: Job) -> Future[Outcome]:
        self.board.clear()
        with _interrupts_held_back():
            try:
                return self._pool.submit(_do, work, job)
            except BrokenExecutor:  # It died between two jobs, which is no job's fault.
                self.renew()
                return self._pool.submit(_do, work, job)

    def kill(self) -> None:
        if self.board.pid:
            with contextlib.suppress(OSError):
                os.kill(self.board.pid, signal.SIGTERM)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """A terminal's Ctrl-C goes to every process in it. A process born meanwhile is deaf to it from its first moment."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# In the worker

_board = Board()


def _begin(cells: ctypes.Array[ctypes.c_longlong]) -> None:
    global _board
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The queue says when to stop.
    _board = Board(cells)
    _board.sign_on()
    threading.Thread(target=_end_with_the_queue, name="emocam-parent", daemon=True).start()


def _end_with_the_queue() -> None:
    """A worker whose queue was killed would otherwise wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(work: Work, job: Job) -> Outcome:
    _board.begin()
    return work(job, _board)
