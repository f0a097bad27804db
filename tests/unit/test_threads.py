"""File analysis in several threads gives what one thread gives, stops at once, and leaves nothing open."""

import csv
import sqlite3
import threading
import time
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import HAPPY, FakeClassifier, FakeLocator, FakeSink, FakeSource, analyser, face, frame, scores

from emocam.adapters.av_file import VideoFile
from emocam.adapters.columns import columns
from emocam.adapters.csv_sink import CsvSink
from emocam.adapters.session_file import SessionWriter
from emocam.adapters.settings import Settings
from emocam.bootstrap import build_analyser
from emocam.bundle import DEMO_CLIP, model_card
from emocam.domain.errors import EmocamError, SourceError
from emocam.domain.ports import SourceInfo, SourceKind
from emocam.domain.sampling import Sampling
from emocam.domain.vision import Sight
from emocam.pipeline.ahead import Ahead, most_at_once
from emocam.pipeline.analyser import Analyser
from emocam.pipeline.offline import analyse_recording
from emocam.pipeline.smoothing import Smoother
from emocam.pipeline.tracking import Tracker
from emocam.session_facts import session_meta


class WanderingLocator(FakeLocator):
    """Two faces that move with the frame's number, one of which comes and goes, and stand apart by what was seen a moment ago;
    slow now and then."""

    def locate(self, frame, before=None):
        if frame.index % 7 == 0:
            time.sleep(0.004)
        faces = [face(0.1 + 0.002 * (frame.index % 50), width=0.15)]
        if frame.index % 40 < 25:
            apart = before.faces[0].box.left if before else 0.0
            faces.append(face(0.6 - 0.002 * (frame.index % 40) + 0.1 * apart, width=0.15, confidence=0.8))
        return Sight(tuple(faces))


def test_a_stop_does_not_wait_for_the_next_frame_that_is_wanted():
    """Of a long video only the first frame is analysed, and each of the others takes its time to decode."""

    class Slow(FakeSource):
        def read(self):
            time.sleep(0.002)
            return super().read()

    stop, source = threading.Event(), Slow(10_000)
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    progress = analyse_recording(source, analyser(face()), lambda _: [FakeSink()], sampling=Sampling(every=9_999), stop=stop)
    assert time.monotonic() - began < 3
    assert (progress.frames, progress.complete) == (1, False)


class LookingClassifier:
    """An answer that depends on the frame's pixels; slow now and then."""

    classes, device = scores().classes, "CPU (fake)"

    def crop(self, frame, face):
        return np.full((48, 48, 1), frame.pixels[0, 0, 0], np.uint8)

    def classify(self, crops):
        if crops and crops[0][0, 0, 0] % 5 == 0:
            time.sleep(0.003)
        return tuple(scores(happy=float(crop[0, 0, 0]) / 255) for crop in crops)

    def close(self): ...


def in_one_thread(source, analyser, make_sinks):
    """What `analyse_recording` must equal."""
    sinks = make_sinks(source.open())
    while (frame := source.read()) is not None:
        observation = analyser.analyse(frame).observation
        for sink in sinks:
            sink.write(observation)
    for sink in sinks:
        sink.close()
    source.close()


def wandering(locators=1):
    made = [WanderingLocator() for _ in range(locators)]
    return Analyser(made[0], LookingClassifier(), Tracker(), Smoother(), made[1:])


@pytest.mark.parametrize("locators", [1, 2, 3])
def test_the_answer_is_that_of_one_thread(locators):
    alone, together = FakeSink(), FakeSink()
    in_one_thread(FakeSource(200), wandering(), lambda _: [alone])
    progress = analyse_recording(FakeSource(200), wandering(locators), lambda _: [together])
    assert together.observations == alone.observations
    assert progress.frames == 200
    assert progress.complete


