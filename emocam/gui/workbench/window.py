"""The window of a recording: player, chart, faces, markers and summary, all in step.

It pulls: a timer asks the clock where the playhead is, wants the frame of that moment and draws the newest it was given.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QByteArray, QSettings, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QImage, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QFileDialog,
    QLabel,
    QMainWindow,
    QMenu,
    QMessageBox,
    QProgressBar,
    QSizePolicy,
    QSplitter,
    QTabWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from emocam.domain.annotations import Annotations, Marker
from emocam.domain.decimation import Pyramid
from emocam.domain.summary import Rules, summarise
from emocam.gui import theme
from emocam.gui.backend import Backend
from emocam.gui.bridge import Job
from emocam.gui.controls import short_name
from emocam.gui.preview import Preview
from emocam.gui.recent import recent_files, remember_file
from emocam.gui.words import clock_text, file_filter, time_text
from emocam.gui.workbench.chart import RecordingChart, Shown
from emocam.gui.workbench.editor import Editor
from emocam.gui.workbench.event_keys import EventKeysDialog, load_event_keys, save_event_keys
from emocam.gui.workbench.faces import FaceRow, FacesPanel
from emocam.gui.workbench.markers import MarkersPanel
from emocam.gui.workbench.player import RATES, FrameFetcher, PlayClock
from emocam.gui.workbench.queue import Queue, QueuePanel
from emocam.gui.workbench.sound import Sound
from emocam.gui.workbench.summary import SummaryPanel
from emocam.gui.workbench.thumbnails import Thumbnails, best_places
from emocam.gui.workbench.transport import Transport
from emocam.pipeline.file_run import FileState, OpenedRecording
from emocam.pipeline.resmoothing import resmoothed

_LOOK_EVERY_MS = 12
_HEAD_EVERY_S = 0.04
_READINGS_EVERY_S = 0.5
_SUMMARY_EVERY_S = 1.0


class RecordingWindow(QMainWindow):
    """Everything it needs comes from `backend`. `camera_wanted` asks for the live window."""

    camera_wanted = pyqtSignal()

    def __init__(self, backend: Backend) -> None:
        super().__init__()
        self._backend = backend
        self._opened: OpenedRecording | None = None
        self._fetcher: FrameFetcher | None = None
        self._sound: Sound | None = None
        self._thumbnails: Thumbnails | None = None
        self._editor = Editor(Annotations(), lambda _: None, self)
        self._clock = PlayClock()
        self._jobs: list[Job] = []
        self._drawn: tuple[object, ...] = ()
        self._frames_drawn = -1
        self._pyramids: dict[tuple[int, ...], Pyramid] = {}
        self._images: dict[int, QImage] = {}
        self._smoothing: float | None = None
        self._rows: list[FaceRow] = []
        self._smoothed_scores: object = None
        self._range_start: float | None = None
        self._range_end: float | None = None
        self._open_states: dict[str, float] = {}
        self._due = {"head": 0.0, "readings": 0.0, "summary": 0.0}
        self._ended_seen = False
        self._play_soon = False

        self.setWindowTitle("emocam")
        self.setMinimumSize(960, 600)
        self.setAcceptDrops(True)
        self._queue = Queue(backend.open_recording, self)
        self._queue.failed.connect(self._say)
        self._build_centre()
        self._build_actions()
        self._build_bars()
        self._build_event_keys()
        self._restore()
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

    def open_paths(self, paths: list[Path], *, anew: bool = False) -> None:
        """Open the first of `paths`, files or folders; the rest is analysed after it, one at a time."""
        files = self._backend.recordings_in(paths)
        if not files:
            self._say("There is no video, picture or session there.")
            return
        self._queue.add(files, anew=anew)
        self._queue_panel.setVisible(len(self._queue.paths) > 1)
        self.show_path(files[0])

    def show_path(self, path: Path) -> None:
        """Show one of the queue."""
        opened = self._queue.opened(path)
        if opened is None:
            return
        self._close_recording()
        self._opened = opened
        remember_file(path)
        self.setWindowTitle(f"{short_name(opened.title, 60)} – emocam")
        self._editor = Editor(opened.annotations, self._save, self)
        self._editor.changed.connect(self._annotations_changed)
        self._undo_menu()
        self._editor.hold(not opened.run.status.state.ended)
        self._preview.clear()
        self._preview.show_word("")
        if opened.video is not None:
            self._begin_player(opened.video)
        else:
            self._preview.show_word(f"{opened.title} can't be found, so there is no picture; File, “Find the video…” helps.")
        self._chart.set_duration(1.0)
        self._chart.fit()
        self._frames_drawn, self._ended_seen = -1, False
        self._timer.start()
        self._annotations_changed()
        self._enable()

    def play(self) -> None:
        """As soon as it is known how long it is."""
        self._play_soon = self._clock.duration == 0.0
        self._clock.play()

    def pause(self) -> None:
        self._clock.pause()

    def seek(self, position: float) -> None:
        self._clock.seek(position)
        self._due["head"] = 0.0

    @property
    def position(self) -> float:
        return self._clock.position

    # Looking

    def _look(self) -> None:
        opened = self._opened
        if opened is None:
            return
        now = time.monotonic()
        if self._clock.at_an_end():
            self._clock.pause()
        position = self._clock.position
        if self._fetcher is not None:
            self._fetcher.want(position)
            self._draw_frame(position)
        if self._sound is not None:
            self._sound.follow(position, self._clock.rate, playing=self._clock.playing)
        if now >= self._due["head"]:
            self._due["head"] = now + _HEAD_EVERY_S
            self._draw_head(position)
        if now >= self._due["readings"]:
            self._due["readings"] = now + _READINGS_EVERY_S
            self._draw_progress()
            self._draw_readings()
        if now >= self._due["summary"]:
            self._due["summary"] = now + _SUMMARY_EVERY_S
            self._draw_summary()

    def _draw_frame(self, position: float) -> None:
        opened, fetcher = self._opened, self._fetcher
        if opened is None or fetcher is None:
            return
        if fetcher.message:
            self._preview.show_word(fetcher.message)
            return
        frame, info = fetcher.frame, fetcher.info
        if info is not None:
            self._learn_duration()
        if frame is None:
            return
        # What was read from this very frame; where the analysis has not got there, nothing.
        known = opened.run.recording.readings.times
        reached = len(known) > 0 and frame.timestamp <= known[-1] + 1e-3
        annotations = self._editor.annotations
        seen = opened.run.recording.at(frame.timestamp + 1e-3, annotations, (frame.width, frame.height)) if reached else None
        drawing = (frame, seen.frame_index if seen else None, annotations, self._faces.selected)
        if drawing != self._drawn:
            self._drawn = drawing
            chosen = self._faces.selected
            self._preview.show_frame(frame, seen, chosen[0] if len(chosen) == 1 else None, self._names())
            self._preview.show_word("")

    def _draw_head(self, position: float) -> None:
        if self._opened is None:
            return
        self._chart.set_position(position)
        if self._clock.playing:
            self._chart.keep_in_view(position)
        readings = self._opened.run.recording.readings
        place = int(readings.times.searchsorted(position + 1e-3, "right")) - 1
        number = int(readings.frames[place]) if 0 <= place < len(readings.frames) else None
        self._transport.show_time(position, self._clock.duration, number)
        self._transport.show_playing(self._clock.playing, self._clock.rate)
        self._transport.show_sound(available=self._sound is not None and self._sound.available)

    def _learn_duration(self) -> None:
        info = self._fetcher.info if self._fetcher else None
        readings = self._opened.run.recording.readings if self._opened else None
        last = float(readings.times[-1]) if readings is not None and len(readings.times) else 0.0
        told = (info.duration or 0.0) if info else 0.0
        if self._opened is not None and self._opened.run.status.state is FileState.DONE:
            told = last  # What was really there; a header only estimates.
        self._clock.duration = max(last, told)
        if self._play_soon and self._clock.duration:
            self.play()
        self._chart.set_duration(max(self._clock.duration, 0.1))

    def _draw_progress(self) -> None:
        opened = self._opened
        if opened is None:
            return
        status = opened.run.status
        working = status.state is FileState.WORKING
        for action in (self._bar_action, self._cancel_action):
            if action is not None:
                action.setVisible(working)
        share = status.share
        self._bar.setRange(0, 0 if share is None else 1000)
        self._bar.setValue(round((share or 0.0) * 1000))
        left = status.seconds_left
        if working:
            what = "Reading" if opened.earlier else "Analysing"
            tail = f" · {clock_text(left)} left" if left is not None else ""
            self._state.setText(f"{what} · frame {status.frames} · {status.rate:.0f}/s{tail}" if status.frames else f"{what}…")
        elif status.state is FileState.FAILED:
            self._state.setText(status.message)
        elif status.state is FileState.STOPPED:
            self._state.setText(f"Stopped after {status.frames} frames; what is done is kept.")
        else:
            self._state.setText(f"{status.frames} frames{', analysed before' if opened.earlier else ''}")
        if status.state.ended and not self._ended_seen:
            self._ended_seen = True
            self._learn_duration()
            self._editor.hold(False)
            self._enable()
        elif working:
            self._learn_duration()
        self._device.setText(f"{self._backend.model_name} · {status.device}" if status.device else "")
        self._queue_panel.show_states()

    def _draw_readings(self) -> None:
        """Chart and faces anew, where there are more frames than were drawn."""
        if self._opened is None:
            return
        frames = self._opened.run.status.frames
        if frames == self._frames_drawn:
            return
        # A chart of hours costs more to redraw, so it waits for a share more; the end is always drawn.
        working = self._opened.run.status.state is FileState.WORKING
        if working and self._frames_drawn > 0 and frames < self._frames_drawn * 1.01:
            return
        self._frames_drawn = frames
        self._pyramids.clear()
        self._show_faces()
        self._show_lanes()

    def _show_faces(self) -> None:
        if self._opened is None:
            return
        recording, annotations = self._opened.run.recording, self._editor.annotations
        rows = []
        for person in recording.people(annotations):
            summary = summarise(recording.series((person,), annotations), recording.classes, Rules(1.0))
            leading = recording.classes[max(range(len(summary.mean)), key=summary.mean.__getitem__)]
            rows.append(
                FaceRow(
                    person,
                    annotations.name(person),
                    person in annotations.hidden,
                    summary.present_s,
                    leading if summary.present_s else "",
                    summary.mean,
                )
            )
        self._rows = rows
        self._faces.show_rows(rows, self._images)
        missing = frozenset(row.person for row in rows) - self._images.keys()
        if self._thumbnails is not None and missing and not self._thumbnails.busy:
            self._thumbnails.make(best_places(recording, annotations, missing))

    def _show_lanes(self) -> None:
        opened = self._opened
        if opened is None:
            return
        chosen = self._faces.selected
        groups = [chosen] if self._faces.averaged else [(person,) for person in chosen]
        names = self._editor.annotations
        self._chart.show_lanes(
            [Shown("mean" if len(group) > 1 else names.name(group[0]), self._pyramid(group)) for group in groups if group]
        )
        self._due["summary"] = 0.0

    def _pyramid(self, people: tuple[int, ...]) -> Pyramid:
        if people not in self._pyramids and self._opened is not None:
            scores = self._smoothed_scores if self._smoothing is not None else None
            series = self._opened.run.recording.series(people, self._editor.annotations, scores)  # type: ignore[arg-type]
            self._pyramids[people] = Pyramid(series)
        return self._pyramids[people]

    def _draw_summary(self) -> None:
        if self._opened is None or self._tabs.currentWidget() is not self._summary:
            return
        chosen = self._faces.selected
        if not chosen:
            self._summary.show_summary("", "", self._chart.threshold, None)
            return
        people = chosen if self._faces.averaged else chosen[:1]
        series = self._pyramid(people).series
        span = self._range
        if span:
            series = series.between(*span)
        where = f"{time_text(span[0])} – {time_text(span[1])}" if span else "the whole recording"
        who = "Mean of the chosen faces" if len(people) > 1 else self._editor.annotations.name(people[0])
        rules = Rules(self._chart.threshold)
        self._summary.show_summary(who, where, rules.threshold, summarise(series, self._opened.run.recording.classes, rules))

    # Editing

    def _annotations_changed(self) -> None:
        self._pyramids.clear()
        self._drawn = ()
        self._images = {person: image for person, image in self._images.items() if person not in self._changed_people()}
        self._markers.show_markers(self._editor.annotations.markers)
        self._chart.set_markers(self._editor.annotations.markers, self._range)
        if self._frames_drawn >= 0:
            self._show_faces()
            self._show_lanes()

    def _changed_people(self) -> set[int]:
        known = {row.person for row in self._rows}
        recording = self._opened.run.recording if self._opened else None
        return known ^ set(recording.people(self._editor.annotations)) if recording else set()

    def _names(self) -> dict[int, str]:
        return {person.id: person.name for person in self._editor.annotations.people if person.name}

    def _rename(self, person: int, name: str) -> None:
        annotations = self._editor.annotations
        if name.strip() == f"Face {person}":
            name = ""
        self._editor.edit(f"rename {annotations.name(person)}", annotations.renamed(person, name))

    def _merge(self, people: list[int]) -> None:
        if self._opened is None:
            return
        annotations = self._editor.annotations
        into, *others = people
        together = self._seen_together(people)
        if together is not None:
            self._say(f"These faces are in the picture together at {time_text(together)}, so they are not one person.")
            return
        for other in others:
            annotations = annotations.merged(into, other)
        self._editor.edit(f"merge into {annotations.name(into)}", annotations)
        self._faces.select([into])

    def _seen_together(self, people: list[int]) -> float | None:
        """The first moment with two of `people` in the picture, in seconds."""
        if self._opened is None:
            return None
        recording, annotations = self._opened.run.recording, self._editor.annotations
        seen = sum(recording.series((person,), annotations).present.astype(int) for person in people)
        both = (seen > 1).nonzero()[0]  # type: ignore[union-attr]  # a sum of arrays
        return float(recording.readings.times[both[0]]) if len(both) else None

    def _split(self, person: int) -> None:
        opened = self._opened
        if opened is None:
            return
        if not opened.run.status.state.ended:
            self._say("A face can be split once the analysis is done: until then numbers are still being given.")
            return
        annotations = self._editor.annotations
        readings = opened.run.recording.readings
        place = int(readings.times.searchsorted(self.position + 1e-3, "right")) - 1
        at = float(readings.times[max(place, 0)])
        series = opened.run.recording.series((person,), annotations)
        if not series.between(0, at - 1e-6).present.any() or not series.between(at, float("inf")).present.any():
            self._say("Put the playhead between the two people: on one side of it this face was never there.")
            return
        taken = {*opened.run.recording.people(Annotations()), *(piece.person for piece in annotations.pieces)}
        new = max(taken) + 1
        self._editor.edit(f"split {annotations.name(person)}", annotations.split(person, at, new))
        self._faces.select([person, new])

    def _hide(self, people: list[int], hidden: bool) -> None:
        annotations = self._editor.annotations
        for person in people:
            annotations = annotations.shown(person, hidden=hidden)
        self._editor.edit("hide faces" if hidden else "show faces", annotations)

    def _mark(self, label: str = "") -> None:
        if self._opened is None:
            return
        annotations = self._editor.annotations
        marker = Marker(round(self.position, 3), label or f"marker {len(annotations.markers) + 1}")
        self._editor.edit("set a marker", annotations.marked(marker))
        if not label:
            self._say(f"Marker set at {time_text(marker.start_s)}; its label can be typed in the list.")

    def _mark_span(self) -> None:
        span = self._range
        if span is None:
            self._say("Choose a range first: I at its start, O at its end.")
            return
        annotations = self._editor.annotations
        marker = Marker(round(span[0], 3), f"span {len(annotations.markers) + 1}", round(span[1], 3))
        self._editor.edit("set a span", annotations.marked(marker))

    def _press_event_key(self, label: str, state: bool) -> None:
        if not state:
            self._mark(label)
        elif label in self._open_states:
            start, end = sorted((self._open_states.pop(label), self.position))
            marker = Marker(round(start, 3), label, round(end, 3))
            self._editor.edit(f"set {label}", self._editor.annotations.marked(marker))
            self._say(f"{label}: {time_text(start)} – {time_text(end)}")
        else:
            self._open_states[label] = self.position
            self._say(f"{label} begins at {time_text(self.position)}; press the key again where it ends.")

    def _change_marker(self, before: Marker, after: Marker) -> None:
        self._editor.edit("change a marker", self._editor.annotations.unmarked(before).marked(after))

    def _remove_markers(self, markers: list[Marker]) -> None:
        annotations = self._editor.annotations
        for marker in markers:
            annotations = annotations.unmarked(marker)
        self._editor.edit("remove markers", annotations)

    def _save(self, annotations: Annotations) -> None:
        if self._opened is None:
            return
        session = self._opened.session
        job = Job(lambda: self._backend.save_annotations(session, annotations), self)
        job.failed.connect(self._say)
        self._begin(job)

    # The range

    @property
    def _range(self) -> tuple[float, float] | None:
        if self._range_start is None and self._range_end is None:
            return None
        start = self._range_start or 0.0
        end = self._clock.duration if self._range_end is None else self._range_end
        return (start, end) if start < end else None

    def _range_from_here(self) -> None:
        self._range_start = self.position
        if self._range_end is not None and self._range_end <= self.position:
            self._range_end = None
        self._range_changed()

    def _range_to_here(self) -> None:
        self._range_end = self.position
        if self._range_start is not None and self._range_start >= self.position:
            self._range_start = None
        self._range_changed()

    def _no_range(self) -> None:
        self._range_start = self._range_end = None
        self._range_changed()

    def _range_changed(self) -> None:
        self._chart.set_markers(self._editor.annotations.markers, self._range)
        self._due["summary"] = 0.0
        span = self._range
        self._say(f"Range {time_text(span[0])} – {time_text(span[1])}" if span else "No range chosen")

    # Smoothing by hand

    def _smooth(self, time_constant: float | None) -> None:
        opened = self._opened
        if opened is None:
            return
        self._smoothing = time_constant
        if time_constant is None:
            self._pyramids.clear()
            self._show_lanes()
            return
        readings, classes = opened.run.recording.readings, opened.run.recording.classes
        found: list[object] = []

        def work() -> str:
            scores = resmoothed(readings, classes, time_constant, stop=lambda: self._smoothing != time_constant)
            found.append(scores)
            return ""

        def show(_: str) -> None:
            if self._smoothing == time_constant and found[0] is not None and self._opened is opened:
                self._smoothed_scores = found[0]
                self._pyramids.clear()
                self._show_lanes()

        self._smoothed_scores = readings.raw[:0]
        job = Job(work, self)
        job.done.connect(show)
        self._begin(job)

    # Playing

    def _begin_player(self, video: Path) -> None:
        self._fetcher = FrameFetcher(partial(self._backend.open_reader, video))
        self._thumbnails = Thumbnails(partial(self._backend.open_reader, video), self)
        self._thumbnails.made.connect(self._keep_thumbnail)
        self._sound = Sound(video, self)
        self._sound.set_volume(self._transport.volume)

    def _keep_thumbnail(self, person: int, image: QImage) -> None:
        self._images[person] = image
        self._faces.show_rows(self._rows, self._images)

    def _toggle_playing(self) -> None:
        if self._opened is None:
            return
        if self._clock.playing:
            self._clock.pause()
        else:
            if self._clock.rate < 0:
                self._clock.rate = 1.0
            self._clock.play()

    def _shuttle(self, direction: int) -> None:
        """L plays, and faster each time; J the same backwards."""
        rates = [rate * direction for rate in RATES if rate >= 1]
        going = self._clock.playing and self._clock.rate * direction > 0
        self._clock.rate = next((rate for rate in rates if abs(rate) > abs(self._clock.rate)), rates[-1]) if going else rates[0]
        self._clock.play()

    def _step(self, frames: int) -> None:
        self._clock.pause()
        times = self._opened.run.recording.readings.times if self._opened else ()
        here = self.position
        frame = self._fetcher.frame if self._fetcher else None
        if len(times):
            place = int(times.searchsorted(here + 1e-3, "right")) - 1 + frames  # type: ignore[union-attr]
            if 0 <= place < len(times):
                self.seek(float(times[place]) + 1e-6)
                return
        info = self._fetcher.info if self._fetcher else None
        rate = (info.frame_rate if info else None) or 25.0
        start = frame.timestamp if frame else here
        self.seek(start + frames / rate + 1e-6)

    def _jump(self, seconds: float) -> None:
        self.seek(self.position + seconds)

    def _set_rate(self, rate: float) -> None:
        self._clock.rate = rate

    def _set_volume(self, volume: float) -> None:
        if self._sound is not None:
            self._sound.set_volume(volume)

    def _go_to_marker(self, direction: int) -> None:
        times = sorted(marker.start_s for marker in self._editor.annotations.markers)
        after = [time_s for time_s in times if (time_s - self.position) * direction > 0.01]
        if after:
            self.seek(after[0] if direction > 0 else after[-1])

    # What the user asks for

    def _ask_file(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "Open videos, pictures or sessions", "", file_filter())
        if names:
            self.open_paths([Path(name) for name in names])

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Open a folder of recordings")
        if name:
            self.open_paths([Path(name)])

    def _ask_video(self) -> None:
        if self._opened is None:
            return
        name, _ = QFileDialog.getOpenFileName(self, f"Where is {self._opened.title}?", "", file_filter())
        if name:
            self._close_player()
            self._preview.show_word("")
            self._begin_player(Path(name))

    def _ask_event_keys(self) -> None:
        taken = {key.toString(): action.text().replace("&", "") for action in self._actions for key in action.shortcuts()}
        dialog = EventKeysDialog(load_event_keys(), taken, self)
        if dialog.exec():
            save_event_keys(dialog.keys)
            self._build_event_keys()

    def _ask_export(self) -> None:
        if self._opened is None:
            return
        start = str(Path.home() / f"{Path(self._opened.title).stem}.csv")
        name, _ = QFileDialog.getSaveFileName(self, "Export", start, "CSV table (*.csv);;JSON (*.json);;Parquet (*.parquet)")
        if name:
            session, out = self._opened.session, Path(name) if Path(name).suffix else Path(f"{name}.csv")
            self._editor.save_now()
            job = Job(lambda: f"Saved {self._backend.export(session, out)} rows to {out}", self)
            job.done.connect(self._say)
            job.failed.connect(self._say)
            self._begin(job)

    def _snapshot(self) -> None:
        folder = Path.home()
        name = f"{Path(self._opened.title).stem} {time_text(self.position).replace(':', '-')}.png" if self._opened else ""
        if name and self._preview.grab().save(str(folder / name)):
            self._say(f"Snapshot saved to {folder / name}")

    def _analyse_anew(self) -> None:
        opened = self._opened
        if opened is not None and opened.video is not None:
            self.open_paths([opened.video], anew=True)

    def _cancel_run(self) -> None:
        if self._opened is not None:
            self._opened.run.stop()

    def _show_shortcuts(self) -> None:
        rows = [
            (", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()), action.text())
            for action in self._actions
            if action.shortcuts()
        ]
        rows += [(key.key, f"{key.label} ({'span' if key.state else 'marker'})") for key in load_event_keys()]
        half = -(-len(rows) // 2)
        columns = "".join(
            "<td style='padding-right:32px'><table>"
            + "".join(f"<tr><td><b>{keys}</b>&nbsp;&nbsp;</td><td>{text.replace('&', '')}</td></tr>" for keys, text in part)
            + "</table></td>"
            for part in (rows[:half], rows[half:])
        )
        box = QMessageBox(self)
        box.setWindowTitle("Keyboard")
        box.setText(f"<table><tr valign='top'>{columns}</tr></table>")
        box.exec()

    def _show_threshold(self, threshold: float) -> None:
        self._due["summary"] = 0.0
        self._say(f"Threshold {threshold:.2f}")

    # Building

    def _build_centre(self) -> None:
        classes = self._backend.classes
        self._preview = Preview(self._backend.uncertain_below)
        self._preview.face_clicked.connect(lambda face: self._faces.select([face]))
        self._transport = Transport()
        self._transport.play_wanted.connect(self._toggle_playing)
        self._transport.step_wanted.connect(self._step)
        self._transport.end_wanted.connect(lambda end: self.seek(self._clock.duration if end else 0.0))
        self._transport.rate_wanted.connect(self._set_rate)
        self._transport.volume_wanted.connect(self._set_volume)
        stage = QWidget()
        layout = QVBoxLayout(stage)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._preview, 1)
        layout.addWidget(self._transport)

        self._faces = FacesPanel(classes)
        self._faces.selection_changed.connect(self._show_lanes)
        self._faces.rename_wanted.connect(self._rename)
        self._faces.merge_wanted.connect(self._merge)
        self._faces.split_wanted.connect(self._split)
        self._faces.hide_wanted.connect(self._hide)
        self._markers = MarkersPanel()
        self._markers.go_wanted.connect(self.seek)
        self._markers.change_wanted.connect(self._change_marker)
        self._markers.remove_wanted.connect(self._remove_markers)
        self._markers.mark_wanted.connect(self._mark)
        self._markers.span_wanted.connect(self._mark_span)
        self._markers.keys_wanted.connect(self._ask_event_keys)
        self._summary = SummaryPanel()
        self._summary.go_wanted.connect(self.seek)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self._faces, "&Faces")
        self._tabs.addTab(self._markers, "&Markers")
        self._tabs.addTab(self._summary, "&Summary")
        self._tabs.setMinimumWidth(320)
        self._tabs.currentChanged.connect(lambda _: self._draw_summary())

        self._chart = RecordingChart(classes)
        self._chart.seek_wanted.connect(self.seek)
        self._chart.threshold_changed.connect(self._show_threshold)
        self._chart.smoothing_changed.connect(self._smooth)
        self._queue_panel = QueuePanel(self._queue)
        self._queue_panel.path_chosen.connect(self.show_path)
        self._queue_panel.hide()
        self._upper = QSplitter(Qt.Orientation.Horizontal)
        for widget in (self._queue_panel, stage, self._tabs):
            self._upper.addWidget(widget)
        self._upper.setStretchFactor(1, 1)
        self._upper.setSizes([200, 800, 340])
        self._whole = QSplitter(Qt.Orientation.Vertical)
        self._whole.addWidget(self._upper)
        self._whole.addWidget(self._chart)
        self._whole.setStretchFactor(0, 1)
        self._whole.setSizes([480, 270])
        for splitter in (self._upper, self._whole):
            splitter.setHandleWidth(theme.GRID)
            splitter.setChildrenCollapsible(False)
        self.setCentralWidget(self._whole)

    def _build_actions(self) -> None:
        self._actions: list[QAction] = []
        bar = self.menuBar()
        assert bar is not None
        menus: dict[str, QMenu] = {}
        for title in ("&File", "&Edit", "&Playback", "&Mark", "&View", "&Help"):
            menu = bar.addMenu(title)
            assert menu is not None
            menus[title] = menu

        def add(menu: str, text: str, slot: Callable[[], object], *keys: str) -> QAction:
            action = QAction(text, self)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.triggered.connect(lambda: slot())
            menus[menu].addAction(action)
            self._actions.append(action)
            return action

        add("&File", "&Open…", self._ask_file, "Ctrl+O")
        add("&File", "Open &folder…", self._ask_folder, "Ctrl+Shift+O")
        self._recent = menus["&File"].addMenu("Open &recent")
        menus["&File"].aboutToShow.connect(self._fill_recent)
        add("&File", "&Camera", self.camera_wanted.emit, "Ctrl+L")
        menus["&File"].addSeparator()
        self._export_action = add("&File", "&Export…", self._ask_export, "E", "Ctrl+E")
        self._snapshot_action = add("&File", "Save a &snapshot", self._snapshot, "C")
        menus["&File"].addSeparator()
        self._anew_action = add("&File", "&Analyse anew", self._analyse_anew)
        self._video_action = add("&File", "Find the &video…", self._ask_video)
        menus["&File"].addSeparator()
        add("&File", "&Close", self.close, "Ctrl+W")
        self._edit_menu = menus["&Edit"]
        self._edit_fixed = [
            add("&Edit", "&Rename the face…", self._faces.rename, "F2"),
            add("&Edit", "&Merge the chosen faces", self._faces.merge, "Ctrl+M"),
            add("&Edit", "&Split the face here", self._faces.split, "Ctrl+B"),
            add("&Edit", "&Hide or show the faces", self._faces.toggle_hidden, "H"),
        ]
        play = "&Playback"
        add(play, "&Play and pause", self._toggle_playing, "Space", "K")
        add(play, "Play, and faster", lambda: self._shuttle(1), "L")
        add(play, "Play backwards, and faster", lambda: self._shuttle(-1), "J")
        add(play, "One frame on", lambda: self._step(1), ".")
        add(play, "One frame back", lambda: self._step(-1), ",")
        add(play, "One second on", lambda: self._jump(1), "Right")
        add(play, "One second back", lambda: self._jump(-1), "Left")
        add(play, "Five seconds on", lambda: self._jump(5), "Shift+Right")
        add(play, "Five seconds back", lambda: self._jump(-5), "Shift+Left")
        add(play, "A minute on", lambda: self._jump(60), "Ctrl+Right")
        add(play, "A minute back", lambda: self._jump(-60), "Ctrl+Left")
        add(play, "To the start", lambda: self.seek(0.0), "Home")
        add(play, "To the end", lambda: self.seek(self._clock.duration), "End")
        mark = "&Mark"
        add(mark, "Set a &marker", self._mark, "M")
        add(mark, "Range from here (&in)", self._range_from_here, "I")
        add(mark, "Range to here (&out)", self._range_to_here, "O")
        add(mark, "&Clear the range", self._no_range, "Shift+X")
        add(mark, "Make the range a &span", self._mark_span, "Return")
        add(mark, "Next marker", lambda: self._go_to_marker(1), "Shift+Down")
        add(mark, "Marker before", lambda: self._go_to_marker(-1), "Shift+Up")
        add(mark, "&Keys of your own…", self._ask_event_keys)
        view = "&View"
        add(view, "Fit all of the &time", self._chart.fit, "Z")
        add(view, "Zoom &in", lambda: self._chart.zoom(0.5), "Ctrl++", "Up")
        add(view, "Zoom &out", lambda: self._chart.zoom(2.0), "Ctrl+-", "Down")
        add(view, "&Lines", lambda: self._chart.show_style("Lines"), "Ctrl+1")
        add(view, "&Stacked", lambda: self._chart.show_style("Stacked"), "Ctrl+2")
        for number, widget in enumerate((self._faces, self._markers, self._summary), start=1):
            title = self._tabs.tabText(number - 1)
            add(view, title, partial(self._tabs.setCurrentWidget, widget), f"Alt+{number}")
        add(view, "&Full screen", self._toggle_full_screen, "F11")
        add("&Help", "&Keyboard", self._show_shortcuts, "?")

    def _build_bars(self) -> None:
        bar = QToolBar("Main")
        bar.setObjectName("main")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        for text, tip, slot in (
            ("Open…", "Open videos, pictures or sessions (Ctrl+O)", self._ask_file),
            ("Camera", "Go to the live window (Ctrl+L)", self.camera_wanted.emit),
        ):
            bar.addWidget(_tool(text, tip, slot))
        bar.addSeparator()
        self._state = QLabel()
        self._state.setContentsMargins(theme.GRID, 0, theme.GRID, 0)
        self._bar = QProgressBar()
        self._bar.setFixedSize(160, 14)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the analysis")
        self._cancel = _tool("Stop", "Stop the analysis; what is done is kept", self._cancel_run)
        bar.addWidget(self._state)
        self._bar_action = bar.addWidget(self._bar)
        self._cancel_action = bar.addWidget(self._cancel)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        self._mark_button = _tool("⚑  Mark", "Set a marker at the playhead (M)", self._mark)
        bar.addWidget(self._mark_button)
        self._export_button = _tool("Export…", "Take the results away (E)", self._ask_export)
        bar.addWidget(self._export_button)
        self.addToolBar(bar)
        status = self.statusBar()
        assert status is not None
        self._news = QLabel()
        self._news.setContentsMargins(theme.GRID, 0, theme.GRID, 0)
        self._news.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._device = QLabel()
        self._device.setContentsMargins(theme.GRID, 0, theme.GRID, 0)
        status.addWidget(self._news, 1)
        status.addPermanentWidget(self._device)

    def _build_event_keys(self) -> None:
        for shortcut in getattr(self, "_event_shortcuts", []):
            shortcut.deleteLater()
        self._event_shortcuts = []
        for key in load_event_keys():
            shortcut = QShortcut(QKeySequence(key.key), self)
            shortcut.activated.connect(partial(self._press_event_key, key.label, key.state))
            self._event_shortcuts.append(shortcut)

    def _undo_menu(self) -> None:
        """The editor of this recording has an undo of its own."""
        stack = self._editor.undo_stack
        for old in self._edit_menu.actions():
            if old not in self._edit_fixed:
                self._edit_menu.removeAction(old)
                self._actions = [action for action in self._actions if action is not old]
        undo, redo = stack.createUndoAction(self, "&Undo"), stack.createRedoAction(self, "&Redo")
        assert undo is not None
        assert redo is not None
        undo.setShortcut(QKeySequence("Ctrl+Z"))
        redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        self._edit_menu.insertActions(self._edit_fixed[0], [undo, redo])
        self._edit_menu.insertSeparator(self._edit_fixed[0])
        self._actions += [undo, redo]

    def _fill_recent(self) -> None:
        if self._recent is None:
            return
        self._recent.clear()
        for path in recent_files():
            action = self._recent.addAction(path.name)
            if action is not None:
                action.setToolTip(str(path))
                action.triggered.connect(lambda _=False, path=path: self.open_paths([path]))
        self._recent.setEnabled(bool(self._recent.actions()))

    def _enable(self) -> None:
        there = self._opened is not None
        for action in (self._export_action, self._snapshot_action, self._video_action):
            action.setEnabled(there)
        self._anew_action.setEnabled(there and self._opened is not None and self._opened.video is not None)
        self._export_button.setEnabled(there)
        self._mark_button.setEnabled(there)

    # Small things

    def _say(self, text: str) -> None:
        self._news.setText(text)
        self._news.setToolTip(text)

    def _begin(self, job: Job) -> None:
        self._jobs = [running for running in self._jobs if running.busy]
        self._jobs.append(job)
        job.start()

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _close_player(self) -> None:
        if self._fetcher is not None:
            self._fetcher.close()
        if self._sound is not None:
            self._sound.close()
            self._sound.deleteLater()
        if self._thumbnails is not None:
            self._thumbnails.close()
        self._fetcher = self._sound = self._thumbnails = None

    def _close_recording(self) -> None:
        self._timer.stop()
        self._clock.pause()
        self._editor.save_now()
        self._close_player()
        self._clock = PlayClock()
        self._images, self._rows, self._pyramids, self._drawn = {}, [], {}, ()
        self._smoothing = self._smoothed_scores = None
        self._play_soon = False
        self._range_start = self._range_end = None
        self._open_states.clear()
        self._chart.show_lanes(())
        self._faces.show_rows((), {})

    def _restore(self) -> None:
        kept = QSettings()
        for name, restore in (
            ("geometry", self.restoreGeometry),
            ("upper", self._upper.restoreState),
            ("whole", self._whole.restoreState),
        ):
            value = kept.value(f"workbench/{name}")
            if isinstance(value, QByteArray):
                restore(value)
        if kept.value("workbench/geometry") is None:
            self.resize(1280, 800)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        data = event.mimeData() if event else None
        if event is not None and data is not None and any(url.isLocalFile() for url in data.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        data = event.mimeData() if event else None
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data is not None else []
        if files:
            self.open_paths(files)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        kept = QSettings()
        kept.setValue("workbench/geometry", self.saveGeometry())
        kept.setValue("workbench/upper", self._upper.saveState())
        kept.setValue("workbench/whole", self._whole.saveState())
        self.hide()  # What is left to do takes a moment: the files are closed, nobody has to watch.
        self._smoothing = None
        self._queue.close()
        self._editor.hold(False)
        self._close_recording()
        for job in self._jobs:
            job.join(30.0)
        if event is not None:
            event.accept()


def _tool(text: str, tip: str, slot: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.clicked.connect(lambda: slot())
    return button
