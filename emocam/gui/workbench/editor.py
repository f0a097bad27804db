"""What the user changes in a recording, with undo and redo; each change is saved soon after it was made."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QUndoCommand, QUndoStack

from emocam.domain.annotations import Annotations
from emocam.domain.errors import EmocamError
from emocam.gui.bridge import Job
from emocam.gui.translation import tr

_SAVE_AFTER_MS = 400
_WAIT_S = 15.0


class Editor(QObject):
    """saved: what is in the file already. save: keeps annotations in the file, in a thread; raises EmocamError. One save at a
    time, always of the newest, so that an older one never comes last. ready: whether there is a file; until then it waits.

    `failed` has a sentence; it is tried again with the next change, and in the end by `flush`.
    """

    changed = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(
        self,
        annotations: Annotations,
        save: Callable[[Annotations], object],
        parent: QObject | None = None,
        *,
        saved: Annotations | None = None,
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(parent)
        self._annotations = annotations
        self._saved = annotations if saved is None else saved
        self._save, self._ready = save, ready
        self._job: Job | None = None
        self.undo_stack = QUndoStack(self)
        self.begun: dict[str, float] = {}  # State events without an end as yet: since when, in seconds, by label.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save_now)
        if self._annotations != self._saved:
            self._timer.start()

    @property
    def annotations(self) -> Annotations:
        return self._annotations

    def edit(self, what: str, annotations: Annotations) -> None:
        """what: the change in a few words, for the menu."""
        if annotations != self._annotations:
            self.undo_stack.push(_Change(what, self, self._annotations, annotations))

    def save_now(self) -> None:
        if self._annotations == self._saved or self._job is not None:
            return  # Where one is at work, its end begins the next.
        if not self._ready():
            self._timer.start()
            return
        self._job = job = Job(self._write, self)
        job.done.connect(self._after_save)
        job.failed.connect(self._after_failure)
        job.start()

    def _after_save(self, _: str) -> None:
        self._job = None
        self.save_now()

    def _after_failure(self, message: str) -> None:
        self._job = None
        self.failed.emit(message)

    def flush(self) -> str:
        """Wait until everything is in the file; a sentence where it can't be, else empty."""
        if self._job is not None:
            self._job.join(_WAIT_S)
        if self._annotations == self._saved:
            return ""
        if not self._ready():
            return tr("Names and markers of a recording whose analysis has not begun can't be kept.")
        try:
            return self._write()
        except EmocamError as error:
            return str(error)

    def put(self, annotations: Annotations) -> None:
        """For undo and redo alone."""
        self._annotations = annotations
        self._timer.start()
        self.changed.emit()

    def _write(self) -> str:
        wanted = self._annotations
        self._save(wanted)
        self._saved = wanted
        return ""


class _Change(QUndoCommand):
    def __init__(self, what: str, editor: Editor, before: Annotations, after: Annotations) -> None:
        super().__init__(what)
        self._editor, self._before, self._after = editor, before, after

    def redo(self) -> None:
        self._editor.put(self._after)

    def undo(self) -> None:
        self._editor.put(self._before)
