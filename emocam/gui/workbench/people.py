"""Who is in the recording that is shown: a row for each face, and its picture as soon as one was cut out of the video."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QImage

from emocam.domain.annotations import Annotations, Piece
from emocam.domain.ports import FrameReader
from emocam.domain.presence import Presence, presences
from emocam.gui.leaving import Leaving
from emocam.gui.translation import shown_name
from emocam.gui.workbench.faces import FaceRow
from emocam.gui.workbench.thumbnails import Thumbnails
from emocam.pipeline.file_run import OpenedRecording


class People(QObject):
    """`changed` where rows or pictures are others than before. pictures: by the person's number."""

    changed = pyqtSignal()

    def __init__(self, open_reader: Callable[[Path], FrameReader], leaving: Leaving, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[FaceRow] = []
        self.pictures: dict[int, QImage] = {}
        self._open_reader = open_reader
        self._leaving = leaving
        self._opened: OpenedRecording | None = None
        self._annotations = Annotations()
        self._present: list[Presence] = []
        self._present_of: tuple[object, ...] = ()
        self._thumbnails: Thumbnails | None = None

    def show(self, opened: OpenedRecording, annotations: Annotations) -> None:
        """What is there by now: asked for again as the recording grows or is edited."""
        if annotations.pieces != self._annotations.pieces:  # Who is who has changed: a picture may be somebody else's now.
            self.pictures.clear()
        self._opened, self._annotations = opened, annotations
        recording = opened.run.recording
        of = (recording, len(recording.readings.times), annotations.pieces, opened.source_s)
        if of != self._present_of:  # A name changes nobody's time, and of hours it takes a moment.
            self._present, self._present_of = presences(recording, annotations, opened.source_s), of
        self.rows = [
            FaceRow(
                each.person,
                shown_name(annotations, each.person),
                each.person in annotations.hidden,
                each.seconds,
                recording.classes[each.leading],
                each.mean,
            )
            for each in self._present
        ]
        self.changed.emit()
        self._make_pictures()

    def open_video(self, video: Path) -> None:
        """From now on pictures come out of this one; those of another video go."""
        self._close_video()
        self.pictures.clear()
        self.changed.emit()
        self._thumbnails = Thumbnails(partial(self._open_reader, video), self)
        self._thumbnails.made.connect(partial(self._keep_picture, self._thumbnails))
        self._thumbnails.ended.connect(self._make_pictures)
        self._make_pictures()

    def clear(self) -> None:
        """Nothing is shown any more."""
        self._close_video()
        self._opened, self._annotations, self._present_of = None, Annotations(), ()
        self.rows, self.pictures = [], {}
        self.changed.emit()

    def _close_video(self) -> None:
        if self._thumbnails is not None:
            self._thumbnails.close()
            self._leaving.add(self._thumbnails, self._thumbnails.deleteLater)
            self._thumbnails = None

    def _make_pictures(self) -> None:
        """Of the faces that have none as yet."""
        if self._thumbnails is not None and self._opened is not None:
            missing = frozenset(row.person for row in self.rows) - self.pictures.keys()
            self._thumbnails.make(self._opened.run.recording, self._annotations, missing)

    def _keep_picture(self, maker: Thumbnails, person: int, image: QImage, pieces: tuple[Piece, ...]) -> None:
        if maker is not self._thumbnails or pieces != self._annotations.pieces:
            return  # Of the file before, or of whom the number meant before.
        self.pictures[person] = image
        self.changed.emit()
