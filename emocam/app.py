"""The desktop application: Qt is started here, and the window is given what it needs."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from types import TracebackType

from PyQt6.QtCore import QFileInfo, QLoggingCategory, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import QApplication

from emocam.adapters.display import display_missing
from emocam.adapters.frame_memory import give_back_freed_memory, keep_freed_memory
from emocam.adapters.model_card import model_folders
from emocam.adapters.settings import Settings, load_settings, save_settings
from emocam.bootstrap import Recorder, build_live_session
from emocam.bundle import DEMO_CLIP, bundled, model_card
from emocam.domain.annotations import Annotations
from emocam.domain.errors import EmocamError
from emocam.domain.export import Exported, Selection
from emocam.domain.ports import FrameReader, SessionListener
from emocam.gui.backend import Choices
from emocam.gui.desktop import Desktop
from emocam.gui.numbers import use_numbers
from emocam.gui.theme import apply_theme
from emocam.gui.translation import install_translator
from emocam.pipeline.file_run import OpenedRecording
from emocam.pipeline.live import LiveSession

_log = logging.getLogger(__name__)
_TIDY_EVERY_MS = 10_000
_CHOICES = tuple(field.name for field in fields(Choices))


class AppBackend:
    """The `Backend` of the window over the real thing. settings: as kept, changed by the command line for this run only."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._next_model = settings.model
        self._card = model_card(settings)
        self._recorders: dict[LiveSession, Recorder] = {}

    @property
    def model_name(self) -> str:
        return self._card.name

    @property
    def classes(self) -> tuple[str, ...]:
        return self._card.classes

    @property
    def uncertain_below(self) -> float:
        return self._card.uncertain_below

    @property
    def demo(self) -> str:
        return str(DEMO_CLIP)

    @property
    def recordings_folder(self) -> Path:
        return self._settings.recordings_folder

    @property
    def choices(self) -> Choices:
        kept = {name: getattr(self._settings, name) for name in _CHOICES}
        return Choices(**kept | {"recordings": str(self.recordings_folder), "model": self._next_model})

    @property
    def models(self) -> tuple[str, ...]:
        return tuple(folder.name for folder in model_folders(bundled("trained_models")))

    def choose(self, choices: Choices) -> None:
        before = self.choices
        changed = {name: value for name in _CHOICES if (value := getattr(choices, name)) != getattr(before, name)}
        # The windows are built for the classes of the model that they began with; another one is for the next start.
        self._next_model = choices.model
        self._settings = replace(self._settings, **{name: value for name, value in changed.items() if name != "model"})
        # Only what was chosen here is kept: an option of the command line holds for one run.
        try:
            save_settings(replace(load_settings(), **changed))
        except OSError as error:
            raise EmocamError(
                "The settings can't be kept ({reason}); they hold until emocam is closed. Make the folder writable.",
                reason=error.strerror,
            ) from None

    def new_session(self, source: str, listener: SessionListener) -> LiveSession:
        session, recorder = build_live_session(source, self._settings, listener)
        self._recorders = {session: recorder}
        return session

    def recording(self, session: LiveSession) -> Path | None:
        recorder = self._recorders.get(session)
        return recorder.path if recorder else None

    def cameras(self) -> tuple[tuple[str, str], ...]:
        from emocam.adapters.cv2_camera import cameras

        return tuple((str(camera.index), camera.name) for camera in cameras())

    def export(
        self, session: Path, out: Path, selection: Selection, on_progress: Callable[[float], None], stop: threading.Event
    ) -> Exported:
        from emocam.adapters.exports import export

        return export(session, out, selection, on_progress=on_progress, stop=stop)

    def recordings_in(self, paths: list[Path], stop: Callable[[], bool]) -> list[Path]:
        from emocam.recordings import find_recordings

        return find_recordings(paths, stop)

    def open_recording(self, path: Path, anew: bool = False) -> OpenedRecording:
        from emocam.recordings import open_recording

        return open_recording(path, self._settings, anew=anew)

    def open_reader(self, video: Path) -> FrameReader:
        from emocam.adapters.video_reader import RecordingReader

        return RecordingReader(video)

    def save_annotations(self, session: Path, annotations: Annotations) -> None:
        from emocam.adapters.session_file import save_annotations

        save_annotations(session, annotations)

    def keep_video(self, session: Path, video: Path) -> None:
        from emocam.adapters.session_file import keep_video

        keep_video(session, video)


