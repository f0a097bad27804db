"""The curves of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def draw_curves(history: Sequence[dict[str, float]], out: Path) -> None:
    """Accuracy and loss over the epochs, of training and of validation; a line stands where a frozen backbone was let go."""
    figure = Figure(figsize=(9, 3.6), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    epochs = range(1, len(history) + 1)
    frozen = sum(row["phase"] == 0 for row in history)
    for axis, what in zip(figure.subplots(1, 2), ("accuracy", "loss"), strict=True):
        axis.plot(epochs, [row[what] for row in history], label="training, pictures changed at random", color="#0072B2")
        axis.plot(epochs, [row[f"val_{what}"] for row in history], label="validation", color="#D55E00", linestyle=(0, (5, 2)))
        if 0 < frozen < len(history):
            axis.axvline(frozen + 0.5, color="#8A8A8A", linewidth=1)
        axis.set_xlabel("epoch")
        axis.set_ylabel(what)
        axis.grid(alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
    figure.axes[0].legend(frameon=False)
    figure.savefig(out)
