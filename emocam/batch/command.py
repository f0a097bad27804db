"""`emocam analyze` of many files: what is not done yet goes through the queue, then all files are summed up."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path, PurePath

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from emocam.adapters.paths import is_file, trouble
from emocam.adapters.settings import Settings
from emocam.adapters.table_file import TIMELINES, refuse_to_replace
from emocam.batch.groups_file import match, read_groups, some
from emocam.batch.jobs import Board, Job, Outcome, State, plan
from emocam.batch.measures import FileSummary, summarise_session
from emocam.batch.on_dask import run_on_dask
from emocam.batch.processes import run_in_processes
from emocam.batch.tables import RESULTS, remove_table, write_failures, write_groups, write_summary
from emocam.batch.tally import Tally
from emocam.batch.work import analyse, is_done, is_taken, not_among
from emocam.bootstrap import cores, locators_for_file
from emocam.bundle import model_card, model_folder
from emocam.domain.errors import EmocamError
from emocam.domain.sampling import ALL_FRAMES, Sampling
from emocam.domain.summary import Rules
from emocam.file_sessions import Way

_NOT_THERE = (
    "Its session is not where it should be, or the file changed meanwhile; check that all workers see the same folders, "
    "and run again."
)


def analyze_many(
    sources: Sequence[str],
    settings: Settings,
    *,
    out: Path | None,
    tables: Path | None,
    workers: int | None,
    groups: Path | None,
    threshold: float | None,
    dask: str | None,
    stop: threading.Event,
    sampling: Sampling = ALL_FRAMES,
) -> int:
    """0 when all went well, 1 when a file failed or the run was stopped. Raises EmocamError for what is wrong beforehand.

    tables: a folder for the timelines as CSV, None for none. threshold: from which probability on an emotion counts as shown.
    """
    screen = Console(stderr=True, emoji=False)
    places = [Path(source) for source in sources]
    chosen = out is not None
    out = out or _usual_out(places)
    for folder in (out, tables):
        if folder is not None and (folder.suffix.lower() in (".csv", ".emocam") or is_file(folder)):
            raise EmocamError(f"{folder} must be a folder, since there are many files; give another name.")
    if groups and groups.resolve() in [(out / name).resolve() for name in ("groups.csv", "summary.csv", "failed.csv")]:
        raise EmocamError(f"{groups} would be overwritten by the results; move it, or give another --out.")
    grouping = read_groups(groups) if groups else None  # What is wrong with it is told before hours of work, not after them.
    failures: dict[str, str] = {}

    def passed_over(error: OSError) -> None:
        failures[str(error.filename)] = sentence = trouble(error)
        _say(screen, sentence)

    jobs = plan(places, out.absolute(), tables.absolute() if tables else None, passed_over)
    written = [out / name for name in ("summary.csv", "failed.csv", *(["groups.csv"] if grouping else []))]
    refuse_to_replace(written, RESULTS)
    refuse_to_replace((job.table for job in jobs if job.table), TIMELINES)
    rows, remarks = match(grouping.rows, [job.name for job in jobs]) if grouping else ({}, [])
    for remark in [*(grouping.remarks if grouping else ()), *remarks]:
        _say(screen, remark)

    workers = min(workers or cores(), len(jobs))
    way = Way(_for_workers(settings, 1 if dask else workers), sampling)
    todo = [job for job in jobs if not is_done(job, way)]
    if not dask:  # A cluster gives each file a thread; here they share the cores.
        way = replace(way, locators=locators_for_file(max(1, min(workers, len(todo)))))
    if other := next((job.session for job in todo if is_taken(job)), None):
        raise EmocamError(f"{other} is of another recording, so {out} holds other results already; give another --out.")
    others = not_among(jobs, out)
    if not chosen and (other := next((session for session, there in others.items() if there), None)):
        raise EmocamError(f"{other} is of another recording, so {out} holds other results already; give an --out.")
    if others:
        names = [session.relative_to(out.absolute()).as_posix() for session in others]
        _say(screen, f"{_sessions(len(names))} in {out} of none of these files, and in no table: {some(names)}")
    if len(todo) < len(jobs):
        _say(screen, f"{_files(len(jobs) - len(todo))} of {len(jobs)} done before")
    tally = Tally(todo)
    left_behind: list[str] = []
    no_room = 0
    with _Bar(screen, tally, len(todo)) as bar:
        for outcome in _queue(todo, way, workers, dask, stop, bar):
            tally.add(outcome)
            bar.tell(outcome)
            no_room += outcome.full
            if outcome.full and not stop.is_set():
                _say(screen, f"There is no room left for the results of {outcome.job.name}, so no further file is begun.")
                stop.set()
            if outcome.kept:
                left_behind.append(PurePath(outcome.job.name).with_name(outcome.kept).as_posix())
            if outcome.state is State.FAILED:
                failures[outcome.job.name] = outcome.message
    if left_behind:
        what = f"Names, joined, cut and hidden faces of {_files(len(left_behind))} don't count any more"
        _say(screen, f"{what}, as the new analysis numbers faces otherwise; they are kept in {some(left_behind)}")
    files = _sum_up(jobs, way, Rules() if threshold is None else Rules(threshold), failures, stop)
    if stop.is_set():
        left = len(todo) - tally.states[State.DONE] - tally.states[State.EARLIER] - tally.states[State.FAILED] + no_room
        _say(screen, f"Stopped with {_files(left)} to do; run the same command again to go on.")
        for name in ("summary.csv", "failed.csv", "groups.csv"):
            remove_table(out / name)
        return 1

    write_summary(out / "summary.csv", files, model_card(settings).classes)
    write_failures(out / "failed.csv", failures)
    if len({file.device.partition(" ")[0] for file in files if file.device}) > 1:
        _say(screen, "Some files were read on a CPU and others on a GPU, which differ by up to about 0.03 in a probability.")
    if len(makers := sorted({file.app for file in files if file.app})) > 1:
        _say(screen, f"The files were read by {', '.join(makers)}, which may differ; a new --out has all of them read anew.")
    if early := [file.name for file in files if file.cut_off]:
        _say(screen, f"{_files(len(early))} may be cut off, as the end comes long before its time: {some(early)}")
    made = ["summary.csv"]
    if grouping:
        write_groups(out / "groups.csv", files, rows, grouping)
        made.append("groups.csv")
    else:
        remove_table(out / "groups.csv")
    if failures:
        made.append("failed.csv")
    _say(screen, f"{_files(len(files))} of {len(jobs)} done, {len(failures)} failed → {out}: {', '.join(made)}")
    return 1 if failures else 0


def _usual_out(places: Sequence[Path]) -> Path:
    """A whole disk has no name to be called after, as several sources have none in common."""
    name = places[0].resolve().name if len(places) == 1 else ""
    return Path(f"{name}-emocam" if name else "emocam-files")


def _queue(
    todo: Sequence[Job], way: Way, workers: int, dask: str | None, stop: threading.Event, bar: _Bar
) -> Iterator[Outcome]:
    work = partial(analyse, way)
    if not todo:
        return iter(())
    if dask:
        return run_on_dask(dask, todo, work, stop, bar.tick)
    return run_in_processes(todo, work, workers, stop, bar.tick)


def _sum_up(jobs: Sequence[Job], way: Way, rules: Rules, failures: dict[str, str], stop: threading.Event) -> list[FileSummary]:
    """Of all that is done. What should be and is not is added to `failures`. Ends early after `stop`."""
    files = []
    for job in jobs:
        if stop.is_set():
            break
        if not is_done(job, way):
            failures.setdefault(job.name, _NOT_THERE)
            continue
        failures.pop(job.name, None)  # Another worker has done it.
        try:
            files.append(summarise_session(job.name, job.session, rules))
        except EmocamError as error:
            failures[job.name] = str(error)
    return files


def _for_workers(settings: Settings, workers: int) -> Settings:
    """A folder of one's own model by its whole path; and several processes don't share a GPU unless the user says so."""
    folder = model_folder(settings)
    model = str(folder.absolute()) if folder == Path(settings.model) else settings.model
    return replace(settings, model=model, device="cpu" if settings.device == "auto" and workers > 1 else settings.device)


class _Bar:
    """The progress on a terminal, or a line per file elsewhere."""

    def __init__(self, screen: Console, tally: Tally, files: int) -> None:
        self._screen, self._tally, self._files = screen, tally, files
        self._bar = Progress(
            BarColumn(),
            TextColumn("{task.fields[text]}", markup=False),
            console=screen,
            transient=True,
            disable=not screen.is_terminal or not files,
        )
        self._task = self._bar.add_task("", total=tally.total, text="")

    def __enter__(self) -> _Bar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def tick(self, running: Sequence[tuple[Job, Board]]) -> None:
        self._tally.see(running)
        self._bar.update(self._task, completed=self._tally.done, text=self._text())

    def tell(self, outcome: Outcome) -> None:
        if outcome.state is State.FAILED:
            _say(self._screen, f"{outcome.job.name}: {outcome.message}")
        elif not self._screen.is_terminal and outcome.state is not State.STOPPED:
            what = f"{outcome.frames} frames, {outcome.faces} faces, {outcome.duration_s:.1f} s"
            what = "analysed before" if outcome.state is State.EARLIER else what
            _say(self._screen, f"{self._tally.ended}/{self._files} {outcome.job.name}: {what}")

    def _text(self) -> str:
        left = self._tally.seconds_left
        failed = self._tally.states[State.FAILED]
        parts = [f"{self._tally.ended} of {_files(self._files)}", f"{self._tally.rate:.0f} frames/s"]
        if left is not None:
            parts.append(f"{timedelta(seconds=round(left))} left")
        if failed:
            parts.append(f"{failed} failed")
        return " · ".join(parts)


def _sessions(count: int) -> str:
    return "1 session is" if count == 1 else f"{count} sessions are"


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _say(screen: Console, text: str) -> None:
    shown = text.encode("utf-8", "backslashreplace").decode()  # The name of a file may be no text.
    screen.print(shown, markup=False, emoji=False, highlight=False, soft_wrap=True)
