"""Recordings one after another: the one that is looked at is analysed first, then the rest, one at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import QObject, QPoint, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QMenu, QPushButton, QVBoxLayout, QWidget

from emocam.domain.errors import EmocamError
from emocam.domain.files import looks_like_a_session
from emocam.gui import theme
from emocam.gui.numbers import percent
from emocam.gui.plain import plain
from emocam.gui.translation import told, tr, word
from emocam.pipeline.file_run import FileState, FileStatus, OpenedRecording

_log = logging.getLogger(__name__)
_LOOK_EVERY_MS = 300
_MOST_AT_WORK = 2  # The one that is looked at does not wait for the end of another; a third does.


_Kept = tuple[int, int] | None


def _kept(path: Path) -> _Kept:
    """By which a file is known to be the one of before; None where it is not there."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns


@dataclass(slots=True)
class _Entry:
    """A file. opened: while its readings are in memory. kept: what the file was when it was opened. outcome: how its run ended,
    None until then. anew: not to be taken as it was analysed before. made: its session, in which it is looked at again, and
    what the file was then."""

    opened: OpenedRecording | None = None
    kept: _Kept = None
    outcome: FileState | None = None
    anew: bool = False
    made: tuple[Path, _Kept] | None = None

    @property
    def works(self) -> bool:
        return self.opened is not None and self.opened.run.status.state is FileState.WORKING

    @property
    def waits(self) -> bool:
        return self.opened is not None and self.opened.run.status.state is FileState.WAITING


class Queue(QObject):
    """open_recording: makes the recording of a path, not started; with True, analysed anew."""

    failed = pyqtSignal(str)

    def __init__(self, open_recording: Callable[[Path, bool], OpenedRecording], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_recording = open_recording
        self._entries: dict[Path, _Entry] = {}
        self._shown: Path | None = None
        self._analysed: set[Path] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._advance)

    @property
    def paths(self) -> list[Path]:
        return list(self._entries)

    def add(self, paths: list[Path], *, anew: bool = False) -> None:
        for path in paths:
            entry = self._entries.setdefault(path, _Entry())
            if anew:
                self._forget(entry)
                self._entries[path] = _Entry(anew=True)
        self._timer.start()

    def retry(self, path: Path) -> None:
        """Forget that it failed or was stopped, or what was made of a file that another one has replaced since."""
        entry = self._entries.get(path, _Entry())
        done = entry.opened is not None and entry.opened.run.status.state is FileState.DONE
        replaced = done and _kept(path) not in (entry.kept, None) and not looks_like_a_session(path)  # That changes by edits.
        if replaced or self.status(path).state in (FileState.FAILED, FileState.STOPPED):
            entry.outcome = None
            self._forget(entry)

    def at_hand(self, path: Path) -> OpenedRecording | None:
        """The recording of `path`, where its readings are in memory."""
        return self._entries.get(path, _Entry()).opened

    def remove(self, path: Path) -> bool:
        """Take it off the list, where it is not at work; no file is touched. Whether that was done."""
        if self._entries[path].works:
            return False
        self._forget(self._entries.pop(path))
        if self._shown == path:
            self._shown = None
        return True

    def stop_all(self) -> None:
        """Stop what is analysed; what waits begins only when it is looked at or opened again."""
        for entry in self._entries.values():
            if entry.opened is None:
                entry.outcome = entry.outcome or FileState.STOPPED
            elif not entry.opened.earlier and not entry.opened.run.status.state.ended:  # To read takes a moment.
                entry.opened.run.stop()

    @property
    def busy(self) -> bool:
        """Whether anything is at work or waits."""
        return any(not entry.outcome for entry in self._entries.values())

    def left_off(self, path: Path) -> Path | None:
        """The session of `path`, where its analysis was stopped or failed after its first frame."""
        opened = self.at_hand(path)
        status = opened.run.status if opened is not None else FileStatus()
        left_off = status.state in (FileState.STOPPED, FileState.FAILED) and status.frames > 0
        return opened.session if opened is not None and left_off else None

    def may_be_shown(self, path: Path) -> bool:
        """Whether nothing begins by it that was stopped."""
        entry = self._entries[path]
        return entry.opened is not None or entry.outcome is not FileState.STOPPED

    def analysed(self, session: Path) -> bool:
        """Whether that was done here, since the window was opened."""
        return session in self._analysed

    def show(self, path: Path) -> OpenedRecording | None:
        """The recording of `path`, whose turn is at once or next; None where that fails, which `failed` tells."""
        opened = self._open(path, self._entries[path])
        if opened is None:
            return None
        before, self._shown = self._shown, path
        left = self._entries.get(before) if before is not None and before != path else None
        if before is not None and left is not None and left.opened and left.opened.run.status.state is FileState.DONE:
            # Its readings are in its session; the memory is for the one that is looked at. A stopped one is kept.
            self._forget(left)
        self._advance()
        self._timer.start()
        return opened

    def status(self, path: Path) -> FileStatus:
        """Of its run; of what is not in memory no more than the state."""
        entry = self._entries.get(path, _Entry())
        return entry.opened.run.status if entry.opened else FileStatus(entry.outcome or FileState.WAITING)

    def close(self) -> None:
        """Stop what is at work, and forget everything: what was finished is in its session."""
        self._timer.stop()
        runs = [entry.opened.run for entry in self._entries.values() if entry.opened]
        for run in runs:
            run.stop()
        for run in runs:
            run.join(10)
        self._entries.clear()
        self._analysed.clear()
        self._shown = None

    @property
    def seconds_left(self) -> float:
        """Of what is at work; where that can't be told, as long again as it took so far."""
        working = [entry.opened.run.status for entry in self._entries.values() if entry.opened and entry.works]
        return max((_left(status) for status in working), default=0.0)

    def _open(self, path: Path, entry: _Entry) -> OpenedRecording | None:
        if entry.opened is None:
            entry.kept = _kept(path)
            try:
                entry.opened = self._made_before(path, entry) or self._open_recording(path, entry.anew)
            except EmocamError as error:
                self._give_up(entry, told(error.sentence))
                return None
            except Exception:  # noqa: BLE001  # a bug with one file is told once, and the others have their turn
                _log.exception("%s can't be opened", path)
                why = tr("{path} can't be opened: something went wrong inside emocam, and the log says more.", path=path)
                self._give_up(entry, why)
                return None
            entry.anew, entry.outcome = False, None
        return entry.opened

    def _give_up(self, entry: _Entry, why: str) -> None:
        entry.outcome = FileState.FAILED
        self.failed.emit(why)

    def _made_before(self, path: Path, entry: _Entry) -> OpenedRecording | None:
        """What was looked at here before, with all that was done to it, though the settings may be others by now."""
        session, kept = entry.made or (None, None)
        try:
            # Where the file itself is gone by now, the session is not.
            return self._open_recording(session, False) if session is not None and entry.kept in (kept, None) else None
        except EmocamError:  # Gone, or damaged.
            return None

    def _advance(self) -> None:
        for path, entry in list(self._entries.items()):
            if entry.opened is None or entry.outcome or not entry.opened.run.status.state.ended:
                continue
            status = entry.opened.run.status
            entry.outcome = status.state
            if status.state is FileState.FAILED and path != self._shown:  # Where it is shown, it stands there.
                self.failed.emit(told(status.message))
            if status.state is FileState.DONE and not entry.opened.earlier:
                self._analysed.add(entry.opened.session)
            if path != self._shown and status.state is FileState.DONE:
                self._forget(entry)
        working = sum(entry.works for entry in self._entries.values())
        shown = self._entries[self._shown].opened if self._shown else None
        if shown is not None and shown.run.status.state is FileState.WAITING:
            if working < _MOST_AT_WORK:
                shown.run.start()
        elif not working:
            left = [each for each in self._entries.items() if not each[1].outcome]
            if not left:
                self._timer.stop()
            # One whose run has ended just now is seen at the next look.
            following = next((each for each in left if each[1].opened is None or each[1].waits), None)
            if following is not None and (opened_next := self._open(*following)) is not None:
                opened_next.run.start()

    @staticmethod
    def _forget(entry: _Entry) -> None:
        """Its readings; what is known of it stays."""
        opened, entry.opened = entry.opened, None
        if opened is not None:
            if opened.run.status.state is FileState.DONE:
                entry.made = opened.session, entry.kept
            opened.run.stop()
            opened.run.join(10)


