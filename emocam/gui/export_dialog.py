"""What to take out of a recording, as what, and to where. Works in the background; may stay open for the next one."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import QFileInfo, QSettings, Qt, QTimer, QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from emocam.domain.errors import EmocamError
from emocam.domain.export import FORMATS, Exported, Format, Option, Selection, format_of
from emocam.domain.files import plain_name
from emocam.domain.times import parse_time
from emocam.gui import theme
from emocam.gui.bridge import BackgroundJob
from emocam.gui.numbers import NumberField, moment
from emocam.gui.plain import PlainLabel, plain
from emocam.gui.shell import Shell
from emocam.gui.translation import amount, tr, word

Export = Callable[[Path, Path, Selection, Callable[[float], None], threading.Event], Exported]
_LOOK_EVERY_MS = 100
_AT_FIRST = "at_first"
_FORMATS_PX, _TIME_PX, _NUMBER_PX = 210, 110, 130


@dataclass(frozen=True, slots=True)
class Exportable:
    """A recording that can be exported. session: its file. title: of the recording. faces: ids and names, without hidden ones.
    span: the range chosen in the window, in seconds. video: where the recording is, None where it can't be found. of_camera: it
    never was a file. unfinished: not all of it is analysed."""

    session: Path
    title: str
    faces: Sequence[tuple[int, str]]
    span: tuple[float, float] | None = None
    threshold: float = 0.5
    video: Path | None = None
    of_camera: bool = False
    unfinished: bool = False


class ExportDialog(QDialog):
    """export: writes a file, in a thread; as `Backend.export`."""

    def __init__(self, export: Export, what: Exportable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._export, self._what = export, what
        self._job: BackgroundJob | None = None
        self._stop = threading.Event()
        self._share = 0.0
        self._written: Path | None = None
        self._named = False
        self._agreed: Path | None = None
        self._focused: QWidget | None = None
        self.setWindowTitle(tr("Export {title}", title=what.title))
        self.resize(760, 520)
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        kept = str(QSettings().value("export/format", "csv"))
        self._formats.setCurrentRow(next((row for row, each in enumerate(FORMATS) if each.kind == kept), 0))

    @property
    def format(self) -> Format:
        return FORMATS[max(self._formats.currentRow(), 0)]

    @property
    def selection(self) -> Selection | None:
        """What the form says; None, with a sentence, where it can't be."""
        try:
            begin, finish = self._what.span or (None, None)
            start, end = _moment(self._start, begin), _moment(self._end, finish)
        except ValueError:
            self._say(tr("A time is seconds, m:ss or h:mm:ss; an empty one is the start or the end."))
            return None
        if end is not None and end <= (start or 0.0):
            self._say(tr("The range ends before it starts."))
            return None
        faces = [self._faces.item(row) for row in range(self._faces.count())]
        chosen = [item.data(Qt.ItemDataRole.UserRole) for item in faces if item and item.checkState() == Qt.CheckState.Checked]
        if not chosen and self._what.faces:
            self._say(tr("Choose at least one face."))
            return None
        everybody = len(chosen) == len(self._what.faces)
        options = self.format.options
        return Selection(
            start_s=start or 0.0,
            end_s=end,
            people=None if everybody else tuple(chosen),
            step_s=self._step.value() or None if Option.STEP in options else None,
            threshold=self._threshold.value(),
            blur=self._blur.isChecked() and Option.BLUR in options,
            raw=self._raw.isChecked() and Option.RAW in options,
            video=self._what.video if Option.VIDEO in options else None,
        )

    @property
    def out(self) -> Path:
        """A name without a folder is beside the last export."""
        written = Path(self._out.text().strip())
        with contextlib.suppress(RuntimeError):  # "~nobody" is a name like any other.
            written = written.expanduser()
        return _folder() / written

    @property
    def busy(self) -> bool:
        return self._job is not None and self._job.busy

    def start(self) -> None:
        """Begin to write, or say what is missing."""
        selection = self.selection
        if selection is None or self.busy:
            return
        if not self._out.text().strip():
            self._say(tr("Choose where to save it."))
            return
        self._use_format()
        # Python's own raises where one may not look and where a name is too long.
        if QFileInfo.exists(str(self.out)) and self.out != self._agreed and not self._replaces(self.out):
            return
        out, session, stop = self.out, self._what.session, threading.Event()
        self._stop, self._share, self._written = stop, 0.0, None

        def work() -> str:
            done = self._export(session, out, selection, self._progress, stop)
            self._written = done.path
            said = tr("Saved {what} to {path}", what=amount(done.said), path=done.path)
            if done.analysed_to_s is None:
                return said
            return f"{said}; {tr('the analysis goes up to {time} only', time=moment(done.analysed_to_s))}"

        self._job = BackgroundJob(work, self)
        self._job.done.connect(self._ended)
        self._job.failed.connect(self._ended)
        self._focused = self.focusWidget()
        self._say(tr("Writing {name}…", name=out.name))
        self._show_busy(busy=True)
        QSettings().setValue("export/format", self.format.kind)
        QSettings().setValue("export/folder", str(out.parent))
        self._job.start()
        self._timer.start()

    def _use_format(self) -> None:
        """The list says what is written; a name that ends otherwise gets the right ending."""
        out = self.out
        try:
            right = format_of(out) is self.format
        except EmocamError:
            right = False
        self._out.setText(str(out if right else out.with_name(out.name + self.format.suffixes[0])))

    def _replaces(self, out: Path) -> bool:
        question = tr("{name} is there already. Replace it?", name=out.name)
        yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
        # Enter pressed once too often loses nothing.
        return QMessageBox.question(self, self.windowTitle(), plain(question), yes | no, no) == yes

    def cancel(self) -> None:
        self._stop.set()

    # Inside

    def _progress(self, share: float) -> None:
        self._share = share  # From the thread that writes; the timer shows it.

    def _look(self) -> None:
        self._bar.setRange(0, 1000 if self._share else 0)
        self._bar.setValue(round(self._share * 1000))

    def _ended(self, sentence: str) -> None:
        self._timer.stop()
        self._show_busy(busy=False)
        if self._focused is not None:
            self._focused.setFocus()  # What is switched off meanwhile loses it.
        self._say(sentence)
        self._folder.setEnabled(self._written is not None)

    def _show_busy(self, *, busy: bool) -> None:
        self._bar.setVisible(busy)
        self._go.setText(tr("Cancel") if busy else tr("Export"))
        self._form.setEnabled(not busy)
        self._formats.setEnabled(not busy)
        if busy:
            self._folder.setEnabled(False)

    def _say(self, text: str) -> None:
        self._news.setText(text)

    def _format_chosen(self) -> None:
        chosen = self.format
        self._hint.setText(word(chosen.hint))
        for option, widget in (
            (Option.STEP, self._step),
            (Option.THRESHOLD, self._threshold),
            (Option.RAW, self._raw),
            (Option.BLUR, self._blur),
        ):
            self._fields.setRowVisible(widget, option in chosen.options)
        no_video = chosen.needs_video and self._what.video is None
        self._go.setEnabled(not no_video)
        lacks = tr("This needs the recording itself, which can't be found; File, “Find the video…” helps.")
        if self._what.of_camera:
            lacks = tr("A session of a camera holds no pictures; where somebody filmed along, emocam export --video does it.")
        unfinished = tr("The analysis is not finished; what is there by then is exported.") if self._what.unfinished else ""
        self._say(lacks if no_video else unfinished)
        self._propose()

    def _propose(self) -> None:
        """A place, as long as the user has not chosen one; then only how its name ends."""
        suffix = self.format.suffixes[0]
        if not self._named:
            name = f"{plain_name(self._what.title) or tr('recording')}{suffix}"
            self._out.setText(str(_folder() / name))
            return
        out = self.out
        if any(out.name.lower().endswith(each.lower()) for each in self.format.suffixes):
            return
        endings = sorted((each for format in FORMATS for each in format.suffixes), key=len, reverse=True)
        ending = next((each for each in endings if out.name.lower().endswith(each.lower())), "")
        self._out.setText(str(out.with_name(f"{out.name[: len(out.name) - len(ending)]}{suffix}")))

    def _browse(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Export"), self._out.text(), _file_filter(self.format))
        if name:
            known = any(name.lower().endswith(suffix.lower()) for suffix in self.format.suffixes)
            self._named = True
            self._agreed = Path(name) if known else None  # The file dialog has asked.
            self._out.setText(name if known else name + self.format.suffixes[0])

    def _open_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))

    def _build(self) -> None:
        what = self._what
        self._formats = QListWidget()
        self._formats.setAccessibleName(tr("Formats"))
        self._formats.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._formats.setSpacing(2)
        for format in FORMATS:
            self._formats.addItem(word(format.title))
        frame = 2 * self._formats.frameWidth() + 2 * self._formats.spacing()
        self._formats.setFixedWidth(max(theme.scaled(_FORMATS_PX), self._formats.sizeHintForColumn(0) + frame + theme.GRID))
        self._formats.currentRowChanged.connect(lambda _: self._format_chosen())
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self._start, self._end = QLineEdit(), QLineEdit()
        for field, name, text in (
            (self._start, tr("From"), moment(what.span[0]) if what.span else ""),
            (self._end, tr("To"), moment(what.span[1]) if what.span else ""),
        ):
            field.setText(text)
            field.setProperty(_AT_FIRST, text)
            field.setFixedWidth(theme.scaled(_TIME_PX))
            field.setAccessibleName(name)
        self._start.setPlaceholderText(tr("the start"))
        self._end.setPlaceholderText(tr("the end"))
        range_row = QHBoxLayout()
        range_row.addWidget(self._start)
        range_row.addWidget(QLabel(tr("to")))
        range_row.addWidget(self._end)
        range_row.addStretch(1)
        self._faces = QListWidget()
        self._faces.setAccessibleName(tr("Faces to export"))
        self._faces.setMaximumHeight(112)
        for face, name in what.faces:
            item = QListWidgetItem(name)
            item.setData(Qt.ItemDataRole.UserRole, face)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self._faces.addItem(item)
        self._step = NumberField(0.0, 3600.0, 0.5, 0.0, " s")
        self._step.setSpecialValueText(tr("one per frame"))
        self._step.setFixedWidth(max(theme.scaled(_NUMBER_PX), self._step.sizeHint().width()))
        self._step.setToolTip(tr("A row holds the mean over so many seconds"))
        self._threshold = NumberField(0.05, 1.0, 0.05, what.threshold, "")
        self._threshold.setFixedWidth(self._step.maximumWidth())
        self._threshold.setToolTip(tr("A class counts as shown from this probability on"))
        self._raw = QCheckBox(tr("The model's own probabilities, not smoothed"))
        self._blur = QCheckBox(tr("Hide faces, so that nobody is known again"))
        self._out = QLineEdit()
        self._out.setAccessibleName(tr("File"))
        self._out.textEdited.connect(lambda _: setattr(self, "_named", True))
        browse = QPushButton(tr("Browse…"))
        browse.clicked.connect(self._browse)
        out_row = QHBoxLayout()
        out_row.addWidget(self._out, 1)
        out_row.addWidget(browse)
        self._form = QWidget()
        self._fields = fields = QFormLayout(self._form)
        fields.setContentsMargins(theme.GRID, 0, 0, 0)
        fields.setVerticalSpacing(theme.GRID)
        fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields.addRow(self._hint)
        fields.addRow(tr("&Range"), range_row)
        fields.addRow(tr("&Faces"), self._faces)
        fields.addRow(tr("Ro&ws"), self._step)
        fields.addRow(tr("&Threshold"), self._threshold)
        fields.addRow("", self._raw)
        fields.addRow("", self._blur)
        fields.addRow(tr("Fi&le"), out_row)
        for row, field in ((range_row, self._start), (out_row, self._out)):
            row.setSpacing(theme.GRID)
            if isinstance(label := fields.labelForField(row), QLabel):
                label.setBuddy(field)  # Else the "&" would be seen.
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress of the export"))
        self._bar.hide()
        self._news = PlainLabel()
        self._news.setWordWrap(True)
        self._news.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._news.setMinimumHeight(36)
        self._go = QPushButton(tr("Export"))
        self._go.setDefault(True)
        self._go.clicked.connect(lambda: self.cancel() if self.busy else self.start())
        self._folder = QPushButton(tr("Open the folder"))
        self._folder.setEnabled(False)
        self._folder.clicked.connect(self._open_folder)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self._folder)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self._go)
        right = QVBoxLayout()
        right.addWidget(self._form)
        right.addStretch(1)
        right.addWidget(self._bar)
        right.addWidget(self._news)
        upper = QHBoxLayout()
        upper.addWidget(self._formats)
        upper.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(upper, 1)
        layout.addLayout(buttons)

    def reject(self) -> None:
        """Escape and Close: what is being written would be lost."""
        window = self.parent()
        ending = isinstance(window, Shell) and window.ending
        if not self.busy or ending or self._gives_up():
            super().reject()

    def _gives_up(self) -> bool:
        question = tr("An export is being written; closed now, it leaves nothing. Close all the same?")
        return QMessageBox.question(self, self.windowTitle(), question) == QMessageBox.StandardButton.Yes

    def done(self, result: int) -> None:
        """However it is closed."""
        self._stop.set()
        if self._job is not None:
            self._job.join(30.0)
        super().done(result)


