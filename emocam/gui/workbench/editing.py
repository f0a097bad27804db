"""What a user does to the faces and markers of a recording. Each is one step of undo; what can't be done says why."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal

from emocam.domain.annotations import Annotations, Marker
from emocam.domain.times import ROUNDED_S
from emocam.gui.numbers import moment
from emocam.gui.translation import face_name, shown_name, tr
from emocam.gui.workbench.editor import Editor
from emocam.pipeline.file_run import FileState, OpenedRecording


class Editing(QObject):
    """position: where the playhead is, in seconds. `said` has a sentence for the user, `chosen` the faces to select."""

    said = pyqtSignal(str)
    chosen = pyqtSignal(list)

    def __init__(
        self, opened: OpenedRecording, editor: Editor, position: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._opened = opened
        self._editor = editor
        self._position = position

    # Faces

    def rename(self, person: int, name: str) -> None:
        annotations = self._editor.annotations
        if name.strip() == face_name(person):
            name = ""
        self._editor.edit(tr("rename {face}", face=shown_name(annotations, person)), annotations.renamed(person, name))

    def merge(self, people: list[int]) -> None:
        if not self._opened.run.status.state.ended:
            self.said.emit(
                tr("Faces can be merged once the analysis is done: until then they may still come into the picture together.")
            )
            return
        annotations = self._editor.annotations
        into, *others = people
        together = self._seen_together(people)
        if together is not None:
            self.said.emit(
                tr("These faces are in the picture together at {time}, so they are not one person.", time=moment(together))
            )
            return
        for other in others:
            annotations = annotations.merged(into, other)
        self._editor.edit(tr("merge into {face}", face=shown_name(annotations, into)), annotations)
        self.chosen.emit([into])

    def split(self, person: int) -> None:
        if not self._opened.run.status.state.ended:
            self.said.emit(tr("A face can be split once the analysis is done: until then numbers are still being given."))
            return
        recording, annotations = self._opened.run.recording, self._editor.annotations
        readings = recording.readings
        at = float(readings.times[max(readings.place_at(self._position()), 0)]) if len(readings.times) else 0.0
        series = recording.series((person,), annotations)
        if not series.between(0, at - 1e-6).present.any() or not series.between(at, float("inf")).present.any():
            self.said.emit(tr("Put the playhead between the two people: on one side of it this face was never there."))
            return
        taken = {*recording.people(Annotations()), *(piece.person for piece in annotations.pieces)}
        new = max(taken) + 1
        self._editor.edit(tr("split {face}", face=shown_name(annotations, person)), annotations.split(person, at, new))
        self.chosen.emit([person, new])

    def hide(self, people: list[int], hidden: bool) -> None:
        annotations = self._editor.annotations
        for person in people:
            annotations = annotations.shown(person, hidden=hidden)
        self._editor.edit(tr("hide faces") if hidden else tr("show faces"), annotations)

    def _seen_together(self, people: list[int]) -> float | None:
        """The first moment with two of `people` in the picture, in seconds."""
        recording, annotations = self._opened.run.recording, self._editor.annotations
        present = [recording.series((person,), annotations).present for person in people]
        both = sum(each.astype(int) for each in present) > 1
        return float(recording.readings.times[both.argmax()]) if both.any() else None  # type: ignore[union-attr]  # an array

    # Markers

    def mark(self, label: str = "") -> None:
        annotations = self._editor.annotations
        marker = Marker(round(self._position(), 3), label or tr("marker {number}", number=len(annotations.markers) + 1))
        self._editor.edit(tr("set a marker"), annotations.marked(marker))
        self.said.emit(tr("Marker set at {time}; its label can be typed in the list.", time=moment(marker.start_s)))

    def mark_span(self, span: tuple[float, float] | None) -> None:
        if span is None:
            self.said.emit(tr("Choose a range first: I at its start, O at its end."))
            return
        label = tr("span {number}", number=len(self._editor.annotations.markers) + 1)
        self._mark_from_to(*span, label)

    def press_event_key(self, label: str, state: bool) -> None:
        """A point event at the playhead; of a state event the start, then the end."""
        if not state:
            self.mark(label)
        elif label in self._editor.begun:
            ends = self._editor.begun.pop(label), self._position()
            self._mark_from_to(min(ends), max(ends), label)
        else:
            self._editor.begun[label] = self._position()
            self._editor.changed.emit()
            self.said.emit(
                tr(
                    "{label} begins at {time}; press the key again where it ends.",
                    label=label,
                    time=moment(self._position()),
                )
            )

    def change_marker(self, before: Marker, after: Marker) -> None:
        length = self._length()
        earlier, latest = (each.start_s if each.end_s is None else each.end_s for each in (before, after))
        if length is not None and latest > max(earlier, length + ROUNDED_S):
            self.said.emit(tr("The recording ends at {time}, so no marker can be after it.", time=moment(length)))
            self._editor.changed.emit()  # The list shows what was typed.
            return
        self._editor.edit(tr("change a marker"), self._editor.annotations.unmarked(before).marked(after))

    def remove_markers(self, markers: list[Marker]) -> None:
        annotations = self._editor.annotations
        for marker in markers:
            annotations = annotations.unmarked(marker)
        self._editor.edit(tr("remove markers"), annotations)

    def marker_from(self, direction: int) -> float | None:
        """When the next marker (1) or the one before (-1) is, in seconds."""
        times = sorted(marker.start_s for marker in self._editor.annotations.markers)
        there = [time_s for time_s in times if (time_s - self._position()) * direction > 0.01]
        if not there:
            return None
        return there[0] if direction > 0 else there[-1]

    def _length(self) -> float | None:
        """In seconds; None where it can't be told yet."""
        opened = self._opened
        if opened.run.status.state is FileState.DONE and opened.whole:
            return opened.end_s or None
        return max(opened.end_s, opened.source_s) if opened.source_s else None

    def _mark_from_to(self, start: float, end: float, label: str) -> None:
        marker = Marker(round(start, 3), label, round(end, 3))
        self._editor.edit(tr("set {label}", label=label), self._editor.annotations.marked(marker))
        self.said.emit(f"{label}: {moment(start)} – {moment(end)}")


class TimeRange(QObject):
    """The part of a recording that is chosen: from in to out; where only one is set, from the start or to the end."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._start: float | None = None
        self._end: float | None = None

    def span(self, duration: float) -> tuple[float, float] | None:
        """Seconds; None where nothing is chosen."""
        if self._start is None and self._end is None:
            return None
        start, end = self._start or 0.0, duration if self._end is None else self._end
        return (start, end) if start < end else None

    def begin(self, at: float) -> None:
        self._start = at
        self._end = None if self._end is not None and self._end <= at else self._end
        self.changed.emit()

    def finish(self, at: float) -> None:
        self._end = at
        self._start = None if self._start is not None and self._start >= at else self._start
        self.changed.emit()

    def clear(self) -> None:
        self._start = self._end = None
        self.changed.emit()
