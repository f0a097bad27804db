"""Keys of the user's own: each sets a marker with its label, or begins and ends a span."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from emocam.gui import theme
from emocam.gui.plain import PlainLabel
from emocam.gui.translation import later, native_key, tr, word

_POINT, _STATE = later("point"), later("state")
_NEEDED = ("Del", "Tab", "Backtab", "Shift+Tab", "Return", "Enter")  # By lists and fields, which would lose them.


@dataclass(frozen=True, slots=True)
class EventKey:
    """state: whether the key begins a span and, pressed again, ends it; else it sets a point."""

    key: str
    label: str
    state: bool


def load_event_keys() -> tuple[EventKey, ...]:
    try:
        return tuple(EventKey(**entry) for entry in json.loads(QSettings().value("workbench/event_keys", "[]")))
    except (ValueError, TypeError):
        return ()


def save_event_keys(keys: tuple[EventKey, ...]) -> None:
    QSettings().setValue("workbench/event_keys", json.dumps([asdict(key) for key in keys]))


class EventKeysDialog(QDialog):
    """taken: what the window uses itself, by the text of the key."""

    def __init__(self, keys: tuple[EventKey, ...], taken: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys of your own"))
        self.resize(480, 360)
        self._taken = taken
        self._table = QTableWidget(0, 3)
        self._table.setTabKeyNavigation(False)
        self._table.setHorizontalHeaderLabels([tr("Key"), tr("Label"), tr("Kind")])
        self._table.setAccessibleName(tr("Keys of your own"))
        if (columns := self._table.horizontalHeader()) is not None:
            columns.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
            columns.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        if (rows := self._table.verticalHeader()) is not None:
            rows.hide()
        for key in keys:
            self._add(key)
        self._problem = PlainLabel()
        self._problem.setWordWrap(True)
        add, remove = QPushButton(tr("Add")), QPushButton(tr("Remove"))
        add.clicked.connect(lambda: self._add(EventKey("", "", False)))
        remove.clicked.connect(lambda: self._table.removeRow(self._table.currentRow()))
        row = QHBoxLayout()
        row.addWidget(add)
        row.addWidget(remove)
        row.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        said = QLabel(tr("A point key sets a marker at the playhead; a state key begins a span and, pressed again, ends it."))
        said.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * theme.GRID, 2 * theme.GRID, 2 * theme.GRID, 2 * theme.GRID)
        for widget in (said, self._table):
            layout.addWidget(widget)
        layout.addLayout(row)
        layout.addWidget(self._problem)
        layout.addWidget(buttons)

    @property
    def keys(self) -> tuple[EventKey, ...]:
        return tuple(replace(key, label=key.label or key.key) for typed, key in self._rows() if typed)

    def _rows(self) -> list[tuple[str, EventKey]]:
        """Each with its key as it was typed."""
        found = []
        for row in range(self._table.rowCount()):
            key, label, kind = self._table.item(row, 0), self._table.item(row, 1), self._table.cellWidget(row, 2)
            if key is not None and label is not None and isinstance(kind, QComboBox):
                typed = key.text().strip()
                entry = EventKey(QKeySequence(typed).toString(), label.text().strip(), kind.currentData() == _STATE)
                found.append((typed, entry))
        return found

    def _add(self, key: EventKey) -> None:
        row = self._table.rowCount()
        self._table.insertRow(row)
        self._table.setItem(row, 0, QTableWidgetItem(native_key(key.key)))
        self._table.setItem(row, 1, QTableWidgetItem(key.label))
        kind = QComboBox()
        kind.setAccessibleName(tr("Kind"))
        for each in (_POINT, _STATE):
            kind.addItem(word(each), each)
        kind.setCurrentIndex(kind.findData(_STATE if key.state else _POINT))
        self._table.setCellWidget(row, 2, kind)
        item = self._table.item(row, 0)
        if item is not None and not key.key:
            self._table.setCurrentItem(item)
            self._table.editItem(item)

    def _accept(self) -> None:
        fault = self._fault()
        if fault is None:
            self.accept()
            return
        row, said = fault
        self._problem.setText(said)
        self._table.setCurrentCell(row, 0)
        self._table.setFocus()

    def _fault(self) -> tuple[int, str] | None:
        """The first row that can't stay as it is, and why."""
        used: set[str] = set()
        for row, (typed, key) in enumerate(self._rows()):
            called = native_key(key.key)
            if not typed and key.label:
                return row, tr("“{label}” has no key as yet; write one such as 1, X or Ctrl+1.", label=key.label)
            if not typed:
                continue
            if not key.key or QKeySequence(key.key).isEmpty():
                return row, tr("One of the keys is none; write it as 1, X or Ctrl+1.")
            if key.key in _NEEDED:
                return row, tr("{key} is needed in lists and fields; choose another key.", key=called)
            if key.key in self._taken:
                command = self._taken[key.key]
                return row, tr("{key} already means “{command}”; choose another key.", key=called, command=command)
            if key.key in used:
                return row, tr("{key} stands there twice; choose another key for one of them.", key=called)
            used.add(key.key)
        return None

    def keyPressEvent(self, event) -> None:  # type: ignore[no-untyped-def]  # Qt's own
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # Enter ends the editing of a cell, not the dialog.
            super().keyPressEvent(event)
