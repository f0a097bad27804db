"""What the user changes in a recording, with undo and redo; each change is saved soon after it was made."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from weakref import ref

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QUndoCommand, QUndoStack

from emocam.domain.annotations import Annotations
from emocam.domain.errors import EmocamError
from emocam.gui.bridge import BackgroundJob
from emocam.gui.translation import in_menu, told, tr
from emocam.pipeline.file_run import OpenedRecording

_SAVE_AFTER_MS = 400
_WAIT_S = 15.0


class Editor(QObject):
    """annotations: as they are in the file. save: keeps others there, in a thread; raises EmocamError. One save at a time,
    always of the newest, so that an older one never comes last. ready: whether there is a file; until then it waits.

    title: of the recording, for sentences. `failed` has a sentence; it is tried again with the next change, and in the end by
    `flush`.
    """

    changed = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(
        self,
        annotations: Annotations,
        save: Callable[[Annotations], object],
        parent: QObject | None = None,
        *,
        ready: Callable[[], bool] = lambda: True,
        title: str = "",
    ) -> None:
        super().__init__(parent)
        self.title = title
        self._annotations = self._saved = annotations
        self._save, self._ready = save, ready
        self._job: BackgroundJob | None = None
        self.undo_stack = QUndoStack(self)
        self.begun: dict[str, float] = {}  # State events without an end as yet: since when, in seconds, by label.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save_now)

    @property
    def annotations(self) -> Annotations:
        return self._annotations

    @property
    def ready(self) -> bool:
        return self._ready()

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
        self._job = job = BackgroundJob(self._write, self)
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
            return tr("Names and markers of {name} can't be kept, as its analysis has not begun.", name=self.title)
        try:
            return self._write()
        except EmocamError as error:
            return told(error.sentence)

    def give_up(self) -> None:
        """What is not in the file is not tried again."""
        self._saved = self._annotations
        self._timer.stop()
        if self._job is None:
            self.deleteLater()

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


class Editors(QObject):
    """One for each session that was shown: changes and their undo outlast a look at another file.

    changed: in the one that is shown, or in another. failed: as `Editor`'s.
    """

    changed = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(self, save: Callable[[Path, Annotations], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._save = save
        self._editors: dict[Path, Editor] = {}

    def of(self, opened: OpenedRecording) -> Editor:
        if opened.session not in self._editors:
            run, opened_earlier = ref(opened.run), opened.earlier  # The readings are not to live as long as the editor.
            editor = Editor(
                opened.annotations,
                partial(self._save, opened.session),
                self,
                ready=lambda: opened_earlier or (at_work := run()) is None or at_work.status.frames > 0,
                title=opened.title,
            )
            editor.changed.connect(self.changed)
            editor.failed.connect(self.failed)
            self._editors[opened.session] = editor
        return self._editors[opened.session]

    def flush(self, session: Path) -> str:
        """As `Editor.flush`; nothing where it was never shown."""
        return self._editors[session].flush() if session in self._editors else ""

    def flush_all(self) -> str:
        """What went wrong first."""
        return next(filter(None, [editor.flush() for editor in self._editors.values()]), "")

    @property
    def begun(self) -> list[str]:
        """The labels of state events that have no end as yet, in all of them, each with its recording."""
        return [f"{label} ({editor.title})" for editor in self._editors.values() for label in editor.begun]

    def forget_begun_of(self, session: Path) -> list[str]:
        """State events of `session` that have no end as yet; their labels."""
        return self._forget_begun(lambda place, _: place == session)

    def forget_begun_without(self, keys: Collection[str]) -> list[str]:
        """State events that have no end as yet and none of `keys` as their label; their labels."""
        return self._forget_begun(lambda _, label: label not in keys)

    def _forget_begun(self, meant: Callable[[Path, str], bool]) -> list[str]:
        forgotten = []
        for place, editor in self._editors.items():
            for label in [label for label in editor.begun if meant(place, label)]:
                del editor.begun[label]
                forgotten.append(label)
        if forgotten:
            self.changed.emit()
        return forgotten

    def drop(self, session: Path) -> str:
        """That of a recording taken off the list, where there is no file that could keep it: a sentence where that loses
        something, else empty."""
        if session not in self._editors or self._editors[session].ready:
            return ""
        editor = self._editors.pop(session)
        problem = editor.flush()
        editor.give_up()
        return problem

    def clear(self) -> None:
        """What is not in its file is lost."""
        for editor in self._editors.values():
            editor.give_up()
        self._editors.clear()


class _Change(QUndoCommand):
    def __init__(self, what: str, editor: Editor, before: Annotations, after: Annotations) -> None:
        super().__init__(in_menu(what))
        self._editor, self._before, self._after = editor, before, after

    def redo(self) -> None:
        self._editor.put(self._after)

    def undo(self) -> None:
        self._editor.put(self._before)
