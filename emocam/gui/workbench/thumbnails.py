"""A picture of each face, cut out of the video in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, QRect, pyqtSignal
from PyQt6.QtGui import QImage

from emocam.domain.annotations import Annotations, Piece
from emocam.domain.errors import EmocamError
from emocam.domain.ports import FrameReader
from emocam.domain.recording import Recording
from emocam.gui.preview import image_of

_MARGIN = 0.25
_SIDE_PX = 128
_log = logging.getLogger(__name__)

Place = tuple[float, tuple[float, float, float, float]]  # Seconds, and left, top, right, bottom as fractions.


def best_places(recording: Recording, annotations: Annotations, missing: frozenset[int]) -> dict[int, Place]:
    """Where each of the `missing` people is largest in the picture."""
    readings = recording.readings
    if not len(readings.tracks):
        return {}
    times = readings.times[readings.places]
    owners = recording.owners(readings, annotations)
    boxes: NDArray[np.float32] = readings.boxes
    inside = np.clip(boxes, 0, 1)
    area = (inside[:, 2] - inside[:, 0]) * (inside[:, 3] - inside[:, 1])
    found = {}
    for person in missing:
        rows = np.flatnonzero(owners == person)
        if len(rows):
            best = rows[np.argmax(area[rows])]
            left, top, right, bottom = boxes[best].tolist()
            found[person] = (float(times[best]), (left, top, right, bottom))
    return found


class Thumbnails(QObject):
    """`made` tells of each picture, by the person's number and with the annotations' pieces that say who that is; `ended` that
    there is time for others."""

    made = pyqtSignal(int, QImage, object)
    ended = pyqtSignal()

    def __init__(self, make_reader: Callable[[], FrameReader], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_reader = make_reader
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._tried: set[int] = set()
        self._pieces: tuple[Piece, ...] = ()
        self._busy = False
        self.ended.connect(self._free)

    def make(self, recording: Recording, annotations: Annotations, missing: frozenset[int]) -> None:
        """Begin with those of the `missing` people that were not tried, where nothing is going on already."""
        if annotations.pieces != self._pieces:  # Who is who has changed.
            self._pieces = annotations.pieces
            self._tried.clear()
        if self._busy or not missing - self._tried:
            return
        places = best_places(recording, annotations, missing - self._tried)
        if places:
            self._busy = True
            self._tried |= places.keys()
            self._thread = threading.Thread(
                target=self._run, args=(places, annotations.pieces), name="emocam-thumbnails", daemon=True
            )
            self._thread.start()

    def _free(self) -> None:
        self._busy = False

    def close(self) -> None:
        """It ends once the reader has the frame it is at; returns at once."""
        self._stop.set()

    def join(self, timeout: float) -> bool:
        if self._thread is not None:
            self._thread.join(timeout)
        return self._thread is None or not self._thread.is_alive()

    def _run(self, places: dict[int, Place], pieces: tuple[Piece, ...]) -> None:
        try:
            reader = self._make_reader()
            try:
                reader.open()
                for person, (time_s, box) in sorted(places.items(), key=lambda each: each[1][0]):
                    frame = reader.frame_at(time_s)
                    if self._stop.is_set():
                        return
                    if frame is not None:
                        self.made.emit(person, _cut(image_of(frame.pixels), box), pieces)
            finally:
                reader.close()
        except EmocamError:
            return  # The player says what is wrong with the video.
        except Exception:  # noqa: BLE001  # a list without pictures is better than none
            _log.exception("The thumbnails failed")
        finally:
            self.ended.emit()


def _cut(image: QImage, box: tuple[float, float, float, float]) -> QImage:
    left, top, right, bottom = box
    x, y = (left + right) / 2 * image.width(), (top + bottom) / 2 * image.height()
    side = max((right - left) * image.width(), (bottom - top) * image.height()) * (1 + 2 * _MARGIN)
    square = QRect(round(x - side / 2), round(y - side / 2), max(round(side), 1), max(round(side), 1))
    return image.copy(square.intersected(image.rect())).scaled(_SIDE_PX, _SIDE_PX)
