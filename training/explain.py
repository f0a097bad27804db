"""What in a picture a decision rests on: occlusion maps (Zeiler and Fergus 2014), which only need answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emocam.adapters.opencv import cv2
from training.models import OpenModel

_PATCH, _STRIDE = 1 / 4, 1 / 12


def occlusion_map(model: OpenModel, picture: NDArray[np.uint8], label: int, answer: int) -> NDArray[np.float64]:
    """(side, side): how much the probability of class `label` falls when a grey patch covers the place, or rises, below 0.

    picture: (side, side, channels) uint8, as the model sees it. answer: which of the model's.
    """
    side = picture.shape[0]
    patch, stride = max(2, round(side * _PATCH)), max(1, round(side * _STRIDE))
    corners = [(y, x) for y in range(0, side - patch + 1, stride) for x in range(0, side - patch + 1, stride)]
    covered = np.repeat(picture[None].astype(np.float32), len(corners) + 1, axis=0)
    for place, (y, x) in enumerate(corners, start=1):
        covered[place, y : y + patch, x : x + patch] = picture.mean()
    logits = np.concatenate([model.outputs(covered[start : start + 64]) for start in range(0, len(covered), 64)])
    probability = model.answers(logits)[answer][:, label]
    fall, times = np.zeros((side, side)), np.zeros((side, side))
    for place, (y, x) in enumerate(corners, start=1):
        fall[y : y + patch, x : x + patch] += probability[0] - probability[place]
        times[y : y + patch, x : x + patch] += 1
    return fall / np.maximum(times, 1)


def drawn_over(picture: NDArray[np.uint8], heat: NDArray[np.float64], side: int = 144) -> NDArray[np.uint8]:
    """(side, side, 3) RGB: the picture, orange where covering it lowers the probability, blue where it raises it."""
    grey = picture if picture.shape[2] == 3 else np.repeat(picture, 3, axis=2)
    large = np.asarray(cv2.resize(grey, (side, side), interpolation=cv2.INTER_LINEAR), np.float64)
    strength = np.asarray(cv2.resize(heat / max(np.abs(heat).max(), 0.05), (side, side), interpolation=cv2.INTER_LINEAR))
    colour = np.where(strength[..., None] > 0, (230, 159, 0), (0, 114, 178))
    weight = 0.65 * np.clip(np.abs(strength), 0, 1)[..., None]
    return np.asarray(large * (1 - weight) + colour * weight, np.uint8)
