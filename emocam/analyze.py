"""`emocam analyze`: recordings through the analyser, one after another, with a progress bar."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from emocam.adapters.columns import columns
from emocam.adapters.csv_sink import CsvSink
from emocam.adapters.exports import export
from emocam.adapters.paths import trouble
from emocam.adapters.session_file import EXTENSION
from emocam.adapters.settings import Settings
from emocam.adapters.sources import find_source, is_recording
from emocam.analysis_files import output_paths
from emocam.bootstrap import LOCATORS_FOR_FILES, model_card
from emocam.domain.errors import EmocamError, SourceError
from emocam.domain.ports import ObservationSink, SourceInfo
from emocam.domain.times import ends_early
from emocam.file_sessions import Way, make_session
from emocam.pipeline.offline import Progress as Done
from emocam.pipeline.sampling import ALL_FRAMES, Sampling

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
    if csv is session is chart is None:
        csv = Path(f"{Path(sources[0]).stem}-timeline.csv") if len(sources) == 1 else Path("timelines")
    places = [
        output_paths(out, sources, extension) if out else [None] * len(sources)
        for out, extension in ((csv, ".csv"), (session, EXTENSION), (chart, ".png"))
    ]
    screen = Console(stderr=True)
    failed = 0
    for source, *outputs in zip(sources, *places, strict=True):
        if stop.is_set():
            screen.print(f"{source}: not begun", markup=False)
            continue
        try:
            for output in outputs:
                if output is not None:
                    _make_folder(output.parent)
            done, info = _analyze_one(source, settings, *outputs, stop=stop, screen=screen, sampling=sampling)
        except Exception as error:  # noqa: BLE001  # whatever one source does, the next one has its turn
            screen.print(f"emocam: {_sentence(source, error)}", markup=False, highlight=False, soft_wrap=True)
            failed += 1
            continue
        kept = ", ".join(str(output) for output in outputs if output is not None)
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


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmocamError(f"The folder {folder} can't be made ({error.strerror}); choose another place.") from None


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
) -> tuple[Done, SourceInfo]:
    told: list[SourceInfo] = []

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

        def make_table(info: SourceInfo) -> list[ObservationSink]:
            return [CsvSink(csv, columns(card.classes, info.started_at, card.uncertain_below))] if csv is not None else []

        bar = stack.enter_context(
            Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.completed} frames · {task.fields[rate]:.0f}/s · {task.fields[faces]} faces"),
                TimeRemainingColumn(),
                console=screen,
                transient=True,
                disable=not screen.is_terminal,
            )
        )
        task = bar.add_task(Path(name).name[:40].replace("[", r"\["), total=None, rate=0.0, faces=0)

        def show(progress: Done) -> None:
            bar.update(
                task,
                completed=progress.frames,
                faces=progress.faces,
                rate=bar.tasks[0].finished_speed or bar.tasks[0].speed or 0,
            )

        done = make_session(
            Path(name),
            session,
            Way(settings, sampling, LOCATORS_FOR_FILES),
            more_sinks=make_table,
            on_open=lambda info, _: opened(info),
            on_progress=show,
            stop=stop,
        )
        if chart is not None and session is not None:
            export(session, chart)
        return done, told[0]
