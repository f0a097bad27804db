"""The picture, with what was read from it drawn on top by QPainter; the pixels stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from emocam.domain.colours import face_colour
from emocam.domain.vision import FaceBox, FaceReading, Frame, Observation
from emocam.gui import theme
from emocam.gui.numbers import decimal
from emocam.gui.plates import plates
from emocam.gui.translation import class_name, tr

_PLATE = QColor(0, 0, 0, 190)
_GROUND = QColor("#101214")


class Preview(QWidget):
    """Letterboxed, never stretched. A click on a face selects it."""

    face_clicked = pyqtSignal(int)

    def __init__(self, uncertain_below: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Picture"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.uncertain_below = uncertain_below
        self._frame: Frame | None = None  # For who looks on from outside.
        self._image: QImage | None = None
        self._observation: Observation | None = None
        self._selected: int | None = None
        self._names: Mapping[int, str] = {}
        self._word = ""

    def sizeHint(self) -> QSize:
        return QSize(800, 450)

    def show_frame(
        self,
        frame: Frame,
        observation: Observation | None,
        selected: int | None,
        names: Mapping[int, str] | None = None,
    ) -> None:
        """Draw `frame` and what `observation`, made on this very frame, says of it. names: to be shown for numbers."""
        self._names = names or {}
        self._frame = frame
        # Qt scales this kind several times as fast as the one that frames have, the change of kind included.
        self._image = image_of(frame.pixels).convertToFormat(QImage.Format.Format_RGB32)
        self._observation = observation
        self._selected = selected
        self._describe()
        self.update()

    def show_word(self, word: str) -> None:
        """One sentence over the picture, empty for none."""
        if word != self._word:
            self._word = word
            self._describe()
            self.update()

    def clear(self) -> None:
        self._frame = self._image = self._observation = None
        self._describe()
        self.update()

    def picture_rect(self) -> QRectF:
        """Where the picture lies in this widget."""
        if self._image is None:
            return QRectF(self.rect())
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height())

    def picture(self) -> QImage | None:
        """The frame at its own size, with what is drawn on it as large beside it as on the screen; None where there is none."""
        if self._image is None:
            return None
        picture = self._image.copy()
        shown = self.picture_rect().size()
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(picture.width() / shown.width(), picture.height() / shown.height())
        self._draw_readings(painter, QRectF(QPointF(), shown))
        painter.end()
        return picture

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), _GROUND)
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            place = self.picture_rect()
            painter.drawImage(place, self._image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_readings(painter, place)
        if self._word:
            self._draw_word(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._observation is None:
            return
        place = self.picture_rect()
        for reading in self._observation.readings:
            if _on_screen(reading.face.box, place).contains(event.position()):
                self.face_clicked.emit(reading.track_id)
                return

    def _draw_readings(self, painter: QPainter, place: QRectF) -> None:
        """place: of the picture, in the painter's own measure."""
        # The chosen face is the first to be given room for its label, and the last to be drawn.
        readings = sorted(
            self._observation.readings if self._observation else (), key=lambda reading: reading.track_id != self._selected
        )
        boxes = [_on_screen(reading.face.box, place) for reading in readings]
        texts = [self._texts(reading) for reading in readings]
        labels = plates(list(zip(boxes, texts, strict=True)), QFontMetricsF(self.font()), place)
        for reading, box in zip(reversed(readings), reversed(boxes), strict=True):
            self._draw_box(painter, box, reading)
        painter.setFont(self.font())
        for reading, label in zip(reversed(readings), reversed(labels), strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_PLATE)
            painter.drawRoundedRect(label.rect, 4, 4)
            painter.setPen(QColor(face_colour(reading.track_id)))
            painter.drawText(label.rect, Qt.AlignmentFlag.AlignCenter, label.text)

    def _describe(self) -> None:
        """What is drawn, for a screen reader, but for numbers that move."""
        readings = self._observation.readings if self._observation else ()
        said = self._word or ", ".join(self._texts(reading)[1] for reading in readings)
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)

    def _texts(self, reading: FaceReading) -> tuple[str, str, str]:
        """What its label says where there is room, little room and hardly any."""
        scores = reading.smoothed
        name = self._names.get(reading.track_id, str(reading.track_id))
        label = f"{name}  {class_name(scores.label(self.uncertain_below))}"
        return f"{label} {decimal(scores.confidence)}", label, name

    def _draw_box(self, painter: QPainter, box: QRectF, reading: FaceReading) -> None:
        selected = reading.track_id == self._selected
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_GROUND, 4 if selected else 3))  # Opaque: to blend it takes Qt five times as long.
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QPen(QColor(face_colour(reading.track_id)), 2.5 if selected else 1.5))
        painter.drawRoundedRect(box, 4, 4)

    def _draw_word(self, painter: QPainter) -> None:
        font = self.font()
        font.setPixelSize(theme.scaled(15))
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        room = self.width() - 48
        text_box = metrics.boundingRect(QRectF(0, 0, room, 400), int(Qt.TextFlag.TextWordWrap), self._word)
        plate = QRectF(0, 0, text_box.width() + 28, text_box.height() + 16)
        plate.moveCenter(QPointF(self.width() / 2, self.height() - plate.height() / 2 - 16))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PLATE)
        painter.drawRoundedRect(plate, 8, 8)
        painter.setPen(QColor("white"))
        painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._word)


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """A view, not a copy: keep `pixels`, (H, W, 3) RGB or (H, W, 1) grey, while it is in use."""
    height, width, channels = pixels.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    memory: Any = pixels.data  # PyQt takes any buffer, its type hints know bytes only.
    return QImage(memory, width, height, pixels.strides[0], kind)


def _on_screen(box: FaceBox, place: QRectF) -> QRectF:
    return QRectF(
        place.left() + box.left * place.width(),
        place.top() + box.top * place.height(),
        box.width * place.width(),
        box.height * place.height(),
    ).intersected(place)
