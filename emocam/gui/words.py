"""What the window says of a session, in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emocam.domain.files import PICTURES, SESSION, VIDEOS
from emocam.domain.times import clock_text
from emocam.domain.vision import Frame, Observation
from emocam.gui.numbers import decimal
from emocam.gui.translation import told, tr
from emocam.pipeline.file_run import FileState, FileStatus
from emocam.pipeline.live import SessionState, SessionStatus

_DARK = 12.0
_SILENT_S = 0.8
_SILENT_TIMES, _SLOWEST_S = 2.5, 2.0  # A slow camera is silent after so many times the distance of its last two pictures.
_SAME_S = 1.0


def state_word(status: SessionStatus) -> str:
    """One sentence, empty where the picture speaks for itself."""
    match status.state:
        case SessionState.STARTING if status.source is None:
            return tr("Opening the source…")
        case SessionState.STARTING:
            return tr("Loading the model…")
        case SessionState.PAUSED:
            return tr("Paused")
        case SessionState.WAITING | SessionState.FAILED:
            return told(status.message)
        case _:
            return ""


def ended_word(status: SessionStatus, recording: Path | None) -> str:
    kept = " " + tr("Saved to {path}.", path=recording) if recording else ""
    match status.state:
        case SessionState.FINISHED:
            return tr("The end of the recording.") + kept
        case SessionState.STOPPED:
            return tr("Stopped.") + kept
        case SessionState.FAILED:
            return f"{told(status.message)}{kept}"
        case _:
            return ""


def status_line(status: SessionStatus | None) -> str:
    if status is None or status.source is None:
        return tr("Ready")
    if status.state.ended:
        if status.analysed == 1:
            return tr("{count} frame analysed · dropped {dropped}", count=1, dropped=status.dropped)
        return tr("{count} frames analysed · dropped {dropped}", count=status.analysed, dropped=status.dropped)
    return tr(
        "camera {captured}/s · analysed {analysed}/s · {latency} ms · dropped {dropped}",
        captured=f"{decimal(status.capture_rate, 1):>4}",
        analysed=f"{decimal(status.analysis_rate, 1):>4}",
        latency=f"{status.latency * 1000:3.0f}",
        dropped=status.dropped,
    )


def run_text(status: FileStatus, *, earlier: bool, whole: bool, cut_off: bool, faces: bool) -> str:
    """How far a recording is. earlier: whether it was analysed before, and is only read; whole: then to its end.
    cut_off: whether that comes before its time. faces: whether any was found."""
    if status.state is FileState.FAILED:
        return told(status.message)
    if status.state is FileState.STOPPED:
        if status.frames == 1:
            return tr("Stopped after {count} frame; what is done is kept.", count=1)
        return tr("Stopped after {count} frames; what is done is kept.", count=status.frames)
    if status.state is FileState.DONE:
        said = tr("{count} frame", count=1) if status.frames == 1 else tr("{count} frames", count=status.frames)
        none = tr("no face in it") if status.frames == 1 else tr("no face in any of them")
        said = said if faces else f"{said}, {none}"
        if not whole:
            return f"{said}, {tr('analysis stopped before the end')}"
        said = f"{said}, {tr('analysed before')}" if earlier else said
        return f"{said}; {tr('it ends before its time and may be cut off')}" if cut_off else said
    if status.state is FileState.WAITING:
        return tr("Waits until another file is done…")
    what = tr("Reading") if earlier else tr("Analysing")
    if not status.frames:
        return tr("{what}…", what=what)
    said = f"{what} · {tr('frame {number}', number=status.frames)} · {status.rate:.0f}/s"
    return said if status.seconds_left is None else f"{said} · {tr('{time} left', time=clock_text(status.seconds_left))}"


def file_filter() -> str:
    """For a dialog that opens recordings."""
    endings = sorted(VIDEOS) + sorted(PICTURES) + [SESSION]
    return f"{tr('Recordings')} ({' '.join(f'*{ending}' for ending in endings)});;{tr('All files')} (*)"


class PictureWatch:
    """Notices what no error tells: a camera that falls silent, repeats itself or shows the dark."""

    def __init__(self) -> None:
        self._sample: NDArray[np.uint8] | None = None
        self._new_at = 0.0
        self._changed_at = 0.0
        self._apart = 0.0

    def see(self, frame: Frame, now: float) -> None:
        """A new frame is shown, at `now` seconds."""
        step = max(1, frame.height // 45)
        sample = frame.pixels[::step, ::step]
        if self._sample is None or not np.array_equal(sample, self._sample):
            self._changed_at = now
        self._apart = now - self._new_at if self._sample is not None else 0.0
        self._sample, self._new_at = sample.copy(), now

    def wait_anew(self, now: float) -> None:
        """What was before `now`, such as a pause, tells nothing of the camera."""
        self._new_at, self._changed_at = now, now

    def word(self, observation: Observation | None, now: float) -> str:
        if self._sample is None:
            return ""
        if now - self._new_at > max(_SILENT_S, _SILENT_TIMES * min(self._apart, _SLOWEST_S)):
            return tr("The camera does not answer…")
        if float(self._sample.mean()) < _DARK:
            return tr("Too dark: the picture is black. Is the lens covered?")
        if self._new_at - self._changed_at > _SAME_S:
            return tr("The camera keeps sending the same picture.")
        return _no_face_word(observation)


def _no_face_word(observation: Observation | None) -> str:
    return "" if observation is None or observation.readings else tr("No face in the picture")
