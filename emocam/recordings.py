"""Recordings to look at: a session that is there, or a file that is analysed in the background."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from emocam.adapters.paths import is_folder
from emocam.adapters.session_file import EXTENSION, SessionReader, video_of
from emocam.adapters.settings import Settings
from emocam.adapters.sources import recordings_in
from emocam.bootstrap import locators_for_file
from emocam.bundle import model_card
from emocam.domain.address import shown_address
from emocam.domain.annotations import Annotations
from emocam.domain.errors import SessionFileError
from emocam.file_sessions import Way, agrees, complete_facts, make_session, meta_of
from emocam.pipeline.file_run import FileRun, FillingSink, OpenedRecording
from emocam.session_facts import new_session_path

_LOOK_BACK = 200  # So many sessions, the newest first, are looked through for an earlier analysis of a file.


def open_recording(path: Path, settings: Settings, *, anew: bool = False) -> OpenedRecording:
    """A session; or a video or picture, whose session of before is taken where all of it was analysed in the same way already,
    unless `anew`. Where the last one was stopped, what was named and marked then goes on. Raises EmocamError."""
    if path.suffix.lower() == EXTENSION:
        return _open_session(path.resolve())  # However it is spelled, it is one file.
    earlier, begun = _analysed_before(path, settings)
    return _open_session(earlier) if earlier and not anew else _analyse_file(path, settings, begun)


def find_recordings(paths: list[Path], stop: Callable[[], bool] = lambda: False) -> list[Path]:
    """The files of `paths`, and the videos and pictures in the folders of it; each once, however it was given. stop: as of
    `recordings_in`."""
    whole = [path.absolute() for path in paths]
    found = [file for path in whole for file in (recordings_in(path, stop=stop) if is_folder(path) else [path])]
    return list(dict.fromkeys(found))


def _open_session(path: Path) -> OpenedRecording:
    reader = SessionReader(path)

    def work(run: FileRun) -> None:
        try:
            run.opened(None, reader.frame_count)
            for readings in reader.columns():
                run.append(readings)
                if run.stop_wanted.is_set():
                    return
        finally:
            reader.close()

    return OpenedRecording(
        run=FileRun(reader.classes, work),
        title=shown_address(reader.meta["source"]),
        session=path,
        video=video_of(path, reader.meta),
        annotations=reader.annotations,
        meta=reader.meta,
        uncertain_below=reader.uncertain_below,
        earlier=True,
        told_s=reader.source_s,
    )


def _analysed_before(path: Path, settings: Settings) -> tuple[Path | None, Annotations]:
    """The session of all of it, and what the user made of one that was stopped since: faces get the same numbers again."""
    try:
        facts = complete_facts(path, Way(settings))
        sessions = sorted(settings.recordings_folder.resolve().glob(f"*{EXTENSION}"), reverse=True)
    except (OSError, ValueError):  # What can't be a name of a folder is a ValueError.
        return None, Annotations()
    alike = {name: value for name, value in facts.items() if name != "complete"}
    begun: Annotations | None = None
    for session in sessions[:_LOOK_BACK]:
        meta = meta_of(session)
        if agrees(meta, facts):
            return session, begun or Annotations()
        if begun is None and agrees(meta, alike):
            begun = _annotations_of(session)
    return None, begun or Annotations()


def _annotations_of(session: Path) -> Annotations:
    """Without what joined or cut faces: people who come later may have those numbers, or be in the picture together."""
    try:
        reader = SessionReader(session)
        try:
            made = reader.annotations
            if not made.pieces:
                return made
            return made.uncut({track for readings in reader.columns() for track in readings.tracks.tolist()})
        finally:
            reader.close()
    except SessionFileError:  # Gone, or damaged, in this moment.
        return Annotations()


def _analyse_file(path: Path, settings: Settings, begun: Annotations) -> OpenedRecording:
    card = model_card(settings)
    session = new_session_path(settings, path.name).resolve()  # As it is called when it is opened again.

    def work(run: FileRun) -> None:
        make_session(
            path,
            session,
            Way(settings, locators=locators_for_file()),
            annotations=begun,
            more_sinks=lambda info: [FillingSink(run)],
            on_open=lambda info, device: run.opened(info, info.frame_count, device),
            stop=run.stop_wanted,
        )

    return OpenedRecording(
        run=FileRun(card.classes, work),
        title=path.name,
        session=session,
        video=path,
        annotations=begun,
        meta={},
        uncertain_below=card.uncertain_below,
        earlier=False,
    )
