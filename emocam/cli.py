"""The command `emocam`. Heavy libraries are imported by the command that needs them."""

from __future__ import annotations

import io
import logging
import math
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

import emocam
from emocam.adapters.paths import trouble
from emocam.adapters.settings import Settings, check_device, load_settings
from emocam.domain.detector_range import DetectorRange
from emocam.domain.errors import EmocamError

if TYPE_CHECKING:
    from typer._click import Context  # Only new versions of typer have it.


class _OpenByDefault(TyperGroup):
    """`emocam` and `emocam SOURCE` are `emocam open [SOURCE]`."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        own = {"--help", "--version"}
        if not args or (args[0] not in self.commands and args[0] not in own):
            args = ["open", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_OpenByDefault,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Facial expression over time, from a webcam or a video.\n\n"
    "[bold]emocam[/bold] opens the window on the first camera, [bold]emocam SOURCE[/bold] on a camera (number or name), "
    "an http:// or rtsp:// camera, or on videos, pictures, folders of them, and sessions. "
    "Its options: [bold]emocam open --help[/bold].",
    epilog="emocam shows expression as it appears, not what a person feels. It works offline and sends nothing anywhere.",
)


def _at_first(default: str) -> str:
    return f"as in the settings, at first {default}"


Detector = Annotated[
    DetectorRange | None,
    typer.Option("--detector", help="How far away faces are looked for.", show_default=_at_first("auto")),
]
Smoothing = Annotated[
    float | None,
    typer.Option("--smoothing", min=0, help="Time constant in seconds; 0 for none.", show_default=_at_first("0.5")),
]
Device = Annotated[str | None, typer.Option("--device", help="auto, cpu or gpu.", show_default=_at_first("auto"))]
Model = Annotated[
    str | None,
    typer.Option("--model", help="A model's name or folder.", show_default=_at_first("emocam-fer7")),
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"emocam {emocam.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


@app.command("open", hidden=True)
def open_window(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="A camera (number, name, address), or files, folders and sessions.", show_default="first camera"),
    ] = None,
    detector: Detector = None,
    smoothing: Smoothing = None,
    device: Device = None,
    model: Model = None,
    record: Annotated[
        bool | None,
        typer.Option("--record/--no-record", help="Keep a session file of live runs; that of an analysed file is always kept."),
    ] = None,
) -> None:
    """Open the window on the first camera, or on SOURCES."""
    from emocam.app import run

    status = run(sources or [], _settings(detector, smoothing, device, model, record=record))
    # All is saved and closed by now. What plays sound may still be looking for sound cards in a thread of its own, and to take
    # Qt apart beneath it crashes.
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


@app.command()
def analyze(
    sources: Annotated[list[str], typer.Argument(help="Videos, pictures and folders of them.", metavar="SOURCE")],
    csv: Annotated[Path | None, typer.Option("--csv", help="The timeline as a table.", metavar="OUT.csv")] = None,
    session: Annotated[Path | None, typer.Option("--session", help="A session file.", metavar="OUT.emocam")] = None,
    chart: Annotated[Path | None, typer.Option("--chart", help="The timeline as a picture.", metavar="OUT.png")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Many files: where it all goes.", metavar="DIR")] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Many files: how many at a time.")] = None,
    groups: Annotated[
        Path | None, typer.Option("--groups", help="Many files: a table file, group, … to compare by.", metavar="GROUPS.csv")
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold",
            min=0,
            max=1,
            help="Many files: an emotion counts as shown from this probability on.",
            show_default="0.5",
        ),
    ] = None,
    dask: Annotated[str | None, typer.Option("--dask", help="Many files: a Dask scheduler.", metavar="tcp://HOST:PORT")] = None,
    detector: Detector = None,
    smoothing: Smoothing = None,
    device: Device = None,
    model: Model = None,
    every: Annotated[int, typer.Option("--every", min=1, help="Analyse each N-th frame only.", metavar="N")] = 1,
    step: Annotated[float, typer.Option("--step", min=0, help="Analyse one frame in so many seconds only; 0 for all.")] = 0.0,
) -> None:
    """Analyse recordings, every frame of them or as --every or --step says, without a window.

    Several sources give one file each: OUT is then a folder, or OUT.csv becomes OUT-NAME.csv. Without any of --csv, --session
    and --chart a NAME-timeline.csv is left in the current folder, or of several sources a NAME.csv each in timelines. Ctrl-C
    keeps what is done.

    A folder, or an option for many files, makes a queue over processes: a session per file in DIR (with --csv DIR a table too),
    summary.csv over all, and groups.csv with --groups. Run it again and it does what is missing.
    """
    from emocam.batch import wants_queue
    from emocam.domain.sampling import Sampling

    sampling = Sampling(every, step)

    stop = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    settings = _settings(detector, smoothing, device, model)
    if not all(sources):
        raise EmocamError("A name is empty; check what stands for it in the command.")
    if wants_queue(sources, out, workers, groups, threshold, dask):
        if session or chart:
            raise EmocamError("--session and --chart are for single files; give --out DIR for the sessions of many.")
        from emocam.batch.command import analyze_many

        raise typer.Exit(
            analyze_many(
                sources,
                settings,
                out=out,
                tables=csv,
                workers=workers,
                groups=groups,
                threshold=threshold,
                dask=dask,
                stop=stop,
                sampling=sampling,
            )
        )
    from emocam.analyze import analyze_all

    raise typer.Exit(analyze_all(sources, settings, csv=csv, session=session, chart=chart, stop=stop, sampling=sampling))


@app.command()
def export(
    session: Annotated[Path, typer.Argument(help="A session file.", metavar="SESSION")],
    out: Annotated[Path, typer.Argument(help="How the name ends picks the format.", metavar="OUT.EXT")],
    span: Annotated[
        tuple[str, str] | None, typer.Option("--range", help="From and to: seconds, m:ss or h:mm:ss.", metavar="A B")
    ] = None,
    faces: Annotated[str | None, typer.Option("--faces", help="By number or name, with commas.", metavar="1,3|NAMES")] = None,
    step: Annotated[float | None, typer.Option("--step", help="Table rows are means over so many seconds.")] = None,
    threshold: Annotated[
        float | None, typer.Option("--threshold", help="From which probability on a class counts as shown.", show_default="0.5")
    ] = None,
    raw: Annotated[bool, typer.Option("--raw", help="The model's own probabilities, not smoothed.")] = False,
    blur: Annotated[bool, typer.Option("--blur", help="Make faces in pictures unrecognisable.")] = False,
    video: Annotated[Path | None, typer.Option("--video", help="The recording, where it is no longer where it was.")] = None,
) -> None:
    """Make a table, chart, report, video, subtitles and more of a session.

    OUT ends in .csv .json .parquet .summary.csv · .html .htm .png .svg .pdf · .mp4 .vtt .srt · .eaf .TextGrid .boris .boris.tsv
    .boris.csv. Ctrl-C cancels and leaves nothing half done.
    """
    from emocam.export_command import run_export

    stop = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run_export(session, out, span=span, faces=faces, step=step, threshold=threshold, raw=raw, blur=blur, video=video, stop=stop)


@app.command()
def cameras() -> None:
    """List the cameras of this computer."""
    from emocam.adapters.cv2_camera import cameras as find_cameras

    found = find_cameras()
    if not found:
        raise EmocamError("No camera found; plug one in, or give the address of a network camera (http://, rtsp://).")
    for camera in found:
        typer.echo(f"{camera.index}  {camera.name}")


@app.command()
def doctor() -> None:
    """Check what emocam needs, and say how to mend what is wrong."""
    from emocam.doctor import examine

    raise typer.Exit(examine())


@app.command()
def bench(
    clip: Annotated[Path | None, typer.Argument(help="A video that shows one face.", show_default="the demo")] = None,
    live: Annotated[bool, typer.Option("--live", help="Measure a live run too, with CLIP in the place of a camera.")] = False,
    json: Annotated[Path | None, typer.Option("--json", help="Keep the figures.", metavar="OUT.json")] = None,
    markdown: Annotated[Path | None, typer.Option("--markdown", help="Keep the tables.", metavar="OUT.md")] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="Compare with this; exit 1 if a ratio is a quarter worse.", metavar="OLD.json"),
    ] = None,
    detector: Detector = None,
    smoothing: Smoothing = None,
    device: Device = None,
    model: Model = None,
) -> None:
    """Measure how fast emocam is here, part by part, in under a minute."""
    from emocam.bench.run import bench as run_bench
    from emocam.bundle import DEMO_CLIP

    settings = _settings(detector, smoothing, device, model)
    raise typer.Exit(run_bench(clip or DEMO_CLIP, settings, live=live, json_out=json, markdown_out=markdown, baseline=against))


def _settings(
    detector: DetectorRange | None,
    smoothing: float | None,
    device: str | None,
    model: str | None,
    record: bool | None = None,
) -> Settings:
    """The kept settings, with what the command line says instead."""
    kept = load_settings()
    if device is not None:
        check_device(device)
    if smoothing is not None and not math.isfinite(smoothing):
        raise EmocamError("A time constant of smoothing is a number of seconds; give one, or 0 for none.")
    return replace(
        kept,
        detector=detector or kept.detector,
        smoothing_s=kept.smoothing_s if smoothing is None else smoothing,
        device=device or kept.device,
        model=model or kept.model,
        record=kept.record if record is None else record,
    )


def _print_what_can_be_printed() -> None:
    """Output that goes to a file or another program has the system's encoding there, which on Windows lacks much of what the
    commands and names of files say; a question mark is better than no output."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="replace")


def main() -> None:
    _print_what_can_be_printed()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(threadName)s %(name)s: %(message)s")
    try:
        app()
    except EmocamError as error:
        typer.echo(f"emocam: {error}", err=True)
        sys.exit(1)
    except OSError as error:  # What nobody foresaw of a disk, a folder or a name.
        logging.getLogger(__name__).debug("Not foreseen", exc_info=True)
        typer.echo(f"emocam: {trouble(error)}", err=True)
        sys.exit(1)
