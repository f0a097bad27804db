"""Boxes, labels and hidden faces, drawn into pixels without a window system."""

from __future__ import annotations

import warnings
from functools import lru_cache
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.ft2font import FT2Font
from numpy.typing import NDArray

from emocam.adapters.exports.overlay import Shown
from emocam.adapters.opencv import cv2
from emocam.domain.colours import face_colour
from emocam.domain.vision import FaceBox

Pixels = NDArray[np.uint8]
_PLATE = 0.72  # How dark the ground of a label is.
_BLOCKS = 7  # Into so many blocks a hidden face is broken across: nobody is known by 7 × 7.
_MARGIN = 0.25  # Of the box on each side: hair, ears and chin tell who somebody is as well.


def draw_faces(pixels: Pixels, faces: list[Shown]) -> None:
    """Boxes and labels into (H, W, 3) RGB `pixels`, in sizes that suit theirs."""
    height, width = pixels.shape[:2]
    size = max(11, round(min(height, width) / 32))
    line = max(1, round(min(height, width) / 300))
    for face in faces:
        left, top, right, bottom = _corners(face.box, width, height)
        colour = _rgb(face_colour(face.person))
        cv2.rectangle(pixels, (left, top), (right, bottom), (0, 0, 0), line + 2, cv2.LINE_AA)
        cv2.rectangle(pixels, (left, top), (right, bottom), colour, line, cv2.LINE_AA)
    for face in faces:  # After all boxes, so that none is drawn over a label.
        left, top, _, _ = _corners(face.box, width, height)
        text = text_mask(f"{face.name}  {face.label} {face.confidence:.2f}", size)
        high = text.shape[0]
        above = top - high - line - 1
        _label(pixels, text, left, above if above >= 0 else max(top, 0) + line + 2, _rgb(face_colour(face.person)))


def hide_faces(pixels: Pixels, boxes: list[FaceBox]) -> None:
    """Break each face into large soft blocks, in place; what is lost can't be brought back."""
    height, width = pixels.shape[:2]
    for box in boxes:
        wide, high = box.width * _MARGIN, box.height * _MARGIN
        left, top, right, bottom = _corners(
            FaceBox(box.left - wide, box.top - high, box.right + wide, box.bottom + high), width, height
        )
        left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
        if right - left < 1 or bottom - top < 1:
            continue
        part = pixels[top:bottom, left:right]
        few = cv2.resize(part, (_BLOCKS, _BLOCKS), interpolation=cv2.INTER_AREA)
        part[:] = cv2.resize(few, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)


@lru_cache(maxsize=512)
def text_mask(text: str, size: int) -> Pixels:
    """(H, W) uint8, how much of each pixel the letters cover, with a margin; equal sizes are equally high. matplotlib's own
    font is used, as OpenCV's knows no letter beyond English before version 5."""
    font = FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"))
    font.set_size(size, 72)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # A box stands for a letter that the font has not.
        font.set_text(text)
        font.draw_glyphs_to_bitmap(antialiased=True)
    letters = np.asarray(font.get_image())
    below = round(font.get_descent() / 64)
    pad = max(3, size // 3)
    high = round(size * 1.25) + pad
    base = pad // 2 + size
    mask = np.zeros((high, letters.shape[1] + 2 * pad), np.uint8)
    top = max(base - (letters.shape[0] - below), 0)
    letters = letters[: high - top]
    mask[top : top + len(letters), pad : pad + letters.shape[1]] = letters
    mask.flags.writeable = False
    return mask


def _label(pixels: Pixels, mask: Pixels, left: int, top: int, colour: tuple[int, int, int]) -> None:
    """On a dark plate, moved into the picture where it would stand out of it."""
    height, width = pixels.shape[:2]
    high, wide = min(mask.shape[0], height), min(mask.shape[1], width)
    left, top = min(max(left, 0), width - wide), min(max(top, 0), height - high)
    part = pixels[top : top + high, left : left + wide]
    ground = part * (1 - _PLATE)
    cover = mask[:high, :wide, None] / np.float32(255)
    part[:] = (ground * (1 - cover) + np.asarray(colour, np.float32) * cover).astype(np.uint8)


def _corners(box: FaceBox, width: int, height: int) -> tuple[int, int, int, int]:
    return round(box.left * width), round(box.top * height), round(box.right * width), round(box.bottom * height)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
