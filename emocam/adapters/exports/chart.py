"""The timeline as a picture (matplotlib): a lane per face, the markers above them, gaps left blank."""

from __future__ import annotations

import logging
import math
import textwrap
import warnings
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MultipleLocator

from emocam.adapters.exports.job import ExportJob
from emocam.adapters.exports.xml_text import xml_text
from emocam.domain.annotations import Marker
from emocam.domain.colours import style_of
from emocam.domain.decimation import Pyramid
from emocam.domain.recording import Series
from emocam.domain.summary import frame_lengths
from emocam.domain.times import clock_text, time_text

INK = "#20242a"
GRID = "#dfe2e6"
AWAY = "#d3d7dc"
_POINTS = 2400  # As many as a wide print can show.
_MOST_LANES = 24
_MOST_ROWS = 6  # Of markers.
_WIDTH_IN = 11.0
_LEFT_IN, _RIGHT_IN = 1.45, 0.45
_LANE_IN = 1.45
_MARKER_ROW_IN = 0.22
_CHARACTER_IN = 0.078  # How wide a letter of a marker's label is, on average.
_DPI = 160
_TICK_STEPS_S = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
# For names in other scripts, where the computer has one of these.
_OTHER_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Droid Sans Fallback", "Microsoft YaHei", "Yu Gothic"),
    *("Malgun Gothic", "PingFang SC", "Hiragino Sans", "Apple SD Gothic Neo", "Arial Unicode MS"),
)

logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # That a fallback has no bold letters is no news.


@dataclass(frozen=True, slots=True)
class _Lane:
    name: str
    series: Series


@dataclass(frozen=True, slots=True)
class _Flag:
    """A marker in a row of the band above the lanes. before: its label ends at it, as there is no room behind it."""

    marker: Marker
    row: int
    before: bool


def write_chart(job: ExportJob, out: Path, ending: str) -> tuple[int, str]:
    figure, lanes = draw(job)
    job.check()
    kind = ending.lstrip(".")
    # No date in it, and ids that are not drawn by lot: the same session gives the same file.
    metadata: dict[str, Any] = {"png": {"Software": None}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[kind]
    with matplotlib.rc_context({"svg.hashsalt": "emocam"}):
        _save(figure, out, format=kind, dpi=_DPI, metadata=metadata)
    return lanes, f"a chart of {lanes} {'face' if lanes == 1 else 'faces'}"


def svg_of(job: ExportJob) -> str:
    """The chart as an <svg> element for a page, without ground and title; text stays text."""
    figure, _ = draw(job, titled=False)
    figure.patch.set_alpha(0)
    file = StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "emocam"}):
        _save(figure, file, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = file.getvalue()
    return text[text.index("<svg") :]


def draw(job: ExportJob, *, titled: bool = True) -> tuple[Figure, int]:
    """The figure, and how many lanes it has."""
    # Names may hold dollars, between which matplotlib else finds formulas.
    with matplotlib.rc_context({"font.family": _fonts(), "text.parse_math": False}):
        return _draw(job, titled)


def _draw(job: ExportJob, titled: bool) -> tuple[Figure, int]:
    lanes, left_out = _lanes(job)
    flags = _flags(job)
    bands = max((flag.row for flag in flags), default=-1) + 1
    top = 0.82 if titled else 0.32
    marker_in = bands * _MARKER_ROW_IN + 0.08 if bands else 0.0
    lanes_in = _LANE_IN * max(len(lanes), 1)
    bottom, gap = 0.48, 0.16
    height = top + marker_in + lanes_in + bottom
    figure = Figure(figsize=(_WIDTH_IN, height), dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    left, right = _LEFT_IN / _WIDTH_IN, 1 - _RIGHT_IN / _WIDTH_IN

    axes: list[Axes] = []
    for place in range(max(len(lanes), 1)):
        upper = height - top - marker_in - place * _LANE_IN
        box = (left, (upper - _LANE_IN + gap) / height, right - left, (_LANE_IN - gap) / height)
        axes.append(figure.add_axes(box))
    for axis in axes:
        _dress(axis, job, last=axis is axes[-1])
    for axis, lane in zip(axes, lanes, strict=False):
        _fill(axis, lane, job)
    if not lanes:
        axes[0].text(0.5, 0.5, "no face found", transform=axes[0].transAxes, ha="center", va="center", color=INK)
    if bands:
        box = (left, (height - top - marker_in) / height, right - left, marker_in / height)
        _draw_markers(figure.add_axes(box), axes, flags, bands)
    _legend(figure, job, height, top, titled)
    if titled:
        _title(figure, job, height, left_out)
    return figure, len(lanes)


def _lanes(job: ExportJob) -> tuple[list[_Lane], int]:
    """Of the chosen people, the longest seen first at most `_MOST_LANES`, in order of their ids; and how many are left out."""
    found = []
    for place, person in enumerate(job.people):
        job.progress(0.7 * place / len(job.people))
        found.append((person, job.series(person)))
    longest = sorted(found, key=lambda each: -int(each[1].present.sum()))[:_MOST_LANES]
    lanes = [_Lane(job.names[person], series) for person, series in sorted(longest, key=lambda each: each[0])]
    return lanes, len(found) - len(lanes)


def _dress(axis: Axes, job: ExportJob, *, last: bool) -> None:
    axis.patch.set_alpha(0)
    # A single moment, as of a picture, lies in the middle.
    room = 0.05 if job.duration_s <= 0 else 0.0
    axis.set_xlim(job.start_s - room, job.end_s + room)
    axis.set_ylim(0, 1)
    axis.set_yticks([0, 0.5, 1])
    axis.tick_params(colors=INK, labelsize=8, length=3)
    axis.set_ylabel("probability", fontsize=8, color=INK)
    axis.grid(color=GRID, linewidth=0.6)
    axis.set_axisbelow(True)
    axis.spines[["top", "right"]].set_visible(False)
    for spine in axis.spines.values():
        spine.set_color(INK)
    axis.xaxis.set_major_locator(MultipleLocator(_tick_step(job.duration_s)))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, job.duration_s)))
    if last:
        axis.set_xlabel(
            "time in the recording (minutes:seconds)" if job.end_s < 3600 else "time (h:mm:ss)", fontsize=9, color=INK
        )
    else:
        axis.tick_params(labelbottom=False)


