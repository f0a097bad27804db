"""A whole recording through the analyser: in order, the same answer each time, on as many cores as it can use.

    several threads, each with some frames at a time     the caller's thread
    source.read(), locate, crop, classify     --glances-->   track, smooth, write, report

What depends on no other frame is done ahead (`ahead`), where a frame waits for no more than the last look in full (`looks`);
what depends on all the frames before stays in one thread, in order. So the answer is that of one thread (docs/decisions/0009).
Decoder, detector and network work outside Python's lock, so they do overlap.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from emocam.domain.ports import Clock, FrameSource, ObservationSink, SourceInfo
from emocam.domain.sampling import ALL_FRAMES, Sampling
from emocam.pipeline.ahead import Ahead
from emocam.pipeline.analyser import Analyser

_FLUSH_EVERY_S = 0.4


@dataclass(frozen=True, slots=True)
class Progress:
    """frames: analysed so far. time_s: of the last one. faces: different faces so far. readings: face by face, all frames.
    complete: False where the run was stopped before the end of the source. end_s: at the end, the time of the last frame that
    was read, also where it was passed over."""

    frames: int = 0
    time_s: float = 0.0
    faces: int = 0
    readings: int = 0
    complete: bool = False
    end_s: float = 0.0


def analyse_recording(
    source: FrameSource,
    analyser: Analyser,
    make_sinks: Callable[[SourceInfo], Sequence[ObservationSink]],
    *,
    sampling: Sampling = ALL_FRAMES,
    on_open: Callable[[SourceInfo], None] = lambda info: None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stop: threading.Event | None = None,
    clock: Clock = time.monotonic,
) -> Progress:
    """Read `source` to its end, or until `stop` is set, writing to every sink; all are closed whatever happens.

    Frames are read, and faces located and classified, in other threads, of which one at a time reads and one classifies; all
    else, callbacks and sinks too, is called in this one. Those threads have ended when this returns or raises.
    sampling: which frames are analysed; the others are decoded and passed over.
    Raises what the source, the analyser and the sinks raise; what was written until then is kept.
    """
    faces: set[int] = set()
    progress = Progress()
    stop = stop or threading.Event()
    with ExitStack() as closing:
        ahead = Ahead(source, analyser.locators, analyser.glance, sampling.chooser())
        closing.callback(ahead.close)
        info = ahead.open()
        on_open(info)
        if sampling != ALL_FRAMES:
            analyser.expect_gaps()
        sinks = make_sinks(info)
        for sink in sinks:
            closing.callback(sink.close)
        flushed = clock()
        while not stop.is_set() and (glance := ahead.take(stop)) is not None:
            observation = analyser.follow(glance)
            for sink in sinks:
                sink.write(observation)
            faces.update(reading.track_id for reading in observation.readings)
            progress = Progress(
                progress.frames + 1, observation.timestamp, len(faces), progress.readings + len(observation.readings)
            )
            on_progress(progress)
            if clock() - flushed >= _FLUSH_EVERY_S:
                for sink in sinks:
                    sink.flush()
                flushed = clock()
    return replace(progress, complete=not stop.is_set(), end_s=ahead.end_s)
