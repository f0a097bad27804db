"""The queue on a real Dask scheduler with two workers, each a process of its own."""

import json
import os
import subprocess
import sys
import threading
import time

import pytest
from batch_work import begun, jobs, work

from emocam.batch.jobs import State
from emocam.domain.errors import EmocamError

pytest.importorskip("distributed", reason="Dask is an extra and not installed here")

from emocam.batch.on_dask import run_on_dask


@pytest.fixture
def cluster(tmp_path):
    """(address, workers)"""
    file = tmp_path / "scheduler.json"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    started = []

    def start(*arguments):
        log = open(tmp_path / f"dask{len(started)}.log", "w")  # noqa: SIM115
        command = [sys.executable, "-m", "dask", *arguments, "--scheduler-file", str(file), "--no-dashboard"]
        started.append((subprocess.Popen(command, env=environment, stdout=log, stderr=log), log))
        return started[-1][0]

    start("scheduler", "--host", "127.0.0.1", "--port", "0")
    workers = [start("worker", "--nthreads", "1", "--no-nanny", "--name", name) for name in ("one", "two")]
    try:
        yield address_in(file), workers
    finally:
        for process, log in started:
            process.kill()
            process.wait(10)
            log.close()


def address_in(file):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if file.exists() and file.stat().st_size:
            return json.loads(file.read_text())["address"]
        time.sleep(0.05)
    raise AssertionError("no scheduler")


def test_a_worker_killed_on_the_way_loses_nothing_and_doubles_nothing(tmp_path, cluster):
    address, workers = cluster
    names = [f"slow{number}" for number in range(6)]
    outcomes = []
    for outcome in run_on_dask(address, jobs(tmp_path, *names, "bad", "bug"), work, threading.Event()):
        outcomes.append(outcome)
        if len(outcomes) == 1:
            workers[0].kill()
    states = {outcome.job.name: outcome.state for outcome in outcomes}
    assert len(outcomes) == len(states) == 8
    assert states == dict.fromkeys(names, State.DONE) | dict.fromkeys(("bad", "bug"), State.FAILED)
    assert set(begun(tmp_path)) == set(states)


def test_stop_ends_it_soon(tmp_path, cluster):
    address, _ = cluster
    stop = threading.Event()
    began = time.monotonic()
    for _ in run_on_dask(address, jobs(tmp_path, *(f"slow{number}" for number in range(50))), work, stop):
        stop.set()
    assert time.monotonic() - began < 30
    assert len(begun(tmp_path)) < 50


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense"])
def test_a_scheduler_that_is_not_there_says_so_at_once(tmp_path, address):
    began = time.monotonic()
    with pytest.raises(EmocamError, match=f"No Dask scheduler answers at {address};"):
        list(run_on_dask(address, jobs(tmp_path, "a"), work, threading.Event()))
    assert time.monotonic() - began < 5
