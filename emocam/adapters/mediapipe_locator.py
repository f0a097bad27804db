"""Faces by MediaPipe Tasks' FaceDetector (BlazeFace, Bazarevsky et al. 2019)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emocam.adapters.mediapipe_calls import call_in_place
from emocam.adapters.no_uploads import refuse_uploads
from emocam.adapters.opencv import cv2
from emocam.adapters.quiet import native_stderr_to_log
from emocam.domain.detector_range import DetectorRange
from emocam.domain.errors import ModelError
from emocam.domain.vision import SURE, Face, FaceBox, Frame, Keypoints, Sight

SHORT_RANGE, FULL_RANGE = "face_detection_short_range.tflite", "face_detection_full_range_sparse.tflite"

_LEAST = 0.5  # What a detector is less sure of is not worth a second look.
_LIKELY = 0.7  # No false face in the negative test clips reached this with the full-range model.
_LARGE = 0.36  # Of the picture's shorter side: from here on the short-range model places a face as steadily as the other.
_VERY_LARGE, _CERTAIN = 0.5, 0.85  # From here on the full-range one misses faces; no false one of the other came near this.
_APART = 0.2  # Of the distance of the eyes: how far apart the two may see an eye.
_LOOK_SIDE = 192
_LOOK_MARGIN = 2.0


class MediaPipeLocator:
    """Not for several threads. Raises ModelError where a detector file is missing."""

    def __init__(self, models: Path, detector_range: DetectorRange = DetectorRange.AUTO) -> None:
        self._short: _Detector | None = None
        self._full: _Detector | None = None
        try:
            if detector_range is not DetectorRange.FULL:
                self._short = _Detector(models / SHORT_RANGE)
            if detector_range is not DetectorRange.SHORT:
                self._full = _Detector(models / FULL_RANGE)
        except BaseException:
            self.close()  # A detector that is left to the garbage collector unclosed can hang the process.
            raise

    def locate(self, frame: Frame, before: Sight | None = None) -> Sight:
        if self._full is None:
            return _sight(self._short.detect(frame.pixels) if self._short else [])
        if self._short is None:
            return _sight(self._full.detect(frame.pixels))
        near: list[Face] | None = None
        if before is not None and before.close_ups:
            near = self._short.detect(frame.pixels)
            if len(near) == len(before.faces):
                return _sight(near, close_ups=True)
        proposed = self._full.detect(frame.pixels)
        in_full = before is None
        if not proposed or (in_full and _large(proposed, frame, _LARGE)):
            near = self._short.detect(frame.pixels) if near is None else near
            if in_full and _are_close_ups(near, proposed, frame):
                # Its places, as in the frames to come: a step from one model's to the other's would show in the readings.
                return _sight(near, close_ups=True)
            if not proposed:
                return _sight([face for face in near if face.confidence >= _LIKELY])
        return _sight(self._verified(frame, proposed, self._short))

    def _verified(self, frame: Frame, proposed: list[Face], short: _Detector) -> list[Face]:
        faces = []
        for face in proposed:
            confidence = face.confidence if face.confidence >= _LIKELY else _closer_look(frame, face, short)
            if confidence >= _LEAST:
                faces.append(Face(face.box, confidence, face.keypoints))
        return faces

    def close(self) -> None:
        for detector in (self._short, self._full):
            if detector is not None:
                detector.close()
        self._short = self._full = None


def _sight(faces: list[Face], *, close_ups: bool = False) -> Sight:
    return Sight(tuple(sorted(faces, key=lambda face: (-face.confidence, face.box.left))), close_ups)


def _large(faces: list[Face], frame: Frame, least: float) -> bool:
    """Whether all of them are so high, in the picture's shorter side."""
    return all(face.box.height * frame.height >= least * min(frame.width, frame.height) for face in faces)


def _are_close_ups(near: list[Face], proposed: list[Face], frame: Frame) -> bool:
    """Whether the short-range model sees what the full-range one proposes, all large, or what is too large for that one."""
    if proposed:
        return all(face.confidence >= SURE for face in near) and _agree(proposed, near, frame)
    return bool(near) and all(face.confidence >= _CERTAIN for face in near) and _large(near, frame, _VERY_LARGE)


def _agree(some: list[Face], others: list[Face], frame: Frame) -> bool:
    """Whether these are the same faces, with their eyes in the same places."""
    return len(some) == len(others) and all(any(_eyes_agree(one, other, frame) for other in others) for one in some)


