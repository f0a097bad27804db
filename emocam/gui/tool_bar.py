"""What the tool bars of both windows have in common."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtBoundSignal
from PyQt6.QtWidgets import QToolBar, QToolButton, QWidget

from emocam.gui.translation import tr


class SignButton(QToolButton):
    """Its text may begin with a sign, which is for the eye alone: a screen reader is told the words."""

    def setText(self, text: str | None) -> None:
        super().setText(text)
        self.setAccessibleName((text or "").lstrip("▶❚■⚑● "))


class MainToolBar(QToolBar):
    """Stays where it is. Its buttons say what was asked for, and do nothing themselves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Main"), parent)
        self.setObjectName("main")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def add_button(self, text: str, tip: str, wanted: pyqtBoundSignal | None = None) -> QToolButton:
        """wanted: is emitted by a click."""
        button = SignButton()
        button.setText(text)
        button.setToolTip(tip)
        if wanted is not None:
            button.clicked.connect(lambda: wanted.emit())
        self.addWidget(button)
        return button
