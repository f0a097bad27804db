"""`emocam analyze`: recordings through the analyser, one after another, with a progress bar."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from emocam.adapters.columns import columns
from emocam.adapters.csv_sink import CsvSink
from emocam.adapters.exports import export
from emocam.adapters.paths import draft_for, exists, free_name, trouble, why_not
from emocam.adapters.session_file import EXTENSION, SessionReader, logs_of, put_in_place, refuse_to_lose
from emocam.adapters.settings import Settings
from emocam.adapters.sources import find_source, is_recording
from emocam.adapters.table_file import TIMELINES, refuse_to_replace
from emocam.analysis_files import output_paths
from emocam.bootstrap import locators_for_file
from emocam.bundle import model_card
from emocam.domain.completeness import ends_early
from emocam.domain.errors import EmocamError, SessionFileError, SourceError
from emocam.domain.ports import ObservationSink, SourceInfo
from emocam.domain.sampling import ALL_FRAMES, Sampling
from emocam.file_sessions import Way, make_session
from emocam.pipeline.offline import Progress as Done

_log = logging.getLogger(__name__)


def analyze_all(
    sources: Sequence[str],
    settings: Settings,
    *,
    csv: Path | None,
    session: Path | None,
    chart: Path | None,
    stop: threading.Event,
    sampling: Sampling = ALL_FRAMES,
) -> int:
    """Analyse each source into its own files. 0 when all went well, 1 when one did not or the run was stopped."""
    named = csv
    if csv is session is chart is None:
        csv = Path(f"{Path(sources[0]).stem}-timeline.csv") if len(sources) == 1 else Path("timelines")
    places = [
        output_paths(out, sources, extension) if out else [None] * len(sources)
        for out, extension in ((csv, ".csv"), (session, EXTENSION), (chart, ".png"))
    ]
    screen = Console(stderr=True, emoji=False)
    failed = 0
    for source, *outputs in zip(sources, *places, strict=True):
        if stop.is_set():
            screen.print(f"{source}: not begun", markup=False)
            continue
        try:
            for output in outputs:
                if output is not None:
                    _make_room(output)
            if outputs[0] is not None and outputs[0] != named:
                refuse_to_replace([outputs[0]], TIMELINES)  # It got its name from emocam.
            done, info, made = _analyze_one(source, settings, *outputs, stop=stop, screen=screen, sampling=sampling)
        except Exception as error:  # noqa: BLE001  # whatever one source does, the next one has its turn
            screen.print(f"emocam: {_sentence(source, error)}", markup=False, highlight=False, soft_wrap=True)
            failed += 1
            continue
        kept = ", ".join(map(str, made))
        what = f"{done.frames} frames, {done.faces} faces, {done.time_s:.1f} s"
        if done.complete:
            screen.print(f"{source}: {what} → {kept}", markup=False, highlight=False, soft_wrap=True)
            if ends_early(done.end_s, info.duration):
                says = f"it says that it lasts {info.duration:.1f} s"
                early = f"{source}: ends at {done.end_s:.1f} s, though {says}; it may be cut off."
                screen.print(early, markup=False, highlight=False, soft_wrap=True)
        else:
            screen.print(
                f"{source}: stopped after {what}; what is done is kept in {kept}", markup=False, highlight=False, soft_wrap=True
            )
    return 1 if failed or stop.is_set() else 0


def _sentence(source: str, error: Exception) -> str:
    """What went wrong; of a bug the log says more."""
    if isinstance(error, EmocamError):
        return str(error)
    if isinstance(error, OSError):
        return trouble(error, source)
    _log.error("The analysis of %s failed", source, exc_info=error)
    return f"{source}: Something went wrong inside emocam ({error!r}); please report it."


def _make_room(output: Path) -> None:
    """Its folder; and what is wrong with its name is told before the work, as it gets that name last."""
    folder = output.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmocamError(f"The folder {folder} can't be made ({error.strerror}); choose another place.") from None
    if reason := why_not(output):
        raise EmocamError(f"{output} can't be written ({reason}); choose another place.")


def _analyze_one(
    name: str,
    settings: Settings,
    csv: Path | None,
    session: Path | None,
    chart: Path | None,
    *,
    stop: threading.Event,
    screen: Console,
    sampling: Sampling,
) -> tuple[Done, SourceInfo, list[Path]]:
    """Also says what was made. An older result is replaced once the new one is whole."""
    told: list[SourceInfo] = []
    folder: str | None = None
    begun = False

    def opened(info: SourceInfo) -> None:
        told.append(info)
        bar.update(task, total=sampling.count(info.frame_count, info.duration))

    if not is_recording(find_source(name)):
        raise SourceError(f"{name} is a camera, which never ends; run `emocam {name}`, which records it.")
    card = model_card(settings)
    with ExitStack() as stack:
        if chart is not None and session is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="emocam-"))
            session = Path(folder) / f"chart{EXTENSION}"

        # Only where an older result stands: else what is done is in its place also after a killed process.
        drafts = {place: draft_for(place) if exists(place) else place for place in (csv, session) if place is not None}
        for place, draft in drafts.items():
            for left in (draft, *logs_of(draft)) if draft != place else ():
                stack.callback(_remove, left)

        def make_table(info: SourceInfo) -> list[ObservationSink]:
            if session is not None:
                refuse_to_lose(session, {"source": info.name})
            if csv is None:
                return []
            return [CsvSink(drafts[csv], columns(card.classes, info.started_at, card.uncertain_below), csv)]

        bar = stack.enter_context(
            Progress(
                TextColumn("{task.description}", markup=False),  # The name of a file may look like some.
                BarColumn(),
                TextColumn("{task.completed} frames · {task.fields[rate]:.0f}/s · {task.fields[faces]} faces"),
                TimeRemainingColumn(),
                console=screen,
                transient=True,
                disable=not screen.is_terminal,
            )
        )
        task = bar.add_task(Path(name).name[:40], total=None, rate=0.0, faces=0)

        def show(progress: Done) -> None:
            nonlocal begun
            begun = True
            bar.update(
                task,
                completed=progress.frames,
                faces=progress.faces,
                rate=bar.tasks[0].finished_speed or bar.tasks[0].speed or 0,
            )

        try:
            done = make_session(
                Path(name),
                None if session is None else drafts[session],
                Way(settings, sampling, locators_for_file()),
                called=session,
                more_sinks=make_table,
                on_open=lambda info, _: opened(info),
                on_progress=show,
                stop=stop,
            )
        except BaseException:
            for place, draft in drafts.items():
                if draft == place and not begun:
                    _remove(place)
            raise
        made: list[Path] = []
        if csv is not None:
            place = csv if done.complete or drafts[csv] == csv else free_name(csv)
            drafts[csv].replace(place)
            made.append(place)
        if session is not None:
            place = session
            if drafts[session] != session:
                place = session if _may_be_replaced(session, done, told[0]) else free_name(session)
                put_in_place(drafts[session], place)
            if folder is None:
                made.append(place)
            if chart is not None:
                made.append(export(place, chart if done.complete else free_name(chart)).path)
        return done, told[0], made


def _may_be_replaced(session: Path, done: Done, info: SourceInfo) -> bool:
    """A whole one not by one that was stopped, and none that somebody has worked on meanwhile."""
    if not exists(session):
        return True
    try:
        refuse_to_lose(session, {"source": info.name})
        reader = SessionReader(session)
    except SessionFileError:
        return False
    reader.close()
    return done.complete or reader.meta.get("complete") != "yes"


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
