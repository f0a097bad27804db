"""Clips with several faces, made of a clip with one: its face in some cells of a grid, grey in the others.

The picture keeps its size and each cell its place whatever the number of faces, so that two of them differ in their faces only.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from emocam.adapters.av_file import VideoFile
from emocam.adapters.opencv import cv2
from emocam.domain.vision import FaceBox, Frame

ROWS, COLUMNS = 2, 4
_WIDTH, _HEIGHT = 1280, 720
_RATE = 30


def tile(clip: Path, face: FaceBox, faces: int, frames: int, out: Path) -> Path:
    """A clip of 1280×720 in H.264 that shows `face` of `clip` in so many of eight cells; at most `frames` frames.

    face: where the face is in `clip`. Raises SourceError.
    """
    source = VideoFile(clip)
    source.open()
    try:
        with av.open(str(out), "w") as container:
            stream = container.add_stream("libx264" if "libx264" in av.codecs_available else "mpeg4", rate=_RATE)
            stream.width, stream.height, stream.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
            stream.bit_rate = 6_000_000
            for number, frame in enumerate(islice(iter(source.read, None), frames)):
                picture = av.VideoFrame.from_ndarray(_tiled(frame, face, faces), format="rgb24")
                picture.pts, picture.time_base = number, Fraction(1, _RATE)
                container.mux(stream.encode(picture))
            container.mux(stream.encode())
    finally:
        source.close()
    return out


def _tiled(frame: Frame, face: FaceBox, faces: int) -> NDArray[np.uint8]:
    picture = np.full((_HEIGHT, _WIDTH, 3), 90, np.uint8)
    cell = cv2.resize(_around(frame, face), (_WIDTH // COLUMNS, _HEIGHT // ROWS), interpolation=cv2.INTER_AREA)
    for number in range(faces):
        top, left = number // COLUMNS * cell.shape[0], number % COLUMNS * cell.shape[1]
        picture[top : top + cell.shape[0], left : left + cell.shape[1]] = cell
    return picture


def _around(frame: Frame, face: FaceBox) -> NDArray[np.uint8]:
    """As much of the picture as has the form of a cell, with the face in its middle as far as the picture goes."""
    shape = (_WIDTH / COLUMNS) / (_HEIGHT / ROWS)
    width, height = min(frame.width, int(frame.height * shape)), min(frame.height, int(frame.width / shape))
    x, y = face.center
    left = min(max(int(x * frame.width) - width // 2, 0), frame.width - width)
    top = min(max(int(y * frame.height) - height // 2, 0), frame.height - height)
    return frame.pixels[top : top + height, left : left + width]
