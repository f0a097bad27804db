"""The desktop application: Qt is started here, and the window is given what it needs."""

from __future__ import annotations

import logging
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from PyQt6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import QApplication

from emocam.adapters.settings import Settings, load_settings, save_settings
from emocam.bootstrap import DEMO_CLIP, Recorder, build_live_session, bundled, model_card
from emocam.domain.annotations import Annotations
from emocam.domain.errors import EmocamError
from emocam.domain.ports import FrameReader, SessionListener
from emocam.gui.backend import Choices
from emocam.gui.main_window import MainWindow
from emocam.gui.theme import apply_theme
from emocam.pipeline.file_run import OpenedRecording
from emocam.pipeline.live import LiveSession

_log = logging.getLogger(__name__)


class AppBackend:
    """The `Backend` of the window over the real thing. settings: as kept, changed by the command line for this run only."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
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
        chosen = self._settings
        return Choices(chosen.detector, chosen.smoothing_s, chosen.record, chosen.appearance)

    def choose(self, choices: Choices) -> None:
        changed = {
            name: value
            for name in ("detector", "smoothing_s", "record", "appearance")
            if (value := getattr(choices, name)) != getattr(self._settings, name)
        }
        self._settings = replace(self._settings, **changed)
        # Only what was chosen here is kept: an option of the command line holds for one run.
        save_settings(replace(load_settings(), **changed))

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

    def export(self, recording: Path, out: Path) -> int:
        from emocam.adapters.exports import export

        return export(recording, out).count

    def recordings_in(self, paths: list[Path]) -> list[Path]:
        from emocam.recordings import find_recordings

        return find_recordings(paths)

    def open_recording(self, path: Path, anew: bool = False) -> OpenedRecording:
        from emocam.recordings import open_recording

        return open_recording(path, self._settings, anew=anew)

    def open_reader(self, video: Path) -> FrameReader:
        from emocam.adapters.video_reader import RecordingReader

        return RecordingReader(video)

    def save_annotations(self, session: Path, annotations: Annotations) -> str:
        from emocam.adapters.session_file import save_annotations

        save_annotations(session, annotations)
        return ""


def run(source: str, settings: Settings) -> int:
    """Open the window on `source`, the first camera where it is empty; returns the exit status once it is closed."""
    # Without a hook PyQt ends the process on an exception in a slot; a recording must survive a bug in a panel.
    sys.excepthook = _log_exception
    signal.signal(signal.SIGINT, lambda *_: QApplication.closeAllWindows())
    signal.signal(signal.SIGTERM, lambda *_: QApplication.closeAllWindows())
    if display_missing():
        raise EmocamError("There is no display for the window here; run `emocam analyze VIDEO`, which needs none.")
    backend = AppBackend(settings)
    qInstallMessageHandler(_log_qt)
    application = QApplication([sys.argv[0]])
    application.setApplicationName("emocam")
    application.setOrganizationName("emocam")
    application.setDesktopFileName("emocam")
    application.setWindowIcon(QIcon(str(bundled("assets", "icons", "emocam.svg"))))
    apply_theme(application, settings.appearance)
    hints = application.styleHints()
    if hints is not None:
        hints.colorSchemeChanged.connect(lambda _: apply_theme(application, backend.choices.appearance))
    window = MainWindow(backend)
    window.show()
    # Python sees a signal only when its own code runs; Qt's loop may not run any for long.
    heartbeat = QTimer()
    heartbeat.setInterval(200)
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start()
    QTimer.singleShot(0, lambda: window.start_source(source))
    return application.exec()


def _log_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _log.critical("A bug in emocam; please report it", exc_info=(kind, error, trace))


def _log_qt(kind: QtMsgType, _: QMessageLogContext, text: str | None) -> None:
    if kind is QtMsgType.QtFatalMsg:  # Qt ends the process after this; most often a library of the platform is missing.
        reason = " ".join((text or "").split())
        sys.stderr.write(f"emocam: Qt can't open a window here ({reason}); run `emocam doctor`, which says what is missing.\n")
        sys.stderr.flush()
        os._exit(1)
    _log.log(logging.DEBUG if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.WARNING, "%s", text)


def display_missing() -> bool:
    """Whether there is no screen for a window, on systems where that can be told beforehand."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
