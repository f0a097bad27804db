"""Markers and spans as a list: a click goes there, a double click edits, Delete removes."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QEvent, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from emocam.domain.annotations import Marker
from emocam.domain.times import parse_time
from emocam.gui import theme
from emocam.gui.numbers import moment
from emocam.gui.translation import tip_with, tr

_START, _END, _LABEL = range(3)


class MarkersPanel(QWidget):
    go_wanted = pyqtSignal(float)
    change_wanted = pyqtSignal(object, object)  # The marker as it was, and as it shall be.
    remove_wanted = pyqtSignal(list)
    mark_wanted = pyqtSignal()
    span_wanted = pyqtSignal()
    keys_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._markers: tuple[Marker, ...] = ()
        self._filling = False
        self._waiting: tuple[Marker, ...] | None = None
        self._table = QTableWidget(0, 3)
        self._table.setTabKeyNavigation(False)  # Tab leads out of the list, as everywhere.
        self._table.setHorizontalHeaderLabels([tr("Start"), tr("End"), tr("Label")])
        self._table.setAccessibleName(tr("Markers and spans"))
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        if (rows := self._table.verticalHeader()) is not None:
            rows.hide()
        if (columns := self._table.horizontalHeader()) is not None:
            columns.setSectionResizeMode(_LABEL, QHeaderView.ResizeMode.Stretch)
        for column in (_START, _END):
            self._table.setColumnWidth(column, max(84, self.fontMetrics().horizontalAdvance("00:00:00.00") + 2 * theme.GRID))
        self._table.itemChanged.connect(self._edited)
        if (delegate := self._table.itemDelegate()) is not None:
            delegate.closeEditor.connect(lambda *_: QTimer.singleShot(0, self._catch_up))
        self._table.itemSelectionChanged.connect(self._go)
        self._table.itemClicked.connect(lambda _: self._go())  # The chosen one again.
        delete = QShortcut(QKeySequence.StandardKey.Delete, self._table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove)
        self._hint = QLabel(
            tr("M sets a marker at the playhead; I and O choose a range, Shift+M makes it a span; F2 edits a label.")
        )
        self._hint.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(4)
        for text, tip, slot in (
            (tr("Mark"), tip_with(tr("Set a marker at the playhead"), "M"), self.mark_wanted.emit),
            (tr("Span"), tip_with(tr("Make a span of the chosen range"), "Shift+M"), self.span_wanted.emit),
            (tr("Remove"), tip_with(tr("Remove the chosen markers"), "Delete"), self._remove),
            (tr("Keys…"), tr("Keys of your own that set markers and spans"), self.keys_wanted.emit),
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            button.clicked.connect(lambda _=False, slot=slot: slot())
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GRID, theme.GRID, theme.GRID, theme.GRID)
        layout.addWidget(self._table, 1)
        layout.addWidget(self._hint)
        layout.addLayout(row)

    def show_markers(self, markers: tuple[Marker, ...]) -> None:
        """While a cell is typed into, they wait: it must stay the same marker's. What is chosen stays so, wherever its row is
        now; one that is new is chosen itself."""
        if self._table.state() == QAbstractItemView.State.EditingState:
            self._waiting = markers
            return
        self._waiting = None
        if markers == self._markers:
            return
        chosen = self._chosen()
        new = [marker for marker in markers if marker not in self._markers]
        self._markers = markers
        self._fill(new if len(new) == 1 else chosen)

    def _fill(self, chosen: list[Marker]) -> None:
        self._filling = True
        self._table.setRowCount(len(self._markers))
        for place, marker in enumerate(self._markers):
            for column, text in enumerate(_cells(marker)):
                self._table.setItem(place, column, QTableWidgetItem(text))
        self._choose(chosen)
        self._filling = False

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        typing = self._table.state() == QAbstractItemView.State.EditingState
        if event is not None and event.type() == QEvent.Type.LocaleChange and not typing:  # Times are written otherwise now.
            self._fill(self._chosen())

    def _choose(self, chosen: list[Marker]) -> None:
        column, model, selection = max(self._table.currentColumn(), 0), self._table.model(), self._table.selectionModel()
        if model is None or selection is None:
            return
        selection.clear()
        rows, left = selection.SelectionFlag.Rows | selection.SelectionFlag.Select, list(chosen)
        for row, marker in enumerate(self._markers):
            if marker in left:
                left.remove(marker)  # Of two alike one is chosen.
                selection.setCurrentIndex(model.index(row, column), rows)

    def _catch_up(self) -> None:
        if self._waiting is not None:
            self.show_markers(self._waiting)

    def edit(self) -> None:
        """The cell that has the focus; else the label of the chosen marker, the last one where none is."""
        rows = self._rows() or [len(self._markers) - 1]
        column = self._table.currentColumn() if self._table.hasFocus() and self._table.currentRow() == rows[0] else _LABEL
        item = self._table.item(rows[0], max(column, 0))
        if item is not None:
            self._table.setFocus()
            self._table.setCurrentItem(item)
            self._table.editItem(item)

    def _rows(self) -> list[int]:
        return sorted({index.row() for index in self._table.selectedIndexes()})

    def _chosen(self) -> list[Marker]:
        return [self._markers[row] for row in self._rows()]

    def _go(self) -> None:
        rows = self._rows()
        if len(rows) == 1 and not self._filling and rows[0] < len(self._markers):
            self.go_wanted.emit(self._markers[rows[0]].start_s)

    def _remove(self) -> None:
        if chosen := self._chosen():
            self.remove_wanted.emit(chosen)

    def _edited(self, item: QTableWidgetItem) -> None:
        if self._filling:
            return
        row = item.row()
        before = self._markers[row]
        text = item.text().strip()
        if item.column() == _LABEL:
            after: Marker | None = replace(before, label=text)
        elif item.column() == _END and not text:
            after = replace(before, end_s=None)
        else:
            after = _moved(before, item.column(), parse_time(text))
        self._filling = True
        item.setText(_cells(after or before)[item.column()])  # What can't be a time is put back.
        self._filling = False
        if after is not None and after != before:
            # At once: the next cell may be typed into already, and is then this marker's as it is by now.
            self._markers = (*self._markers[:row], after, *self._markers[row + 1 :])
            self.change_wanted.emit(before, after)


def _cells(marker: Marker) -> tuple[str, str, str]:
    return moment(marker.start_s), "" if marker.end_s is None else moment(marker.end_s), marker.label


def _moved(marker: Marker, column: int, time_s: float | None) -> Marker | None:
    if time_s is None:
        return None
    start, end = (time_s, marker.end_s) if column == _START else (marker.start_s, time_s)
    return None if end is not None and end < start else replace(marker, start_s=start, end_s=end)