def test_the_demo_clip_gives_the_same_bytes_as_in_one_thread(tmp_path):
    settings = Settings()
    card = model_card(settings)

    def sinks(info, name):
        return (
            CsvSink(tmp_path / f"{name}.csv", columns(card.classes, None, card.uncertain_below)),
            SessionWriter(tmp_path / f"{name}.emocam", session_meta(settings, info)),
        )

    alone, together = build_analyser(settings), build_analyser(settings, 2)
    in_one_thread(VideoFile(DEMO_CLIP), alone, lambda info: sinks(info, "alone"))
    analyse_recording(VideoFile(DEMO_CLIP), together, lambda info: sinks(info, "together"))
    alone.close()
    together.close()
    assert (tmp_path / "together.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()
    assert contents(tmp_path / "together.emocam") == contents(tmp_path / "alone.emocam")
    with open(tmp_path / "together.csv", newline="") as file:
        assert sum(bool(row["label"]) for row in csv.DictReader(file)) > 100


def contents(session: Path) -> list[str]:
    database = sqlite3.connect(session)
    try:
        return list(database.iterdump())
    finally:
        database.close()


@pytest.mark.parametrize("locators", [1, 2])
@pytest.mark.parametrize("where", ["open", "read", "close", "locate", "crop"])
def test_what_goes_wrong_in_a_thread_is_raised_after_what_was_done_before(where, locators):
    source, sink, made = FakeSource(30), FakeSink(), wandering(locators)
    calls = 0

    def break_down(of, name, at):
        inner = getattr(of, name)

        def call(*arguments):
            nonlocal calls
            calls += 1
            if (arguments[0].index + 1 if arguments else calls) > at:
                raise SourceError(f"no {name}")
            return inner(*arguments)

        setattr(of, name, call)

    if where in ("open", "close"):
        break_down(source, where, 0)
    elif where == "read":
        break_down(source, where, 12)
    elif where == "locate":
        for locator in made.locators:
            break_down(locator, where, 12)
    else:
        break_down(made._classifier, where, 12)
    opened = []
    with pytest.raises(SourceError, match=f"no {where}"):
        analyse_recording(source, made, lambda info: opened.append(info) or [sink])
    if where == "open":
        assert (opened, sink.closes) == ([], 0)
    else:
        assert sink.closes == 1
        assert [seen.frame_index for seen in sink.observations] == list(range(30 if where == "close" else 12))
    if where != "close":
        assert source.closes == 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("emocam-")]


def test_a_stop_ends_it_while_it_waits_for_a_slow_source():
    stop, reading, held = threading.Event(), threading.Event(), threading.Event()

    class SlowSource(FakeSource):
        def read(self):
            if self._next == 5:  # Of the third some, of which it reads four.
                reading.set()
                assert held.wait(10)
            return super().read()

    source, sink = SlowSource(None), FakeSink()
    done = []
    caller = threading.Thread(target=lambda: done.append(analyse_recording(source, analyser(), lambda _: [sink], stop=stop)))
    caller.start()
    assert reading.wait(10)
    while len(sink.observations) < 3:
        time.sleep(0.001)
    stop.set()
    while not sink.closes:  # What was analysed is on the disk before the source has come back.
        time.sleep(0.001)
    held.set()
    caller.join(10)
    assert (done[0].complete, done[0].frames, source.closes) == (False, 3, 1)


@pytest.mark.parametrize("locators", [1, 3])
def test_no_more_frames_are_held_than_there_is_room_for(locators):
    """Each thread has twelve at most, with their pixels; of as many what was seen waits, and as many are with the caller."""
    reached, pixels, held = [], [], []

    class CountedSource(FakeSource):
        def read(self):
            reached.append(self._next)
            taken = super().read()
            if taken:
                pixels.append(weakref.ref(taken.pixels))
                held.append(sum(each() is not None for each in pixels))
            return taken

    class Waiting(FakeSink):
        def write(self, observation):
            if observation.frame_index == 60:
                time.sleep(0.5)
                self.ahead = len(reached) - 60
            super().write(observation)

    sink = Waiting()
    made = Analyser(FakeLocator(face()), FakeClassifier(), Tracker(), Smoother(), [FakeLocator(face())] * (locators - 1))
    analyse_recording(CountedSource(300), made, lambda _: [sink])
    assert 12 * locators <= sink.ahead <= 12 * (locators + 2)
    assert 2 <= max(held) <= 12 * locators


def test_where_reading_is_slow_few_frames_wait_for_others():
    reached, ahead = [], []

    class Slow(FakeSource):
        def read(self):
            reached.append(self._next)
            time.sleep(0.03)
            return super().read()

    class Counting(FakeSink):
        def write(self, observation):
            ahead.append(len(reached) - observation.frame_index)
            super().write(observation)

    analyse_recording(Slow(40), analyser(), lambda _: [Counting()])
    assert max(ahead) <= 6


def test_a_source_that_can_not_be_closed_hides_nothing_else():
    class Unclosed(FakeSource):
        def close(self):
            raise OSError("no close")

    sink, stop = FakeSink(), threading.Event()
    sink.broken = ValueError("no room")
    with pytest.raises(ValueError, match="no room"):
        analyse_recording(Unclosed(), analyser(), lambda _: [sink])
    stopping = lambda progress: stop.set()  # noqa: E731
    progress = analyse_recording(Unclosed(100), analyser(), lambda _: [FakeSink()], stop=stop, on_progress=stopping)
    assert (progress.frames, progress.complete) == (1, False)


