"""The two windows and what goes to which: cameras to the live one, recordings to the workbench. One is on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QFileInfo, QObject

from emocam.domain.files import looks_like_a_recording
from emocam.gui.backend import Backend
from emocam.gui.export_dialog import move_exports
from emocam.gui.main_window import MainWindow
from emocam.gui.translation import tr
from emocam.gui.workbench.window import RecordingWindow

_LEFT_S = 5.0  # A network camera that hangs lets go after its own time limit.


class Desktop(QObject):
    def __init__(self, backend: Backend) -> None:
        super().__init__()
        self._backend = backend
        self._live: MainWindow | None = None
        self._workbench: RecordingWindow | None = None

    def open(self, sources: Sequence[str]) -> None:
        """Show the window for `sources`: recordings, or one camera or address; none for the first camera."""
        there = [Path(source) for source in sources if QFileInfo.exists(source)]  # Python's own raises where one may not look.
        if not there:
            self.open_camera(sources[0] if sources else "")
            return
        self.open_recordings(there)
        missing = [source for source in sources if not QFileInfo.exists(source)]
        if missing and self._workbench is not None:
            self._workbench.say(tr("There is no file {names}; check the name.", names=", ".join(missing)), stays=True)

    def open_recordings(self, paths: list[Path]) -> None:
        if self._live is not None and self._live.isVisible():
            self._live.search.begin(paths, partial(self._leave_live_for, self._live))  # What runs there goes on until then.
        else:
            window = self._show_workbench()
            window.open_paths(paths)
            self._play_demo(window, paths)

    def _leave_live_for(self, live: MainWindow, files: list[Path]) -> None:
        """A run is only ended for what looks like a recording."""
        worth_it = any(map(looks_like_a_recording, files)) if live.goes_on else bool(files)
        if not worth_it:
            live.say(tr("There is no video, picture or session there."))
            return
        window = self._show_workbench()
        window.open_files(files)
        self._play_demo(window, files)

    def _play_demo(self, window: RecordingWindow, paths: list[Path]) -> None:
        if len(paths) == 1 and paths[0].resolve() == Path(self._backend.demo).resolve():
            window.play()

    def _show_workbench(self) -> RecordingWindow:
        window = self._workbench
        if window is None:
            window = self._workbench = RecordingWindow(self._backend)
            window.camera_wanted.connect(lambda: self.open_camera(None))
        window.show()
        if self._live is not None:
            move_exports(self._live, window)
            self._live.leave()
        return window

    def open_camera(self, source: str | None) -> None:
        """source: None shows the live window without starting anything."""
        if self._workbench is not None and self._workbench.isVisible() and not self._workbench.may_close():
            return
        window = self._live
        if window is None:
            window = self._live = MainWindow(self._backend)
            window.recordings_chosen.connect(self.open_recordings)
        window.show()
        if self._workbench is not None:
            self._workbench.leave()
        if source is not None:
            window.start_source(source)

    def finish(self) -> None:
        """The application ends, and the windows are gone: what they left has a moment to end in order."""
        for window in (self._live, self._workbench):
            if window is not None:
                window.leaving.wait(_LEFT_S)
