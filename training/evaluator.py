"""How good a model is, on a split, with and without the pictures that the training split also holds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.metrics import balanced_accuracy_score, f1_score, log_loss

from emocam.domain.emotions import FER7
from training.datasets.fer2013 import FaceDataset, equals_any, vote_distribution

Network = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def logits_of(network: Network, images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(N, 7) for (N, 48, 48) grey pictures."""
    batches = [network(images[start : start + 64, ..., None].astype(np.float32)) for start in range(0, len(images), 64)]
    return np.concatenate(batches).astype(np.float64)


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def fit_temperature(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The temperature that makes the probabilities fit best (Guo et al. 2017)."""

    def loss(log_temperature: float) -> float:
        return float(log_loss(labels, softmax(logits / np.exp(log_temperature)), labels=range(len(FER7))))

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def expected_calibration_error(probabilities: NDArray[np.float64], labels: NDArray[np.int64], bins: int = 15) -> float:
    """The mean gap between confidence and accuracy, over equally wide bins of confidence (Naeini et al. 2015)."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        (places == place).mean() * abs(confidence[places == place].mean() - right[places == place].mean())
        for place in np.unique(places)
    ]
    return float(sum(gaps))


def evaluate(network: Network, data: FaceDataset, split: str, temperature: float) -> dict[str, float]:
    """Figures on one split, without test-time augmentation. `unique` ones leave out what the Training split also holds."""
    chosen = data.split(split)
    probabilities = softmax(logits_of(network, chosen.images) / temperature)
    guesses = probabilities.argmax(axis=1)
    unique = ~equals_any(chosen.images, data.split("Training").images)
    votes = vote_distribution(chosen)
    clear = (np.sort(votes, axis=1)[:, -1] > np.sort(votes, axis=1)[:, -2]) & (chosen.votes.sum(axis=1) > 0)
    return {
        "accuracy": float((guesses == chosen.labels).mean()),
        "accuracy_unique": float((guesses == chosen.labels)[unique].mean()),
        "balanced_accuracy": float(balanced_accuracy_score(chosen.labels, guesses)),
        "macro_f1": float(f1_score(chosen.labels, guesses, average="macro")),
        "ece": expected_calibration_error(probabilities, chosen.labels),
        "ferplus7_majority_accuracy": float((guesses == votes.argmax(axis=1))[clear].mean()),
        "n": float(len(chosen)),
        "n_unique": float(unique.sum()),
    }
