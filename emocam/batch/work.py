"""One file, in a worker: its session, and its table where one is wanted. What stands already is not made again.

A session is written under a name of its own and gets its place once it is whole. So what stands there is whole, and two workers
that were given the same file, as happens where a cluster loses sight of one of them, don't write into each other's.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import os
import platform
import re
import shutil
import sqlite3
import threading
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from emocam.adapters.exports import export
from emocam.adapters.paths import exists, is_file, trouble, why_not
from emocam.adapters.session_file import EXTENSION, SessionReader, logs_of, put_in_place, save_annotations
from emocam.batch.jobs import Board, Job, Outcome, State
from emocam.domain.annotations import Annotations
from emocam.domain.errors import EmocamError, SessionFileError
from emocam.domain.ports import SourceInfo
from emocam.file_sessions import Way, agrees, complete_facts, is_of, make_session, meta_of
from emocam.pipeline.offline import Progress

_DRAFT = ".part"
_HOST = platform.node()[:32]
_SAME = 1e-3  # Seconds, and of the width or height of the picture.
_DEAD_AFTER_S = 3600.0
_COARSEST_NS = 2_000_000_000  # FAT keeps every other second.


def is_done(job: Job, way: Way) -> bool:
    """Whether everything stands, made of the file as it is now and in this way."""
    try:
        return agrees(meta_of(job.session), complete_facts(job.path, way)) and _table_is_fresh(job)
    except OSError:
        return False


def is_taken(job: Job) -> bool:
    """Whether the session of another recording stands where that of `job` belongs, as where two folders get the same --out."""
    try:
        reader = SessionReader(job.session)
    except SessionFileError:
        return False
    reader.close()
    return _is_of_another(reader, job)


def not_among(jobs: Sequence[Job], out: Path) -> dict[Path, bool]:
    """The sessions in `out` that are of none of `jobs`, each with whether its recording is still there."""
    paths, known = {str(job.path.resolve()) for job in jobs}, {job.session for job in jobs}
    found = {}
    for session in sorted(out.absolute().rglob(f"*{EXTENSION}")):
        if session in known or not is_file(session):
            continue
        try:
            reader = SessionReader(session)
        except SessionFileError:
            continue
        reader.close()
        source = reader.meta.get("source_path", "")
        if source not in paths:  # As is what people had added to an older session of a job.
            found[session] = is_file(Path(source))
    return found


def _is_of_another(reader: SessionReader, job: Job) -> bool:
    try:
        return not is_of(reader.meta, job.path)
    except OSError:  # What is wrong with the file itself is for the analysis to say.
        return False


def analyse(way: Way, job: Job, board: Board) -> Outcome:
    """Do what is missing of `job`. What goes wrong stands in the outcome."""
    # TensorFlow takes the whole memory of a GPU unless told otherwise; other workers want some too.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    try:
        progress, kept = Progress(complete=True), ""
        earlier = agrees(meta_of(job.session), complete_facts(job.path, way))
        if not earlier:
            progress, kept = _make(way, job, board)
        if progress.complete and job.table is not None and not _table_is_fresh(job):
            job.table.parent.mkdir(parents=True, exist_ok=True)
            _export(job.session, job.table)
    except EmocamError as error:
        return Outcome(job, State.FAILED, str(error), full=_is_full(error))
    except UnicodeEncodeError:
        return Outcome(job, State.FAILED, "Its name or folder is no text that can be written down (not UTF-8); rename it.")
    except OSError as error:
        return Outcome(job, State.FAILED, trouble(error, job.name), full=_is_full(error))
    state = (State.EARLIER if earlier else State.DONE) if progress.complete else State.STOPPED
    return Outcome(job, state, "", progress.frames, progress.faces, progress.time_s, kept)


def _make(way: Way, job: Job, board: Board) -> tuple[Progress, str]:
    """Also says what `_carry_over` says."""
    stop, kept = threading.Event(), ""
    count: int | None = None

    def opened(info: SourceInfo, device: str) -> None:
        nonlocal count
        count = way.sampling.count(info.frame_count, info.duration)

    def show(progress: Progress) -> None:
        board.show(progress.frames, count)
        if board.stop_wanted:
            stop.set()

    _added_before(job)  # What may not be replaced in the end is not worked for.
    job.session.parent.mkdir(parents=True, exist_ok=True)
    if reason := why_not(job.session):
        raise SessionFileError(f"{job.session} can't be written ({reason}); give the recording a shorter name.")
    draft = job.session.with_name(f"{draft_mark(job.session)}{uuid.uuid4().hex[:8]}-{os.getpid()}@{_HOST}{_DRAFT}")
    try:
        done = make_session(job.path, draft, way, called=job.session, on_open=opened, on_progress=show, stop=stop)
        if done.complete:
            kept = _carry_over(_added_before(job), job.session, draft)
            put_in_place(draft, job.session)
            # Drafts of workers that were killed. One that lost the race may still write its own.
            drafts = job.session.parent.glob(f"{draft_mark(job.session)}*{_DRAFT}*")
            _remove(*(left for left in drafts if not _is_written(left)))
    finally:
        _remove(draft, *logs_of(draft))
    return done, kept


def draft_mark(session: Path) -> str:
    """How the names of drafts of `session` begin: short, as it may have the longest name that a disk takes."""
    return f".{hashlib.sha256(os.fsencode(session.name)).hexdigest()[:8]}."


def _is_full(error: BaseException | None) -> bool:
    """Whether it came of a disk without room."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            return True
        error = error.__context__
    return False


