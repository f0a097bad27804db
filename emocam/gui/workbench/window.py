"""The window of a recording: player, chart, faces, markers and summary, all in step.

It pulls: a timer asks the playback for the moment, draws the newest frame, and looks for new readings.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QFileInfo, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QComboBox,
    QFileDialog,
    QMessageBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from emocam.domain.annotations import Annotations, Marker
from emocam.domain.completeness import same_bytes, same_length
from emocam.domain.files import looks_like_a_session
from emocam.domain.ports import SourceInfo
from emocam.domain.summary import Rules, end_of, stands_until, summarise
from emocam.gui import theme
from emocam.gui.backend import Backend
from emocam.gui.bridge import BackgroundJob
from emocam.gui.controls import short_name
from emocam.gui.export_dialog import Exportable, ask_export, end_exports, lost_export
from emocam.gui.folder_search import FolderSearch
from emocam.gui.numbers import decimal, moment
from emocam.gui.plain import PlainLabel, plain
from emocam.gui.preview import Preview
from emocam.gui.recent import recent_files, remember_file
from emocam.gui.settings_dialog import ask_settings
from emocam.gui.shell import Shell
from emocam.gui.translation import in_menu, shown_name, told, tr
from emocam.gui.words import file_filter, run_text
from emocam.gui.workbench.bar import Bar
from emocam.gui.workbench.chart import LINES, MOST_LANES, STACKED, RecordingChart, Shown
from emocam.gui.workbench.curves import Curves
from emocam.gui.workbench.editing import Editing, TimeRange
from emocam.gui.workbench.editor import Editor, Editors
from emocam.gui.workbench.event_keys import EventKeysDialog, load_event_keys, save_event_keys
from emocam.gui.workbench.faces import FacesPanel
from emocam.gui.workbench.markers import MarkersPanel
from emocam.gui.workbench.menus import Menus
from emocam.gui.workbench.people import People
from emocam.gui.workbench.playback import Playback
from emocam.gui.workbench.queue import Queue, QueuePanel
from emocam.gui.workbench.snapshot import save_snapshot
from emocam.gui.workbench.summary import SummaryPanel
from emocam.gui.workbench.transport import Transport
from emocam.pipeline.file_run import FileState, OpenedRecording

_LOOK_EVERY_MS = 12
_HEAD_EVERY_S = 0.04
_READINGS_EVERY_S = 0.5
_SUMMARY_EVERY_S = 1.0

_LONG_S = 20.0  # Of analysis left: for less nobody needs to be asked.


class RecordingWindow(Shell):
    """Everything it needs comes from `backend`. `camera_wanted` asks for the live window."""

    camera_wanted = pyqtSignal()

    def __init__(self, backend: Backend) -> None:
        super().__init__("workbench")
        self._backend = backend
        self._opened: OpenedRecording | None = None
        self._video: Path | None = None
        self._found: dict[Path, Path] = {}  # By session: videos that the user has found again.
        self._editor = Editor(Annotations(), lambda _: None, self)
        self._editors = Editors(backend.save_annotations, self)
        self._editors.changed.connect(self._annotations_changed)
        self._editors.failed.connect(partial(self.say, stays=True))
        self._people = People(backend.open_reader, self.leaving, self)
        self._people_shown: tuple[object, ...] = ()
        self._path: Path | None = None  # Of what is shown, as it was asked for.
        self._editing: Editing | None = None
        self._playback = Playback(backend.open_reader, self.leaving, self)
        self._curves = Curves(self)
        self._range = TimeRange(self)
        self._search = FolderSearch(backend, self)
        self._event_shortcuts: list[QShortcut] = []
        self._drawn: tuple[object, ...] = ()
        self._frames_drawn = -1
        self._due = {"head": 0.0, "readings": 0.0, "summary": 0.0}
        self._learned_from: tuple[bool, SourceInfo | None] = (False, None)
        self._summarised: tuple[object, ...] = ()

        self._queue = Queue(backend.open_recording, self)
        self._queue.failed.connect(partial(self.say, stays=True))
        self._build_centre()
        self._build_menus()
        self._build_bars()
        self._build_event_keys()
        self._connect()
        for kind in (QAbstractButton, QComboBox, QAbstractSlider):
            for widget in self.findChildren(kind):
                widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # A click must not make keys go there that mean something else.
        self.restore_layout()
        self._transport.take_focus()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)
        self._enable()

    # What the application and the tests call

    @property
    def opened(self) -> OpenedRecording | None:
        return self._opened

    @property
    def playback(self) -> Playback:
        return self._playback

    def open_paths(self, paths: list[Path], *, anew: bool = False) -> None:
        """Open the first of `paths`, files or folders, once those are looked through; the rest is analysed after it."""
        self._search.begin(paths, partial(self.open_files, anew=anew))

    def open_files(self, files: list[Path], *, anew: bool = False) -> None:
        """The same where there are no folders, or they were looked through."""
        if not files:
            self.say(tr("There is no video, picture or session there."))
            return
        self.hush()
        for path in files:
            left_off = self._queue.left_off(path)
            if left_off and (problem := self._editors.flush(left_off)):
                self.say(problem, stays=True)  # What was named would go on from the file, and is not there.
            else:
                self._queue.retry(path)  # It may be whole by now.
        self._queue.add(files, anew=anew)
        self._queue_panel.setVisible(len(self._queue.paths) > 1)
        next((path for path in files if self.show_path(path)), None)  # The first one that can be opened.
        self._queue_panel.show_states(self._path)

    def show_path(self, path: Path) -> bool:
        """Show one of the queue; whether that can be."""
        opened = self._queue.show(path)
        if opened is None or opened is self._opened:
            return opened is not None
        if opened.run.recording.classes != self._backend.classes:
            classes = ", ".join(opened.run.recording.classes)
            said = tr("{name} was read by a model with other classes ({classes}); start emocam with that model.")
            self.say(said.format(name=opened.title, classes=classes))
            return False
        self._close_recording()
        self._opened, self._path = opened, path
        remember_file(path)
        self.setWindowTitle(f"{short_name(opened.title, 60)} – emocam")
        self._editor = self._editors.of(opened)
        self._editing = Editing(opened, self._editor, lambda: self._playback.position, self)
        self._editing.said.connect(self.say)
        self._editing.chosen.connect(self._faces.select)
        self._menus.show_undo(tr("&Edit"), self._editor.undo_stack)
        self._preview.clear()
        self._preview.show_word("")
        self._preview.uncertain_below = opened.uncertain_below  # Of its own model: as in its tables.
        video = self._found.get(opened.session) or opened.video
        if video is not None:
            self._open_video(video)
        elif opened.of_camera:
            self._preview.show_word(tr("A session of a camera holds no pictures; its chart and figures are below and beside."))
        else:
            self._preview.show_word(
                tr("{name} can't be found, so there is no picture; File, “Find the video…” helps.", name=opened.title)
            )
        self._chart.set_duration(1.0)
        self._chart.fit()
        self._frames_drawn, self._learned_from = -1, (False, None)
        self._timer.start()
        self._annotations_changed()
        self._enable()
        return True

    def play(self) -> None:
        self._playback.play()

    def seek(self, position: float) -> None:
        self._playback.seek(position)
        self._due["head"] = 0.0

    # Looking

    def _look(self) -> None:
        opened = self._opened
        if opened is None:
            return
        now = time.monotonic()
        position = self._playback.look()
        self._draw_frame(opened)
        if now >= self._due["head"]:
            self._due["head"] = now + _HEAD_EVERY_S
            self._draw_head(opened, position)
        if now >= self._due["readings"]:
            self._due["readings"] = now + _READINGS_EVERY_S
            self._draw_progress(opened)
            self._draw_readings(opened)
        if now >= self._due["summary"]:
            self._due["summary"] = now + _SUMMARY_EVERY_S
            self._draw_summary(opened)

    def _draw_frame(self, opened: OpenedRecording) -> None:
        playback = self._playback
        if playback.message:
            self._preview.show_word(playback.message)
            return
        frame = playback.frame
        if frame is None:
            return
        if not playback.duration:
            self._learn_duration(opened)
        # What was read from this very frame; where the analysis has not got there, nothing.
        known = opened.run.recording.readings.times
        reached = len(known) > 0 and frame.timestamp <= known[-1] + 1e-3
        annotations = self._editor.annotations
        seen = opened.run.recording.at(frame.timestamp, annotations, (frame.width, frame.height)) if reached else None
        chosen = self._faces.selected
        drawing = (frame, seen.frame_index if seen else None, annotations, chosen)
        if drawing != self._drawn:
            self._drawn = drawing
            names = {person.id: person.name for person in annotations.people if person.name}
            self._preview.show_frame(frame, seen, chosen[0] if len(chosen) == 1 else None, names)
            self._preview.show_word(_failure(opened))

    def _draw_head(self, opened: OpenedRecording, position: float) -> None:
        playback = self._playback
        self._chart.set_position(position)
        if playback.playing:
            self._chart.keep_in_view(position)
        readings = opened.run.recording.readings
        place = readings.place_at(position)
        known = place >= 0 and position <= stands_until(readings.times, place)
        number = int(readings.frames[place]) if known else None
        self._transport.show_time(position, playback.duration, number)
        self._transport.show_playing(playback.playing, playback.rate)
        self._transport.show_sound(available=playback.has_sound)

    def _learn_duration(self, opened: OpenedRecording) -> None:
        times, info = opened.run.recording.readings.times, self._playback.info
        last = float(times[-1]) if len(times) else 0.0
        duration = (info.duration or 0.0) if info else 0.0
        if opened.run.status.state is FileState.DONE and opened.whole:
            duration = last  # What was really there; a header only estimates.
        self._playback.learn_duration(max(last, duration))
        self._chart.set_duration(max(last, duration, 0.1))

    def _draw_progress(self, opened: OpenedRecording) -> None:
        status = opened.run.status
        working = status.state is FileState.WORKING
        self._bar.show_working(working, can_stop=not opened.earlier)  # To read takes a moment.
        self._bar.show_progress(status.share)
        self._bar.show_state(
            run_text(
                status,
                earlier=opened.earlier and not (status.state is FileState.DONE and self._queue.analysed(opened.session)),
                whole=opened.whole,
                cut_off=opened.ends_early,
                faces=bool(self._people.rows) or self._frames_drawn < status.frames,
            )
        )
        if _failure(opened):
            self._preview.show_word(_failure(opened))
        if working or (status.state.ended, self._playback.info) != self._learned_from:  # The video may be open later than that.
            if self._playback.info is not self._learned_from[1]:
                self._compare_lengths(opened, self._playback.info)
            self._learned_from = (status.state.ended, self._playback.info)
            self._learn_duration(opened)
            self._enable()
        self._device.setText(f"{self._backend.model_name} · {told(status.device)}" if status.device else "")
        self._queue_panel.show_states(self._path)

    def _compare_lengths(self, opened: OpenedRecording, info: SourceInfo | None) -> None:
        """Of the video that is shown, which may only be called alike, with what was analysed. One that the user has found again
        is kept where nothing speaks against it. info: of that video."""
        video, analysed = self._video, opened.source_s
        if video is None or info is None or opened.of_camera:
            return
        same = same_bytes(opened.meta, QFileInfo(str(video)).size())
        if analysed and info.duration and not same and not same_length(info.duration, analysed):
            words = tr("{name} lasts {here}, the recording that was analysed {there}; it may be another one.")
            self.say(words.format(name=video.name, here=moment(info.duration), there=moment(analysed)))
        elif video == self._found.get(opened.session) and self._editor.ready:  # Else there is no session to keep it in.
            self._keep_video(opened.session, video)

    def _draw_readings(self, opened: OpenedRecording) -> None:
        """Chart and faces anew, where there are more frames than were drawn."""
        frames = opened.run.status.frames
        if frames == self._frames_drawn:
            return
        self._frames_drawn = frames
        began = time.monotonic()
        self._show_people()
        # Hours cost more to draw anew, so while they grow it waits: the window stays free nine tenths of the time.
        if opened.run.status.state is FileState.WORKING:
            self._due["readings"] = began + max(_READINGS_EVERY_S, 10 * (time.monotonic() - began))

    def _show_people(self) -> None:
        """The list of faces and the chart."""
        opened = self._opened
        if opened is None:
            return
        annotations = self._editor.annotations
        self._people_shown = (annotations.people, annotations.pieces)
        self._curves.show(opened, annotations)
        self._people.show(opened, annotations)
        self._show_lanes()

    def _show_lanes(self) -> None:
        if self._opened is None:
            return
        annotations = self._editor.annotations
        lanes = [
            Shown(
                tr("mean") if len(group) > 1 else shown_name(annotations, group[0]),
                self._curves.pyramid(group),
            )
            for group in self._groups[:MOST_LANES]
        ]
        self._chart.show_lanes(lanes, self._hidden_word)
        self._due["summary"] = 0.0

    @property
    def _groups(self) -> list[tuple[int, ...]]:
        """The chosen faces but for hidden ones: each by itself, or all in one for their mean."""
        shown = tuple(face for face in self._faces.selected if face not in self._editor.annotations.hidden)
        return [shown] if self._faces.averaged and len(shown) > 1 else [(face,) for face in shown]

    @property
    def _hidden_word(self) -> str:
        """Why nothing is shown of the chosen faces; empty where that is not for being hidden."""
        chosen = self._faces.selected
        if self._groups or not chosen:
            return ""
        if len(chosen) > 1:
            return tr("The chosen faces are hidden; H shows them.")
        return tr("{face} is hidden; H shows it.", face=shown_name(self._editor.annotations, chosen[0]))

    def _draw_summary(self, opened: OpenedRecording) -> None:
        if self._tabs.currentWidget() is not self._summary:
            return
        people = next(iter(self._groups), None)
        pyramid, span = self._curves.pyramid(people) if people else None, self._span
        chosen = self._faces.selected
        ended = opened.run.status.state.ended
        of = (pyramid, span, self._chart.threshold, self._editor.annotations.people, opened.source_s, chosen, ended)
        if of == self._summarised:
            return  # Of hours it takes a moment.
        self._summarised = of
        if people is None or pyramid is None:
            none = tr("No face was found.") if ended else tr("No face yet.")
            self._summary.show_nothing(self._hidden_word or _failure(opened) or none)
            return
        series = pyramid.series
        where = f"{moment(span[0])} – {moment(span[1])}" if span else tr("the whole recording")
        who = tr("Mean of the chosen faces") if len(people) > 1 else shown_name(self._editor.annotations, people[0])
        rules = Rules(self._chart.threshold)
        shown = summarise(series, opened.run.recording.classes, rules, *(span or (0.0, end_of(series.times, opened.source_s))))
        self._summary.show_summary(who, where, rules.threshold, shown)

    # What follows a change

    def _annotations_changed(self) -> None:
        annotations = self._editor.annotations
        self._drawn = ()
        self._markers.show_markers(annotations.markers)
        self._draw_markers()
        if (annotations.people, annotations.pieces) != self._people_shown:  # Markers move no curve.
            self._show_people()

    @property
    def _span(self) -> tuple[float, float] | None:
        # To the end: of the last frame, not only to where it begins.
        return self._range.span(max(self._playback.duration, self._opened.end_s if self._opened else 0.0))

    def _draw_markers(self) -> None:
        """A state event that has no end as yet stands where it began."""
        begun = (Marker(round(start, 3), f"{label} …") for label, start in self._editor.begun.items())
        self._chart.set_markers((*self._editor.annotations.markers, *begun), self._span)

    def _range_changed(self) -> None:
        span = self._span
        self._draw_markers()
        self._due["summary"] = 0.0
        if span:
            self.say(tr("Range {start} – {end}", start=moment(span[0]), end=moment(span[1])))
        else:
            self.say(tr("No range chosen"))

    def _threshold_changed(self, threshold: float) -> None:
        self._due["summary"] = 0.0
        self.say(tr("Threshold {value}", value=decimal(threshold)))

    def _open_video(self, video: Path) -> None:
        self._video = video
        self._playback.open(video, self._transport.volume)
        self._people.open_video(video)

    # What the user asks for

    def _with_editing(self, do: Callable[[Editing], object]) -> None:
        if self._editing is not None and self._usable:
            do(self._editing)

    def _step(self, frames: int) -> None:
        if self._opened is not None:
            self._playback.step(frames, self._opened.run.recording.readings)

    def _go_to_marker(self, direction: int) -> None:
        at = self._editing.marker_from(direction) if self._editing else None
        if at is not None:
            self._go_to(at)

    def _go_to(self, at: float) -> None:
        if self._opened is not None:
            self._playback.go_to(at, self._opened.run.recording.readings)
            self._due["head"] = 0.0

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Open a folder of recordings"))
        if name:
            self.open_paths([Path(name)])

    def _ask_video(self) -> None:
        opened = self._opened
        if opened is None:
            return
        name, _ = QFileDialog.getOpenFileName(self, tr("Where is {name}?", name=opened.title), "", file_filter())
        if name and opened is self._opened:
            self.say("")
            self._preview.show_word("")
            self._found[opened.session] = Path(name)
            self._open_video(Path(name))
            self._enable()

    def _keep_video(self, session: Path, video: Path) -> None:
        def work() -> str:
            self._backend.keep_video(session, video)
            return ""

        job = BackgroundJob(work, self)
        job.failed.connect(self.say)
        self.begin(job)

    def _ask_event_keys(self) -> None:
        dialog = EventKeysDialog(load_event_keys(), self._menus.shortcuts, self)
        if dialog.exec():
            save_event_keys(dialog.keys)
            self._build_event_keys()
            self._tell_forgotten(self._editors.forget_begun_without({key.label for key in load_event_keys() if key.state}))

    def _ask_export(self) -> None:
        opened = self._opened
        if opened is None or not self._usable:
            return
        self._editor.save_now()
        faces = [(row.person, row.name) for row in self._people.rows if not row.hidden]
        what = Exportable(
            opened.session,
            opened.title,
            faces,
            self._span,
            self._chart.threshold,
            self._video,
            of_camera=opened.of_camera,
            unfinished=opened.unfinished,
        )
        ask_export(self._backend.export, what, self)

    def _snapshot(self) -> None:
        if self._opened is not None:
            self.say(save_snapshot(self._preview.picture(), self._opened.title, self._playback.position))

    def _analyse_anew(self) -> None:
        opened, shown, video = self._opened, self._path, self._video
        if opened is None or shown is None or video is None:
            return
        worked_on = self._editor.annotations != Annotations()
        unfinished = opened.unfinished
        if worked_on and not unfinished and not self._begins_without_them():
            return
        if unfinished:
            self._editor.flush()  # What was named goes on from the file.
        self._tell_forgotten(self._editors.forget_begun_of(opened.session))
        elsewhere = looks_like_a_session(shown) or opened.session in self._found
        self.open_paths([video if elsewhere else shown], anew=True)
        if worked_on and unfinished and self._editor.annotations == Annotations():
            self.say(tr("Names, faces and markers stay in the session of before, which was analysed in another way."))

    def _tell_forgotten(self, labels: list[str]) -> None:
        """labels: of state events that nobody could end any more."""
        if labels:
            self.say(tr("Begun and not ended, so not kept: {labels}", labels=", ".join(labels)))

    def _begins_without_them(self) -> bool:
        """Asked before work of the user's goes out of sight."""
        question = tr("Names, faces and markers stay in the session of before; the new one begins without them. Go on?")
        return QMessageBox.question(self, "emocam", question) == QMessageBox.StandardButton.Yes

    def _remove(self, path: Path) -> None:
        """Off the list; where it is the one that is shown, the next one takes its place."""
        paths, shown = self._queue.paths, path == self._path
        opened = self._queue.at_hand(path)
        if not self._queue.remove(path):
            self.say(tr("{name} is being analysed; stop it first.", name=path.name))
            return
        if shown:
            self._close_recording()
            place = paths.index(path)
            others = [*paths[place + 1 :], *reversed(paths[:place])]
            # What was stopped before its turn would begin by being shown, which nobody has asked for.
            if not any(self._queue.may_be_shown(other) and self.show_path(other) for other in others):
                self._show_nothing()
        if opened is not None:
            self._tell_forgotten(self._editors.forget_begun_of(opened.session))
            if problem := self._editors.drop(opened.session):
                self.say(problem, stays=True)
        self._queue_panel.show_states(self._path)
        self._queue_panel.setVisible(bool(self._queue.paths))
        self._queue_panel.take_focus()

    def _show_chosen(self, path: Path) -> None:
        self._search.give_up()
        if path != self._path:
            self.hush()
        self.show_path(path)
        self._queue_panel.take_focus()  # Where the user is: its keys go on meaning the list.

    def _ask_settings(self) -> None:
        before = self._backend.choices.threshold
        if not ask_settings(self._backend, self):
            return
        self._summarised = ()  # Its numbers may be written otherwise, its colours be others.
        self._summary.forget()
        if self._backend.choices.threshold != before:
            self._chart.set_threshold(self._backend.choices.threshold)
            self._threshold_changed(self._chart.threshold)

    @property
    def _usable(self) -> bool:
        """Whether there is anything to mark and to export: nothing is in what failed before its first frame."""
        return self._opened is not None and not _failure(self._opened)

    def _cancel_run(self) -> None:
        if self._opened is not None:
            self._opened.run.stop()

    # Building

    def _build_centre(self) -> None:
        classes = self._backend.classes
        self._preview = Preview(self._backend.uncertain_below)
        self._transport = Transport()
        stage = QWidget()
        layout = QVBoxLayout(stage)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._preview, 1)
        layout.addWidget(self._transport)
        self._faces, self._markers, self._summary = FacesPanel(classes), MarkersPanel(), SummaryPanel()
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        if (bar := self._tabs.tabBar()) is not None:
            bar.setAccessibleName(tr("Faces, markers and summary"))
        self._tabs.addTab(self._faces, tr("Fa&ces"))  # Letters that no menu has.
        self._tabs.addTab(self._markers, tr("Ma&rkers"))
        self._tabs.addTab(self._summary, tr("&Summary"))
        self._tabs.setMinimumWidth(max(320, self._tabs.minimumSizeHint().width()))  # Some languages take more room.
        self._chart = RecordingChart(classes)
        self._chart.set_threshold(self._backend.choices.threshold)
        self._queue_panel = QueuePanel(self._queue)
        self._queue_panel.hide()
        self.lay_out((self._queue_panel, stage, self._tabs), (200, 800, 340), 1, self._chart, (480, 270))

    def _build_menus(self) -> None:
        menus = self._menus = Menus(self)
        add, playback = menus.add, self._playback
        file, edit, play, mark, view = tr("&File"), tr("&Edit"), tr("&Playback"), tr("&Mark"), tr("&View")
        add(file, tr("&Open…"), self.ask_files, "Ctrl+O")
        add(file, tr("Open &folder…"), self._ask_folder, "Ctrl+Shift+O")
        self._recent = menus.menu(file).addMenu(tr("Open &recent"))
        menus.menu(file).aboutToShow.connect(self._fill_recent)
        if self._recent is not None:
            self._recent.setToolTipsVisible(True)  # Files of one name are told apart by their folders.
        add(file, tr("Ca&mera"), self.camera_wanted.emit, "Ctrl+L")
        menus.menu(file).addSeparator()
        self._export_action = add(file, tr("&Export…"), self._ask_export, "E", "Ctrl+E")
        self._snapshot_action = add(file, tr("Save a &snapshot"), self._snapshot, "C")
        menus.menu(file).addSeparator()
        self._anew_action = add(file, tr("&Analyse anew"), self._analyse_anew)
        self._video_action = add(file, tr("Find the &video…"), self._ask_video)
        menus.menu(file).addSeparator()
        add(file, tr("Se&ttings…"), self._ask_settings, "Ctrl+,")
        add(file, tr("&Close"), self.close, "Ctrl+W", "Ctrl+Q")
        add(edit, tr("Re&name the face or marker…"), self._rename, "F2")
        add(edit, tr("&Merge the chosen faces"), self._faces.merge, "Ctrl+M")
        add(edit, tr("&Split the face here"), self._faces.split, "Ctrl+B")
        add(edit, tr("&Hide or show the faces"), self._faces.toggle_hidden, "H")
        add(play, tr("&Play and pause"), playback.toggle, "Space", "K")
        add(play, tr("Play, and faster"), lambda: playback.shuttle(1), "L")
        add(play, tr("Play backwards, and faster"), lambda: playback.shuttle(-1), "J")
        add(play, tr("One frame on"), lambda: self._step(1), ".", repeats=True)
        add(play, tr("One frame back"), lambda: self._step(-1), ",", repeats=True)
        for seconds, on, back, key in (
            (1, tr("One second on"), tr("One second back"), ""),
            (5, tr("Five seconds on"), tr("Five seconds back"), "Shift+"),
            (60, tr("A minute on"), tr("A minute back"), "Ctrl+"),
        ):
            add(play, on, partial(playback.jump, seconds), f"{key}Right", repeats=True)
            add(play, back, partial(playback.jump, -seconds), f"{key}Left", repeats=True)
        add(play, tr("To the start"), lambda: self.seek(0.0), "Home")
        add(play, tr("To the end"), lambda: self.seek(playback.duration), "End")
        add(mark, tr("Set a &marker"), lambda: self._with_editing(Editing.mark), "M")
        add(mark, tr("Range from here (&in)"), lambda: self._range.begin(playback.position), "I")
        add(mark, tr("Range to here (&out)"), lambda: self._range.finish(playback.position), "O")
        add(mark, tr("&Clear the range"), self._range.clear, "Shift+X")
        add(mark, tr("Make the range a &span"), self._mark_span, "Shift+M")
        add(mark, tr("Next marker"), lambda: self._go_to_marker(1), "Shift+Down", repeats=True)
        add(mark, tr("Marker before"), lambda: self._go_to_marker(-1), "Shift+Up", repeats=True)
        add(mark, tr("&Keys of your own…"), self._ask_event_keys)
        add(view, tr("Fit all of the &time"), self._chart.fit, "Z")
        add(view, tr("Zoom &in"), lambda: self._chart.zoom(0.5), "Ctrl++", "Up", repeats=True)
        add(view, tr("Zoom &out"), lambda: self._chart.zoom(2.0), "Ctrl+-", "Down", repeats=True)
        add(view, tr("&Lines"), lambda: self._chart.show_style(LINES), "Ctrl+1")
        add(view, tr("Stac&ked"), lambda: self._chart.show_style(STACKED), "Ctrl+2")
        for place in range(self._tabs.count()):
            add(view, self._tabs.tabText(place), partial(self._tabs.setCurrentIndex, place), f"Alt+{place + 1}")
        add(view, tr("&Full screen"), self.toggle_full_screen, "F11")
        add(tr("&Help"), tr("&Keyboard"), lambda: menus.show_sheet(load_event_keys()), "?", "F1")

    def _mark_span(self) -> None:
        self._with_editing(lambda editing: editing.mark_span(self._span))

    def _rename(self) -> None:
        if self._tabs.currentWidget() is self._markers:
            self._markers.edit()
        else:
            self._faces.rename()

    def _build_bars(self) -> None:
        self._bar = Bar()
        self.addToolBar(self._bar)
        status = self.statusBar()
        assert status is not None
        self._device = PlainLabel()
        self._device.setContentsMargins(theme.GRID, 0, theme.GRID, 0)
        status.addWidget(self.news, 1)
        status.addPermanentWidget(self._device)

    def _build_event_keys(self) -> None:
        for shortcut in self._event_shortcuts:
            shortcut.setEnabled(False)  # Deleted a little later, and until then it would be ambiguous.
            shortcut.deleteLater()
        self._event_shortcuts = []
        for key in load_event_keys():
            shortcut = QShortcut(QKeySequence(key.key), self)
            shortcut.setAutoRepeat(False)
            press = partial(Editing.press_event_key, label=key.label, state=key.state)
            shortcut.activated.connect(partial(self._with_editing, press))
            self._event_shortcuts.append(shortcut)

    def _connect(self) -> None:
        playback, chart, faces, markers = self._playback, self._chart, self._faces, self._markers
        self._bar.open_wanted.connect(self.ask_files)
        self._bar.camera_wanted.connect(self.camera_wanted)
        self._bar.stop_wanted.connect(self._cancel_run)
        self._bar.mark_wanted.connect(lambda: self._with_editing(Editing.mark))
        self._bar.export_wanted.connect(self._ask_export)
        self._preview.face_clicked.connect(lambda face: faces.select([face]))
        self._transport.play_wanted.connect(playback.toggle)
        self._transport.step_wanted.connect(self._step)
        self._transport.end_wanted.connect(lambda end: self.seek(playback.duration if end else 0.0))
        self._transport.rate_wanted.connect(playback.set_rate)
        self._transport.volume_wanted.connect(playback.set_volume)
        self._people.changed.connect(lambda: faces.show_rows(self._people.rows, self._people.pictures))
        faces.selection_changed.connect(self._show_lanes)
        faces.rename_wanted.connect(lambda face, name: self._with_editing(lambda editing: editing.rename(face, name)))
        faces.merge_wanted.connect(lambda people: self._with_editing(lambda editing: editing.merge(people)))
        faces.split_wanted.connect(lambda face: self._with_editing(lambda editing: editing.split(face)))
        faces.hide_wanted.connect(lambda people, hidden: self._with_editing(lambda editing: editing.hide(people, hidden)))
        markers.go_wanted.connect(self._go_to)
        markers.change_wanted.connect(lambda old, new: self._with_editing(lambda editing: editing.change_marker(old, new)))
        markers.remove_wanted.connect(lambda chosen: self._with_editing(lambda editing: editing.remove_markers(chosen)))
        markers.mark_wanted.connect(lambda: self._with_editing(Editing.mark))
        markers.span_wanted.connect(self._mark_span)
        markers.keys_wanted.connect(self._ask_event_keys)
        chart.left.connect(self._transport.take_focus)
        self._summary.go_wanted.connect(self._go_to)
        self._tabs.currentChanged.connect(lambda _: self._due.update(summary=0.0))
        chart.seek_wanted.connect(self.seek)
        chart.threshold_changed.connect(self._threshold_changed)
        chart.smoothing_changed.connect(self._curves.smooth)
        self._curves.changed.connect(self._show_lanes)
        self._range.changed.connect(self._range_changed)
        self._queue_panel.path_chosen.connect(self._show_chosen)
        self._queue_panel.remove_wanted.connect(self._remove)

    def _fill_recent(self) -> None:
        if self._recent is None:
            return
        self._recent.clear()
        for path in recent_files():
            action = self._recent.addAction(in_menu(path.name))
            if action is not None:
                action.setToolTip(plain(str(path)))
                action.triggered.connect(lambda _=False, path=path: self.open_paths([path]))
        self._recent.setEnabled(bool(self._recent.actions()))

    def _enable(self) -> None:
        there = self._usable
        for action in (self._export_action, self._snapshot_action, self._video_action):
            action.setEnabled(there)
        self._anew_action.setEnabled(self._opened is not None and self._video is not None)
        self._bar.enable(there)

    # Small things

    def _close_recording(self) -> None:
        """Leave what is shown; it stays in the queue, and what was edited is saved in the background."""
        self._timer.stop()
        self._transport.take_focus()  # A name or label that is just being typed goes where it belongs.
        if self._opened is not None:
            self._editor.save_now()
        self._playback.reset()
        if self._editing is not None:
            self._editing.deleteLater()  # Else it, and all the readings with it, would live as long as this window.
        self._opened = self._editing = self._video = self._path = None
        self._people_shown = ()
        self._due = dict.fromkeys(self._due, 0.0)
        self._curves.show(None, Annotations())
        self._drawn = ()
        self._range.blockSignals(True)
        self._range.clear()
        self._range.blockSignals(False)
        self._chart.reset()
        self._people.clear()

    def files_dropped(self, files: list[Path]) -> None:
        self.open_paths(files)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        if event is not None and not self.may_close():
            event.ignore()
            return
        self.leave()
        if event is not None:
            event.accept()

    def may_close(self) -> bool:
        """Whether nothing would be lost by it, or the user agrees to that."""
        lost = [self._editors.flush_all()]
        if begun := self._editors.begun:
            words = tr("Begun and not ended, so closed now it is lost: {labels}. Its key pressed again where it ends keeps it.")
            lost.append(words.format(labels=", ".join(begun)))
        lost.append(lost_export(self))
        if self._queue.seconds_left > _LONG_S:
            lost.append(tr("An analysis is under way; closed now, it begins from the start the next time."))
        sentences = "\n\n".join(filter(None, lost))
        return not sentences or self._gives_up(sentences)

    def leave(self) -> None:
        """Close, whatever is under way."""
        end_exports(self)
        self._search.give_up()
        self.keep_layout()
        self.hide()  # What is left to do takes a moment: the files are closed, nobody has to watch.
        self._curves.close()
        self._close_recording()
        self._queue.close()
        self._editors.flush_all()  # Also what had to wait for its file until now.
        self._editors.clear()
        self._found.clear()
        self._show_nothing()

    def _show_nothing(self) -> None:
        """As before anything was opened, for when it is shown again."""
        self._editor = Editor(Annotations(), lambda _: None, self)
        self._menus.show_undo(tr("&Edit"), self._editor.undo_stack)
        self._annotations_changed()
        self._preview.clear()
        self._preview.show_word("")
        self._bar.show_state("")
        self._bar.show_working(False)
        self._queue_panel.show_states(self._path)
        self._queue_panel.setVisible(bool(self._queue.paths))
        self.setWindowTitle("emocam")
        self.say("")
        self._enable()


def _failure(opened: OpenedRecording) -> str:
    """The sentence of an analysis that failed before its first frame; there is room for all of it in the picture's place."""
    status = opened.run.status
    return told(status.message) if status.state is FileState.FAILED and not status.frames else ""
