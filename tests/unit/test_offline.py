import threading

import pytest
from fakes import FakeClock, FakeSink, FakeSource, MissingSource, analyser, face

from emocam.domain.errors import SessionFileError, SourceError
from emocam.pipeline.offline import analyse_recording


def test_every_frame_once_in_order_to_every_sink():
    source, sinks = FakeSource(50), (FakeSink(), FakeSink())
    progress = analyse_recording(source, analyser(face(0.1), face(0.6)), lambda _: sinks)
    for sink in sinks:
        assert [seen.frame_index for seen in sink.observations] == list(range(50))
        assert sink.closes == 1
    assert source.closes == 1
    assert (progress.frames, progress.faces, progress.readings, progress.complete) == (50, 2, 100, True)
    assert progress.time_s == 0.49


def test_stop_keeps_what_is_done():
    stop, sink = threading.Event(), FakeSink()

    def after_ten(progress):
        if progress.frames == 10:
            stop.set()

    progress = analyse_recording(FakeSource(None), analyser(), lambda _: [sink], on_progress=after_ten, stop=stop)
    assert progress.complete is False
    assert len(sink.observations) == 10
    assert sink.closes == 1


def test_what_a_sink_raises_closes_everything():
    source, broken, other = FakeSource(9), FakeSink(), FakeSink()
    broken.broken = SessionFileError("full")
    with pytest.raises(SessionFileError):
        analyse_recording(source, analyser(), lambda _: [other, broken])
    assert (source.closes, broken.closes, other.closes) == (1, 1, 1)


def test_a_source_that_can_not_be_opened_makes_no_files():
    made = []
    with pytest.raises(SourceError):
        analyse_recording(MissingSource(), analyser(), lambda info: made.append(info) or [])
    assert made == []


def test_it_flushes_twice_a_second_of_real_time():
    clock, sink = FakeClock(), FakeSink()

    def tick(_):
        clock.now += 0.1

    analyse_recording(FakeSource(40), analyser(), lambda _: [sink], on_progress=tick, clock=clock)
    assert sink.flushes >= 8