def ask_export(export: Export, what: Exportable, window: Shell) -> None:
    """It stays beside the window, which goes on meanwhile."""
    dialog = ExportDialog(export, what, window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()


def lost_export(window: Shell) -> str:
    """The sentence to ask with before a window is closed that exports; empty where nothing is being written."""
    busy = any(dialog.busy for dialog in window.findChildren(ExportDialog))
    return tr("An export is being written; closed now, it leaves nothing.") if busy else ""


def move_exports(before: Shell, window: Shell) -> None:
    """To the window that takes the place of the one before: it is now the one that asks before they are lost."""
    for dialog in before.findChildren(ExportDialog):
        dialog.setParent(window, dialog.windowFlags())  # Which hides it.
        dialog.show()


def end_exports(window: Shell) -> None:
    """Whatever is being written: it was asked about by now."""
    for dialog in window.findChildren(ExportDialog):
        dialog.done(0)


def _folder() -> Path:
    """Of the last export."""
    folder = Path(str(QSettings().value("export/folder", Path.home())))
    return folder if QFileInfo(str(folder)).isDir() else Path.home()


def _file_filter(format: Format) -> str:
    return f"{word(format.title)} ({' '.join('*' + suffix for suffix in format.suffixes)})"


def _moment(field: QLineEdit, chosen: float | None) -> float | None:
    """None where it is empty. chosen: what it showed at first, rounded; exact where nobody touched it, or frames at the ends
    would be lost. Raises ValueError where it is no time."""
    text = field.text().strip()
    if chosen is not None and text == field.property(_AT_FIRST):
        return chosen
    time_s = parse_time(text)
    if text and time_s is None:
        raise ValueError(text)
    return time_s
