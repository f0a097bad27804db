import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes import FakeCamera, FakeClassifier, FakeSink, MissingSource, analyser, face

from emocam.domain.emotions import FER7
from emocam.domain.errors import ModelError, SessionFileError, SourceError
from emocam.domain.timeline import Timeline
from emocam.pipeline import live
from emocam.pipeline.analyser import Analysis
from emocam.pipeline.asleep import Asleep
from emocam.pipeline.live import LiveSession, SessionState


def wait_until(condition, timeout=5.0):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.005)


@pytest.fixture
def start():
    sessions = []

    def start(source, make_analyser=None, sink=None, listener=None):
        session = LiveSession(
            source, make_analyser or (lambda: analyser(face())), lambda _: sink, Timeline(FER7), listener=listener
        )
        sessions.append(session)
        session.start()
        return session

    yield start
    for session in sessions:
        session.stop()
        assert session.join(5)


def test_a_camera_that_comes_to_an_end_finishes_the_run_with_its_last_frame(start):
    sink = FakeSink()
    session = start(FakeCamera(count=30), sink=sink)
    wait_until(lambda: session.status.state.ended)
    assert session.join(5)
    assert session.status.state is SessionState.FINISHED
    indices = [seen.frame_index for seen in sink.observations]
    assert indices == sorted(set(indices))
    assert indices[-1] == 29
    assert sink.closes == 1
    assert (session.status.captured, session.status.analysed) == (30, len(indices))
    assert len(session.timeline.view(1).times) == len(indices)


def test_a_fault_in_the_capture_thread_is_told_though_the_log_is_slow(start, monkeypatch):
    """The analysis may be done with all that came before the log is written."""

    class Faulty(FakeCamera):
        def read(self):
            raise RuntimeError("a bug")

    monkeypatch.setattr(live._log, "exception", lambda *_: time.sleep(0.3))
    session = start(Faulty())
    wait_until(lambda: session.status.state.ended)
    assert session.join(5)
    assert session.status.state is SessionState.FAILED


def test_a_slow_model_drops_frames_of_a_camera_and_always_takes_the_newest(start):
    gate = threading.Semaphore(0)
    session = start(FakeCamera(rate=400), lambda: analyser(classifier=FakeClassifier(gate=gate)))
    seen = []
    for _ in range(5):
        wait_until(lambda: session.status.captured > session.status.analysed + session.status.dropped + 1, 5)
        before, analysed = session.status.captured, session.status.analysed
        gate.release()
        wait_until(lambda analysed=analysed: session.status.analysed > analysed)
        seen.append((before, session.shown.observation.frame_index))
        time.sleep(0.03)
    assert session.status.dropped > 5
    status = session.status
    assert status.captured - status.analysed - status.dropped <= 3  # one in the slot, one in the model, one on its way
    indices = [index for _, index in seen]
    assert indices == sorted(set(indices))


def test_what_is_shown_is_the_frame_that_was_analysed(start):
    session = start(FakeCamera())
    wait_until(lambda: isinstance(session.shown, Analysis))
    for _ in range(50):
        shown = session.shown
        assert shown.frame.index == shown.observation.frame_index
        time.sleep(0.002)


def test_while_the_model_loads_the_picture_is_shown_and_nothing_counts_as_dropped(start):
    loaded = threading.Event()

    def slowly():
        loaded.wait(5)
        return analyser()

    session = start(FakeCamera(), slowly)
    wait_until(lambda: session.status.captured > 10)
    assert not isinstance(session.shown, Analysis)
    assert session.shown is not None
    assert (session.status.state, session.status.device, session.status.dropped) == (SessionState.STARTING, "", 0)
    loaded.set()
    wait_until(lambda: session.status.state is SessionState.RUNNING)
    assert session.status.device == "CPU (fake)"


def test_a_camera_that_dies_is_waited_for_and_goes_on_with_its_clock_and_numbers(start, monkeypatch):
    monkeypatch.setattr(live, "_REOPEN_EVERY_S", 0.05)
    sink, states = FakeSink(), []

    class Listener:
        def state_changed(self):
            states.append(session.status.state)

    camera = FakeCamera(dies_at=10, refusals=2)
    session = LiveSession(camera, lambda: analyser(face()), lambda _: sink, Timeline(FER7), listener=Listener())
    session.start()
    wait_until(lambda: camera.opens == 2 and session.status.state is SessionState.RUNNING)
    wait_until(lambda: len(sink.observations) > 20)
    session.stop()
    assert session.join(5)
    assert SessionState.WAITING in states
    indices = [seen.frame_index for seen in sink.observations]
    times = [seen.timestamp for seen in sink.observations]
    assert indices == sorted(set(indices))
    assert times == sorted(times)
    assert times[-1] > 0.1
    assert {reading.track_id for seen in sink.observations for reading in seen.readings} == {1}


