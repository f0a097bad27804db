"""A single picture, as a source of one frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from emocam.adapters.opencv import cv2
from emocam.domain.errors import SourceError
from emocam.domain.ports import SourceInfo, SourceKind
from emocam.domain.vision import Frame


class PictureFile:
    """Turned upright as its EXIF data says."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._frame: Frame | None = None

    def open(self) -> SourceInfo:
        try:
            # Read here, not by OpenCV, which can't open every path that Python can.
            content = np.frombuffer(self._path.read_bytes(), np.uint8)
        except OSError as error:
            raise SourceError(
                "{name} can't be read ({reason}); check the name.", name=self._path.name, reason=error.strerror
            ) from None
        try:
            picture = cv2.imdecode(content, cv2.IMREAD_COLOR_RGB) if len(content) else None
        except cv2.error:  # Most that can't be read gives None; more pixels than OpenCV takes give this.
            raise SourceError(
                "{name} is too large or damaged; save it smaller, as PNG or JPEG.", name=self._path.name
            ) from None
        if picture is None:
            raise SourceError("{name} is not a picture that can be read; save it as PNG or JPEG.", name=self._path.name)
        self._frame = Frame(0, 0.0, np.asarray(picture, np.uint8))
        return SourceInfo(
            self._path.name, SourceKind.PICTURE, self._frame.width, self._frame.height, frame_count=1, duration=0.0
        )

    def read(self) -> Frame | None:
        frame, self._frame = self._frame, None
        return frame

    def close(self) -> None:
        self._frame = None
