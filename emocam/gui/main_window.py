"""The window: a picture, the selected face, the timeline, and a line that says how it goes.

It pulls: a timer looks at the session's newest analysis and draws that very frame. Nothing here waits for anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt, QTimer, QUrl, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QDesktopServices, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QApplication,
    QInputDialog,
    QLabel,
    QMessageBox,
    QStackedWidget,
)

from emocam.domain.errors import EmocamError
from emocam.domain.vision import FaceReading, Frame
from emocam.gui import theme
from emocam.gui.backend import Backend
from emocam.gui.bridge import BackgroundJob, SessionBridge
from emocam.gui.controls import Controls, short_name
from emocam.gui.export_dialog import Exportable, ask_export, end_exports, lost_export
from emocam.gui.face_panel import FacePanel
from emocam.gui.folder_search import FolderSearch
from emocam.gui.numbers import decimal
from emocam.gui.plain import PlainLabel
from emocam.gui.preview import Preview
from emocam.gui.settings_dialog import ask_settings
from emocam.gui.shell import Shell
from emocam.gui.timeline_plot import TimelinePlot
from emocam.gui.translation import face_name, native_key, told, tr
from emocam.gui.welcome import Welcome
from emocam.gui.words import PictureWatch, ended_word, state_word, status_line
from emocam.pipeline.analyser import Analysis
from emocam.pipeline.live import LiveSession, SessionState

_LOOK_EVERY_MS = 5  # What comes right after a look waits for the next one; to look where there is nothing costs little.
_NUMBERS_EVERY_S = 0.2
_CHART_EVERY_S = 0.1
_FACE_GONE_S = 2.0
_COMPLETE_WITHIN_S = 6.0  # A network camera that hangs is let go by then.


class MainWindow(Shell):
    """The live window. Everything it needs comes from `backend`. `recordings_chosen` has the paths of files and folders."""

    recordings_chosen = pyqtSignal(list)

    def __init__(self, backend: Backend) -> None:
        super().__init__("window")
        self._backend = backend
        self.search = FolderSearch(backend, self)
        self._session: LiveSession | None = None
        self._source = self._address = ""
        self._to_open: list[Path] = []  # Once the recording of the run that was stopped is complete, or it is late:
        self._open_by = 0.0
        self._drawn: Analysis | Frame | None = None
        self._selected: int | None = None
        self._pinned = False
        self._seen_at: dict[int, float] = {}
        self._watch = PictureWatch()
        self._numbers_due = self._chart_due = 0.0
        self._bridge = SessionBridge(self)
        self._bridge.changed.connect(self._state_changed)

        self._build_centre()
        self._build_controls()
        self._build_status_bar()
        self._build_shortcuts()
        self.restore_layout()
        self._whole.setFocus()  # Not the first switch of the legend.
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)
        self._show_welcome(_welcome_text())
        self._state_changed()

    # What the application and the tests call

    @property
    def session(self) -> LiveSession | None:
        return self._session

    def start_source(self, source: str) -> None:
        """Leave what is open and start on `source`: a camera or an address; empty for the first camera."""
        self._retire()
        self.search.give_up()
        self._source = source
        if "://" in source:
            self._address = source
        try:
            session = self._backend.new_session(source, self._bridge)
        except EmocamError as error:
            self._show_welcome(told(error.sentence))
            return
        self._session = session
        self._clear()
        self._stage.setCurrentWidget(self._preview)
        self._whole.setFocus()  # Else it goes from the welcome to the first switch of the legend, which Space would turn.
        session.start()
        self._timer.start()
        self._state_changed()

    def stop_source(self) -> None:
        if self._session is not None:
            self._session.stop()

    def _clear(self) -> None:
        """Nothing of the run before is to be seen any more."""
        self._drawn, self._selected, self._pinned = None, None, False
        self._seen_at.clear()
        self._watch = PictureWatch()
        self._chart.clear()
        self._panel.show_faces((), None)
        self._panel.show_reading(None, None)
        self._preview.clear()
        self._controls.show_recording(None, 0.0)
        self._status_text.setText(tr("Ready"))
        self.say("")

    # Looking at the session

    def _look(self) -> None:
        session = self._session
        if session is None:
            self._timer.stop()
            return
        now = time.monotonic()
        if self._to_open and (session.join(0) or now >= self._open_by) and QApplication.activeModalWidget() is None:
            paths = self._forget_to_open()
            if session.status.state is not SessionState.FAILED:  # Else what it says stays to be read.
                self.recordings_chosen.emit(paths)
                return
        shown = session.shown
        if shown is not None and shown is not self._drawn:
            self._drawn = shown
            frame = shown.frame if isinstance(shown, Analysis) else shown
            self._watch.see(frame, now)
            if isinstance(shown, Analysis):
                self._choose_face(shown, now)
                self._preview.show_frame(frame, shown.observation, self._selected)
            else:
                self._preview.show_frame(frame, None, None)
        if now >= self._chart_due:
            self._chart_due = now + _CHART_EVERY_S
            self._draw_chart(session)
        if now >= self._numbers_due:
            self._numbers_due = now + _NUMBERS_EVERY_S
            ended = session.status.state.ended and not self._to_open and session.join(0) and session.shown is self._drawn
            self._draw_numbers(session, now)
            if ended:
                self._draw_chart(session)
                self._timer.stop()

    def _choose_face(self, shown: Analysis, now: float) -> None:
        readings = shown.observation.readings
        for reading in readings:
            self._seen_at[reading.track_id] = now
        gone = now - self._seen_at.get(self._selected or 0, -_FACE_GONE_S) > _FACE_GONE_S
        if readings and (self._selected is None or (gone and not self._pinned)):
            largest = max(readings, key=lambda reading: reading.face.box.area)
            self._selected = largest.track_id

    def _draw_chart(self, session: LiveSession) -> None:
        if isinstance(self._drawn, Analysis):
            # While it goes on only what is in sight; once it has ended nobody would fetch the rest for who scrolls back.
            start = 0.0 if session.status.state.ended else self._chart.start
            view = session.timeline.view(self._selected or 0, start)
            self._chart.show_view(view, self._drawn.observation.timestamp)

    def _draw_numbers(self, session: LiveSession, now: float) -> None:
        status = session.status
        self._status_text.setText(status_line(status))
        self._device_text.setText(f"{self._backend.model_name} · {told(status.device) or tr('loading…')}")
        reading, crop = None, None
        observation = None
        if isinstance(self._drawn, Analysis):
            observation = self._drawn.observation
            reading = _reading_of(observation.readings, self._selected)
            crop = self._drawn.crops.get(self._selected or 0)
            self._panel.show_faces(session.timeline.faces, self._selected)
        self._panel.show_reading(reading, crop)
        word = state_word(status)
        if not word and status.state is SessionState.RUNNING and status.source is not None:
            word = self._watch.word(observation, now)
        if status.state.ended:
            word = ended_word(status, self._recording())
        self._preview.show_word(word)
        recording = self._recording()
        seconds = observation.timestamp if observation else 0.0
        going = status.state is SessionState.RUNNING
        self._controls.show_recording(None if status.state.ended else recording, seconds, going=going)

    def _state_changed(self) -> None:
        session = self._session
        status = session.status if session else None
        self._controls.show_status(status, self._source)
        name = status.source.name if status is not None and status.source else self._source
        self.setWindowTitle(f"{short_name(name, 60)} – emocam" if name and session else "emocam")
        if session is not None and status is not None and status.state is SessionState.FAILED and session.shown is None:
            self._show_welcome(told(status.message))
        self._numbers_due = 0.0

    # What the user asks for

    def _toggle_running(self) -> None:
        if self._session is not None and not self._session.status.state.ended:
            self.stop_source()
        else:
            self.start_source(self._source)

    def _toggle_paused(self) -> None:
        if self._session is None:
            return
        if self._session.status.state is SessionState.PAUSED:
            self._session.resume()
            self._watch.wait_anew(time.monotonic())
        else:
            self._session.pause()
        self._state_changed()

    def _set_mark(self) -> None:
        at = self._session.mark(tr("mark {time}", time=time.strftime("%H:%M:%S"))) if self._session else None
        if at is None:
            return
        if self._recording() is None:  # It is begun before the first frame is analysed, so there will be none.
            self.say(tr("No recording, so no marker"))
            return
        self._chart.add_mark(at)
        self.say(tr("Marker set at {seconds} s", seconds=decimal(at)))

    def _pick_face(self, face: int) -> None:
        self._selected, self._pinned = face, True
        self._numbers_due = self._chart_due = 0.0
        if isinstance(self._drawn, Analysis):
            self._preview.show_frame(self._drawn.frame, self._drawn.observation, face)
        if self._session is not None:
            self._draw_chart(self._session)
            self._draw_numbers(self._session, time.monotonic())

    def _play_demo(self) -> None:
        self.recordings_chosen.emit([Path(self._backend.demo)])

    def _ask_address(self) -> None:
        asked = tr("Address of the camera (http:// or rtsp://).\nemocam connects to it and to nothing else.")
        while True:
            # As it was typed, to be corrected; it is kept until emocam is closed, and nowhere else.
            address, given = QInputDialog.getText(self, tr("Network camera"), asked, text=self._address)
            if not given or not address.strip():
                return
            self._address = address.strip()
            if "://" in self._address:
                self.start_source(self._address)
                return
            asked = tr("The address begins with http:// or rtsp://, as the camera's papers say.")

    def _ask_export(self) -> None:
        session, recording = self._session, self._recording()
        if recording is None or session is None:
            self.say(tr("There is nothing to export yet; start a camera, with recording on."))
            return
        faces = [(face, face_name(face)) for face in session.timeline.all_faces]
        what = Exportable(recording, recording.stem, faces, threshold=self._backend.choices.threshold, of_camera=True)
        ask_export(self._backend.export, what, self)

    def _ask_settings(self) -> None:
        before = self._backend.choices
        if not ask_settings(self._backend, self):
            return
        after = self._backend.choices
        of_a_run = ("device", "detector", "smoothing_s", "record", "recordings")
        # A run ends as it began: started anew, it would cut its recording in two.
        if self.goes_on and any(getattr(before, name) != getattr(after, name) for name in of_a_run):
            self.say(tr("This holds from the next start on"))

    def _review(self) -> None:
        """In the workbench; the camera is left."""
        recording = self._recording()
        if recording is None or not recording.is_file():
            self.say(tr("There is no recording yet; start a camera, with recording on."))
            return
        self._open_when_complete([recording])

    def _open_when_complete(self, paths: list[Path]) -> None:
        """The camera is left at once; its recording is not whole before its threads have ended."""
        self.search.give_up()
        if self._session is None or (self._session.status.state.ended and self._session.join(0)):
            self.recordings_chosen.emit(paths)
            return
        self.stop_source()
        self._to_open, self._open_by = paths, time.monotonic() + _COMPLETE_WITHIN_S
        self.say(tr("The recording is being completed…"))
        self._timer.start()
        self._look()

    def _forget_to_open(self) -> list[Path]:
        forgotten, self._to_open = self._to_open, []
        if forgotten:
            self.say("")
        return forgotten

    def _show_shortcuts(self) -> None:
        lines = "".join(
            f"<tr><td><b>{native_key(keys)}</b>&nbsp;&nbsp;</td><td>{what}</td></tr>" for keys, what, _ in self._shortcuts
        )
        QMessageBox.information(self, tr("Keyboard"), f"<table>{lines}</table>")

    # Building

    def _build_centre(self) -> None:
        self._preview = Preview(self._backend.uncertain_below)
        self._preview.face_clicked.connect(self._pick_face)
        self._welcome = Welcome()
        # A network camera that did not answer is asked again; who wants another one has the menu.
        self._welcome.camera_wanted.connect(lambda: self.start_source(self._source if "://" in self._source else ""))
        self._welcome.file_wanted.connect(self.ask_files)
        self._welcome.demo_wanted.connect(self._play_demo)
        self._stage = QStackedWidget()
        self._stage.addWidget(self._welcome)
        self._stage.addWidget(self._preview)
        self._panel = FacePanel(self._backend.classes, self._backend.uncertain_below)
        self._panel.face_chosen.connect(self._pick_face)
        self._chart = TimelinePlot(self._backend.classes)
        self.lay_out((self._stage, self._panel), (900, 300), 0, self._chart, (520, 240))

    def _build_controls(self) -> None:
        controls = self._controls = Controls()
        controls.source_wanted.connect(self.start_source)
        controls.file_wanted.connect(self.ask_files)
        controls.address_wanted.connect(self._ask_address)
        controls.demo_wanted.connect(self._play_demo)
        controls.source_menu_opened.connect(self._find_cameras)
        controls.start_stop_wanted.connect(self._toggle_running)
        controls.pause_wanted.connect(self._toggle_paused)
        controls.mark_wanted.connect(self._set_mark)
        controls.export_wanted.connect(self._ask_export)
        controls.settings_wanted.connect(self._ask_settings)
        controls.recordings_wanted.connect(self._open_recordings)
        controls.review_wanted.connect(self._review)
        controls.shortcuts_wanted.connect(self._show_shortcuts)
        self.addToolBar(controls)

    def _build_status_bar(self) -> None:
        bar = self.statusBar()
        assert bar is not None
        self._status_text = QLabel(tr("Ready"))
        self._status_text.setFont(theme.number_font(12))
        self._status_text.setContentsMargins(theme.GRID, 0, theme.GRID, 0)
        self._device_text = PlainLabel(self._backend.model_name)
        self._device_text.setContentsMargins(theme.GRID, 0, theme.GRID, 0)
        bar.addWidget(self._status_text)
        bar.addWidget(self.news, 1)
        bar.addPermanentWidget(self._device_text)

    def _build_shortcuts(self) -> None:
        self._shortcuts: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("Ctrl+L", tr("Choose a source"), self._controls.open_sources),
            ("Shift+Space", tr("Start and stop"), self._toggle_running),
            ("Space", tr("Pause and go on"), self._toggle_paused),
            ("M", tr("Set a marker"), self._set_mark),
            ("E", tr("Export…"), self._ask_export),
            ("End", tr("Follow the newest in the timeline"), self._chart.follow),
            ("Ctrl+O", tr("Open a file"), self.ask_files),
            ("Ctrl+R", tr("Look at what was recorded"), self._review),
            ("Ctrl+,", tr("Settings"), self._ask_settings),
            ("F11", tr("Full screen"), self.toggle_full_screen),
            ("?", tr("This sheet"), self._show_shortcuts),
            ("Ctrl+Q", tr("Close"), self.close),
        )
        for keys, _, slot in self._shortcuts:
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    @property
    def goes_on(self) -> bool:
        """Whether there is a run that would be ended."""
        return self._session is not None and not self._session.status.state.ended

    def _find_cameras(self) -> None:
        found: list[tuple[str, str]] = []

        def work() -> str:
            found.extend(self._backend.cameras())
            return ""

        job = BackgroundJob(work, self)
        job.done.connect(lambda _: self._controls.set_cameras(tuple(found)))
        self.begin(job)

    # Small things

    def _show_welcome(self, sentence: str) -> None:
        self._welcome.show_sentence(sentence)
        self._stage.setCurrentWidget(self._welcome)

    def _recording(self) -> Path | None:
        return self._backend.recording(self._session) if self._session else None

    def _open_recordings(self) -> None:
        folder = self._backend.recordings_folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            words = tr("{path} can't be made ({reason}); choose another folder in the settings.")
            self.say(words.format(path=folder, reason=error.strerror))
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _retire(self) -> None:
        self._forget_to_open()
        if self._session is not None:
            self._session.stop()
            self.leaving.add(self._session)
            self._session = None

    def files_dropped(self, files: list[Path]) -> None:
        recording = self._recording()
        if recording is not None and recording.resolve() in [file.resolve() for file in files]:
            self._open_when_complete(files)
        else:
            self._forget_to_open()
            self.recordings_chosen.emit(files)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        lost = lost_export(self)
        if event is not None and lost and not self._gives_up(lost):
            event.ignore()
            return
        end_exports(self)
        self.leave()
        if event is not None:
            event.accept()

    def leave(self) -> None:
        """Close, and end what runs; exports go on."""
        self.search.give_up()
        self.keep_layout()
        self._timer.stop()
        self._retire()
        self.hide()
        self._clear()
        self._show_welcome(_welcome_text())
        self._state_changed()


def _welcome_text() -> str:
    return tr("Open a camera, a video or the demo to see the expression of each face over time.")


def _reading_of(readings: tuple[FaceReading, ...], face: int | None) -> FaceReading | None:
    return next((reading for reading in readings if reading.track_id == face), None)
