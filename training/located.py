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
# Detectors look for a face in a picture, and these pictures end where the face does. So they get room around them: of 700
# pictures 94 % are found in this much plain grey, 88 % where it repeats the picture's edge, 85 % where it mirrors it.
_SIDE, _ROOM, _GREY = 192, 58, 127


def face_input(side: int, channels: int) -> FaceInput:
    """What a network that was trained on FER2013 wants to see."""
    return FaceInput(side, "grey" if channels == 1 else "rgb", Keypoints(**FER2013_KEYPOINTS))


def cut_like_the_app(data: FaceDataset, side: int, channels: int) -> tuple[PicturesInMemory, NDArray[np.bool_]]:
    """The faces, `side` pixels square, and in which of the N pictures one was found; of several the largest counts.

    Where none was found, it is the picture itself.
    """
    wanted = face_input(side, channels)
    crops = np.empty((len(data), side, side, channels), np.uint8)
    found = np.zeros(len(data), bool)
    locator = MediaPipeLocator(DETECTORS)
    try:
        for place in range(len(data)):
            pixels = _with_room(data.pictures[place])
            faces = locator.locate(Frame(0, 0.0, pixels))
            found[place] = bool(faces)
            if faces:
                face = max(faces, key=lambda face: face.box.width * face.box.height)
                crops[place] = crop_face(pixels, face.keypoints, wanted)
            else:
                crops[place] = fitted(data.pictures[place], side, channels)
    finally:
        locator.close()
    return PicturesInMemory(crops[..., 0] if channels == 1 else crops), found


def _with_room(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 3): enlarged, in the middle of a larger picture."""
    scale = _SIDE / max(picture.shape[:2])
    height, width = (max(1, round(size * scale)) for size in picture.shape[:2])
    large = cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA)
    room = cv2.copyMakeBorder(large, *(_ROOM,) * 4, cv2.BORDER_CONSTANT, value=(_GREY,) * 3)
    return np.ascontiguousarray(room if room.ndim == 3 else np.repeat(room[..., None], 3, axis=2), np.uint8)