def _tick_step(duration_s: float) -> float:
    """Seconds from tick to tick, round as clocks are."""
    days = _TICK_STEPS_S[-1] * math.ceil(duration_s / 10 / _TICK_STEPS_S[-1])
    return next((step for step in _TICK_STEPS_S if duration_s / step <= 10), days)


def _tick(value: float, duration_s: float) -> str:
    return "" if value < 0 else clock_text(value + 1e-6) if duration_s >= 10 else time_text(value)


def _fill(axis: Axes, lane: _Lane, job: ExportJob) -> None:
    series = _with_holes(lane.series)
    for start, end in _away(series):
        axis.axvspan(start, end, facecolor="none", edgecolor=AWAY, hatch="////", linewidth=0, zorder=0.5)
    shown = Pyramid(series).lines(job.start_s, job.end_s, _POINTS)
    single = series.present.sum() == 1
    for place, name in enumerate(job.classes):
        style = style_of(name)
        axis.plot(
            shown.times,
            shown.values[:, place],
            color=style.light,
            linestyle=(0, style.dash) if style.dash else "-",
            linewidth=1.2,
            marker="o" if single else None,  # A line of one point is none.
            markersize=5,
            clip_on=not single,
            solid_joinstyle="round",
        )
    axis.axhline(job.rules.threshold, color=INK, linewidth=0.7, linestyle=(0, (6, 4)), alpha=0.7)
    name = "\n".join(textwrap.wrap(lane.name, 12, max_lines=2, placeholder="…", break_long_words=True))
    wide = _WIDTH_IN - _LEFT_IN - _RIGHT_IN
    axis.text(
        (0.12 - _LEFT_IN) / wide,
        1.0,
        xml_text(name),
        transform=axis.transAxes,
        fontsize=9,
        fontweight="bold",
        color=INK,
        va="top",
        linespacing=1.1,
        clip_on=False,
    )
    axis.yaxis.set_label_coords(-0.055, 0.45)


def _with_holes(series: Series) -> Series:
    """With a row of nothing where nobody looked, so that no line crosses it."""
    steps = np.diff(series.times)
    holes = np.flatnonzero(steps > frame_lengths(series.times)[:-1] * 1.001) if len(steps) else np.empty(0, int)
    if not len(holes):
        return series
    times = np.insert(series.times, holes + 1, (series.times[holes] + series.times[holes + 1]) / 2)
    return Series(times, np.insert(series.values, holes + 1, np.nan, axis=0))


def _away(series: Series) -> list[tuple[float, float]]:
    """From when to when the face was not seen; what is shorter than the eye can see is left out."""
    if not len(series.times):
        return []
    edges = np.flatnonzero(np.diff(np.concatenate([[False], ~series.present, [False]]).astype(np.int8)))
    shortest = (series.times[-1] - series.times[0]) / 2000
    spans = []
    for first, stop in zip(edges[::2], edges[1::2], strict=True):
        start = series.times[first - 1] if first else series.times[0]
        end = series.times[min(stop, len(series.times) - 1)]
        if end - start > shortest:
            spans.append((float(start), float(end)))
    return spans


