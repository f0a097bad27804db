"""How well a face can be read, from its crop and its keypoints. A hint for people, not an input of the model."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from emocam.domain.vision import Face, Frame, Quality

# Below the first value a face can't be read, above the second nothing is wanting. From looking at the test clips.
_SIDE_PX = (16.0, 64.0)
_BRIGHTNESS = (20.0, 60.0)
_CONTRAST = (6.0, 22.0)
_FRONTAL = (0.15, 0.55)
GOOD = 0.6


def assess(frame: Frame, face: Face, crop: NDArray[np.uint8]) -> Quality:
    """The worst of four figures, each 0 to 1: size in the frame, brightness, contrast, and how much it faces the camera."""
    grey = crop.astype(np.float32).mean(axis=2)
    figures = (
        (_ramp(min(face.box.width * frame.width, face.box.height * frame.height), _SIDE_PX), "too small"),
        (_ramp(float(grey.mean()), _BRIGHTNESS), "too dark"),
        (_ramp(float(grey.std()), _CONTRAST), "too little contrast"),
        (_ramp(_frontal(frame, face), _FRONTAL), "turned away"),
    )
    value, remark = min(figures)
    return Quality(round(value, 3), remark if value < GOOD else "good")


def _ramp(value: float, between: tuple[float, float]) -> float:
    low, high = between
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _frontal(frame: Frame, face: Face) -> float:
    """1 where the nose stands midway between the eyes, 0 where it stands before one of them or beyond."""
    points = face.keypoints
    right = np.multiply(points.right_eye, (frame.width, frame.height))
    along = np.multiply(points.left_eye, (frame.width, frame.height)) - right
    nose = np.multiply(points.nose, (frame.width, frame.height)) - right
    length = math.hypot(*along)
    if length == 0:
        return 0.0
    return 1 - 2 * abs(float(nose @ along) / length**2 - 0.5)
