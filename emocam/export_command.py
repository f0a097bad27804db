"""`emocam export`: what was typed becomes a selection, with a progress bar while it is written."""

from __future__ import annotations

import threading
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from emocam.adapters.exports import export, find_people
from emocam.domain.errors import EmocamError
from emocam.domain.export import Option, Selection, format_of
from emocam.domain.times import parse_time, time_text


def run_export(
    session: Path,
    out: Path,
    *,
    span: tuple[str, str] | None,
    faces: str | None,
    step: float | None,
    threshold: float | None,
    raw: bool,
    blur: bool,
    video: Path | None,
    stop: threading.Event,
) -> None:
    """Export and say what was written. Raises EmocamError, also where an option has no effect on what is wanted."""
    format = format_of(out)
    given = {
        Option.STEP: step is not None,
        Option.THRESHOLD: threshold is not None,
        Option.RAW: raw,
        Option.BLUR: blur,
        Option.VIDEO: video is not None,
    }
    for option, was_given in given.items():
        if was_given and option not in format.options:
            raise EmocamError(f"--{option} has no effect on {format.title}; leave it out or choose another format.")
    start_s, end_s = (0.0, None) if span is None else (_time(span[0]), _time(span[1]))
    selection = Selection(
        start_s=start_s,
        end_s=end_s,
        people=None if faces is None else find_people(session, _names(faces)),
        step_s=step,
        threshold=Selection().threshold if threshold is None else threshold,
        blur=blur,
        raw=raw,
        video=video,
    )
    screen = Console(stderr=True, emoji=False)
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    ) as bar:
        task = bar.add_task(out.name[:40], total=1.0)
        done = export(session, out, selection, on_progress=lambda share: bar.update(task, completed=share), stop=stop)
    said = f"{done.path}: {done.said}"
    if done.analysed_to_s is not None:
        said += f"; the recording was analysed up to {time_text(done.analysed_to_s)} only"
    Console(soft_wrap=True, emoji=False).print(said, markup=False, highlight=False)


def _time(text: str) -> float:
    seconds = parse_time(text)
    if seconds is None:
        raise EmocamError(f"{text!r} is no time; write seconds (12.5), m:ss (1:02.5) or h:mm:ss (1:00:02).")
    return seconds


def _names(text: str) -> list[str]:
    names = [name for name in text.split(",") if name.strip()]
    if not names:
        raise EmocamError("No face was named; write --faces 1,3 or --faces Anna,Ben.")
    return names
