"""Looking through folders for recordings. In a large folder, or on a slow drive, that takes a while: the window stays free."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QFileInfo, QObject, QTimer
from PyQt6.QtWidgets import QApplication

from emocam.gui.backend import Backend
from emocam.gui.bridge import BackgroundJob
from emocam.gui.shell import Shell
from emocam.gui.translation import tr

_AGAIN_MS = 100


class FolderSearch(QObject):
    """Of one window, one search at a time."""

    def __init__(self, backend: Backend, window: Shell) -> None:
        super().__init__(window)
        self._backend = backend
        self._window = window
        self._stop = threading.Event()
        self._said = ""

    def begin(self, paths: list[Path], then: Callable[[list[Path]], object]) -> None:
        """`then` is called with the recordings: at once where no folder is among `paths`. A search before it is given up."""
        self.give_up()
        folders = [path for path in paths if QFileInfo(str(path)).isDir()]
        if not folders:
            then(self._backend.recordings_in(paths, lambda: False))
            return
        stop = self._stop = threading.Event()
        self._said = tr("Looking for recordings in {name}…", name=folders[0].absolute().name or str(folders[0]))
        self._window.say(self._said, stays=True)
        found: list[Path] = []

        def work() -> str:
            found.extend(self._backend.recordings_in(paths, stop.is_set))
            return ""

        def take(problem: str) -> None:
            if stop.is_set():
                return
            if QApplication.activeModalWidget() is not None or QApplication.activePopupWidget() is not None:
                QTimer.singleShot(_AGAIN_MS, partial(take, problem))  # What is being asked is about what is shown now.
                return
            self.give_up()
            if problem:
                self._window.say(problem)
            else:
                then(found)

        job = BackgroundJob(work, self._window)
        job.done.connect(take)
        job.failed.connect(take)
        self._window.begin(job)

    def give_up(self) -> None:
        """Nothing comes of it any more."""
        self._stop.set()
        if self._said and self._window.news.text() == self._said:  # Something else may have been said since.
            self._window.say("")
        self._said = ""
