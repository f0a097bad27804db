"""Figures of how good predictions are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import (
    confusion_matrix,
    f1_score,
    log_loss,
    precision_recall_fscore_support,
    roc_auc_score,
)

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


def softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How logits become probabilities: divided by a temperature (Guo et al. 2017), with a bias per class added, which puts
    right what a class was given too much or too little of in training (Alexandari et al. 2020)."""

    temperature: float
    bias: tuple[float, ...]

    def probabilities(self, logits: Floats) -> Floats:
        return softmax(logits / self.temperature + np.array(self.bias))


def fit_calibration(logits: Floats, wanted: Floats) -> Calibration:
    """What makes the labels, or votes, most probable; a bias only for classes that have some.

    wanted: (N, classes) distributions, one-hot for labels.
    """
    count = logits.shape[1]
    present = wanted.sum(axis=0) > 0

    def unpack(values: Floats) -> Calibration:
        bias = np.where(present, values[1:], 0.0)
        return Calibration(float(np.exp(-values[0])), tuple((bias - bias[present].mean() * present).tolist()))

    def loss(values: Floats) -> float:
        probabilities = unpack(values).probabilities(logits)
        return float(-(wanted * np.log(np.maximum(probabilities, 1e-12))).sum(axis=1).mean() + 1e-4 * (values**2).sum())

    return unpack(minimize(loss, np.zeros(count + 1), method="L-BFGS-B").x)


def calibration_bins(probabilities: Floats, wanted: Floats, bins: int = 15) -> Floats:
    """(filled bins, 3): mean confidence, accuracy and share of the pictures, over equally wide bins of confidence.

    wanted: (N, classes), one-hot labels, or votes: a picture is then right by the share of them that the surest class has.
    """
    confidence, right = probabilities.max(axis=1), wanted[np.arange(len(wanted)), probabilities.argmax(axis=1)]
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    return np.array(
        [
            (confidence[places == place].mean(), right[places == place].mean(), (places == place).mean())
            for place in np.unique(places)
        ]
    )


def expected_calibration_error(probabilities: Floats, wanted: Floats, bins: int = 15) -> float:
    """The mean gap between confidence and accuracy (Naeini et al. 2015). wanted: as for `calibration_bins`."""
    table = calibration_bins(probabilities, wanted, bins)
    return float((np.abs(table[:, 0] - table[:, 1]) * table[:, 2]).sum())


def roc_auc(probabilities: Floats, labels: Labels) -> float | None:
    """One class against the rest, the mean over the classes that have pictures; None where there is only one."""
    present = [place for place in np.unique(labels) if 0 < (labels == place).sum() < len(labels)]
    return float(np.mean([roc_auc_score(labels == place, probabilities[:, place]) for place in present])) if present else None


def interval(
    right: NDArray[np.bool_], figure: Callable[[NDArray[np.intp]], float] | None = None, *, draws: int = 2000, seed: int = 7
) -> tuple[float, float]:
    """The middle 95 % of a figure, by default the mean, over samples drawn with replacement (bootstrap, Efron 1979)."""
    rng = np.random.default_rng(seed)
    if figure is None:
        means = rng.binomial(len(right), right.mean(), draws) / len(right)
        low, high = np.percentile(means, [2.5, 97.5])
    else:
        low, high = np.percentile([figure(rng.integers(0, len(right), len(right))) for _ in range(draws)], [2.5, 97.5])
    return float(low), float(high)


def macro_f1(labels: Labels, guesses: Labels) -> float:
    """The mean over the classes that have pictures here, which of a drawn sample may be fewer than of the whole."""
    return float(f1_score(labels, guesses, labels=np.unique(labels), average="macro", zero_division=0))


def figures(probabilities: Floats, labels: Labels, classes: tuple[str, ...]) -> dict[str, object]:
    """The usual figures; those of classes without pictures are left out of every mean."""
    guesses = probabilities.argmax(axis=1)
    present = np.unique(labels)
    precision, recall, f1, support = precision_recall_fscore_support(
        labels, guesses, labels=range(len(classes)), zero_division=0
    )
    return {
        "accuracy": float((guesses == labels).mean()),
        "balanced_accuracy": float(recall[present].mean()),
        "macro_f1": macro_f1(labels, guesses),
        "roc_auc": roc_auc(probabilities, labels),
        "log_loss": float(log_loss(labels, probabilities, labels=range(len(classes)))),
        "n": len(labels),
        "per_class": {
            name: {"precision": float(precision[i]), "recall": float(recall[i]), "f1": float(f1[i]), "n": int(support[i])}
            for i, name in enumerate(classes)
        },
        "confusion": confusion_matrix(labels, guesses, labels=range(len(classes))).tolist(),
    }
