"""The same queue on a Dask cluster, for those who outgrow one machine. Dask gives the file of a lost worker to another one."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import emocam
from emocam.batch.jobs import Board, Job, Outcome, State, Work
from emocam.domain.errors import EmocamError

_TICK_S = 0.2
_WITHIN_S = 30.0  # A worker is there, a result is fetched.
_ANSWERS_WITHIN_S = 10.0


def run_on_dask(
    address: str,
    jobs: Sequence[Job],
    work: Work,
    stop: threading.Event,
    on_tick: Callable[[Sequence[tuple[Job, Board]]], None] = lambda running: None,
) -> Iterator[Outcome]:
    """Yield the outcome of each job as it comes. After `stop` there are no more: what waits is taken back, and what a worker is
    at it finishes by itself.

    address: of the scheduler. The paths of the jobs must mean the same files on every worker. Raises EmocamError.
    """
    client = _connect(address)
    try:
        from distributed import as_completed

        futures = client.map(_do, [work] * len(jobs), jobs, pure=False, retries=0)
        job_of = {future.key: job for future, job in zip(futures, jobs, strict=True)}
        ended = as_completed(futures, loop=client.loop)
        left = len(jobs)
        while left and not stop.is_set():
            on_tick([])
            batch = ended.next_batch(block=False)
            if not batch:
                time.sleep(_TICK_S)
            for future in batch:
                outcome = _outcome(future, job_of[future.key])
                if outcome is None:
                    ended.add(future)
                    continue
                left -= 1
                future.release()
                yield outcome
        if left:
            client.cancel(futures)
    finally:
        client.close()


def _connect(address: str) -> Any:
    try:
        from distributed import Client
        from distributed.comm import get_address_host_port
    except ImportError:
        raise EmocamError("Dask is not installed here; run `pip install dask[distributed]`.") from None
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # What matters of it is said in a sentence of ours.
    try:
        # Asked first, since a Client that nobody answers leaves a traceback behind when it is collected.
        socket.create_connection(get_address_host_port(address), _ANSWERS_WITHIN_S).close()
        client = Client(address, timeout=_ANSWERS_WITHIN_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        raise EmocamError(
            f"No Dask scheduler answers at {address}; start one with `dask scheduler`, or check the name."
        ) from None
    try:
        client.wait_for_workers(1, timeout=_WITHIN_S)
        versions = client.run(_version)
    except TimeoutError:
        client.close()
        raise EmocamError(f"The scheduler at {address} has no worker; start some with `dask worker {address}`.") from None
    except Exception as error:  # noqa: BLE001  # whatever a worker without emocam answers
        client.close()
        raise EmocamError(f"A worker can't run emocam ({error}); install the same emocam there.") from None
    if other := {version for version in versions.values() if version != emocam.__version__}:
        client.close()
        raise EmocamError(
            f"A worker has emocam {', '.join(sorted(other))} and this is {emocam.__version__}; install the same everywhere."
        )
    return client


def _outcome(future: Any, job: Job) -> Outcome | None:
    """None where the result was lost with its worker, and is being made again. Raises EmocamError without a scheduler."""
    from distributed import KilledWorker

    if future.status in ("cancelled", "lost"):
        raise EmocamError("The Dask scheduler went away; what is done is kept, so run the same command again to go on.")
    try:
        outcome: Outcome = future.result(timeout=_WITHIN_S)
    except TimeoutError:
        return None
    except KilledWorker:
        return Outcome(job, State.FAILED, "Worker after worker died over it; it may need more memory than they have.")
    except Exception as error:  # noqa: BLE001  # a bug costs one file and not the queue
        return Outcome(job, State.FAILED, f"Something went wrong inside emocam ({error!r}); please report it.")
    return outcome


def _do(work: Work, job: Job) -> Outcome:
    return work(job, Board())


def _version() -> str:
    return emocam.__version__
