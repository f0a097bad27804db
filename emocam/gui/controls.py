"""The bar on top: which source, start and stop, pause, mark, export, and the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PyQt6.QtCore import Qt, pyqtBoundSignal, pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QLabel, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from emocam.domain.address import shown_address
from emocam.domain.detector_range import DetectorRange
from emocam.domain.times import clock_text
from emocam.gui import theme
from emocam.gui.backend import Choices
from emocam.pipeline.live import SessionState, SessionStatus

Value = TypeVar("Value")


class Controls(QToolBar):
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
    choices_changed = pyqtSignal(object)
    recordings_wanted = pyqtSignal()
    shortcuts_wanted = pyqtSignal()

    def __init__(self, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__("Main", parent)
        self.setObjectName("main")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._choices = choices
        self._cameras: tuple[tuple[str, str], ...] = ()

        self._source_menu = QMenu(self)
        self._source_menu.aboutToShow.connect(self._fill_source_menu)
        self._source_menu.aboutToShow.connect(self.source_menu_opened)
        self._source = self._menu_button("Source", "Choose a camera, a file or an address", self._source_menu)
        self.addSeparator()
        self._start = self._button("▶  Start", self.start_stop_wanted, "")
        self._pause = self._button("❚❚  Pause", self.pause_wanted, "Pause and go on (Space)")
        self._pause.setCheckable(True)
        self._mark = self._button("⚑  Mark", self.mark_wanted, "Set a marker at this moment (M)")
        self._record = QLabel()
        self._record.setStyleSheet("color: palette(bright-text); padding: 0 8px;")
        self._record.setFont(theme.number_font())
        self.addWidget(self._record)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        self._export = self._button("Export…", self.export_wanted, "Take the timeline away: table, chart, report (E)")
        settings = self._menu_button("⚙", "Settings", self._settings_menu())
        settings.setAccessibleName("Settings")

    def show_status(self, status: SessionStatus | None, source: str) -> None:
        """None where no session is open. source: as it was asked for, shown until the source says its own name."""
        running = status is not None and not status.state.ended
        paused = status is not None and status.state is SessionState.PAUSED
        self._start.setText("■  Stop" if running else "▶  Start")
        self._start.setToolTip("Stop and close the session" if running else "Start the source")
        self._pause.setEnabled(running)
        self._pause.setChecked(paused)
        self._pause.setText("▶  Go on" if paused else "❚❚  Pause")
        self._mark.setEnabled(running)
        self._export.setEnabled(status is not None)
        name = status.source.name if status is not None and status.source else source
        self._source.setText(f"Source: {short_name(name)}" if name else "Source")

    def show_recording(self, recording: Path | None, seconds: float) -> None:
        """None where nothing is being recorded now."""
        self._record.setText(f"● Rec {clock_text(seconds)}" if recording else "")
        self._record.setToolTip(f"Recorded to {recording}" if recording else "")

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
            _item(menu, name, lambda _=False, camera=source: self.source_wanted.emit(camera))
        if not self._cameras:
            _item(menu, "First camera", lambda: self.source_wanted.emit(""))
        menu.addSeparator()
        _item(menu, "Open file…", self.file_wanted.emit)
        _item(menu, "Network camera…", self.address_wanted.emit)
        _item(menu, "Demo clip", self.demo_wanted.emit)

    def _settings_menu(self) -> QMenu:
        menu = QMenu(self)
        choices = self._choices
        ranges = {
            "Near and far": DetectorRange.AUTO,
            "Near faces only (fastest)": DetectorRange.SHORT,
            "Far faces, unchecked": DetectorRange.FULL,
        }
        _choice_menu(menu, "Faces", ranges, choices.detector, lambda value: self._choose(detector=value))
        times = {"Off": 0.0, "0.25 s": 0.25, "0.5 s": 0.5, "1 s": 1.0, "2 s": 2.0}
        _choice_menu(menu, "Smoothing", times, choices.smoothing_s, lambda value: self._choose(smoothing_s=value))
        looks = {"As the system": "system", "Light": "light", "Dark": "dark"}
        _choice_menu(menu, "Appearance", looks, choices.appearance, lambda value: self._choose(appearance=value))
        menu.addSeparator()
        record = QAction("Record every run to a session file", menu)
        record.setCheckable(True)
        record.setChecked(choices.record)
        record.toggled.connect(lambda on: self._choose(record=on))
        menu.addAction(record)
        _item(menu, "Open the recordings folder", self.recordings_wanted.emit)
        menu.addSeparator()
        _item(menu, "Keyboard…", self.shortcuts_wanted.emit)
        return menu

    def _choose(self, **changed: object) -> None:
        self._choices = replace(self._choices, **changed)  # type: ignore[arg-type]  # a field of Choices by its name
        self.choices_changed.emit(self._choices)

    def _button(self, text: str, signal: pyqtBoundSignal, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.clicked.connect(lambda: signal.emit())
        self.addWidget(button)
        return button

    def _menu_button(self, text: str, tip: str, menu: QMenu) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        self.addWidget(button)
        return button


def short_name(name: str, most: int = 32) -> str:
    """The file's name, or the address, with its middle left out where it is longer than `most` characters."""
    plain = shown_address(name) if "://" in name else Path(name).name
    return plain if len(plain) <= most else f"{plain[: most // 2 - 1]}…{plain[-most // 2 :]}"


def _item(menu: QMenu, text: str, slot: Callable[..., object]) -> None:
    action = menu.addAction(text)
    if action is not None:
        action.triggered.connect(lambda: slot())


def _choice_menu(
    menu: QMenu, title: str, options: Mapping[str, Value], current: Value, choose: Callable[[Value], None]
) -> None:
    """A submenu of which one entry holds."""
    below = menu.addMenu(title)
    if below is None:
        return
    group = QActionGroup(below)
    for text, value in options.items():
        action = QAction(text, below)
        action.setCheckable(True)
        action.setChecked(value == current)
        action.triggered.connect(lambda _=False, value=value: choose(value))
        group.addAction(action)
        below.addAction(action)
