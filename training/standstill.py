"""What a run does when the validation gets no better: take smaller steps, and stop; and when it fails for good: end at once.

The first two are decided from the history alone and keep nothing in memory, so that a run that was cut off decides as it would
have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import keras

from training.errors import TrainingError
from training.history import read_history

_PLATEAU_EPOCHS, _DIVIDED_BY, _SMALLEST_RATE = 3, 3.0, 1e-6


def has_stopped(accuracies: Sequence[float], patience: int) -> bool:
    """Whether the best validation accuracy is `patience` epochs old; never with a patience of 0."""
    if not patience or not accuracies:
        return False
    return len(accuracies) - 1 - accuracies.index(max(accuracies)) >= patience


def reductions(losses: Sequence[float]) -> int:
    """How often the rate is to be divided: each time the validation loss was no better for three epochs in a row, counted anew
    after each time (as ReduceLROnPlateau of Keras does)."""
    best, waited, count = float("inf"), 0, 0
    for loss in losses:
        waited = 0 if loss < best else waited + 1
        best = min(best, loss)
        if waited == _PLATEAU_EPOCHS:
            waited, count = 0, count + 1
    return count


def of_phase(run: Path, phase: float, what: str, epochs: int) -> list[float]:
    """A column of the history for the first `epochs` epochs of a phase."""
    return [row[what] for row in read_history(run) if row["phase"] == phase and row["epoch"] < epochs]


class Patience(keras.callbacks.Callback):
    """Ends the training as `has_stopped` says."""

    def __init__(self, run: Path, phase: float, patience: int) -> None:
        super().__init__()
        self._run, self._phase, self._patience = run, phase, patience

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if has_stopped(of_phase(self._run, self._phase, "val_accuracy", epoch + 1), self._patience):
            self.model.stop_training = True


class Plateau(keras.callbacks.Callback):
    """Sets the learning rate of each epoch as `reductions` says."""

    def __init__(self, run: Path, phase: float, rate: float) -> None:
        super().__init__()
        self._run, self._phase, self._rate = run, phase, rate

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        count = reductions(of_phase(self._run, self._phase, "val_loss", epoch))
        self.model.optimizer.learning_rate = max(_SMALLEST_RATE, self._rate / _DIVIDED_BY**count)


class Diverged(keras.callbacks.Callback):
    """Ends an epoch whose loss is no number, before anything of it is kept. Raises TrainingError."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if not math.isfinite((logs or {})["loss"]):
            raise TrainingError(
                f"The training diverged in epoch {epoch + 1}: its loss is no number any more. Give the recipe a lower "
                "learning_rate or a longer warmup_epochs, and train anew into another folder."
            )
