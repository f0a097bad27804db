"""What workers of the queue do in tests. Other processes import it, so it is a module of its own."""

from __future__ import annotations

import os
import time
from pathlib import Path

from emocam.batch.jobs import Board, Job, Outcome, State


def jobs(folder: Path, *names: str) -> list[Job]:
    return [Job(name, folder / name, folder / f"{name}.emocam", None, 100) for name in names]


def note(job: Job) -> None:
    """That it was begun, once more; a line is written whole or not at all."""
    with open(job.session.parent / "begun.txt", "a") as file:
        file.write(f"{job.name}\n")


def begun(folder: Path) -> list[str]:
    path = folder / "begun.txt"
    return path.read_text().split() if path.exists() else []


def work(job: Job, board: Board) -> Outcome:
    """Each name tells what happens: dies, dies-once, bug, waits (until it is told to stop), deaf (never stops), slow…."""
    note(job)
    if job.name == "dies" or (job.name == "dies-once" and begun(job.session.parent).count(job.name) == 1):
        os.kill(os.getpid(), 9)
    if job.name == "bug":
        raise ZeroDivisionError("a bug")
    if job.name == "bad":
        return Outcome(job, State.FAILED, "It is bad; mend it.")
    if job.name.startswith("slow"):
        time.sleep(0.5)
    while job.name in ("waits", "deaf"):
        board.show(5, 10)
        if board.stop_wanted and job.name == "waits":
            return Outcome(job, State.STOPPED)
        time.sleep(0.01)
    return Outcome(job, State.DONE, "", os.getpid())