def _flags(job: ExportJob) -> list[_Flag]:
    """Each marker in the first row in which it and its label have room."""
    wide = _WIDTH_IN - _LEFT_IN - _RIGHT_IN
    per_second = wide / max(job.duration_s, 0.1)
    rows: list[list[tuple[float, float]]] = []
    placed: list[_Flag] = []
    for marker in job.markers:
        start = (marker.start_s - job.start_s) * per_second
        label = len(_short(marker.label)) * _CHARACTER_IN + 0.15
        before = start > wide / 2 and start + label > wide + _RIGHT_IN
        end = start + max(0.0, (marker.end_s or 0.0) - marker.start_s) * per_second
        span = (start - label, max(end, start + 0.1)) if before else (start, max(end, start + label))
        free = [place for place, row in enumerate(rows) if all(b <= span[0] or span[1] <= a for a, b in row)]
        # So many that labels overlap: more rows would push the chart away.
        row = free[0] if free else len(rows) if len(rows) < _MOST_ROWS else len(placed) % _MOST_ROWS
        if row == len(rows):
            rows.append([])
        rows[row].append(span)
        placed.append(_Flag(marker, row, before))
    return placed


def _draw_markers(axis: Axes, lanes: list[Axes], flags: list[_Flag], bands: int) -> None:
    axis.set_xlim(lanes[0].get_xlim())
    axis.set_ylim(bands, -0.3)
    axis.axis("off")
    for flag in flags:
        start, end, text = flag.marker.start_s, flag.marker.end_s, _short(flag.marker.label)
        if end is not None:
            axis.plot([start, end], [flag.row + 0.82] * 2, color=INK, linewidth=2, solid_capstyle="butt", clip_on=False)
        for lane in lanes:
            if end is not None:
                lane.axvspan(start, end, facecolor=INK, alpha=0.07, edgecolor="none")
            for edge in (start, *(() if end is None else (end,))):
                lane.axvline(edge, color=INK, linewidth=0.8, linestyle=":")
        shown, side = (f"{text} ▾", "right") if flag.before else (f"▾ {text}", "left")
        axis.text(start, flag.row + 0.35, xml_text(shown), fontsize=8, color=INK, ha=side, va="center")


def _legend(figure: Figure, job: ExportJob, height: float, top: float, titled: bool) -> None:
    lines: list[Line2D | Patch] = []
    for name in job.classes:
        style = style_of(name)
        line = Line2D([], [], color=style.light, linewidth=1.8, label=xml_text(name))
        if style.dash:
            line.set_linestyle((0, style.dash))
        lines.append(line)
    lines.append(Line2D([], [], color=INK, linewidth=0.8, linestyle=(0, (6, 4)), label=f"threshold {job.rules.threshold:.2f}"))
    lines.append(Patch(facecolor="none", edgecolor=AWAY, hatch="//////", linewidth=0, label="not seen"))
    y = (height - top + 0.16) / height if titled else (height - 0.06) / height
    legend = figure.legend(
        handles=lines,
        loc="center left" if titled else "upper left",
        bbox_to_anchor=(0.12 / _WIDTH_IN, y),
        ncols=len(lines) if len(lines) <= 10 else math.ceil(len(lines) / 2),
        frameon=False,
        fontsize=8,
        handlelength=2.6,
        columnspacing=1.3,
        borderpad=0,
        labelcolor=INK,
    )
    legend.set_in_layout(False)


def _title(figure: Figure, job: ExportJob, height: float, left_out: int) -> None:
    x = 0.12 / _WIDTH_IN
    figure.text(x, 1 - 0.1 / height, xml_text(_short(job.title, 90)), fontsize=12, fontweight="bold", color=INK, va="top")
    said = [
        "the model's own probabilities" if job.selection.raw else "smoothed probabilities",
        job.reader.meta.get("model", ""),
        "" if job.whole else f"{time_text(job.start_s)} – {time_text(job.end_s)}",
        f"{left_out} more faces not shown" if left_out else "",
    ]
    figure.text(x, 1 - 0.34 / height, xml_text(" · ".join(filter(None, said))), fontsize=8.5, color=INK, va="top", alpha=0.75)


def _short(text: str, longest: int = 32) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _fonts() -> list[str]:
    there = {font.name for font in fontManager.ttflist}
    return ["DejaVu Sans", *(name for name in _OTHER_FONTS if name in there)]


def _save(figure: Figure, out: Path | StringIO, **options: Any) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # A box stands for a letter that the font has not.
        figure.savefig(out, **options)