def run(sources: Sequence[str], settings: Settings) -> int:
    """Open the window on `sources`, the first camera where there are none; returns the exit status once it is closed."""
    if len(sources) > 1 and not any(map(QFileInfo.exists, sources)):
        raise EmocamError("None of {names} is a file; check the names, or give a single camera.", names=", ".join(sources))
    # Without a hook PyQt ends the process on an exception in a slot; a recording must survive a bug in a panel.
    sys.excepthook = _log_exception
    signals = _end_on_signals()
    if display_missing():
        raise EmocamError("There is no display for the window here; run `emocam analyze VIDEO`, which needs none.")
    keep_freed_memory()
    backend = AppBackend(settings)
    # Of Qt's words only the last ones before it gives up for want of a platform come to Python. Later ones come from any
    # thread, which would wait for Python's lock while its holder waits for that thread, or for the lock of the loader.
    QLoggingCategory.setFilterRules("qt.multimedia*=false\ndefault.debug=false\ndefault.info=false")
    os.environ.setdefault("QT_FFMPEG_DEBUG", "1")  # FFmpeg then talks through Qt, and those rules hold for it too.
    qInstallMessageHandler(_log_qt)
    application = QApplication([sys.argv[0]])
    qInstallMessageHandler(None)
    application.setApplicationName("emocam")
    application.setOrganizationName("emocam")
    application.setDesktopFileName("emocam")
    application.setWindowIcon(QIcon(str(bundled("assets", "icons", "emocam.svg"))))
    install_translator(application, settings.language)
    use_numbers(settings.numbers)
    apply_theme(application, settings.appearance)
    hints = application.styleHints()
    if hints is not None:
        hints.colorSchemeChanged.connect(lambda _: apply_theme(application, backend.choices.appearance))
    desktop = Desktop(backend)
    application.aboutToQuit.connect(desktop.finish)
    # Python sees a signal only when its own code runs; Qt's loop may not run any for long.
    heartbeat = QTimer()
    heartbeat.setInterval(200)
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start()
    tidying = QTimer()
    tidying.setInterval(_TIDY_EVERY_MS)
    tidying.timeout.connect(give_back_freed_memory)
    tidying.start()

    def begin() -> None:
        try:
            if not signals:
                desktop.open(sources)
        except Exception:  # noqa: BLE001  # else it would go on without any window to close
            _log.critical("A bug in emocam; please report it", exc_info=True)
            application.exit(1)
        if signals:  # It came while there was no window to close yet.
            application.quit()

    QTimer.singleShot(0, begin)
    return application.exec()


def _end_on_signals() -> list[int]:
    """SIGINT and SIGTERM close the windows there are; the list has those that came."""
    came: list[int] = []

    def end(number: int, _: object) -> None:
        came.append(number)
        application = QApplication.instance()
        if application is not None:
            application.setProperty("ending", True)
            QApplication.closeAllWindows()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, end)
    return came


def _log_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _log.critical("A bug in emocam; please report it", exc_info=(kind, error, trace))


def _log_qt(kind: QtMsgType, _: QMessageLogContext, text: str | None) -> None:
    if kind is QtMsgType.QtFatalMsg:  # Qt ends the process after this; most often a library of the platform is missing.
        reason = " ".join((text or "").split())
        sys.stderr.write(f"emocam: Qt can't open a window here ({reason}); run `emocam doctor`, which says what is missing.\n")
        sys.stderr.flush()
        os._exit(1)
    _log.log(logging.DEBUG if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.WARNING, "%s", text)