def _eyes_agree(one: Face, other: Face, frame: Frame) -> bool:
    right, left, other_right, other_left = (
        complex(x * frame.width, y * frame.height)
        for face in (one, other)
        for x, y in (face.keypoints.right_eye, face.keypoints.left_eye)
    )
    return max(abs(other_right - right), abs(other_left - left)) <= _APART * abs(left - right)


def _closer_look(frame: Frame, face: Face, short: _Detector) -> float:
    """How sure the short-range model is of a face when it is shown an enlarged cut-out around it; 0 where it sees none."""
    x, y = face.box.center
    side = _LOOK_MARGIN * max(face.box.width * frame.width, face.box.height * frame.height)
    scale = _LOOK_SIDE / max(side, 1.0)
    matrix = np.array(
        [
            [scale, 0, _LOOK_SIDE / 2 - x * frame.width * scale],
            [0, scale, _LOOK_SIDE / 2 - y * frame.height * scale],
        ]
    )
    look = cv2.warpAffine(frame.pixels, matrix, (_LOOK_SIDE, _LOOK_SIDE), flags=cv2.INTER_LINEAR)
    return max((found.confidence for found in short.detect(np.asarray(look, np.uint8))), default=0.0)


class _Detector:
    """One detector model."""

    def __init__(self, path: Path) -> None:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(
                "The face detector {path} can't be read ({reason}); install emocam again.", path=path, reason=error.strerror
            ) from None
        refuse_uploads()
        with native_stderr_to_log(), _without_tensorflow(), _without_matplotlib():
            import mediapipe
            from mediapipe.tasks.python import vision
            from mediapipe.tasks.python.core.base_options import BaseOptions

            self._image: Any = mediapipe.Image
            self._format = mediapipe.ImageFormat.SRGB
            # The content, not the path: MediaPipe can't open every path that Python can.
            options = vision.FaceDetectorOptions(
                base_options=BaseOptions(model_asset_buffer=content), min_detection_confidence=_LEAST
            )
            try:
                self._detector: Any = vision.FaceDetector.create_from_options(options)
            except (RuntimeError, ValueError) as error:
                reason = str(error).splitlines()[0][:160]
                raise ModelError(
                    "The face detector {path} is broken ({reason}); install emocam again.", path=path, reason=reason
                ) from None
            call_in_place(self._detector, mediapipe.__version__)
            try:
                self.detect(np.zeros((64, 64, 3), np.uint8))  # The first call is slow, and talks.
            except BaseException:
                self._detector.close()
                raise

    def detect(self, pixels: NDArray[np.uint8]) -> list[Face]:
        image = self._image(image_format=self._format, data=np.ascontiguousarray(pixels))
        height, width = pixels.shape[:2]
        return [_face(found, width, height) for found in self._detector.detect(image).detections]

    def close(self) -> None:
        with native_stderr_to_log():
            self._detector.close()


def _face(found: Any, width: int, height: int) -> Face:
    box = found.bounding_box
    right_eye, left_eye, nose, mouth = ((point.x, point.y) for point in found.keypoints[:4])
    return Face(
        FaceBox(
            box.origin_x / width,
            box.origin_y / height,
            (box.origin_x + box.width) / width,
            (box.origin_y + box.height) / height,
        ),
        round(min(max(found.categories[0].score, 0.0), 1.0), 4),
        Keypoints(right_eye, left_eye, nose, mouth),
    )


@contextmanager
def _without_tensorflow() -> Iterator[None]:
    """MediaPipe imports TensorFlow for a documentation tool if it can, which takes seconds; it does without if it can't."""
    if "tensorflow" in sys.modules or "mediapipe" in sys.modules:
        yield
        return

    class Absent:
        def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
            if name == "tensorflow":
                raise ModuleNotFoundError("kept out while mediapipe is imported", name=name)
            return None

    absent = Absent()
    sys.meta_path.insert(0, absent)
    try:
        yield
    finally:
        sys.meta_path.remove(absent)


@contextmanager
def _without_matplotlib() -> Iterator[None]:
    """MediaPipe imports matplotlib.pyplot to draw landmarks, which emocam never asks for: over half a second and 30 MB."""
    names = ("matplotlib", "matplotlib.pyplot")
    if "mediapipe" in sys.modules or any(name in sys.modules for name in names):
        yield
        return
    empty = {name: ModuleType(name) for name in names}
    empty["matplotlib"].pyplot = empty["matplotlib.pyplot"]  # type: ignore[attr-defined]
    sys.modules.update(empty)
    try:
        yield
    finally:
        for name in names:
            if sys.modules.get(name) is empty[name]:
                del sys.modules[name]