def _state_text(status: FileStatus) -> str:
    if status.state is FileState.WORKING:
        return percent(status.share) if status.share is not None else tr("at work")
    return word(status.state.value)


def _left(status: FileStatus) -> float:
    if status.seconds_left is not None:
        return status.seconds_left
    return status.frames / status.rate if status.rate else 0.0


class QueuePanel(QWidget):
    """The files and how far each is; a click shows one, Delete takes one off the list."""

    path_chosen = pyqtSignal(Path)
    remove_wanted = pyqtSignal(Path)

    def __init__(self, queue: Queue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._list = QListWidget()
        self._list.setAccessibleName(tr("Recordings"))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.setSpacing(3)
        self._list.itemActivated.connect(lambda item: self.path_chosen.emit(queue.paths[self._list.row(item)]))
        self._list.itemClicked.connect(lambda item: self.path_chosen.emit(queue.paths[self._list.row(item)]))
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._show_menu)
        delete = QShortcut(QKeySequence.StandardKey.Delete, self._list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove)
        self._listed: tuple[object, ...] = ()
        self._head = QLabel()
        self._stop = QPushButton(tr("Stop all"))
        self._stop.setToolTip(tr("Stop what is being analysed, and let nothing that waits begin"))
        self._stop.clicked.connect(lambda: queue.stop_all())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GRID, theme.GRID, 0, theme.GRID)
        layout.addWidget(self._head)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._stop)
        self.setMinimumWidth(180)

    def show_states(self, shown: Path | None) -> None:
        """shown: the one that is looked at."""
        paths = self._queue.paths
        while self._list.count() > len(paths):
            self._list.takeItem(self._list.count() - 1)
        while self._list.count() < len(paths):
            self._list.addItem(QListWidgetItem())
        done = 0
        for row, path in enumerate(paths):
            status = self._queue.status(path)
            done += status.state is FileState.DONE
            item = self._list.item(row)
            text = f"{path.name}\n{_state_text(status)}"
            if item is not None and item.text() != text:
                item.setText(text)
                item.setToolTip(plain(str(path)))
        self._head.setText(tr("{done} of {count} done", done=done, count=len(paths)))
        self._stop.setEnabled(self._queue.busy)
        if (paths, shown) != self._listed:  # Only then: the arrow keys may have led elsewhere since.
            self._listed = (paths, shown)
            self._list.setCurrentRow(paths.index(shown) if shown in paths else -1)

    def take_focus(self) -> None:
        self._list.setFocus()

    def _remove(self) -> None:
        if (row := self._list.currentRow()) >= 0:
            self.remove_wanted.emit(self._queue.paths[row])

    def _show_menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        if self._list.itemAt(point) is not None and (remove := menu.addAction(tr("Remove from the list"))) is not None:
            remove.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
            remove.triggered.connect(lambda: self._remove())
        if (stop := menu.addAction(self._stop.text())) is not None:
            stop.setEnabled(self._stop.isEnabled())
            stop.triggered.connect(lambda: self._queue.stop_all())
        menu.exec(self._list.mapToGlobal(point))
