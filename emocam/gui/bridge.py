"""News from other threads becomes Qt signals, which arrive in the window's own thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal

from emocam.domain.errors import EmocamError
from emocam.gui.translation import told, tr

_log = logging.getLogger(__name__)


class SessionBridge(QObject):
    """A `SessionListener` whose voice is a signal."""

    changed = pyqtSignal()

    def state_changed(self) -> None:
        self.changed.emit()


class BackgroundJob(QObject):
    """Work in a thread of its own, so that the window never waits. `done` or `failed` tells the outcome, in words; then it
    goes, and with it all that it holds."""

    done = pyqtSignal(str)
    failed = pyqtSignal(str)

    def __init__(self, work: Callable[[], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._thread = threading.Thread(target=self._run, name="emocam-job")

    def start(self) -> None:
        """Whoever wants to hear has connected before."""
        self.done.connect(self._over)
        self.failed.connect(self._over)
        self._thread.start()

    @property
    def busy(self) -> bool:
        return self._thread.is_alive()

    def join(self, timeout: float) -> bool:
        self._thread.join(timeout)
        return not self.busy

    def _over(self, _: str) -> None:
        self._thread.join()
        self.deleteLater()  # Else it would live as long as its parent.

    def _run(self) -> None:
        try:
            message = self._work()
        except EmocamError as error:
            self.failed.emit(told(error.sentence))
        except Exception:  # noqa: BLE001  # who waits for a word must get one
            _log.exception("A job failed")
            self.failed.emit(tr("Something went wrong inside emocam; nothing was changed, and the log says more."))
        else:
            self.done.emit(message)
