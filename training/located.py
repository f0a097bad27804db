"""Labelled pictures as the app would see them: the face found by its own localisation and cut out by its own crop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emocam.adapters.face_input import crop_face
from emocam.adapters.mediapipe_locator import MediaPipeLocator
from emocam.adapters.opencv import cv2
from emocam.domain.model_card import FaceInput
from emocam.domain.vision import Frame, Keypoints
from training.datasets.faces import FaceDataset, PicturesInMemory, fitted

# Where the parts of a face lie in FER2013's pictures, as fractions: the medians over the 2,521 of every 14th picture in which
# the short-range detector found a face (standard deviations 0.07 to 0.11). The app's crops are aligned to this.
FER2013_KEYPOINTS = {
    "right_eye": (0.321, 0.398),
    "left_eye": (0.689, 0.395),
    "nose": (0.510, 0.607),
    "mouth": (0.512, 0.781),
}
DETECTORS = Path(__file__).parents[1] / "assets" / "models"
# Detectors look for a face in a picture, and these pictures end where the face does. So for them it gets room around it: of 700
# pictures 94 % are found in this much plain grey, 88 % where it repeats the picture's edge, 85 % where it mirrors it.
_SIDE, _ROOM, _GREY = 192, 58, 127


def fer2013_input(side: int, channels: int) -> FaceInput:
    """What a network that was trained on FER2013 wants to see."""
    return FaceInput(side, "grey" if channels == 1 else "rgb", Keypoints(**FER2013_KEYPOINTS))


def cut_like_the_app(data: FaceDataset, wanted: FaceInput) -> tuple[PicturesInMemory, NDArray[np.bool_]]:
    """The faces as `wanted` says, and in which of the N pictures one was found; of several the largest counts.

    Where none was found, it is the picture itself. All are kept in memory: side * side * channels bytes each.
    """
    crops = np.empty((len(data), wanted.side, wanted.side, wanted.channels), np.uint8)
    found = np.zeros(len(data), bool)
    locator = MediaPipeLocator(DETECTORS)
    try:
        for place in range(len(data)):
            picture = data.pictures[place]
            large = _large(picture)
            faces = locator.locate(Frame(0, 0.0, _with_room(large))).faces
            found[place] = bool(faces)
            if faces:
                face = max(faces, key=lambda face: face.box.area)
                crops[place] = crop_face(large, _without_room(face.keypoints, large), wanted)
            else:
                crops[place] = fitted(picture, wanted.side, wanted.channels)
    finally:
        locator.close()
    return PicturesInMemory(crops[..., 0] if wanted.channels == 1 else crops), found


def _large(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 3), large enough to be looked at."""
    scale = _SIDE / max(picture.shape[:2])
    if scale > 1:
        picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    return picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)


def _margin(picture: NDArray[np.uint8]) -> int:
    return round(_ROOM / _SIDE * max(picture.shape[:2]))


def _with_room(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    room = cv2.copyMakeBorder(picture, *(_margin(picture),) * 4, cv2.BORDER_CONSTANT, value=(_GREY,) * 3)
    return np.asarray(room, np.uint8)


def _without_room(keypoints: Keypoints, picture: NDArray[np.uint8]) -> Keypoints:
    """As fractions of the picture, all that the crop is to see: what lies outside repeats its edge, as in the app."""
    margin, (height, width) = _margin(picture), picture.shape[:2]

    def moved(point: tuple[float, float]) -> tuple[float, float]:
        return ((point[0] * (width + 2 * margin) - margin) / width, (point[1] * (height + 2 * margin) - margin) / height)

    return Keypoints(*(moved(getattr(keypoints, name)) for name in FER2013_KEYPOINTS))
