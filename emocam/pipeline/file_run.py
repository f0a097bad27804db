"""A recording that fills up in the background: by analysing a file at full speed, or by reading a session."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from emocam.domain.annotations import Annotations
from emocam.domain.completeness import ends_early, is_of_camera, is_whole
from emocam.domain.errors import NOTHING, EmocamError, Sentence
from emocam.domain.ports import Clock, SourceInfo
from emocam.domain.recording import Readings, Recording
from emocam.domain.sampling import SAMPLING_KEYS
from emocam.domain.summary import end_of
from emocam.domain.vision import Observation

_log = logging.getLogger(__name__)


class FileState(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        return self in (FileState.DONE, FileState.STOPPED, FileState.FAILED)


@dataclass(frozen=True, slots=True)
class FileStatus:
    """A snapshot. message: one sentence where it failed. frames: so far; frame_count: an estimate, None where unknown.
    rate: frames per second since the first one. device: what the model runs on, empty where nothing is analysed."""

    state: FileState = FileState.WAITING
    message: Sentence = NOTHING
    source: SourceInfo | None = None
    device: str = ""
    frames: int = 0
    frame_count: int | None = None
    rate: float = 0.0

    @property
    def share(self) -> float | None:
        """How much is done, 0 to 1; None where that can't be told."""
        if self.state is FileState.DONE:
            return 1.0
        return min(self.frames / self.frame_count, 1.0) if self.frame_count else None

    @property
    def seconds_left(self) -> float | None:
        if not self.frame_count or not self.rate:
            return None
        return max(self.frame_count - self.frames, 0) / self.rate


class FileRun:
    """work: does it all in a thread of its own; it calls `opened` and `append`, looks at `stop`, and may raise EmocamError.
    What was appended until a stop or a failure stays."""

    def __init__(self, classes: tuple[str, ...], work: Callable[[FileRun], None], clock: Clock = time.monotonic) -> None:
        self.recording = Recording(classes)
        self.stop_wanted = threading.Event()
        self._work = work
        self._clock = clock
        self._began: float | None = None
        self._status = FileStatus()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="emocam-file", daemon=True)

    def start(self) -> None:
        """Once; after that nothing happens."""
        if self._thread.ident is None:
            self._update(state=FileState.WORKING)
            self._thread.start()

    def stop(self) -> None:
        """Ends soon; returns at once. What has not begun is not begun."""
        self.stop_wanted.set()
        if self._thread.ident is None:
            self._update(state=FileState.STOPPED)

    def join(self, timeout: float) -> bool:
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def status(self) -> FileStatus:
        with self._lock:
            return self._status

    # What the work calls

    def opened(self, info: SourceInfo | None, frame_count: int | None, device: str = "") -> None:
        self._update(source=info, frame_count=frame_count, device=device)

    def append(self, readings: Readings) -> None:
        self.recording.append(readings)
        now = self._clock()
        self._began = now if self._began is None else self._began
        frames = self.status.frames + len(readings.times)
        elapsed = now - self._began
        self._update(frames=frames, rate=frames / elapsed if elapsed > 0.2 else 0.0)

    def _run(self) -> None:
        try:
            self._work(self)
        except EmocamError as error:
            self._update(state=FileState.FAILED, message=error.sentence)
        except Exception:  # noqa: BLE001  # a bug must be told, not leave a window that waits
            _log.exception("The analysis failed")
            message = Sentence(
                "Something went wrong inside emocam; what was analysed until then is kept, and the log says more."
            )
            self._update(state=FileState.FAILED, message=message)
        else:
            self._update(state=FileState.STOPPED if self.stop_wanted.is_set() else FileState.DONE)

    def _update(self, **changes: object) -> None:
        with self._lock:
            self._status = replace(self._status, **changes)  # type: ignore[arg-type]  # checked by the dataclass


@dataclass(frozen=True, slots=True)
class OpenedRecording:
    """A recording to look at. run: fills it, not started. video: None where it can't be found any more. session: the file
    that holds the readings and takes the annotations; where the run analyses, from its first frame on, with these in it.
    meta: of the session, empty where it is only now being made. uncertain_below: under which probability its model names no
    class. earlier: whether the readings were made before, and told_s: how many seconds their source said it lasts."""

    run: FileRun
    title: str
    session: Path
    video: Path | None
    annotations: Annotations
    meta: Mapping[str, str]
    uncertain_below: float
    earlier: bool
    told_s: float | None = None

    @property
    def source_s(self) -> float | None:
        """How many seconds the source says it lasts; None where it does not, or was not opened yet."""
        source = self.run.status.source
        return source.duration if source else self.told_s

    @property
    def end_s(self) -> float:
        """When the last frame that is there by now ends, in seconds; 0 where there is none. Of hours it takes a moment."""
        return end_of(self.run.recording.readings.times, self.source_s)

    @property
    def ends_early(self) -> bool:
        """Whether a whole one comes to its end so long before its time that the file may have been cut off."""
        times, told_s = self.run.recording.readings.times, self.source_s
        done = self.run.status.state is FileState.DONE and self.whole
        if SAMPLING_KEYS & self.meta.keys() and len(times) < 2:
            return False  # Of a single frame out of many it can't be told.
        # Asked twice a second, so not the end itself at first: the last frame's beginning mostly tells enough.
        near = ends_early(float(times[-1]) if len(times) else 0.0, told_s)
        return done and near and ends_early(self.end_s, told_s)

    @property
    def unfinished(self) -> bool:
        """Whether not all of it is analysed."""
        return not self.whole if self.earlier else self.run.status.state is not FileState.DONE

    @property
    def of_camera(self) -> bool:
        return is_of_camera(self.meta)

    @property
    def whole(self) -> bool:
        """Whether a done run is all there is of it. An analysis of before may have been stopped; a camera has no more."""
        return not self.earlier or is_whole(self.meta)


class FillingSink:
    """An `ObservationSink` that hands what it is given to a run: the first at once, since somebody waits, then in handfuls."""

    def __init__(self, run: FileRun) -> None:
        self._run = run
        self._held: list[Observation] = []

    def write(self, observation: Observation) -> None:
        self._held.append(observation)
        if not self._run.status.frames:
            self.flush()

    def flush(self) -> None:
        if self._held:
            self._run.append(Readings.of(self._held, len(self._run.recording.classes)))
            self._held.clear()

    def close(self) -> None:
        self.flush()
