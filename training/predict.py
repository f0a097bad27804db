"""A model on one's own pictures, through the app's own face localisation and crop."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emocam.adapters.face_input import crop_face
from emocam.adapters.mediapipe_locator import MediaPipeLocator
from emocam.adapters.opencv import cv2
from emocam.domain.vision import Face, Frame
from training.datasets.faces import png_of, read_picture
from training.errors import TrainingError
from training.located import DETECTORS
from training.models import OpenModel


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """face: where it is, as fractions of the picture. probabilities: (classes,)."""

    face: Face
    probabilities: NDArray[np.float64]


class Predictor:
    """Finds the faces of a picture and reads each. Close it when done."""

    def __init__(self, model: OpenModel) -> None:
        self.model = model
        self._locator = MediaPipeLocator(DETECTORS)

    def crop(self, pixels: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
        """(side, side, channels)"""
        return crop_face(pixels, face.keypoints, self.model.face_input)

    def predict(self, pixels: NDArray[np.uint8]) -> list[Prediction]:
        """pixels: (H, W, 3) RGB. From left to right."""
        faces = sorted(self._locator.locate(Frame(0, 0.0, pixels.copy())).faces, key=lambda face: face.box.left)
        if not faces:
            return []
        crops = np.stack([self.crop(pixels, face) for face in faces]).astype(np.float32)
        probabilities = self.model.shown(crops)
        return [Prediction(face, row) for face, row in zip(faces, probabilities, strict=True)]

    def close(self) -> None:
        self._locator.close()


def predict_files(model: OpenModel, paths: list[Path], out: Path | None) -> Iterator[str]:
    """A line per face. out: a folder for copies of the pictures with boxes and labels drawn in.

    Raises TrainingError at the end where a picture could not be read; the others are done by then.
    """
    predictor = Predictor(model)
    unreadable = 0
    taken = {path.resolve() for path in paths}
    try:
        for path in paths:
            try:
                pixels = read_picture(path)
            except TrainingError as error:
                unreadable += 1
                yield str(error)
                continue
            found = predictor.predict(pixels)
            if not found:
                yield f"{path}: no face found"
            for number, prediction in enumerate(found, start=1):
                order = np.argsort(-prediction.probabilities, kind="stable")
                words = ", ".join(f"{model.classes[place]} {prediction.probabilities[place]:.2f}" for place in order[:3])
                yield f"{path}: face {number}: {words}"
            if out is not None:
                out.mkdir(parents=True, exist_ok=True)
                _unused(out, path.stem, taken).write_bytes(png_of(_drawn(pixels, found, model.classes)))
    finally:
        predictor.close()
    if unreadable:
        raise TrainingError(f"{unreadable} of {len(paths)} pictures could not be read.")


def _unused(folder: Path, stem: str, taken: set[Path]) -> Path:
    """A name in `folder` that no file there and no picture of this run has, and which then is taken."""
    names = (folder / f"{stem}{'' if number == 1 else f'-{number}'}.png" for number in itertools.count(1))
    path = next(name for name in names if name.resolve() not in taken and not name.exists())
    taken.add(path.resolve())
    return path


def _drawn(pixels: NDArray[np.uint8], found: list[Prediction], classes: tuple[str, ...]) -> NDArray[np.uint8]:
    picture = pixels.copy()
    height, width = picture.shape[:2]
    thick = max(2, round(width / 400))
    for prediction in found:
        box = prediction.face.box
        left, top = round(box.left * width), round(box.top * height)
        cv2.rectangle(picture, (left, top), (round(box.right * width), round(box.bottom * height)), (255, 209, 102), thick)
        best = int(prediction.probabilities.argmax())
        words = f"{classes[best]} {prediction.probabilities[best]:.2f}"
        scale = max(0.5, width / 1200)
        for colour, line in (((0, 0, 0), 3 * thick), ((255, 209, 102), thick)):
            cv2.putText(
                picture, words, (left, max(top - 2 * thick, 12)), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, line, cv2.LINE_AA
            )
    return picture
