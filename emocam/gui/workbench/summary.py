"""What the chosen face comes to, in the whole recording or in a range."""

from __future__ import annotations

import html
import math

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QColor, QIcon, QPixmap
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from emocam.domain.summary import Episode, Summary
from emocam.domain.times import clock_text
from emocam.gui import theme
from emocam.gui.numbers import decimal, moment, percent
from emocam.gui.plain import PlainLabel
from emocam.gui.translation import class_name, tr

_MOST_EPISODES = 2000


class SummaryPanel(QWidget):
    go_wanted = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._episodes: tuple[Episode, ...] = ()
        self._shown: Summary | None = None
        self._head = QLabel()
        self._head.setWordWrap(True)
        self._head.setTextFormat(Qt.TextFormat.RichText)
        self._shares = _table(["", tr("above"), tr("leads"), tr("mean")], tr("Shares of time per class"))
        self._shares.setToolTip(
            tr(
                "above: share of the time in sight with the class at or above the threshold\n"
                "leads: share of that time as the most probable class\nmean: its mean probability"
            )
        )
        self._list = _table(["", tr("from"), tr("lasts"), tr("peak")], tr("Episodes"))
        self._list.setToolTip(tr("Stretches above the threshold; choose one to go there"))
        self._list.itemSelectionChanged.connect(self._go)
        self._list.itemClicked.connect(lambda _: self._go())  # The chosen one again.
        self._changes = PlainLabel()
        self._changes.setWordWrap(True)
        self._list.currentCellChanged.connect(lambda *_: self._keep_in_view())
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(theme.GRID, theme.GRID, theme.GRID, theme.GRID)
        for widget in (self._head, self._shares, self._changes, QLabel(tr("Episodes")), self._list):
            layout.addWidget(widget)
        layout.addStretch(1)
        self._area = QScrollArea()  # One for all of it: in a low window each table by itself would show a row.
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Its lists have it.
        self._area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)
        for table in (self._shares, self._list):
            _fit(table)

    def show_nothing(self, why: str) -> None:
        self._head.setText(html.escape(why))
        for table in (self._shares, self._list):
            table.setRowCount(0)
            _fit(table)
        self._changes.clear()
        self._shown, self._episodes = None, ()

    def forget(self) -> None:
        """What is shown is to be written anew, though it be the same."""
        self._shown = None

    def show_summary(self, who: str, where: str, threshold: float, summary: Summary) -> None:
        """who, where: for the heading, such as a name and "00:10 – 00:20"."""
        facts = [
            tr("in the picture {seen}, away {away}", seen=clock_text(summary.present_s), away=clock_text(summary.missing_s)),
            tr("threshold {value}", value=decimal(threshold)),
        ]
        if not math.isnan(summary.expressiveness):
            facts.insert(1, tr("expressiveness {value}", value=decimal(summary.expressiveness)))
        self._head.setText(f"<b>{html.escape(who)}</b> · {where}<br>{' · '.join(facts)}")
        if summary == self._shown:
            return
        self._shown, self._episodes = summary, summary.episodes[:_MOST_EPISODES]
        self._shares.setRowCount(len(summary.classes))
        for place, name in enumerate(summary.classes):
            figures = (summary.above[place], summary.dominant[place], summary.mean[place])
            texts = ["–" if math.isnan(figure) else percent(figure, 1) for figure in figures[:2]]
            texts.append("–" if math.isnan(figures[2]) else decimal(figures[2]))
            self._fill(self._shares, place, name, texts)
        self._list.blockSignals(True)
        self._list.setRowCount(len(self._episodes))
        for place, episode in enumerate(self._episodes):
            texts = [moment(episode.start_s), f"{decimal(episode.duration_s)} s", decimal(episode.peak)]
            self._fill(self._list, place, episode.label, texts)
        self._list.blockSignals(False)
        for table in (self._shares, self._list):
            for column in range(1, table.columnCount()):  # Once; by a mode of the header it would be done anew for each cell.
                table.resizeColumnToContents(column)
                table.setColumnWidth(column, table.columnWidth(column) + theme.GRID // 2)
            _fit(table)
        self._changes.setText(_changes_text(summary))

    def _fill(self, table: QTableWidget, row: int, name: str, texts: list[str]) -> None:
        swatch = QPixmap(10, 10)
        swatch.fill(QColor(theme.class_colour(name, self.palette())))
        first = QTableWidgetItem(QIcon(swatch), class_name(name))
        table.setItem(row, 0, first)
        for column, text in enumerate(texts, start=1):
            item = QTableWidgetItem(text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(row, column, item)

    def _keep_in_view(self) -> None:
        """The episode that the arrow keys have come to."""
        item, page = self._list.currentItem(), self._area.widget()
        if item is None or page is None or not self._list.hasFocus():
            return
        row = self._list.visualItemRect(item)
        place = (viewport := self._list.viewport()) and viewport.mapTo(page, row.center())
        if place:
            self._area.ensureVisible(place.x(), place.y(), 0, row.height())

    def _go(self) -> None:
        rows = {index.row() for index in self._list.selectedIndexes()}
        if len(rows) == 1:
            self.go_wanted.emit(self._episodes[rows.pop()].start_s)


def _changes_text(summary: Summary) -> str:
    kinds = summary.kinds_of_change
    if not kinds:
        return tr("No transitions.")
    most = ", ".join(f"{class_name(before)} → {class_name(after)} {count}×" for count, before, after in kinds[:4])
    return tr("Transitions: {most}", most=most)


def _fit(table: QTableWidget) -> None:
    """All its rows at once."""
    head, rows = table.horizontalHeader(), table.verticalHeader()
    if head is not None and rows is not None:
        table.setFixedHeight(head.sizeHint().height() + rows.length() + 2 * table.frameWidth())


def _table(columns: list[str], name: str) -> QTableWidget:
    table = QTableWidget(0, len(columns))
    table.setTabKeyNavigation(False)
    table.setHorizontalHeaderLabels(columns)
    table.setAccessibleName(name)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    if (rows := table.verticalHeader()) is not None:
        rows.hide()
        rows.setDefaultSectionSize(theme.scaled(24))
    if (head := table.horizontalHeader()) is not None:
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)  # The names of classes are long in some languages.
    return table
