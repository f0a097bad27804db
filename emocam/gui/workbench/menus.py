"""The menus of the workbench: every command in one table, with its keys, for the menus and for the sheet of shortcuts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QAction, QKeySequence, QUndoStack
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QLabel, QMainWindow, QMenu, QScrollArea, QVBoxLayout

from emocam.gui.translation import native_key, tr
from emocam.gui.workbench.event_keys import EventKey

_MARGIN_PX, _BARS_PX = 100, 20  # Of the sheet within the window; what scroll bars take.


class Menus:
    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._menus: dict[str, QMenu] = {}
        self._actions: list[QAction] = []
        self._undo: list[QAction] = []

    def menu(self, title: str) -> QMenu:
        if title not in self._menus:
            bar = self._window.menuBar()
            menu = bar.addMenu(title) if bar is not None else None
            assert menu is not None
            self._menus[title] = menu
        return self._menus[title]

    def add(self, menu: str, text: str, slot: Callable[[], object], *keys: str, repeats: bool = False) -> QAction:
        """repeats: again and again while a key of it is held."""
        action = QAction(text, self._window)
        action.setAutoRepeat(repeats)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.triggered.connect(lambda: slot())
        self.menu(menu).addAction(action)
        self._actions.append(action)
        return action

    def show_undo(self, menu: str, stack: QUndoStack) -> None:
        """At the top of `menu`; each recording has an undo of its own."""
        place = self.menu(menu)
        for old in self._undo:
            place.removeAction(old)
            old.deleteLater()
        first = next(iter(place.actions()), None)
        undo, redo = stack.createUndoAction(self._window, tr("&Undo")), stack.createRedoAction(self._window, tr("&Redo"))
        assert undo is not None
        assert redo is not None
        undo.setShortcut(QKeySequence("Ctrl+Z"))
        redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        place.insertActions(first, [undo, redo])
        line = place.insertSeparator(first)
        self._undo = [undo, redo, *([line] if line is not None else [])]

    @property
    def shortcuts(self) -> dict[str, str]:
        """What each key does."""
        return {
            key.toString(): action.text().replace("&", "")
            for action in [*self._undo, *self._actions]
            for key in action.shortcuts()
        }

    def show_sheet(self, own: Iterable[EventKey]) -> None:
        rows = []
        for action in [*self._undo, *self._actions]:
            keys = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
            if keys:
                rows.append((keys, action.text().replace("&", "")))
        rows += [(native_key(key.key), f"{key.label} ({tr('span') if key.state else tr('marker')})") for key in own]
        half = -(-len(rows) // 2)
        columns = "".join(
            "<td style='padding-right:32px'><table cellspacing='4'>"
            + "".join(
                f"<tr><td align='right'><b>{escape(keys)}</b>&nbsp;&nbsp;</td><td>{escape(text)}</td></tr>"
                for keys, text in part
            )
            + "</table></td>"
            for part in (rows[:half], rows[half:])
        )
        sheet = QDialog(self._window)
        sheet.setWindowTitle(tr("Keyboard"))
        label = QLabel(f"<table><tr valign='top'>{columns}</tr></table>")
        by_mouse, by_keys = Qt.TextInteractionFlag.TextSelectableByMouse, Qt.TextInteractionFlag.TextSelectableByKeyboard
        label.setTextInteractionFlags(by_mouse | by_keys)  # A screen reader reads what has the focus.
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(label)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(sheet.reject)
        layout = QVBoxLayout(sheet)
        layout.addWidget(area)
        layout.addWidget(buttons)
        room = self._window.size() - QSize(_MARGIN_PX, _MARGIN_PX)
        area.setMinimumSize((label.sizeHint() + QSize(_BARS_PX, _BARS_PX)).boundedTo(room))
        label.setFocus()
        sheet.exec()
