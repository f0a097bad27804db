"""What is to be done, and what became of it."""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from emocam.adapters.paths import is_file, is_folder
from emocam.adapters.session_file import EXTENSION
from emocam.adapters.sources import recordings_in
from emocam.domain.errors import EmocamError, SourceError


@dataclass(frozen=True, slots=True)
class Job:
    """One file. name: by which the tables know it, its path within the sources with "/". path: absolute. session: where its
    session belongs. table: where its timeline as CSV belongs, None where none is wanted. size: in bytes, to tell the time left.
    """

    name: str
    path: Path
    session: Path
    table: Path | None
    size: int


class State(StrEnum):
    DONE = "done"
    EARLIER = "done before"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """message: one sentence where it failed. frames: analysed now. faces: different ones in them. duration_s: time of the
    last of them, in seconds. kept: the name of the older session, where what was edited in it doesn't fit the new one.
    full: whether it failed for want of room on the disk."""

    job: Job
    state: State
    message: str = ""
    frames: int = 0
    faces: int = 0
    duration_s: float = 0.0
    kept: str = ""
    full: bool = False


_PID, _STOP, _BEGUN, _FRAMES, _COUNT = range(5)


class Board:
    """What a worker and the queue tell each other while a file is analysed: bare cells of memory, without a lock that a killed
    process could leave closed. cells: shared between the two where they are different processes."""

    SIZE = 5

    def __init__(self, cells: ctypes.Array[ctypes.c_longlong] | None = None) -> None:
        self._cells = (ctypes.c_longlong * self.SIZE)() if cells is None else cells

    @property
    def pid(self) -> int:
        """Of the worker; 0 while it has not begun."""
        return self._cells[_PID]

    def sign_on(self) -> None:
        self._cells[_PID] = os.getpid()

    @property
    def begun(self) -> bool:
        """Whether the worker has the file in hand."""
        return bool(self._cells[_BEGUN])

    def begin(self) -> None:
        self._cells[_BEGUN] = 1

    def clear(self) -> None:
        """For the next file."""
        self._cells[_BEGUN] = self._cells[_FRAMES] = self._cells[_COUNT] = 0

    @property
    def stop_wanted(self) -> bool:
        return bool(self._cells[_STOP])

    def stop(self) -> None:
        self._cells[_STOP] = 1

    @property
    def share(self) -> float:
        """How much of the file is done, 0 to 1; 0 where that can't be told."""
        frames, count = self._cells[_FRAMES], self._cells[_COUNT]
        return min(frames / count, 1.0) if count > 0 else 0.0

    @property
    def frames(self) -> int:
        return self._cells[_FRAMES]

    def show(self, frames: int, count: int | None) -> None:
        self._cells[_FRAMES], self._cells[_COUNT] = frames, count or 0


Work = Callable[[Job, Board], Outcome]


def plan(
    sources: list[Path],
    out: Path,
    tables: Path | None = None,
    on_trouble: Callable[[OSError], None] = lambda error: None,
) -> list[Job]:
    """A job per file of `sources`, in their order; folders with all that lies in them.

    Of a single folder the structure is kept in `out`; of several, below the name of each. Where two folders, or two listed
    files, are called alike, all of them have their paths below what is common to them. `tables`: the same for CSV files.
    on_trouble: is told what of a folder can't be looked at.
    Raises SourceError where a source is not there or nothing is found.
    """
    for source in sources:
        if not (is_file(source) or is_folder(source)):
            raise SourceError(f"There is no file and no folder {str(source)!r}; check the name.")
    folders = [source for source in sources if is_folder(source)]
    place_of = _places(folders) | _places([source for source in sources if source not in folders])
    jobs = []
    taken: set[str] = set()
    known: set[Path] = set()
    for source in sources:
        belongs = place_of[_absolute(source)]
        if source in folders and len(sources) == 1:
            belongs = Path()
        for path in recordings_in(source, on_trouble) if source in folders else [source]:
            absolute = _absolute(path)
            if absolute in known:
                continue
            known.add(absolute)
            place = belongs / path.relative_to(source) if source in folders else belongs
            name = _free(place, taken).as_posix()
            table = tables / f"{name}.csv" if tables else None
            jobs.append(Job(name, absolute, out / f"{name}{EXTENSION}", table, path.stat().st_size))
    if not jobs:
        raise SourceError(f"There is no video and no picture in {', '.join(map(str, sources))}; choose another folder.")
    outputs = {job.session.resolve() for job in jobs} | {job.table.resolve() for job in jobs if job.table}
    if over := next((job.path for job in jobs if job.path.resolve() in outputs), None):
        raise EmocamError(f"{over} is one of the sources and would be overwritten; give another --out.")
    return jobs


def _absolute(path: Path) -> Path:
    """Links stay: their names are what people know."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def _places(sources: list[Path]) -> dict[Path, Path]:
    """Where each of some folders, or listed files, belongs: under its name, or, where two are called alike, under its path
    below the folder that is common to all, so that it does not depend on their order."""
    places = {path: Path(path.name) for path in map(_absolute, sources)}
    if len({place.name.casefold() for place in places.values()}) < len(places):
        with contextlib.suppress(ValueError):  # On several drives nothing is common.
            common = os.path.commonpath([path.parent for path in places])
            places = {path: path.relative_to(common) for path in places}
    return places


def _free(place: Path, taken: set[str]) -> Path:
    """`place`, or with a number where another file has it, also on disks that know no capitals."""
    free, number = place, 1
    while str(free).casefold() in taken:
        number += 1
        free = place.with_name(f"{place.stem}-{number}{place.suffix}")
    taken.add(str(free).casefold())
    return free
