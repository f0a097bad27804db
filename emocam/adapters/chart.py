"""The emotion timeline as a picture (matplotlib)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from emocam.domain.colours import style_of
from emocam.domain.errors import SessionFileError
from emocam.domain.vision import Observation

_MOST_FACES = 6
_POINTS = 2400


def draw_chart(observations: Iterable[Observation], classes: tuple[str, ...], title: str, out: Path) -> None:
    """A panel per face, the longest seen first at most six, in order of their ids; gaps are left blank.

    The extension of `out` picks the format (png, svg, pdf). Raises SessionFileError where it can't be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    times: list[float] = []
    rows: dict[int, dict[int, tuple[float, ...]]] = defaultdict(dict)
    for place, observation in enumerate(observations):
        times.append(observation.timestamp)
        for reading in observation.readings:
            rows[reading.track_id][place] = reading.smoothed.values
    longest = sorted(sorted(rows, key=lambda face: -len(rows[face]))[:_MOST_FACES])

    panels = max(1, len(longest))
    figure = Figure(figsize=(12, 1.3 + 2.2 * panels), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(panels, 1, sharex=True, squeeze=False)[:, 0]
    every = max(1, len(times) // _POINTS)
    for axis, face in zip(axes, longest, strict=False):
        values = np.full((len(times), len(classes)), np.nan)
        values[list(rows[face])] = list(rows[face].values())
        for place, name in enumerate(classes):
            style = style_of(name)
            dash = (0, style.dash) if style.dash else "-"
            axis.plot(times[::every], values[::every, place], label=name, color=style.light, linestyle=dash, linewidth=1.3)
        axis.set_ylabel(f"face {face}\nprobability")
    for axis in axes:
        axis.set_ylim(0, 1)
        axis.set_xlim(0, max(times[-1] if times else 0.0, 0.1))
        axis.grid(alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
    if longest:
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper right", ncols=len(classes), frameon=False)
    else:
        axes[0].text(0.5, 0.5, "no face found", transform=axes[0].transAxes, ha="center", va="center")
    hidden = len(rows) - len(longest)
    more = f", {hidden} more faces not shown" if hidden > 0 else ""
    figure.suptitle(f"{title}{more}".replace("$", r"\$"), x=0.01, ha="left", fontsize=11)
    axes[-1].set_xlabel("time in seconds")
    try:
        figure.savefig(out)
    except (OSError, ValueError) as error:
        raise SessionFileError(f"The chart {out} can't be written ({error}); choose another place or end it in .png.") from None