def _added_before(job: Job) -> Annotations:
    """What people have added to the session that stands where that of `job` belongs.

    Raises SessionFileError where it may not be replaced: it is of another recording, or nobody knows what is in it."""
    if not exists(job.session):
        return Annotations()
    try:
        reader = SessionReader(job.session)
    except SessionFileError:
        raise SessionFileError(
            f"{job.session} can't be read and is not replaced; move it away, or give another --out."
        ) from None
    reader.close()
    if _is_of_another(reader, job):
        raise SessionFileError(f"{job.session} is of another recording; move it, or give another --out.")
    return reader.annotations


def _carry_over(added: Annotations, session: Path, new: Path) -> str:
    """What people have added to an older `session` outlives it, and goes on into `new`; but where faces were named, joined, cut
    or hidden and `new` numbers them otherwise, only markers do, and the older one stays beside it. Returns its name then."""
    edited = bool(added.people or added.pieces)
    fits = not edited or _same_faces(session, new)
    if added != Annotations():
        save_annotations(new, added if fits else Annotations(markers=added.markers))
    if fits:
        return ""
    names = (session.with_name(f"{session.stem} edited-{number}{EXTENSION}") for number in itertools.count(1))
    kept = next(name for name in names if not name.exists())
    shutil.copy2(session, kept)
    log = logs_of(session)[0]
    if log.exists():
        shutil.copy2(log, logs_of(kept)[0])
    return kept.name


def _same_faces(*sessions: Path) -> bool:
    """Whether both found the same faces at the same places and times, by the same numbers."""
    found = []
    for session in sessions:
        reader = SessionReader(session)
        found.append(reader.recording().readings)
        reader.close()
    one, other = found
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("frames", "places", "tracks")) and all(
        np.allclose(getattr(one, name), getattr(other, name), rtol=0, atol=_SAME) for name in ("times", "boxes")
    )


def _is_written(draft: Path) -> bool:
    """Whether the worker that began it is still at it, as far as can be told."""
    writer = re.search(rf"-(?P<process>\d+)@(?P<host>.*){re.escape(_DRAFT)}", draft.name)
    if writer is None or os.name == "nt":  # There, what is open can't be removed anyway.
        return False
    try:
        if writer["host"] != _HOST:
            return time.time() - draft.stat().st_mtime < _DEAD_AFTER_S
        os.kill(int(writer["process"]), 0)
    except OSError:
        return False
    return int(writer["process"]) != os.getpid()


def _remove(*paths: Path) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _export(session: Path, table: Path) -> None:
    """The table gets the date that belongs to its session. Where a disk lets no dates be set, it is made anew each time."""
    date = _date_of_table(session)  # Before its content is read: an edit meanwhile makes the table stale.
    export(session, table)
    with contextlib.suppress(OSError):
        os.utime(table, ns=(date, date))


def _date_of_table(session: Path) -> int:
    """That of the session, made coarse enough for every disk. It tells the table from one that another run put in its place."""
    return -(-session.stat().st_mtime_ns // _COARSEST_NS) * _COARSEST_NS


def _table_is_fresh(job: Job) -> bool:
    """Whether it was made of the session as it is now."""
    if job.table is None:
        return True
    try:
        return job.table.stat().st_mtime_ns == _date_of_table(job.session)
    except OSError:
        return False
