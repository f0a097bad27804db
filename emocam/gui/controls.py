"""The bar on top: which source, start and stop, pause, mark, export, and the settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from emocam.domain.address import shown_address
from emocam.domain.times import clock_text
from emocam.gui import theme
from emocam.gui.plain import PlainLabel, plain
from emocam.gui.tool_bar import MainToolBar
from emocam.gui.translation import in_menu, tip_with, tr
from emocam.pipeline.live import SessionState, SessionStatus

_LEAST_PX = 60


class Controls(MainToolBar):
    """Says what the user wants; the window does it."""

    source_wanted = pyqtSignal(str)
    file_wanted = pyqtSignal()
    address_wanted = pyqtSignal()
    demo_wanted = pyqtSignal()
    source_menu_opened = pyqtSignal()
    start_stop_wanted = pyqtSignal()
    pause_wanted = pyqtSignal()
    mark_wanted = pyqtSignal()
    export_wanted = pyqtSignal()
    settings_wanted = pyqtSignal()
    recordings_wanted = pyqtSignal()
    review_wanted = pyqtSignal()
    shortcuts_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cameras: tuple[tuple[str, str], ...] = ()

        self._source_menu = QMenu(self)
        self._source_menu.aboutToShow.connect(self._fill_source_menu)
        self._source_menu.aboutToShow.connect(self.source_menu_opened)
        self._source = self._menu_button(
            tr("Source"), tip_with(tr("Choose a camera, a file or an address"), "Ctrl+L"), self._source_menu
        )
        self.addSeparator()
        self._start = self.add_button(tr("▶  Start"), "", self.start_stop_wanted)
        self._pause = self.add_button(tr("❚❚  Pause"), tip_with(tr("Pause and go on"), "Space"), self.pause_wanted)
        self._pause.setCheckable(True)
        self._mark = self.add_button(tr("⚑  Mark"), tip_with(tr("Set a marker at this moment"), "M"), self.mark_wanted)
        self._record = QLabel()
        self._record.setStyleSheet(
            "QLabel { color: palette(bright-text); padding: 0 8px; } QLabel:disabled { color: palette(placeholder-text); }"
        )
        self._record.setFont(theme.number_font())
        self.addWidget(self._record)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        self._export = self.add_button(
            tr("Export…"), tip_with(tr("Take the timeline away: table, chart, report"), "E"), self.export_wanted
        )
        more = self._menu_button("⚙", tr("Settings and more"), self._more_menu())
        more.setAccessibleName(tr("Settings and more"))

    def open_sources(self) -> None:
        self._source.showMenu()

    def show_status(self, status: SessionStatus | None, source: str) -> None:
        """None where no session is open. source: as it was asked for, shown until the source says its own name."""
        running = status is not None and not status.state.ended
        paused = status is not None and status.state is SessionState.PAUSED
        self._start.setText(tr("■  Stop") if running else tr("▶  Start"))
        self._start.setToolTip(tip_with(tr("Stop and close the session") if running else tr("Start the source"), "Shift+Space"))
        going = running and status is not None and status.analysed > 0  # Before that there is nothing to stand still.
        self._pause.setEnabled(going)
        self._pause.setChecked(paused)
        self._pause.setText(tr("▶  Go on") if paused else tr("❚❚  Pause"))
        self._mark.setEnabled(going)
        self._export.setEnabled(status is not None)
        name = status.source.name if status is not None and status.source else source
        self._source.setText(tr("Source: {name}", name=short_name(name)) if name else tr("Source"))

    def show_recording(self, recording: Path | None, seconds: float, *, going: bool = True) -> None:
        """None where nothing is recorded. going: whether frames come; not while it is paused or waits for its camera."""
        self._record.setEnabled(going)
        if recording is None:
            self._record.setText("")
            self._record.setToolTip("")
        elif going:
            self._record.setText(tr("● Rec {time}", time=clock_text(seconds)))
            self._record.setToolTip(plain(tr("Recorded to {path}", path=recording)))
        else:
            self._record.setText(tr("○ Rec {time}", time=clock_text(seconds)))
            self._record.setToolTip(plain(tr("Nothing is being recorded now; it goes on in {path}", path=recording)))

    def set_cameras(self, cameras: tuple[tuple[str, str], ...]) -> None:
        """The cameras that the source menu offers, each as a source and in words."""
        if cameras != self._cameras:
            self._cameras = cameras
            if self._source_menu.isVisible():
                self._fill_source_menu()

    def _fill_source_menu(self) -> None:
        menu = self._source_menu
        menu.clear()
        for source, name in self._cameras:
            _item(menu, in_menu(name), lambda _=False, camera=source: self.source_wanted.emit(camera))
        if not self._cameras:
            _item(menu, tr("First camera"), lambda: self.source_wanted.emit(""))
        menu.addSeparator()
        _item(menu, tr("Open file…"), self.file_wanted.emit)
        _item(menu, tr("Network camera…"), self.address_wanted.emit)
        _item(menu, tr("Demo clip"), self.demo_wanted.emit)

    def _more_menu(self) -> QMenu:
        menu = QMenu(self)
        _item(menu, tr("Settings…"), self.settings_wanted.emit)
        _item(menu, tr("Look at what was recorded"), self.review_wanted.emit)
        _item(menu, tr("Open the recordings folder"), self.recordings_wanted.emit)
        menu.addSeparator()
        _item(menu, tr("Keyboard…"), self.shortcuts_wanted.emit)
        return menu

    def _menu_button(self, text: str, tip: str, menu: QMenu) -> QToolButton:
        button = self.add_button(text, tip)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        return button


class ShortenedLabel(PlainLabel):
    """One line, as much of it as there is room for; all of it is in the tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def setText(self, text: str | None) -> None:
        if text != self._whole:
            self._whole = text or ""
            self.setToolTip(plain(self._whole))
            self.setAccessibleName(self._whole)
            self._fit()

    def text(self) -> str:
        return self._whole

    def sizeHint(self) -> QSize:
        return QSize(_LEAST_PX, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        super().setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.contentsRect().width()))


def short_name(name: str, most: int = 32) -> str:
    """The file's name, or the address, with its middle left out where it is longer than `most` characters."""
    shown = shown_address(name) if "://" in name else Path(name).name
    return shown if len(shown) <= most else f"{shown[: most // 2 - 1]}…{shown[-most // 2 :]}"


def _item(menu: QMenu, text: str, slot: Callable[..., object]) -> None:
    action = menu.addAction(text)
    if action is not None:
        action.triggered.connect(lambda: slot())
