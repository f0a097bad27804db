"""A whole recording through the analyser: every frame, in one thread, the same answer each time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from emocam.domain.ports import Clock, FrameSource, ObservationSink, SourceInfo
from emocam.pipeline.analyser import Analyser

_FLUSH_EVERY_S = 0.4


@dataclass(frozen=True, slots=True)
class Progress:
    """frames: analysed so far. time_s: of the last one. faces: different faces so far. readings: face by face, all frames.
    complete: False where the run was stopped before the end of the source."""

    frames: int = 0
    time_s: float = 0.0
    faces: int = 0
    readings: int = 0
    complete: bool = False


def analyse_recording(
    source: FrameSource,
    analyser: Analyser,
    make_sinks: Callable[[SourceInfo], Sequence[ObservationSink]],
    *,
    on_open: Callable[[SourceInfo], None] = lambda info: None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stop: threading.Event | None = None,
    clock: Clock = time.monotonic,
) -> Progress:
    """Read `source` to its end, or until `stop` is set, writing to every sink; all are closed whatever happens.

    Raises what the source and the sinks raise; what was written until then is kept.
    """
    faces: set[int] = set()
    progress = Progress()
    sinks: Sequence[ObservationSink] = ()
    try:
        info = source.open()
        on_open(info)
        sinks = make_sinks(info)
        flushed = clock()
        while not (stop and stop.is_set()):
            frame = source.read()
            if frame is None:
                progress = Progress(progress.frames, progress.time_s, progress.faces, progress.readings, complete=True)
                break
            observation = analyser.analyse(frame).observation
            for sink in sinks:
                sink.write(observation)
            faces.update(reading.track_id for reading in observation.readings)
            progress = Progress(progress.frames + 1, frame.timestamp, len(faces), progress.readings + len(observation.readings))
            on_progress(progress)
            if clock() - flushed >= _FLUSH_EVERY_S:
                for sink in sinks:
                    sink.flush()
                flushed = clock()
    finally:
        with ExitStack() as closing:
            for sink in sinks:
                closing.callback(sink.close)
            source.close()
    return progress