def test_what_was_closed_gives_nothing_more():
    made = analyser()
    ahead = Ahead(FakeSource(), made.locators, made.glance)
    ahead.open()
    ahead.close()
    assert ahead.take() is None
    with pytest.raises(ValueError, match="closed before"):
        ahead.open()


@pytest.mark.parametrize(("width", "height", "most"), [(1280, 720, 12), (1920, 1080, 8), (3840, 2160, 2), (15360, 8640, 1)])
def test_a_thread_has_fewer_frames_at_a_time_where_they_are_large(width, height, most):
    assert most_at_once(SourceInfo("", SourceKind.VIDEO, width, height)) == most


@pytest.mark.parametrize(
    ("sampling", "expected"),
    [
        (Sampling(), range(100)),
        (Sampling(every=10), range(0, 100, 10)),
        (Sampling(step_s=0.25), range(0, 100, 25)),
        (Sampling(step_s=0.001), range(100)),
        (Sampling(step_s=5), [0]),
    ],
)
def test_the_chosen_frames_keep_their_number_and_time(sampling, expected):
    sink = FakeSink()
    progress = analyse_recording(FakeSource(100), analyser(), lambda _: [sink], sampling=sampling)
    assert [seen.frame_index for seen in sink.observations] == list(expected)
    assert [seen.timestamp for seen in sink.observations] == [number / 100 for number in expected]
    assert progress.frames == len(expected)
    if sampling.step_s != 0.001:  # Shorter than a frame: of those there is an estimate of too many.
        assert sampling.count(100, 1.0) == len(expected)


def test_a_step_takes_the_first_frame_at_or_after_each_multiple():
    wanted = Sampling(step_s=1.0).chooser()
    times = [0.0, 0.4, 1.1, 1.9, 2.0, 2.5, 6.3, 6.4, 7.0]
    assert [time for number, time in enumerate(times) if wanted(frame(number, time))] == [0.0, 1.1, 2.0, 6.3, 7.0]


def test_a_face_keeps_its_number_over_long_steps():
    class Seldom(FakeSource):
        def read(self):
            taken = super().read()
            return taken and frame(taken.index, taken.index * 1.5)

    sink = FakeSink()
    progress = analyse_recording(Seldom(9), analyser(), lambda _: [sink], sampling=Sampling(step_s=3))
    assert len(sink.observations) == 5
    assert progress.faces == 1


@pytest.mark.parametrize("sampling", [Sampling(every=36), Sampling(step_s=1.4)])
def test_neither_number_nor_end_goes_by_the_rate_that_a_file_claims(sampling):
    class Browser(FakeSource):
        """25 frames a second, of which its file says 1000."""

        def open(self):
            return replace(super().open(), frame_rate=1000.0)

        def read(self):
            taken = super().read()
            return taken and frame(taken.index, taken.index / 25)

    progress = analyse_recording(Browser(192), analyser(), lambda _: [FakeSink()], sampling=sampling)
    assert progress.faces == 1
    assert progress.end_s == 191 / 25  # Though the last one that was analysed came before.


@pytest.mark.parametrize("rate", [25.0, 29.97])
def test_what_is_smoothed_at_a_step_of_a_second_does_not_depend_on_the_rate(rate):
    class Paced(FakeSource):
        def read(self):
            taken = super().read()
            return taken and frame(taken.index, taken.index / rate)

    class Turning(FakeClassifier):
        def classify(self, crops):
            self._answer = scores(sad=0.9) if self._answer is HAPPY else HAPPY
            return super().classify(crops)

    sink = FakeSink()
    made = analyser(classifier=Turning())
    analyse_recording(Paced(100), made, lambda _: [sink], sampling=Sampling(step_s=1.0))
    later = [seen.readings[0] for seen in sink.observations[1:]]
    assert len(later) >= 3
    assert all(reading.smoothed != reading.raw for reading in later)


def test_the_session_says_which_frames_were_chosen():
    assert Sampling().meta == {}
    assert Sampling(every=5).meta == {"every": "5"}
    assert Sampling(step_s=0.5).meta == {"step_s": "0.5"}


@pytest.mark.parametrize("wrong", [{"every": 0}, {"step_s": -1.0}, {"step_s": float("nan")}, {"every": 2, "step_s": 1.0}])
def test_a_choice_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(EmocamError):
        Sampling(**wrong)
