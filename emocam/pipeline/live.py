"""A live run: one thread reads the camera, one analyses, any thread may look.

        start()            first frame analysed          read() fails, live          source ends
    IDLE ------> STARTING ----------------> RUNNING <------------------> WAITING      RUNNING ------> FINISHED
                     |                      |    ^
                     |              pause() v    | resume()                any  --stop()--> STOPPED --+
                     +--> FAILED            PAUSED                         any  --error---> FAILED <--+ can't be kept

What was recorded and can't be kept is told after a stop too, since the last of it is written only then; no other error is.

A state moves only by compare-and-set under one lock, so a late RUNNING never paints over a FAILED. The source is never made to
wait: the slot between the threads keeps the newest frame and counts what it replaced. Recordings are for `pipeline.file_run`.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from emocam.domain.errors import NOTHING, AnotherCameraError, EmocamError, Sentence, SessionFileError, SourceError
from emocam.domain.ports import Clock, FrameSource, RecordingSink, SessionListener, SourceInfo
from emocam.domain.timeline import Timeline
from emocam.domain.vision import Frame
from emocam.pipeline.analyser import Analyser, Analysis
from emocam.pipeline.asleep import Asleep
from emocam.pipeline.rate import Rate
from emocam.pipeline.slot import Slot

_log = logging.getLogger(__name__)
_OLD_S = 0.5  # Somebody who marks means what is on the screen, unless that has stood still for so long.
_FLUSH_EVERY_S = 0.4
_REOPEN_EVERY_S = 1.0


class SessionState(StrEnum):
    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    WAITING = "waiting for the camera"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        return self in (SessionState.FINISHED, SessionState.STOPPED, SessionState.FAILED)


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """A snapshot. message: one sentence where something is wrong. rates: per second, over the last two seconds.

    latency: seconds from a frame's capture to its observation. dropped: frames never analysed because a newer one came.
    device: what the model runs on, empty until it is loaded.
    """

    state: SessionState = SessionState.IDLE
    message: Sentence = NOTHING
    source: SourceInfo | None = None
    device: str = ""
    capture_rate: float = 0.0
    analysis_rate: float = 0.0
    latency: float = 0.0
    captured: int = 0
    analysed: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Captured:
    frame: Frame
    at: float


class LiveSession:
    """One run of one source. Everything it is given a maker for is made, used and closed in the thread that uses it."""

    def __init__(
        self,
        source: FrameSource,
        make_analyser: Callable[[], Analyser],
        make_sink: Callable[[SourceInfo], RecordingSink | None],
        timeline: Timeline,
        *,
        listener: SessionListener | None = None,
        clock: Clock = time.monotonic,
        asleep: Clock | None = None,
    ) -> None:
        self._source = source
        self._make_analyser = make_analyser
        self._make_sink = make_sink
        self.timeline = timeline
        self._listener = listener
        self._clock = clock
        self._asleep = asleep or Asleep()

        self._lock = threading.Lock()
        self._status = SessionStatus()
        self._shown: Analysis | Frame | None = None
        self._capture_rate, self._analysis_rate = Rate(), Rate()
        self._info: SourceInfo | None = None
        self._begun = threading.Event()  # A frame came, or none ever will.
        self._stop = threading.Event()
        self._marks: queue.SimpleQueue[tuple[float, str]] = queue.SimpleQueue()
        self._early_marks: list[tuple[float, str]] = []  # Of moments from which no frame is analysed as yet.
        self._newest = 0.0
        self._first_captured: float | None = None
        self._slot: Slot[_Captured] = Slot()
        self._threads = (
            threading.Thread(target=self._guarded, args=(self._capture,), name="emocam-capture", daemon=True),
            threading.Thread(target=self._guarded, args=(self._analyse,), name="emocam-analysis", daemon=True),
        )

    # What any thread may call

    def start(self) -> None:
        self._move({SessionState.IDLE}, SessionState.STARTING)
        for thread in self._threads:
            thread.start()

    def pause(self) -> None:
        """Analyse nothing until `resume`; frames are let go."""
        self._move({SessionState.RUNNING, SessionState.WAITING}, SessionState.PAUSED)

    def resume(self) -> None:
        self._move({SessionState.PAUSED}, SessionState.RUNNING)

    def mark(self, label: str) -> float | None:
        """Set a marker at the newest analysed frame, or at this moment where that is an old one, as the camera is paused,
        silent or away. Its time in seconds, None where nothing is analysed yet or there is no run. One that no frame follows
        stands at the last."""
        shown = self.shown
        if not isinstance(shown, Analysis) or self.status.state.ended:
            return None
        at = shown.observation.timestamp
        if self._first_captured is not None and (now := self._time_of(self._clock())) > at + _OLD_S:
            at = now
        self._marks.put((at, label))
        return at

    def stop(self) -> None:
        """End the run; returns at once. May be called at any time and twice."""
        self._move(set(SessionState) - _ENDED, SessionState.STOPPED)
        self._wake_all()

    def join(self, timeout: float) -> bool:
        """Wait until both threads are done; False where one is still busy after `timeout` seconds."""
        deadline = self._clock() + timeout
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, deadline - self._clock()))
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def status(self) -> SessionStatus:
        now = self._clock()
        with self._lock:
            return replace(
                self._status,
                capture_rate=self._capture_rate.value(now),
                analysis_rate=self._analysis_rate.value(now),
            )

    @property
    def shown(self) -> Analysis | Frame | None:
        """The newest analysis; while the model loads, the newest frame."""
        with self._lock:
            return self._shown

    # The capture thread

    def _capture(self) -> None:
        try:
            index, another = 0, False
            while not self._stop.is_set():
                try:
                    info = self._same(self._source.open())
                    self._publish_source(info, first=index == 0)
                    while not self._stop.is_set() and (frame := self._source.read()) is not None:
                        if frame.captured is not None:
                            self._first_captured = frame.captured if self._first_captured is None else self._first_captured
                            # Index and time go on where a camera was opened anew.
                            frame = replace(frame, index=index, timestamp=self._time_of(frame.captured))
                        index += 1
                        self._begun.set()
                        self._hand_over(frame)
                    self._begun.set()
                    self._slot.close()  # Not on an error: that has to be told before the analysis ends.
                    return
                except SourceError as error:
                    if self._info is None:
                        raise
                    self._source.close()
                    told_of = {SessionState.RUNNING, SessionState.STARTING}
                    if isinstance(error, AnotherCameraError) != another:
                        told_of.add(SessionState.WAITING)  # There is something to do now that was not before, or no longer.
                    another = isinstance(error, AnotherCameraError)
                    if self._move(told_of, SessionState.WAITING, error.sentence):
                        _log.warning("%s", error)
                    self._stop.wait(_REOPEN_EVERY_S)
        finally:
            self._source.close()

    def _time_of(self, captured: float) -> float:
        """In seconds since a camera's first frame, also while the computer slept."""
        return captured - (self._first_captured or 0.0) + self._asleep()

    def _same(self, info: SourceInfo) -> SourceInfo:
        """Raises SourceError where a camera that was waited for has another one in its place, as happens with their numbers."""
        if self._info is not None and info.name != self._info.name:
            raise AnotherCameraError(
                "{name} is away, {other} is in its place; connect it again, or choose that one.",
                name=self._info.name,
                other=info.name,
            )
        return info

    def _hand_over(self, frame: Frame) -> None:
        """Give one frame to the analysis, unless it is paused."""
        self._count_captured(frame)
        self._move({SessionState.WAITING}, SessionState.RUNNING)
        paused = self._status.state is SessionState.PAUSED
        if not paused and self._slot.replace(_Captured(frame, frame.captured or self._clock())):
            self._count_dropped()

    def _count_captured(self, frame: Frame) -> None:
        with self._lock:
            self._capture_rate.tick(self._clock())
            self._status = replace(self._status, captured=self._status.captured + 1)
            if not isinstance(self._shown, Analysis):
                self._shown = frame

    def _count_dropped(self) -> None:
        with self._lock:
            if self._status.device:  # Until the model is there, nothing could have been analysed.
                self._status = replace(self._status, dropped=self._status.dropped + 1)

    def _publish_source(self, info: SourceInfo, *, first: bool) -> None:
        """first: no frame has come yet, so what was told by an opening before, as when it was, is of no recording."""
        with self._lock:
            if first:
                self._info = info
            self._status = replace(self._status, source=info)
        self._tell()

    # The analysis thread

    def _analyse(self) -> None:
        sink: RecordingSink | None = None
        analyser = self._make_analyser()
        try:
            with self._lock:
                self._status = replace(self._status, device=analyser.device)
            self._begun.wait()
            if self._info is None or self._stop.is_set():
                return
            sink = self._make_sink(self._info)
            flushed = self._clock()
            while not self._slot.finished and not self._stop.is_set():
                captured = self._slot.take(timeout=0.1)
                if captured is not None:
                    self._publish(analyser.analyse(captured.frame), captured.at, sink)
                if sink is not None and self._clock() - flushed >= _FLUSH_EVERY_S:
                    self._write_marks(sink)
                    sink.flush()
                    flushed = self._clock()
        finally:
            analyser.close()
            if sink is not None:
                try:
                    self._write_marks(sink, end=True)
                finally:
                    sink.close()
        # Only now: who hears of the end may count on the whole file.
        self._move({SessionState.STARTING, SessionState.RUNNING, SessionState.PAUSED}, SessionState.FINISHED)

    def _write_marks(self, sink: RecordingSink, *, end: bool = False) -> None:
        while not self._marks.empty():
            self._early_marks.append(self._marks.get())
        early, self._early_marks = self._early_marks, []
        for at, label in early:
            if at <= self._newest or end:
                sink.mark(min(at, self._newest), label)
            else:
                self._early_marks.append((at, label))

    def _publish(self, analysis: Analysis, captured_at: float, sink: RecordingSink | None) -> None:
        if sink is not None:
            sink.write(analysis.observation)
        self._newest = analysis.observation.timestamp
        self.timeline.append(analysis.observation)
        now = self._clock()
        with self._lock:
            self._shown = analysis
            self._analysis_rate.tick(now)
            self._status = replace(self._status, analysed=self._status.analysed + 1, latency=now - captured_at)
        self._move({SessionState.STARTING}, SessionState.RUNNING)

    # State

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except SessionFileError as error:
            _log.warning("%s", error)
            self._fail(error.sentence, set(SessionState) - {SessionState.FAILED})
        except EmocamError as error:
            self._fail(error.sentence)
        except Exception:  # noqa: BLE001  # a bug in one thread must end the run in order, not half of it
            _log.exception("The %s thread failed", threading.current_thread().name)
            self._fail(Sentence("Something went wrong inside emocam; what was recorded is kept, and the log says more."))

    def _fail(self, message: Sentence, allowed: set[SessionState] | None = None) -> None:
        """allowed: from which states; from none that has ended unless given."""
        self._move(allowed or set(SessionState) - _ENDED, SessionState.FAILED, message)
        self._wake_all()

    def _wake_all(self) -> None:
        self._stop.set()
        self._begun.set()
        self._slot.close()

    def _move(self, allowed: set[SessionState], state: SessionState, message: Sentence = NOTHING) -> bool:
        with self._lock:
            if self._status.state not in allowed:
                return False
            self._status = replace(self._status, state=state, message=message)
        self._tell()
        return True

    def _tell(self) -> None:
        if self._listener is not None:
            self._listener.state_changed()


_ENDED = {state for state in SessionState if state.ended}
