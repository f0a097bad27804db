"""What can be taken out of a session, and which part of it. Plain values, so that a window and a command line share them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from emocam.domain.errors import SessionFileError


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of a session, and how. What a format has no use for is left aside.

    start_s, end_s: seconds of the recording, both included; end_s None for the end. people: the ids that the annotations give,
    None for all who are not hidden. step_s: rows are means over so many seconds, None for one row per frame. threshold: a class
    counts as shown from this probability on. blur: faces can't be known again in pictures. raw: the model's own probabilities
    instead of the smoothed ones. video: where the recording is, None for where the session says.
    """

    start_s: float = 0.0
    end_s: float | None = None
    people: tuple[int, ...] | None = None
    step_s: float | None = None
    threshold: float = 0.5
    blur: bool = False
    raw: bool = False
    video: Path | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """path: what was written. count: of what there is in it. said: the same for people, such as "240 rows". analysed_to_s:
    where the analysis of the recording ends before the recording does, so that what comes after is missing here; else None."""

    path: Path
    count: int
    said: str
    analysed_to_s: float | None = None


class Option(StrEnum):
    """Those parts of a `Selection` that not every format has a use for; range and people always hold."""

    STEP = "step"
    THRESHOLD = "threshold"
    RAW = "raw"
    BLUR = "blur"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Format:
    """kind: its name in code. suffixes: how the name of a file ends, the usual one first. title, hint: for people.
    options: what of a `Selection` applies. needs_video: it can't be made without the recording itself."""

    kind: str
    suffixes: tuple[str, ...]
    title: str
    hint: str
    options: frozenset[Option] = frozenset()
    needs_video: bool = False


_TABLE = frozenset({Option.STEP})
_FIGURES = frozenset({Option.THRESHOLD, Option.RAW})
_SPOKEN = frozenset({Option.RAW, Option.VIDEO})

FORMATS: tuple[Format, ...] = (
    Format("csv", (".csv",), "Table, CSV", "A row per frame and face, for spreadsheets and statistics.", _TABLE),
    Format("json", (".json",), "Table, JSON", "The same rows, with the session's facts and markers.", _TABLE),
    Format("parquet", (".parquet",), "Table, Parquet", "The same rows, not rounded; small and fast for long ones.", _TABLE),
    Format("summary", (".summary.csv",), "Summary, CSV", "A row per face: shares of time, episodes, transitions.", _FIGURES),
    Format(
        "report",
        (".html", ".htm"),
        "Report, HTML",
        "One page with chart, summary, stills of the peaks and method; opens in every browser and prints.",
        _FIGURES | {Option.BLUR, Option.VIDEO},
    ),
    Format("chart", (".png", ".svg", ".pdf"), "Chart, PNG, SVG or PDF", "A lane per face over time.", _FIGURES),
    Format(
        "video",
        (".mp4",),
        "Video with labels, MP4",
        "The recording with boxes and labels, sound kept.",
        frozenset({Option.RAW, Option.BLUR, Option.VIDEO}),
        needs_video=True,
    ),
    Format("webvtt", (".vtt",), "Subtitles, WebVTT", "What each face shows most, and the markers.", _SPOKEN),
    Format("srt", (".srt",), "Subtitles, SRT", "What each face shows most, and the markers.", _SPOKEN),
    Format(
        "elan", (".eaf",), "ELAN document", "A tier per face with its episodes, one for the markers.", _FIGURES | {Option.VIDEO}
    ),
    Format(
        "boris-project",
        (".boris",),
        "BORIS project",
        "Opens in BORIS with the recording linked; episodes as state events.",
        _FIGURES | {Option.VIDEO},
    ),
    Format(
        "boris",
        (".boris.tsv", ".boris.csv"),
        "BORIS events, TSV or CSV",
        "Episodes and markers as tabular events.",
        _FIGURES | {Option.VIDEO},
    ),
    Format(
        "textgrid",
        (".TextGrid",),
        "Praat TextGrid",
        "A tier per face with its episodes, one for the markers.",
        _FIGURES | {Option.VIDEO},
    ),
)


def format_of(out: Path) -> Format:
    """By how the name ends; of two that fit, the longer one. Raises SessionFileError where none does, or nothing stands before
    it."""
    name = out.name.lower()
    if any(name == suffix.lower() for format in FORMATS for suffix in format.suffixes):
        raise SessionFileError("{name} is no more than an ending; put a name before it.", name=out.name)
    fitting = [(len(suffix), format) for format in FORMATS for suffix in format.suffixes if name.endswith(suffix.lower())]
    if not fitting:
        known = ", ".join(suffix for format in FORMATS for suffix in format.suffixes)
        raise SessionFileError("emocam can't export {name}; end the name in {known}.", name=out.name, known=known)
    return max(fitting, key=lambda fit: fit[0])[1]
