"""The selected face: its distribution now as bars, and what the model sees of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPaintEvent, QPalette, QPixmap
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from emocam.domain.colours import face_colour
from emocam.domain.emotions import UNCERTAIN, EmotionScores
from emocam.domain.vision import FaceReading
from emocam.gui import theme
from emocam.gui.numbers import decimal, percent
from emocam.gui.plain import PlainLabel
from emocam.gui.preview import image_of
from emocam.gui.translation import class_name, face_name, tr, word

_CROP_SIDE = 96
_BARS_PX = 216


class FacePanel(QWidget):
    """Shows one face; the box on top chooses which."""

    face_chosen = pyqtSignal(int)

    def __init__(self, classes: tuple[str, ...], uncertain_below: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._uncertain_below = uncertain_below
        self._faces: tuple[int, ...] | None = None
        self._chooser = QComboBox()
        self._chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._chooser.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)  # Its name is whole.
        self._chooser.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # After a click the space bar goes on pausing.
        self._chooser.setAccessibleName(tr("Face to show"))
        self._chooser.setToolTip(tr("Which face the bars and the timeline show"))
        self._chooser.activated.connect(lambda place: self.face_chosen.emit((self._faces or (0,))[place]))
        self._label = PlainLabel()
        font = self._label.font()
        font.setPixelSize(theme.scaled(20))
        font.setWeight(QFont.Weight.DemiBold)
        self._label.setFont(font)
        self._label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        metrics, names = QFontMetrics(font), (class_name(each) for each in (*classes, UNCERTAIN))
        self._label.setMinimumWidth(max(map(metrics.horizontalAdvance, names)) + 2)  # Some languages have long words.
        self._bars = Bars(classes)
        self._bars.setMinimumWidth(_BARS_PX)
        self._crop = QLabel()
        self._crop.setFixedSize(_CROP_SIDE, _CROP_SIDE)
        self._crop.setAccessibleName(tr("What the model sees"))
        self._crop.setStyleSheet("background: #101214; border-radius: 4px;")
        self._seen = QLabel()
        self._seen.setWordWrap(True)
        self._seen.setTextFormat(Qt.TextFormat.RichText)

        head = QHBoxLayout()
        head.addWidget(self._chooser)
        head.addStretch(1)
        head.addWidget(self._label)
        foot = QHBoxLayout()
        foot.addWidget(self._crop)
        foot.addSpacing(theme.GRID)
        foot.addWidget(self._seen, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * theme.GRID, theme.GRID, 2 * theme.GRID, theme.GRID)
        layout.setSpacing(theme.GRID)
        layout.addLayout(head)
        layout.addWidget(self._bars)
        layout.addStretch(1)
        layout.addLayout(foot)
        self.show_faces((), None)
        self.show_reading(None, None)

    def show_faces(self, faces: tuple[int, ...], selected: int | None) -> None:
        """The faces to choose from, and the one shown."""
        if faces != self._faces:
            self._faces = faces
            self._chooser.clear()
            for face in faces:
                swatch = QPixmap(12, 12)
                swatch.fill(QColor(face_colour(face)))
                coloured = QIcon(swatch)
                coloured.addPixmap(swatch, QIcon.Mode.Disabled)  # Of a single face there is no choice, but its colour counts.
                self._chooser.addItem(coloured, face_name(face))
            self._chooser.setEnabled(len(faces) > 1)
            if not faces:
                self._chooser.addItem(tr("No face"))
        if selected in faces and self._chooser.currentIndex() != faces.index(selected):
            self._chooser.setCurrentIndex(faces.index(selected))

    def show_reading(self, reading: FaceReading | None, crop: NDArray[np.uint8] | None) -> None:
        """None where the face is not in the picture now."""
        if reading is None:
            self._label.setText("–")
            self._bars.show_scores(None)
            self._crop.hide()
            self._seen.setText("")
            return
        self._label.setText(class_name(reading.smoothed.label(self._uncertain_below)))
        self._bars.show_scores(reading.smoothed)
        if crop is not None:
            side = round(_CROP_SIDE * self.devicePixelRatioF())
            smooth = Qt.TransformationMode.SmoothTransformation
            picture = QPixmap.fromImage(image_of(crop)).scaled(side, side, transformMode=smooth)
            picture.setDevicePixelRatio(self.devicePixelRatioF())
            self._crop.setPixmap(picture)
            self._crop.show()
        remark = reading.quality.remark
        light = tr("easy to read") if remark == "good" else tr("hard to read: {why}", why=word(remark))
        self._seen.setText(f"{tr('What the model sees')}<br><b>{light}</b>")


class Bars(QWidget):
    """A horizontal bar per class, in the order of the classes, so that each keeps its place."""

    def __init__(self, classes: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row, self._name, self._number = map(theme.scaled, (28, 72, 44))
        self.setAccessibleName(tr("Probability of each expression"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._classes = classes
        self._scores: EmotionScores | None = None

    def sizeHint(self) -> QSize:
        return QSize(280, self._row * len(self._classes))

    def show_scores(self, scores: EmotionScores | None) -> None:
        self._scores = scores
        falling = sorted(zip(self._classes, scores.values, strict=True), key=lambda each: -each[1]) if scores else ()
        self.setAccessibleDescription(", ".join(f"{class_name(name)} {percent(value)}" for name, value in falling))
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        track = QColor(palette.color(QPalette.ColorRole.WindowText))
        track.setAlphaF(0.08)
        middle = Qt.AlignmentFlag.AlignVCenter
        widths = [self.fontMetrics().horizontalAdvance(class_name(name)) for name in self._classes]
        left = max(self._name, *(width + theme.GRID for width in widths))
        for place, name in enumerate(self._classes):
            top = place * self._row
            value = self._scores.values[place] if self._scores else 0.0
            best = self._scores is not None and name == self._scores.dominant
            painter.setFont(self.font())
            painter.setPen(palette.color(QPalette.ColorRole.WindowText) if best else theme.quiet_text(palette))
            painter.drawText(QRectF(0, top, left, self._row), middle, class_name(name))
            room = QRectF(left, top + 8, max(self.width() - left - self._number, 0), self._row - 16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(track)
            painter.drawRoundedRect(room, 3, 3)
            if value > 0.002:
                painter.setBrush(theme.class_colour(name, palette))
                painter.drawRoundedRect(QRectF(room.left(), room.top(), room.width() * value, room.height()), 3, 3)
            if self._scores is not None:
                painter.setFont(theme.number_font())
                painter.setPen(palette.color(QPalette.ColorRole.WindowText) if best else theme.quiet_text(palette))
                number = QRectF(self.width() - self._number, top, self._number, self._row)
                painter.drawText(number, middle | Qt.AlignmentFlag.AlignRight, decimal(value))
        painter.end()
