"""A face in a frame becomes the model's input. The app and `training/` use this same function.

Points of the plane are complex numbers here, x + iy: to turn, scale and shift one is then `turn * point + shift`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emocam.adapters.opencv import cv2
from emocam.domain.model_card import FaceInput
from emocam.domain.vision import Keypoints

_FINEST = 3  # A face is averaged down from about so many times the side of the crop. With 4 no reading differs by over 0.05.
_CENTRE = 0.5 + 0.5j  # Of the first pixel, where the corner of the picture is 0.


@dataclass(frozen=True, slots=True)
class Similarity:
    """Turns and scales (by the complex `turn`), then shifts. Between pixels, points are those of their centres."""

    turn: complex
    shift: complex

    def back(self, point: complex) -> complex:
        """What is brought to `point`."""
        return (point - self.shift) / self.turn

    def matrix(self) -> NDArray[np.float64]:
        """(2, 3), as OpenCV wants it."""
        a, b = self.turn.real, self.turn.imag
        return np.array([[a, -b, self.shift.real], [b, a, self.shift.imag]])


def crop_face(pixels: NDArray[np.uint8], keypoints: Keypoints, face_input: FaceInput) -> NDArray[np.uint8]:
    """(side, side, channels) uint8: the face, turned upright, scaled and shifted to where the model expects its parts.

    pixels: (H, W, 3) uint8 RGB; keypoints: as fractions of it. What lies outside the picture repeats its edge. A large face is
    first made smaller, to a few times the final side, and turned then: that gives no jagged crop, and few pixels to turn.
    """
    height, width = pixels.shape[:2]
    placed = similarity(_points(keypoints, width, height), _points(face_input.keypoints, face_input.side, face_input.side))
    shrink = 1 / abs(placed.turn)
    finer = min(max(round(shrink), 1), _FINEST)
    side = face_input.side * finer
    # The keypoints are measured from the corner, OpenCV's matrix from the first pixel's centre.
    turn = placed.turn * finer
    placed = Similarity(turn, placed.shift * finer + turn * _CENTRE - _CENTRE)
    pixels, placed = _part(pixels, placed, side)
    pixels, placed = _smaller(pixels, placed, max(int(shrink / finer), 1), grey=face_input.colour == "grey")
    crop = cv2.warpAffine(pixels, placed.matrix(), (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if finer > 1:
        crop = cv2.resize(crop, (face_input.side, face_input.side), interpolation=cv2.INTER_AREA)
    return np.asarray(crop, np.uint8).reshape(face_input.side, face_input.side, face_input.channels)


def similarity(source: list[complex], target: list[complex]) -> Similarity:
    """What brings `source` nearest to `target` by least squares (Umeyama 1991). Never mirrors. Where all points of `source`
    coincide, a pure shift."""
    source_mean, target_mean = sum(source) / len(source), sum(target) / len(target)
    spread = sum(abs(point - source_mean) ** 2 for point in source)
    turn = 1 + 0j
    if spread >= 1e-9:
        pairs = zip(source, target, strict=True)
        turn = sum((point - source_mean).conjugate() * (goal - target_mean) for point, goal in pairs) / spread
    return Similarity(turn, target_mean - turn * source_mean)


def _part(pixels: NDArray[np.uint8], placed: Similarity, side: int) -> tuple[NDArray[np.uint8], Similarity]:
    """The part of the picture that is brought into the square of `side`, without a copy, and how it is.

    It ends two pixels beyond what is looked at, or at the picture's own edge: repeating its edge repeats that of the picture.
    """
    height, width = pixels.shape[:2]
    corners = [placed.back(corner) for corner in (0, side, side * 1j, side + side * 1j)]
    xs, ys = [corner.real for corner in corners], [corner.imag for corner in corners]
    left, top = (int(min(max(min(reached) - 2, 0), size - 1)) for reached, size in ((xs, width), (ys, height)))
    right = int(min(max(max(xs) + 3, left + 1), width))
    bottom = int(min(max(max(ys) + 3, top + 1), height))
    return pixels[top:bottom, left:right], Similarity(placed.turn, placed.shift + placed.turn * complex(left, top))


def _smaller(pixels: NDArray[np.uint8], placed: Similarity, times: int, *, grey: bool) -> tuple[NDArray[np.uint8], Similarity]:
    """Up to so many times smaller, by a power of two, and of one channel where it is to be grey.

    Of so many lines one is taken, since to read all of them costs more than all the rest and tells no more; across, neighbours
    are averaged (docs/decisions/0009).
    """
    step = 1 << (min(times, *pixels.shape[:2]).bit_length() - 1)
    pixels = pixels[::step]
    if grey:  # First, so that one channel is averaged, not three.
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    if step == 1:
        return pixels, placed
    width = pixels.shape[1] // step
    smaller = cv2.resize(pixels[:, : width * step], (width, pixels.shape[0]), interpolation=cv2.INTER_LINEAR)
    # A new pixel lies in the middle of those across that it stands for, and on the line that was taken.
    return np.asarray(smaller, np.uint8), Similarity(placed.turn * step, placed.shift + placed.turn * (step - 1) / 2)


def _points(keypoints: Keypoints, width: int, height: int) -> list[complex]:
    all_four = (keypoints.right_eye, keypoints.left_eye, keypoints.nose, keypoints.mouth)
    return [complex(x * width, y * height) for x, y in all_four]
