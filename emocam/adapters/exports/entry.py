"""The one entry: a session in, a file out, by how its name ends."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from emocam.adapters.exports.job import ExportJob, who_is_there
from emocam.adapters.paths import draft_for, is_folder
from emocam.adapters.session_file import SessionReader, recordings_of
from emocam.domain.errors import Sentence, SessionFileError
from emocam.domain.export import Exported, Selection, format_of

Writer = Callable[[ExportJob, Path, str], tuple[int, str]]
"""Writes the chosen part of a job into a path that is there already; the text is how the wanted name ends (".png").
Returns how much it wrote, as a number and in words."""

# By name, so that matplotlib, PyAV and pyarrow are loaded by those alone who want them.
_WRITERS: Mapping[str, tuple[str, str]] = {
    "csv": ("tables", "write_csv"),
    "json": ("tables", "write_json"),
    "parquet": ("tables", "write_parquet"),
    "summary": ("summary_table", "write_summary"),
    "report": ("report", "write_report"),
    "chart": ("chart", "write_chart"),
    "video": ("video", "write_video"),
    "webvtt": ("subtitles", "write_webvtt"),
    "srt": ("subtitles", "write_srt"),
    "elan": ("elan", "write_elan"),
    "boris": ("boris", "write_boris"),
    "boris-project": ("boris", "write_boris_project"),
    "textgrid": ("textgrid", "write_textgrid"),
}


def export(
    session: Path,
    out: Path,
    selection: Selection | None = None,
    *,
    on_progress: Callable[[float], None] | None = None,
    stop: threading.Event | None = None,
) -> Exported:
    """Write `out` from `session`; how its name ends picks the format (`FORMATS`).

    An older `out` is replaced only once the new one is whole, and stays where anything fails. on_progress: called in this
    thread with the share that is done, 0 to 1, never falling. stop: set by another thread to cancel.

    Raises SessionFileError where the session can't be read, the selection is no good or `out` can't be written, SourceError
    where the recording can't be read, ExportCancelledError where it was stopped.
    """
    format = format_of(out)
    if is_folder(out):
        raise SessionFileError("{path} is a folder; add a name for the file.", path=out)
    job = ExportJob(session, selection or Selection(), on_progress, stop, out)
    part = draft_for(out)
    try:
        if format.needs_video:
            job.needed_video()
        recordings = [job.video, *recordings_of(session, job.reader.meta)]  # Another video may have been chosen.
        precious = [(session, Sentence("the session")), *((recording, Sentence("the recording")) for recording in recordings)]
        for path, what in precious:
            if path is not None and out.exists() and out.samefile(path):
                raise SessionFileError("{path} is {what} itself; choose another name.", path=out, what=what)
        job.progress(0.0)
        part.touch()
        count, said = writer_of(format.kind)(job, part, out.suffix.lower())
        job.progress(1.0)
        part.replace(out)
    except OSError as error:
        raise SessionFileError(
            "{path} can't be written ({reason}); choose another place.", path=out, reason=error.strerror or error
        ) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        job.close()
    return Exported(out, count, said, job.analysed_to_s)


def writer_of(kind: str) -> Writer:
    module, name = _WRITERS[kind]
    writer: Writer = getattr(import_module(f"emocam.adapters.exports.{module}"), name)
    return writer


def find_people(session: Path, wanted: Sequence[str]) -> tuple[int, ...]:
    """The ids of people who were named by number or by name, in any case of letters; of all who share a name. Raises
    SessionFileError, also where a number is one person's and the name of another."""
    reader = SessionReader(session)
    try:
        people = reader.recording().people(reader.annotations)
        found: list[int] = []
        for text in (each.strip() for each in wanted):
            named = [person for person in people if reader.annotations.name(person).casefold() == text.casefold()]
            numbered = [person for person in people if text.isdecimal() and person == int(text)]
            if named and numbered and named != numbered:
                raise SessionFileError(
                    "{face} is the number of one face and the name of another; rename that one first.", face=text
                )
            if not (named or numbered):
                raise SessionFileError(
                    "There is no face {face} in this session; {who}.",
                    face=text,
                    who=who_is_there(reader, people),
                )
            found += named or numbered
        return tuple(dict.fromkeys(found))
    finally:
        reader.close()
