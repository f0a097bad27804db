"""The faces of a recording: a thumbnail, the name, how long it was there and what it showed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QAbstractListModel, QItemSelection, QModelIndex, QPoint, QRectF, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QBrush, QColor, QFontMetrics, QImage, QPainter, QPalette, QPen, QPixmap
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QInputDialog,
    QListView,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from emocam.domain.colours import face_colour
from emocam.domain.times import clock_text
from emocam.gui import theme
from emocam.gui.plain import plain
from emocam.gui.translation import class_name, later, tr, word

_ROW_PX, _THUMB_PX, _NAME_PX = 64, 48, 24
_FADED = 0.4  # A hidden face.


@dataclass(frozen=True, slots=True)
class FaceRow:
    """shares: the mean probability per class, in class order."""

    person: int
    name: str
    hidden: bool
    present_s: float
    dominant: str
    shares: tuple[float, ...]


class FacesPanel(QWidget):
    """Says what the user wants done with which faces."""

    selection_changed = pyqtSignal()
    rename_wanted = pyqtSignal(int, str)
    merge_wanted = pyqtSignal(list)
    split_wanted = pyqtSignal(int)
    hide_wanted = pyqtSignal(list, bool)

    def __init__(self, classes: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Faces()
        self._list = QListView()
        self._list.setModel(self._model)
        delegate = _FaceDelegate(classes, self._list)
        delegate.closeEditor.connect(lambda *_: QTimer.singleShot(0, self._catch_up))
        self._list.setItemDelegate(delegate)
        self._waiting: tuple[Sequence[FaceRow], Mapping[int, QImage]] | None = None
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._show_menu)
        self._list.setAccessibleName(tr("Faces"))
        self._list.setToolTip(tr("Choose one or several to see them in the chart; double-click to rename"))
        selection = self._list.selectionModel()
        if selection is not None:
            selection.selectionChanged.connect(lambda *_: self._chosen())
        self._model.renamed.connect(self.rename_wanted)
        self._mean = QCheckBox(tr("Mean of the chosen faces"))
        self._mean.toggled.connect(lambda _: self.selection_changed.emit())
        self._buttons = {
            later("Rename…"): self.rename,
            later("Merge"): self.merge,
            later("Split here"): self.split,
            later("Hide"): self.toggle_hidden,
        }
        self._pushes: dict[str, QPushButton] = {}
        row = QHBoxLayout()
        row.setSpacing(4)
        for text, slot in self._buttons.items():
            button = QPushButton(word(text))
            button.clicked.connect(lambda _=False, slot=slot: slot())
            self._pushes[text] = button
            row.addWidget(button)
        self._pushes["Merge"].setToolTip(tr("Make the chosen faces one person"))
        self._pushes["Split here"].setToolTip(tr("From the playhead on, make the chosen face another person"))
        self._pushes["Hide"].setToolTip(tr("Leave the chosen faces out of charts and exports, or bring them back"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GRID, theme.GRID, theme.GRID, theme.GRID)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._mean)
        layout.addLayout(row)
        self._chosen()

    @property
    def selected(self) -> tuple[int, ...]:
        return tuple(
            self._model.rows[index.row()].person for index in sorted(self._list.selectedIndexes(), key=QModelIndex.row)
        )

    @property
    def averaged(self) -> bool:
        return self._mean.isChecked() and len(self.selected) > 1

    def show_rows(self, rows: Sequence[FaceRow], thumbnails: Mapping[int, QImage]) -> None:
        """What is selected stays so. While a name is typed, it waits."""
        if self._list.state() == QAbstractItemView.State.EditingState:
            self._waiting = (rows, thumbnails)
            return
        self._waiting = None
        chosen = self.selected
        if [row.person for row in rows] == [row.person for row in self._model.rows]:
            self._model.update(rows, thumbnails)
            self._chosen(silent=True)
            return
        self._model.reset(rows, thumbnails)
        there = {row.person for row in rows}
        self.select([person for person in chosen if person in there] or [row.person for row in rows[:1]])

    def _catch_up(self) -> None:
        if self._waiting is not None:
            self.show_rows(*self._waiting)

    def select(self, people: Sequence[int]) -> None:
        selection, wanted = self._list.selectionModel(), set(people)
        if selection is None:
            return
        places = [self._model.index(place) for place, row in enumerate(self._model.rows) if row.person in wanted]
        together = QItemSelection()  # In one step: each tells all who look at the faces.
        for place in places:
            together.select(place, place)
        selection.select(together, selection.SelectionFlag.ClearAndSelect)
        if places:
            selection.setCurrentIndex(places[-1], selection.SelectionFlag.NoUpdate)

    def rename(self) -> None:
        if len(self.selected) != 1:
            return
        row = next(row for row in self._model.rows if row.person == self.selected[0])
        name, given = QInputDialog.getText(self, tr("Rename"), plain(tr("Name of {face}:", face=row.name)), text=row.name)
        if given:
            self.rename_wanted.emit(row.person, name)

    def merge(self) -> None:
        if len(self.selected) > 1:
            self.merge_wanted.emit(list(self.selected))

    def split(self) -> None:
        if len(self.selected) == 1:
            self.split_wanted.emit(self.selected[0])

    def toggle_hidden(self) -> None:
        if chosen := self.selected:
            self.hide_wanted.emit(list(chosen), not all(row.hidden for row in self._rows_of(chosen)))

    def _rows_of(self, people: Sequence[int]) -> list[FaceRow]:
        wanted = set(people)
        return [row for row in self._model.rows if row.person in wanted]

    def _chosen(self, *, silent: bool = False) -> None:
        chosen = self.selected
        count, rows = len(chosen), self._rows_of(chosen)
        self._pushes["Rename…"].setEnabled(count == 1)
        self._pushes["Merge"].setEnabled(count > 1)
        self._pushes["Split here"].setEnabled(count == 1)
        self._pushes["Hide"].setEnabled(count > 0)
        self._pushes["Hide"].setText(tr("Show") if rows and all(row.hidden for row in rows) else tr("Hide"))
        self._mean.setEnabled(count > 1)
        if not silent:
            self.selection_changed.emit()

    def _show_menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        for text, slot in self._buttons.items():
            action = menu.addAction(self._pushes[text].text())
            if action is not None:
                action.setEnabled(self._pushes[text].isEnabled())
                action.triggered.connect(lambda _=False, slot=slot: slot())
        menu.exec(self._list.mapToGlobal(point))


class _Faces(QAbstractListModel):
    renamed = pyqtSignal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[FaceRow, ...] = ()
        self.thumbnails: Mapping[int, QImage] = {}

    def reset(self, rows: Sequence[FaceRow], thumbnails: Mapping[int, QImage]) -> None:
        self.beginResetModel()
        self.rows, self.thumbnails = tuple(rows), thumbnails
        self.endResetModel()

    def update(self, rows: Sequence[FaceRow], thumbnails: Mapping[int, QImage]) -> None:
        self.rows, self.thumbnails = tuple(rows), thumbnails
        if rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            facts = {"name": row.name, "seconds": f"{row.present_s:.0f}", "expression": class_name(row.dominant)}
            one = facts["seconds"] == "1"
            said = tr("{name}, {seconds} second, mostly {expression}", **facts) if one else ""
            said = said or tr("{name}, {seconds} seconds, mostly {expression}", **facts)
            return f"{said}, {tr('hidden')}" if row.hidden else said
        if role == Qt.ItemDataRole.UserRole:
            return row
        return None

    def setData(self, index: QModelIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role == Qt.ItemDataRole.EditRole:
            self.renamed.emit(self.rows[index.row()].person, str(value))
            return True
        return False

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable


class _FaceDelegate(QStyledItemDelegate):
    """A thumbnail; the name; seconds and the leading class; the mean distribution as a bar."""

    def __init__(self, classes: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._classes = classes

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(200, theme.scaled(_ROW_PX))

    def updateEditorGeometry(self, editor: QWidget | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        if editor is not None:
            place = option.rect.adjusted(_THUMB_PX + 14, 2, -4, 0)
            place.setHeight(theme.scaled(_NAME_PX))
            editor.setGeometry(place)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        model = index.model()
        if painter is None or not isinstance(model, _Faces):
            return
        row = model.rows[index.row()]
        palette, rect = option.palette, QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            ground = QColor(theme.ACCENT)
            ground.setAlphaF(0.22)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.ACCENT, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(2.5, 1.5, -2.5, -1.5), 6, 6)
        painter.setOpacity(_FADED if row.hidden else 1.0)
        thumb = QRectF(rect.left() + 8, rect.center().y() - _THUMB_PX / 2, _THUMB_PX, _THUMB_PX)
        image = model.thumbnails.get(row.person)
        painter.setPen(QColor(face_colour(row.person)).darker(130))
        if image is not None:
            painter.setBrush(QBrush(QPixmap.fromImage(image).scaled(_THUMB_PX, _THUMB_PX)))
            painter.setBrushOrigin(thumb.topLeft())
        else:
            painter.setBrush(palette.color(QPalette.ColorRole.Midlight))
        painter.drawRoundedRect(thumb, 6, 6)
        painter.setOpacity(1.0)  # The words stay readable.
        left, width = thumb.right() + 10, rect.right() - thumb.right() - 20
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        name = QFontMetrics(font).elidedText(row.name, Qt.TextElideMode.ElideRight, int(width))
        high = theme.scaled(_NAME_PX)
        painter.drawText(QRectF(left, rect.top() + 2, width, high), Qt.AlignmentFlag.AlignVCenter, name)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(theme.quiet_text(palette))
        what = tr("mostly {expression}", expression=class_name(row.dominant)) if row.dominant else ""
        said = f"{clock_text(row.present_s)} · {tr('hidden') if row.hidden else what}"
        painter.drawText(QRectF(left, rect.top() + 2 + high, width, theme.scaled(16)), Qt.AlignmentFlag.AlignVCenter, said)
        painter.setOpacity(_FADED if row.hidden else 1.0)
        bar = QRectF(left, rect.top() + theme.scaled(46), width, 7)
        painter.setPen(Qt.PenStyle.NoPen)
        start = bar.left()
        for name, share in zip(self._classes, row.shares, strict=True):
            if share == share:  # NaN, of a face that was never there, is not equal to itself
                painter.setBrush(theme.class_colour(name, palette))
                painter.drawRect(QRectF(start, bar.top(), bar.width() * share, bar.height()))
                start += bar.width() * share
        painter.restore()
