"""The weights that a run keeps: the best ones, and those from which it goes on after it was cut off.

Every file appears whole under its name or not at all, whenever the process is killed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import keras

_STATE = re.compile(r"^(?P<phase>\w+)-(?P<done>\d+)\.weights\.h5$")


def write_weights(network: keras.Model, path: Path, *, optimizer: bool) -> None:
    """path: ends with `.weights.h5`. optimizer: whether its state goes with them, which is twice as much again."""
    new = path.with_name(f"new-{path.name}")
    kept = network.optimizer
    network.optimizer = kept if optimizer else None
    try:
        network.save_weights(new)
    finally:
        network.optimizer = kept
    new.replace(path)


def newest_state(folder: Path, phase: str) -> tuple[Path | None, int]:
    """The file to go on from, and how many epochs of the phase are done; (None, 0) where there is none."""
    found = [
        (int(match["done"]), path)
        for path in folder.glob("*.weights.h5")
        if (match := _STATE.match(path.name)) and match["phase"] == phase
    ]
    done, path = max(found, default=(0, None))
    return path, done


class KeepBest(keras.callbacks.Callback):
    """Writes the weights after each epoch with a better accuracy on the validation split than `so_far` and all since. figures:
    files about the weights, which go when there are others."""

    def __init__(self, path: Path, so_far: float, figures: Sequence[Path] = ()) -> None:
        super().__init__()
        self._path, self._best, self._figures = path, so_far, figures

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        accuracy = (logs or {})["val_accuracy"]
        if accuracy > self._best:
            self._best = accuracy
            write_weights(self.model, self._path, optimizer=False)
            for about_the_old in self._figures:
                about_the_old.unlink(missing_ok=True)


class KeepState(keras.callbacks.Callback):
    """Writes the whole state, that of the optimiser included, after each epoch; the file before goes when the new one is there.

    The number of epochs done is in the file's name, so that it can't disagree with what is inside.
    """

    def __init__(self, folder: Path, phase: str) -> None:
        super().__init__()
        self._folder, self._phase = folder, phase

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._folder.mkdir(exist_ok=True)
        path = self._folder / f"{self._phase}-{epoch + 1}.weights.h5"
        write_weights(self.model, path, optimizer=True)
        for old in self._folder.glob(f"{self._phase}-*.weights.h5"):
            if old != path:
                old.unlink()
