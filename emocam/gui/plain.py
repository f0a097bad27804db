"""Names of files, faces and marks, shown as they are. What looks like HTML Qt takes for HTML, and looks for the pictures that
it names, on a network drive too: a name must neither vanish nor lead anywhere."""

from __future__ import annotations

import html

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QWidget


def plain(text: str) -> str:
    """For message boxes, tool tips and input dialogs, which can't be told that a text is no HTML."""
    return f"<span style='white-space: pre-wrap'>{html.escape(text)}</span>" if "<" in text or "&lt;" in text else text


class PlainLabel(QLabel):
    """For texts with names in them."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
