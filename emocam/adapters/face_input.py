"""A face in a frame becomes the model's input. The app and `training/` use this same function."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from emocam.adapters.opencv import cv2
from emocam.domain.model_card import FaceInput
from emocam.domain.vision import Keypoints

_FINEST = 3  # A face is averaged down from about so many times the side of the crop. With 4 no reading differs by over 0.05.
_MANY_LINES = 4  # Of so many that become one, every other tells as much.


def crop_face(pixels: NDArray[np.uint8], keypoints: Keypoints, face_input: FaceInput) -> NDArray[np.uint8]:
    """(side, side, channels) uint8: the face, turned upright, scaled and shifted to where the model expects its parts.

    pixels: (H, W, 3) uint8 RGB; keypoints: as fractions of it. What lies outside the picture repeats its edge. A large face is
    first averaged down to a few times the final side, and turned then: that gives no jagged crop, and few pixels to turn.
    """
    height, width = pixels.shape[:2]
    found = _points(keypoints) * (width, height)
    matrix = similarity(found, _points(face_input.keypoints) * face_input.side)
    shrink = 1 / math.hypot(matrix[0, 0], matrix[0, 1])
    finer = min(max(round(shrink), 1), _FINEST)
    # Pixel centres lie at half numbers: scale about the corner, not about the first pixel's centre.
    matrix = matrix * finer
    matrix[:, 2] += 0.5 * (matrix[:, 0] + matrix[:, 1]) - 0.5
    side = face_input.side * finer
    pixels, matrix = _part(pixels, matrix, side)
    pixels, matrix = _averaged(pixels, matrix, max(int(shrink / finer), 1), grey=face_input.colour == "grey")
    crop = cv2.warpAffine(pixels, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if finer > 1:
        crop = cv2.resize(crop, (face_input.side, face_input.side), interpolation=cv2.INTER_AREA)
    return np.asarray(crop, np.uint8).reshape(face_input.side, face_input.side, face_input.channels)


def similarity(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, 3) turn, scale and shift that brings `source` nearest to `target`, both (N, 2), by least squares (Umeyama 1991).

    Never mirrors. Where all points of `source` coincide, a pure shift.
    """
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    s, t = source - source_mean, target - target_mean
    spread = float((s**2).sum())
    if spread < 1e-9:
        a, b = 1.0, 0.0
    else:
        a = float((s * t).sum()) / spread
        b = float((s[:, 0] * t[:, 1] - s[:, 1] * t[:, 0]).sum()) / spread
    linear = np.array([[a, -b], [b, a]])
    return np.hstack([linear, (target_mean - linear @ source_mean)[:, None]])


def _part(pixels: NDArray[np.uint8], matrix: NDArray[np.float64], side: int) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The part of the picture that `matrix` brings into the square of `side`, without a copy, and the matrix for it.

    It ends two pixels beyond what is looked at, or at the picture's own edge: repeating its edge repeats that of the picture.
    """
    height, width = pixels.shape[:2]
    corners = np.array([[0, 0], [side, 0], [0, side], [side, side]]) - matrix[:, 2]
    reached = np.linalg.solve(matrix[:, :2], corners.T)
    left, top = (int(min(max(low - 2, 0), size - 1)) for low, size in zip(reached.min(axis=1), (width, height), strict=True))
    right, bottom = (
        int(min(max(high + 3, low + 1), size))
        for high, low, size in zip(reached.max(axis=1), (left, top), (width, height), strict=True)
    )
    shifted = matrix.copy()
    shifted[:, 2] += matrix[:, :2] @ (left, top)
    return pixels[top:bottom, left:right], shifted


def _averaged(
    pixels: NDArray[np.uint8], matrix: NDArray[np.float64], times: int, *, grey: bool
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """About so many times smaller, of one channel where it is to be grey, and the matrix for that."""
    times = min(times, *pixels.shape[:2])
    lines = 2 if times >= _MANY_LINES else 1
    down = times // lines
    across = down * lines
    pixels = pixels[::lines]
    if grey:  # First, so that one channel is averaged, not three.
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    if across == 1:
        return pixels, matrix
    height, width = pixels.shape[0] // down, pixels.shape[1] // across
    smaller = cv2.resize(pixels[: height * down, : width * across], (width, height), interpolation=cv2.INTER_AREA)
    # Pixel centres, as above: the first one of the smaller picture lies in the middle of those that it is the mean of.
    shift = matrix[:, 2] + matrix[:, :2] @ ((across - 1) / 2, lines * (down - 1) / 2)
    return np.asarray(smaller, np.uint8), np.column_stack([matrix[:, :2] * across, shift])


def _points(keypoints: Keypoints) -> NDArray[np.float64]:
    return np.array([keypoints.right_eye, keypoints.left_eye, keypoints.nose, keypoints.mouth])
