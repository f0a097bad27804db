"""What both windows have: splitters that come back as they were, files that may be dropped, background jobs, a line of news."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QByteArray, QEvent, QSettings, QSize, Qt, QTimer
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QScreen
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QTabBar,
    QTableView,
    QWidget,
)

from emocam.gui import theme
from emocam.gui.bridge import BackgroundJob
from emocam.gui.leaving import Leaving
from emocam.gui.plain import PlainLabel, plain
from emocam.gui.translation import tr
from emocam.gui.words import file_filter

_NEWS_MS = 20_000
_ANY_HEIGHT = 16_777_215  # Qt's own largest.
_SMALLEST, _USUAL = (960, 600), QSize(1280, 800)
_FRAME = QSize(16, 48)  # What a desktop puts around a window at most; known only once it is shown.
_ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)
_OWN_KEYS = (
    (QAbstractButton, (Qt.Key.Key_Space,)),
    (QAbstractItemView, (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)),
    (QTabBar, (Qt.Key.Key_Left, Qt.Key.Key_Right)),
    (QTableView, (Qt.Key.Key_Left, Qt.Key.Key_Right)),
    (QComboBox, (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Space)),
    (QAbstractSpinBox, (Qt.Key.Key_Up, Qt.Key.Key_Down)),
    (QAbstractSlider, (*_ARROWS, Qt.Key.Key_Home, Qt.Key.Key_End)),
)


class Shell(QMainWindow):
    """kept_as: under which name its size and splitters are kept."""

    def __init__(self, kept_as: str) -> None:
        super().__init__()
        self._kept_as = kept_as
        self.leaving = Leaving(self)
        self._upper, self._whole = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Vertical)
        self.news = PlainLabel()
        self._news_timer = QTimer(self)
        self._news_timer.setSingleShot(True)
        self._news_timer.setInterval(_NEWS_MS)
        self._news_timer.timeout.connect(lambda: self.say(""))
        self.news.setContentsMargins(theme.GRID, 0, theme.GRID, 0)
        self.news.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWindowTitle("emocam")
        self.setMinimumSize(*_SMALLEST)
        self.setAcceptDrops(True)

    @property
    def ending(self) -> bool:
        """Whether a signal ends the application: nobody is there to be asked."""
        application = QApplication.instance()
        return application is not None and bool(application.property("ending"))

    def say(self, text: str, *, stays: bool = False) -> None:
        """stays: until something else is said; else it goes after a while, since it is of the moment."""
        room = self.news.contentsRect().width()
        wraps = self.isVisible() and self.news.fontMetrics().horizontalAdvance(text) > room
        self.news.setWordWrap(wraps)  # What is to be done stands at the end of a sentence.
        self.news.setText(text)
        self.news.setMaximumHeight(self.news.heightForWidth(self.news.width()) if wraps else _ANY_HEIGHT)  # Else it takes more.
        self.news.setToolTip(plain(text))
        self._news_timer.stop()
        if text and not stays:
            self._news_timer.start()

    def hush(self) -> None:
        """Something else is looked at: what was said of the moment goes."""
        if self._news_timer.isActive():
            self.say("")

    def begin(self, job: BackgroundJob) -> None:
        """Start it; at the end of the application it is waited for."""
        job.start()
        self.leaving.add(job)

    def files_dropped(self, files: list[Path]) -> None:
        raise NotImplementedError

    def ask_files(self) -> None:
        """Those that are chosen are opened as if they were dropped."""
        names, _ = QFileDialog.getOpenFileNames(self, tr("Open videos, pictures or sessions"), "", file_filter())
        if names:
            self.files_dropped([Path(name) for name in names])

    def _gives_up(self, message: str) -> bool:
        """Whether the user closes the window although `message` says what is lost by it."""
        if self.ending:
            return True
        buttons = QMessageBox.StandardButton.Close | QMessageBox.StandardButton.Cancel
        answer = QMessageBox.warning(self, "emocam", plain(message), buttons)
        return answer == QMessageBox.StandardButton.Close or self.ending  # A signal closes the question too.

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def lay_out(
        self, upper: Sequence[QWidget], widths: Sequence[int], stretched: int, lower: QWidget, heights: Sequence[int]
    ) -> None:
        """upper: side by side, so wide, of which the one at the place `stretched` takes what is over. lower: below them all.
        The two rows keep their shares of the height when that changes."""
        for widget in upper:
            self._upper.addWidget(widget)
        self._upper.setStretchFactor(stretched, 1)
        self._upper.setSizes(list(widths))
        self._whole.addWidget(self._upper)
        self._whole.addWidget(lower)
        for place in range(2):
            self._whole.setStretchFactor(place, 1)
        self._whole.setSizes(list(heights))
        for splitter in (self._upper, self._whole):
            splitter.setHandleWidth(theme.GRID)
            splitter.setChildrenCollapsible(False)
        self.setCentralWidget(self._whole)

    def restore_layout(self) -> None:
        kept = QSettings()
        for name, restore in (
            ("geometry", self.restoreGeometry),
            ("upper", self._upper.restoreState),
            ("whole", self._whole.restoreState),
        ):
            value = kept.value(f"{self._kept_as}/{name}")
            if isinstance(value, QByteArray):
                restore(value)
        if kept.value(f"{self._kept_as}/geometry") is None:
            self.resize(_first_size(self.screen()))

    def keep_layout(self) -> None:
        kept = QSettings()
        kept.setValue(f"{self._kept_as}/geometry", self.saveGeometry())
        kept.setValue(f"{self._kept_as}/upper", self._upper.saveState())
        kept.setValue(f"{self._kept_as}/whole", self._whole.saveState())

    def event(self, event: QEvent | None) -> bool:
        """A key that the widget with the focus lives by goes to it, not to the command that has the same key."""
        if event is not None and event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            focus = QApplication.focusWidget()
            if any(isinstance(focus, kind) and event.key() in keys for kind, keys in _OWN_KEYS):
                event.accept()
                return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        data = event.mimeData() if event else None
        if event is not None and data is not None and any(url.isLocalFile() for url in data.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        data = event.mimeData() if event else None
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data is not None else []
        if files:
            self.files_dropped(files)


def _first_size(screen: QScreen | None) -> QSize:
    """All of a window is to be seen, on a small laptop too."""
    return _USUAL if screen is None else _USUAL.boundedTo(screen.availableGeometry().size() - _FRAME)
