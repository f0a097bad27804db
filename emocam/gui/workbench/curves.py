"""What the chart and the summary show of a recording: one person or several, as it was smoothed or smoothed anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, pyqtSignal

from emocam.domain.annotations import Annotations
from emocam.domain.decimation import Pyramid
from emocam.gui.bridge import BackgroundJob
from emocam.pipeline.file_run import OpenedRecording
from emocam.pipeline.resmoothing import resmoothed

_KEPT = 8  # Of hours each takes tens of megabytes; what is shown is a part of it.


class Curves(QObject):
    """`changed` where all that was handed out should be drawn anew."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opened: OpenedRecording | None = None
        self._annotations = Annotations()
        self._pyramids: dict[tuple[int, ...], Pyramid] = {}
        self._time_constant: float | None = None
        self._scores: NDArray[np.float32] | None = None
        self._job: BackgroundJob | None = None
        self._made_of: tuple[object, ...] = ()

    def show(self, opened: OpenedRecording | None, annotations: Annotations) -> None:
        """What is there by now: asked for again as the recording grows or is edited."""
        if opened is not self._opened:
            self._opened, self._time_constant, self._scores = opened, None, None
        frames = len(opened.run.recording.readings.times) if opened else 0
        if (opened, frames, annotations.pieces) != self._made_of:  # A name changes no curve.
            self._made_of = (opened, frames, annotations.pieces)
            self._pyramids.clear()
        self._annotations = annotations
        grown = opened is not None and self._scores is not None and len(self._scores) < len(opened.run.recording.readings.raw)
        if grown and self._job is None:
            self._begin()

    def pyramid(self, people: tuple[int, ...]) -> Pyramid:
        """Of the one, or of the mean of several. Only where a recording is shown."""
        assert self._opened is not None
        if people not in self._pyramids:
            series = self._opened.run.recording.series(people, self._annotations, self._scores)
            while len(self._pyramids) >= _KEPT:
                del self._pyramids[next(iter(self._pyramids))]
            self._pyramids[people] = Pyramid(series)
        return self._pyramids[people]

    def smooth(self, time_constant: float | None) -> None:
        """With this time constant in seconds, 0 for the model's own values; None for as it was analysed. Takes a moment."""
        self._time_constant = time_constant
        if time_constant is None or self._opened is None:
            self._scores = None
            self._pyramids.clear()
            self.changed.emit()
        else:
            self._begin()

    def close(self) -> None:
        self._time_constant = None
        if self._job is not None:
            self._job.join(5)

    def _begin(self) -> None:
        opened, time_constant = self._opened, self._time_constant
        if opened is None or time_constant is None:
            return
        readings, classes = opened.run.recording.readings, opened.run.recording.classes
        found: list[NDArray[np.float32] | None] = []

        def work() -> str:
            found.append(resmoothed(readings, classes, time_constant, stop=lambda: self._time_constant != time_constant))
            return ""

        def take(_: str) -> None:
            if self._job is job:
                self._job = None
            if self._opened is opened and self._time_constant == time_constant and found and found[0] is not None:
                self._scores = found[0]
                self._pyramids.clear()
                self.show(opened, self._annotations)  # Frames that came meanwhile want to be smoothed too.
                self.changed.emit()

        self._job = job = BackgroundJob(work, self)
        job.done.connect(take)
        job.failed.connect(take)
        job.start()
