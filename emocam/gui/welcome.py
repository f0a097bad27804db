"""What the window shows where there is no picture: a sentence, and three ways in."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from emocam.gui import theme
from emocam.gui.plain import PlainLabel
from emocam.gui.translation import tr


class Welcome(QWidget):
    camera_wanted = pyqtSignal()
    file_wanted = pyqtSignal()
    demo_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = PlainLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        font = self._sentence.font()
        font.setPixelSize(theme.scaled(17))
        self._sentence.setFont(font)
        ways = QHBoxLayout()
        ways.setSpacing(2 * theme.GRID)
        ways.addStretch(1)
        for text, signal in (
            (tr("Start the &camera"), self.camera_wanted),
            (tr("&Open file…"), self.file_wanted),
            (tr("Play the &demo"), self.demo_wanted),
        ):
            button = QPushButton(text)
            button.setMinimumSize(160, 56)
            button.clicked.connect(signal)
            ways.addWidget(button)
        ways.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * theme.GRID, 4 * theme.GRID, 4 * theme.GRID, 4 * theme.GRID)
        layout.setSpacing(3 * theme.GRID)
        layout.addStretch(1)
        layout.addWidget(self._sentence)
        layout.addLayout(ways)
        layout.addStretch(1)

    def show_sentence(self, text: str) -> None:
        self._sentence.setText(text)
