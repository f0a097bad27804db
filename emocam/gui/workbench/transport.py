"""The bar under the picture: play, steps, time, speed and sound."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from emocam.gui import theme
from emocam.gui.icons import icon
from emocam.gui.numbers import moment, short
from emocam.gui.translation import tip_with, tr
from emocam.gui.workbench.player import RATES

_GAP_PX = 4


class Transport(QWidget):
    play_wanted = pyqtSignal()
    step_wanted = pyqtSignal(int)  # Frames, forward or back.
    end_wanted = pyqtSignal(bool)  # True for the end, False for the start.
    rate_wanted = pyqtSignal(float)
    volume_wanted = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playing = self._has_sound = False
        self._play = self._button(tip_with(tr("Play and pause"), "Space"), self.play_wanted.emit)
        self._buttons = {
            "start": self._button(tip_with(tr("To the start"), "Home"), lambda: self.end_wanted.emit(False)),
            "back": self._button(tip_with(tr("One frame back"), ","), lambda: self.step_wanted.emit(-1)),
            "play": self._play,
            "on": self._button(tip_with(tr("One frame on"), "."), lambda: self.step_wanted.emit(1)),
            "end": self._button(tip_with(tr("To the end"), "End"), lambda: self.end_wanted.emit(True)),
        }
        self._time = QLabel()
        self._time.setFont(theme.number_font())
        self._time.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._frame = QLabel()
        self._frame.setFont(theme.number_font(12))
        self._frame.setMinimumWidth(1)  # It gives way first.
        self._rate = QComboBox()
        self._rate.setAccessibleName(tr("Speed"))
        self._rate.setToolTip(tr("Speed (J, K, L)"))
        for rate in RATES:
            self._rate.addItem(f"{short(rate)}×", rate)
        self._rate.setCurrentIndex(RATES.index(1.0))
        self._rate.activated.connect(lambda place: self.rate_wanted.emit(RATES[place]))
        self._volume = QSlider(Qt.Orientation.Horizontal)
        self._volume.setRange(0, 100)
        self._volume.setValue(80)
        self._volume.setFixedWidth(80)
        self._volume.setAccessibleName(tr("Volume"))
        self._volume.valueChanged.connect(lambda value: self.volume_wanted.emit(value / 100))
        self._loud = QLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.GRID, 2, theme.GRID, 2)
        layout.setSpacing(_GAP_PX)
        for button in self._buttons.values():
            layout.addWidget(button)
        layout.addSpacing(theme.GRID)
        layout.addWidget(self._time)
        layout.addSpacing(theme.GRID)
        layout.addWidget(self._frame)
        layout.addStretch(1)
        layout.addWidget(self._loud)
        layout.addWidget(self._volume)
        layout.addSpacing(theme.GRID)
        layout.addWidget(self._rate)
        self._draw_icons()
        self._make_room()

    def take_focus(self) -> None:
        self._play.setFocus()

    @property
    def volume(self) -> float:
        return self._volume.value() / 100

    def show_time(self, position: float, duration: float, frame: int | None) -> None:
        """frame: the number in the source; None where it is not known yet."""
        self._time.setText(f"{moment(position)} / {moment(duration)}")
        self._time.setMinimumWidth(self._time.sizeHint().width())
        self._frame.setText("" if frame is None else tr("frame {number}", number=frame))
        self._make_room()

    def show_playing(self, playing: bool, rate: float) -> None:
        if playing != self._playing:
            self._playing = playing
            self._draw_icons()
        text = f"{short(rate)}×"
        place = self._rate.findData(rate)
        if place >= 0:
            self._rate.setCurrentIndex(place)
        self._rate.setToolTip(tr("Speed (J, K, L), now {rate}", rate=text))

    def show_sound(self, *, available: bool) -> None:
        if available != self._has_sound:
            self._has_sound = available
            self._make_room()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """In a narrow window what keys can do too goes rather than be cut off, and then the volume."""
        left = self.width() - 5 * theme.GRID - sum(map(_width, (self._play, self._time, self._rate)))
        groups = (
            ([self._loud, self._volume], self._has_sound),
            ([self._buttons["back"], self._buttons["on"]], True),
            ([self._buttons["start"], self._buttons["end"]], True),
            ([self._frame], True),
        )
        for widgets, wanted in groups:
            needed = sum(map(_width, widgets)) if wanted else 0
            for widget in widgets:
                widget.setVisible(wanted and needed <= left)
            left -= needed

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()

    def _draw_icons(self) -> None:
        for name, button in self._buttons.items():
            button.setIcon(icon("pause" if name == "play" and self._playing else name, self.palette()))
        self._loud.setPixmap(icon("sound", self.palette()).pixmap(16, 16))

    def _button(self, tip: str, slot: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setMinimumWidth(34)
        button.clicked.connect(lambda: slot())
        return button


def _width(widget: QWidget) -> int:
    """With the gap beside it."""
    return max(widget.sizeHint().width(), widget.minimumWidth()) + _GAP_PX
