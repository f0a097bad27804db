"""What each epoch of a run reached: one line an epoch in `history.csv`, and the curves."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import keras

from training.curves import draw_curves

HISTORY, CURVES = "history.csv", "curves.png"
FROZEN, WHOLE = 0.0, 1.0  # The phases.
_COLUMNS = ("phase", "epoch", "accuracy", "loss", "val_accuracy", "val_loss", "seconds")


def read_history(run: Path) -> list[dict[str, float]]:
    """One entry per epoch: phase (0 frozen, 1 whole), epoch from 0, accuracy, loss, val_accuracy, val_loss, seconds."""
    if not (run / HISTORY).is_file():
        return []
    with open(run / HISTORY, newline="", encoding="utf-8") as file:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]


class History(keras.callbacks.Callback):
    """Writes the line of an epoch, and draws the curves anew. A kill at any moment leaves the old lines or the new ones."""

    def __init__(self, run: Path, phase: float) -> None:
        super().__init__()
        self._run, self._phase = run, phase
        self._started = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._started = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        values = {"phase": self._phase, "epoch": epoch, **(logs or {}), "seconds": round(time.monotonic() - self._started, 2)}
        # An epoch that was cut off after its line was written is done again; its old line goes.
        rows = [row for row in read_history(self._run) if (row["phase"], row["epoch"]) != (self._phase, epoch)]
        new = self._run / f"{HISTORY}.new"
        with open(new, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, _COLUMNS, extrasaction="ignore")
            writer.writeheader()
            writer.writerows([*rows, values])
        new.replace(self._run / HISTORY)
        draw_curves(read_history(self._run), self._run / CURVES)
