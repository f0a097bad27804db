"""What the user changes in a recording, with undo and redo; each change is saved soon after it was made."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QUndoCommand, QUndoStack

from emocam.domain.annotations import Annotations

_SAVE_AFTER_MS = 400


class Editor(QObject):
    """save: called with the annotations to keep; not while `hold` is on, as long as there is no file yet to keep them in."""

    changed = pyqtSignal()

    def __init__(self, annotations: Annotations, save: Callable[[Annotations], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._annotations = self._saved = annotations
        self._save = save
        self._held = False
        self.undo_stack = QUndoStack(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save_now)

    @property
    def annotations(self) -> Annotations:
        return self._annotations

    def edit(self, what: str, annotations: Annotations) -> None:
        """what: the change in a few words, for the menu."""
        if annotations != self._annotations:
            self.undo_stack.push(_Change(what, self, self._annotations, annotations))

    def hold(self, held: bool) -> None:
        self._held = held
        if not held:
            self.save_now()

    def save_now(self) -> None:
        if not self._held and self._annotations is not self._saved:
            self._saved = self._annotations
            self._save(self._annotations)

    def put(self, annotations: Annotations) -> None:
        """For undo and redo alone."""
        self._annotations = annotations
        self._timer.start()
        self.changed.emit()


class _Change(QUndoCommand):
    def __init__(self, what: str, editor: Editor, before: Annotations, after: Annotations) -> None:
        super().__init__(what)
        self._editor, self._before, self._after = editor, before, after

    def redo(self) -> None:
        self._editor.put(self._after)

    def undo(self) -> None:
        self._editor.put(self._before)