def test_a_sleep_of_the_computer_counts_into_the_time_of_its_frames():
    ahead = [50.0]
    sink = FakeSink()
    session = LiveSession(
        FakeCamera(), lambda: analyser(face()), lambda _: sink, Timeline(FER7), asleep=Asleep(lambda: ahead[0])
    )
    session.start()
    wait_until(lambda: len(sink.observations) > 5)
    ahead[0] += 3600.0  # The lid was closed for an hour, in which the monotonic clock stood still.
    wait_until(lambda: sink.observations[-1].timestamp > 3600)
    session.stop()
    assert session.join(5)
    times = [seen.timestamp for seen in sink.observations]
    assert times == sorted(times)
    assert times[0] == 0
    assert times[-1] < 3610


def test_clocks_that_drift_apart_are_no_sleep():
    ahead = [0.0]
    asleep = Asleep(lambda: ahead[0])
    for _ in range(100):
        ahead[0] += 0.1
        assert asleep() == 0
    ahead[0] += 60
    assert asleep() == asleep() == pytest.approx(60)
    ahead[0] -= 0.1
    assert asleep() == pytest.approx(60)
    assert Asleep()() == 0  # The real one.


def test_another_camera_in_the_place_of_the_one_that_died_is_not_taken_for_it(start, monkeypatch):
    monkeypatch.setattr(live, "_REOPEN_EVERY_S", 0.05)

    class Moved(FakeCamera):
        def open(self):
            info = super().open()
            return replace(info, name="another") if self.opens in (2, 3) else info

    camera = Moved(dies_at=10)
    session = start(camera)
    wait_until(lambda: "another is in its place; connect it again" in session.status.message)
    assert session.status.state is SessionState.WAITING
    wait_until(lambda: camera.opens == 4 and session.status.state is SessionState.RUNNING)
    assert session.status.source.name != "another"


def test_a_session_says_when_the_camera_was_opened_that_gave_its_first_frame(start, monkeypatch):
    monkeypatch.setattr(live, "_REOPEN_EVERY_S", 0.02)
    earliest = datetime(2026, 1, 2, tzinfo=UTC)

    class Hesitant(FakeCamera):
        """The first two openings give no frame; the third does, and so does the fourth, after the camera was away."""

        def open(self):
            return replace(super().open(), started_at=earliest + timedelta(seconds=self.opens))

        def read(self):
            if self.opens < 3 or (self.opens == 3 and self._next == 5):
                raise SourceError("The camera shows no picture.")
            return super().read()

    camera, told = Hesitant(), []
    session = LiveSession(camera, lambda: analyser(face()), lambda info: told.append(info), Timeline(FER7))
    session.start()
    wait_until(lambda: camera.opens == 4 and session.status.analysed > 5)
    session.stop()
    assert session.join(5)
    assert [info.started_at for info in told] == [earliest + timedelta(seconds=3)]


@pytest.mark.parametrize("away", [True, False], ids=["away", "paused"])
def test_a_marker_while_no_frames_come_is_at_its_own_moment(start, monkeypatch, away):
    monkeypatch.setattr(live, "_REOPEN_EVERY_S", 0.05)
    camera = FakeCamera(dies_at=10 if away else None, refusals=10_000)
    session = start(camera)
    if away:
        wait_until(lambda: session.status.state is SessionState.WAITING and isinstance(session.shown, Analysis))
    else:
        wait_until(lambda: session.status.analysed > 5)
        session.pause()
        time.sleep(0.05)
    shown, now = session.shown, time.monotonic()
    time.sleep(0.7)
    at = session.mark("now")
    since = shown.observation.timestamp + now - shown.frame.captured
    assert since + 0.7 <= at < since + 1.7


def test_a_marker_that_no_frame_follows_stands_at_the_last(start):
    sink = FakeSink()
    session = start(FakeCamera(), sink=sink)
    wait_until(lambda: session.status.analysed > 5)
    session.pause()
    time.sleep(0.7)
    first = session.mark("while paused")
    session.resume()
    wait_until(lambda: sink.observations[-1].timestamp > first)
    session.pause()
    wait_until(lambda: "while paused" in [label for _, label in sink.marks])
    time.sleep(0.7)
    session.mark("at the end")
    session.stop()
    assert session.join(5)
    assert sink.marks == [(first, "while paused"), (sink.observations[-1].timestamp, "at the end")]


def test_a_marker_after_a_sleep_is_on_the_clock_of_the_frames(start):
    slept = [0.0]
    session = LiveSession(FakeCamera(), lambda: analyser(face()), lambda _: None, Timeline(FER7), asleep=lambda: slept[0])
    session.start()
    wait_until(lambda: session.status.analysed > 5)
    session.pause()
    slept[0] = 3600.0
    at = session.mark("awake")
    session.stop()
    assert session.join(5)
    assert 3600 < at < 3610


