"""The workbench's tool bar: what can be opened, how far the analysis is, and the two things that are done most."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QProgressBar, QWidget

from emocam.gui import theme
from emocam.gui.controls import ShortenedLabel
from emocam.gui.tool_bar import MainToolBar
from emocam.gui.translation import tip_with, tr

_STEPS = 1000  # Of the progress bar.


class Bar(MainToolBar):
    """Says what was asked for; it does nothing itself."""

    open_wanted = pyqtSignal()
    camera_wanted = pyqtSignal()
    stop_wanted = pyqtSignal()
    mark_wanted = pyqtSignal()
    export_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_button(tr("Open…"), tip_with(tr("Open videos, pictures or sessions"), "Ctrl+O"), self.open_wanted)
        self.add_button(tr("Camera"), tip_with(tr("Go to the live window"), "Ctrl+L"), self.camera_wanted)
        self.addSeparator()
        self._progress = QProgressBar()
        self._progress.setFixedSize(160, 14)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(tr("Progress of the analysis"))
        self._progress_action = self.addWidget(self._progress)
        self._stop = self.add_button(tr("Stop"), tr("Stop the analysis; what is done is kept"), self.stop_wanted)
        self._stop_action = self.actions()[-1]
        self._state = ShortenedLabel()
        self._state.setContentsMargins(theme.GRID, 0, theme.GRID, 0)
        self.addWidget(self._state)  # Takes what is over, and no more.
        self._mark = self.add_button(tr("⚑  Mark"), tip_with(tr("Set a marker at the playhead"), "M"), self.mark_wanted)
        self._export = self.add_button(tr("Export…"), tip_with(tr("Take the results away"), "E"), self.export_wanted)

    def show_state(self, text: str) -> None:
        self._state.setText(text)

    def show_progress(self, share: float | None) -> None:
        """share: of the analysis, 0 to 1; None where that can't be told."""
        self._progress.setRange(0, 0 if share is None else _STEPS)
        self._progress.setValue(round((share or 0.0) * _STEPS))

    def show_working(self, working: bool, *, can_stop: bool = True) -> None:
        for action, shown in ((self._progress_action, working), (self._stop_action, working and can_stop)):
            if action is not None:
                action.setVisible(shown)

    def enable(self, there: bool) -> None:
        """there: whether a recording is shown."""
        self._mark.setEnabled(there)
        self._export.setEnabled(there)