def test_pause_lets_frames_go_and_resume_goes_on(start):
    session = start(FakeCamera())
    wait_until(lambda: session.status.analysed > 5)
    session.pause()
    assert session.status.state is SessionState.PAUSED
    time.sleep(0.05)
    still = session.status.analysed
    time.sleep(0.1)
    assert session.status.analysed == still
    session.resume()
    wait_until(lambda: session.status.analysed > still + 3)
    assert session.status.state is SessionState.RUNNING


def test_stop_ends_at_once_while_paused_while_loading_and_before_the_start():
    for prepare in (lambda session: session.pause(), lambda session: None):
        session = LiveSession(FakeCamera(), lambda: analyser(), lambda _: None, Timeline(FER7))
        session.start()
        wait_until(lambda session=session: session.status.analysed > 0)
        prepare(session)
        session.stop()
        session.stop()
        assert session.join(2)
        assert session.status.state is SessionState.STOPPED
    never = LiveSession(FakeCamera(), lambda: analyser(), lambda _: None, Timeline(FER7))
    never.stop()
    assert never.join(0.1)


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (MissingSource(), None, "No camera was found"),
        (FakeCamera(), ModelError("The model is missing."), "The model is missing."),
        (FakeCamera(), RuntimeError("a bug"), "Something went wrong inside emocam"),
    ],
)
def test_what_goes_wrong_ends_the_run_with_a_sentence(start, source, error, message):
    def make():
        if error:
            raise error
        return analyser()

    session = start(source, make)
    wait_until(lambda: session.status.state is SessionState.FAILED)
    assert session.join(5)
    assert message in session.status.message


def test_a_full_disk_ends_the_run_and_keeps_what_was_written(start):
    sink = FakeSink()
    session = start(FakeCamera(), sink=sink)
    wait_until(lambda: len(sink.observations) > 3)
    sink.broken = SessionFileError("The disk is full; make room.")
    wait_until(lambda: session.status.state is SessionState.FAILED)
    session.join(5)
    assert session.status.message == "The disk is full; make room."
    assert sink.closes == 1


def test_what_can_not_be_kept_at_the_stop_is_told(start):
    class Full(FakeSink):
        def close(self):
            raise SessionFileError("The disk is full; make room.")

    session = start(FakeCamera(), sink=Full())
    wait_until(lambda: session.status.state is SessionState.RUNNING)
    session.stop()
    assert session.join(5)
    assert (session.status.state, session.status.message) == (SessionState.FAILED, "The disk is full; make room.")


def test_a_marker_is_set_at_the_newest_analysed_frame(start):
    sink = FakeSink()
    session = start(FakeCamera(), sink=sink)
    wait_until(lambda: isinstance(session.shown, Analysis))
    at = session.mark("stimulus")
    session.stop()
    session.join(5)
    assert sink.marks == [(at, "stimulus")]
    assert at in [seen.timestamp for seen in sink.observations]


def test_no_marker_before_the_first_frame():
    session = LiveSession(FakeCamera(), lambda: analyser(), lambda _: None, Timeline(FER7))
    assert session.mark("too early") is None


def test_a_run_is_flushed_twice_a_second(start):
    sink = FakeSink()
    session = start(FakeCamera(), sink=sink)
    time.sleep(1.3)
    assert 2 <= sink.flushes <= 5
    session.stop()


def test_a_marker_after_the_end_is_refused_rather_than_lost(start):
    session = start(FakeCamera(count=10), sink=FakeSink())
    wait_until(lambda: session.status.state.ended)
    assert session.mark("too late") is None


def test_a_run_that_is_stopped_while_the_model_loads_leaves_no_empty_file(start):
    loaded, made = threading.Event(), []

    def slowly():
        loaded.wait(5)
        return analyser()

    session = LiveSession(FakeCamera(), slowly, lambda _: made.append(1), Timeline(FER7))
    session.start()
    wait_until(lambda: session.status.captured > 3)
    session.stop()
    loaded.set()
    assert session.join(5)
    assert made == []


def test_the_end_is_told_only_once_the_file_is_closed(start):
    sink, closed_when_told = FakeSink(), []

    class Listener:
        def state_changed(self):
            if session.status.state is SessionState.FINISHED:
                closed_when_told.append(sink.closes)

    session = LiveSession(FakeCamera(count=10), lambda: analyser(face()), lambda _: sink, Timeline(FER7), listener=Listener())
    session.start()
    wait_until(lambda: session.status.state.ended)
    session.join(5)
    assert closed_when_told == [1]
