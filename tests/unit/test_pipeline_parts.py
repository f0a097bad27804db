import itertools
import threading

import numpy as np
import pytest
from fakes import HAPPY, FakeClassifier, FakeLocator, analyser, face, frame, scores
from hypothesis import given
from hypothesis import strategies as st

from emocam.domain.emotions import FER7
from emocam.pipeline.analyser import Analyser
from emocam.pipeline.rate import Rate
from emocam.pipeline.slot import Slot
from emocam.pipeline.smoothing import Smoother
from emocam.pipeline.tracking import Tracker


class TestTracker:
    def test_numbers_count_from_one_and_stay(self):
        tracker = Tracker()
        for step in range(20):
            tracks = tracker.update([face(0.1 + step * 0.01), face(0.6)], step / 30)
            assert [track.id for track in tracks] == [1, 2]
            assert tracks[1].face.box.left == 0.6

    def test_two_who_come_close_do_not_swap(self):
        tracker = Tracker()
        tracker.update([face(0.1), face(0.7)], 0.0)
        for step in range(1, 31):
            tracks = tracker.update([face(0.7 - step * 0.008), face(0.1 + step * 0.008)], step / 30)
            places = {track.id: track.face.box.left for track in tracks}
            assert places[1] < places[2]

    @pytest.mark.parametrize(("away", "number"), [(0.5, 1), (1.0, 1), (1.1, 2), (30.0, 2)])
    def test_a_face_that_comes_back_within_a_second_keeps_its_number(self, away, number):
        tracker = Tracker()
        tracker.update([face()], 0.0)
        for step in range(1, 4):
            assert tracker.update([], away * step / 4) == ()
        assert [track.id for track in tracker.update([face(0.45)], away)] == [number]

    def test_an_unsure_face_starts_no_track_but_keeps_one(self):
        tracker = Tracker()
        assert tracker.update([face(confidence=0.7)], 0.0) == ()
        assert [track.id for track in tracker.update([face(confidence=0.8)], 0.1)] == [1]
        assert [track.id for track in tracker.update([face(confidence=0.55)], 0.2)] == [1]

    def test_another_size_is_another_person(self):
        tracker = Tracker()
        tracker.update([face(0.4, 0.3, 0.2, 0.4)], 0.0)
        assert [track.id for track in tracker.update([face(0.48, 0.48, 0.05, 0.1)], 0.1)] == [2]

    @given(st.lists(st.lists(st.floats(0, 0.8), max_size=5), max_size=20))
    def test_numbers_are_unique_in_a_frame_and_every_sure_face_has_one(self, frames):
        tracker = Tracker()
        for step, lefts in enumerate(frames):
            tracks = tracker.update([face(left) for left in lefts], step / 30)
            numbers = [track.id for track in tracks]
            assert len(numbers) == len(lefts)
            assert numbers == sorted(set(numbers))


class TestSmoother:
    @pytest.mark.parametrize("rate", [15, 30, 120, 240])
    def test_a_smile_arrives_within_a_quarter_of_a_second_whatever_the_rate(self, rate):
        smoother = Smoother()
        smoother.smooth(1, 0.0, scores(happy=0.1))
        for step in range(1, rate // 4 + 1):
            smoothed = smoother.smooth(1, step / rate, scores(happy=0.9))
        assert smoothed.values[3] > 0.75

    @pytest.mark.parametrize(("rate", "left"), [(1, 0.95), (2, 0.75), (5, 0.55), (15, 0.35), (30, 0.22), (120, 0.15)])
    def test_noise_is_calmed_whatever_the_rate(self, rate, left):
        smoother, rng = Smoother(), np.random.default_rng(1)
        raw = np.clip(0.5 + rng.normal(0, 0.05, 60 * rate), 0, 1)
        out = [smoother.smooth(1, step / rate, scores(happy=value)).values[3] for step, value in enumerate(raw)]
        assert np.std(out[3 * rate :]) < left * np.std(raw)

    @pytest.mark.parametrize("rate", [1, 5, 30])
    def test_a_longer_time_constant_calms_more(self, rate):
        rng = np.random.default_rng(1)
        alike = max(1, rate // 10)  # Noise of a tenth of a second, where there are frames enough.
        raw = np.clip(0.5 + np.repeat(rng.normal(0, 0.1, 120 * rate // alike), alike), 0, 1)
        left = []
        for time_constant in (0.5, 2.0, 5.0):
            smoother = Smoother(time_constant, reset_after=2.0)
            out = [smoother.smooth(1, step / rate, scores(happy=value)).values[3] for step, value in enumerate(raw)]
            left.append(np.std(out[10 * rate :]))
        assert left[0] > 1.3 * left[1] > 1.3 * 1.2 * left[2]

    def test_all_classes_go_at_one_pace_whichever_of_them_moves(self):
        for moved in ("angry", "fear", "happy"):
            smoother, rng = Smoother(), np.random.default_rng(1)
            for step in range(40):
                noise = rng.uniform(0, 0.02, 7)
                values = dict(zip(FER7, noise, strict=True)) | {"sad": 0.2} | ({moved: 0.6} if step > 30 else {})
                smoothed = smoother.smooth(1, step / 30, scores(**values))
                assert sum(smoothed.values) == pytest.approx(1, abs=1e-6)
            assert smoothed.dominant == moved

    @pytest.mark.parametrize("rate", [10, 30, 120])
    def test_a_change_within_noise_that_stays_is_followed_in_a_fifth_of_a_second(self, rate):
        rng, late = np.random.default_rng(1), []
        for _ in range(20):
            smoother, out = Smoother(), []
            raw = 0.3 + rng.normal(0, 0.04, 4 * rate)
            raw[3 * rate :] += 0.3
            for step, value in enumerate(raw):
                out.append(smoother.smooth(1, step / rate, scores(happy=value)).values[3])
            late.append(np.argmax(np.array(out[3 * rate :]) > 0.45) / rate)
        assert max(late) <= 0.2

    @pytest.mark.parametrize(("change", "gone"), [(0.1, (0.75, 1)), (0.03, (0.3, 0.5))])
    def test_what_differs_by_less_than_noise_does_is_taken_for_none(self, change, gone):
        smoother = Smoother()
        for step in range(61):
            out = smoother.smooth(1, step / 30, scores(happy=0.5 + (change if step > 52 else 0))).values[3]
        assert gone[0] <= (out - 0.5) / change <= gone[1] + 1e-6

    def test_what_goes_to_and_fro_is_no_change(self):
        smoother = Smoother()
        out = [smoother.smooth(1, step / 30, scores(happy=0.4 + 0.2 * (step % 2))).values[3] for step in range(90)]
        assert max(out[60:]) - min(out[60:]) < 0.02
        assert np.mean(out[60:]) == pytest.approx(0.5, abs=0.01)

    def test_at_rest_a_small_step_takes_about_the_time_constant(self):
        smoother = Smoother(time_constant=0.5)
        smoother.smooth(1, 0.0, scores(happy=0.5))
        for step in range(1, 51):
            smoothed = smoother.smooth(1, step / 100, scores(happy=0.501))
        assert smoothed.values[3] - 0.5 == pytest.approx(0.00063, abs=0.00005)

    def test_two_frames_of_one_moment_change_nothing(self):
        smoother = Smoother()
        smoother.smooth(1, 1.0, HAPPY)
        assert smoother.smooth(1, 1.0, scores(sad=1.0)).values == HAPPY.values

    def test_zero_turns_it_off(self):
        smoother = Smoother(0)
        smoother.smooth(1, 0.0, HAPPY)
        assert smoother.smooth(1, 0.01, scores(sad=1.0)).values[4] == 1.0

    def test_a_face_that_was_away_and_another_face_start_afresh(self):
        smoother = Smoother()
        smoother.smooth(1, 0.0, HAPPY)
        assert smoother.smooth(2, 0.1, scores(sad=1.0)).dominant == "sad"
        nearly = scores(happy=HAPPY.values[3] - 0.03)
        assert smoother.smooth(1, 1.2, nearly).values == pytest.approx(nearly.values, abs=1e-6)

    @given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 2)), min_size=1, max_size=30))
    def test_what_comes_out_is_a_distribution_between_what_went_in(self, steps):
        smoother, time = Smoother(0.5), 0.0
        seen = []
        for value, pause in steps:
            time += pause
            seen.append(value)
            smoothed = smoother.smooth(1, time, scores(happy=value))
            assert min(seen) - 1e-5 <= smoothed.values[3] <= max(seen) + 1e-5

    def test_it_forgets(self):
        smoother = Smoother()
        for number in range(100):
            smoother.smooth(number, float(number), HAPPY)
            smoother.forget_before(number - 10.0)
        assert len(smoother._states) == 11


class TestSlot:
    def test_the_newest_wins_and_the_loss_is_told(self):
        slot = Slot()
        assert slot.replace(1) is False
        assert slot.replace(2) is True
        assert slot.take(0) == 2
        assert slot.take(0) is None

    def test_close_wakes_who_waits_and_leaves_what_is_there(self):
        slot, results = Slot(), []
        taker = threading.Thread(target=lambda: results.append(slot.take(10)))
        taker.start()
        slot.close()
        taker.join(5)
        assert results == [None]
        assert slot.finished
        full = Slot()
        full.replace(0)
        full.close()
        assert not full.finished
        assert full.take(0) == 0
        assert full.finished


def test_rate_is_that_of_the_last_seconds():
    rate = Rate(window=2.0)
    assert rate.value(0.0) == 0.0
    for tick in range(100):
        rate.tick(tick / 25)
    assert rate.value(99 / 25) == pytest.approx(25)
    assert rate.value(99 / 25 + 1) < 13
    assert rate.value(60.0) == 0.0


class TestAnalyser:
    def test_all_faces_in_one_batch_and_each_with_its_own_number(self):
        classifier = FakeClassifier()
        chain = analyser(face(0.1), face(0.6), classifier=classifier)
        result = chain.analyse(frame(7))
        assert classifier.batches == [2]
        assert [reading.track_id for reading in result.observation.readings] == [1, 2]
        assert [reading.face.box.left for reading in result.observation.readings] == [0.1, 0.6]
        assert set(result.crops) == {1, 2}
        assert (result.observation.frame_index, result.observation.width, result.observation.height) == (7, 320, 180)
        assert result.frame.index == 7

    def test_it_closes_what_it_was_given(self):
        locators = FakeLocator(), FakeLocator()
        chain = Analyser(locators[0], FakeClassifier(), Tracker(), Smoother(), locators[1:])
        chain.close()
        assert [locator.closed for locator in locators] == [1, 1]

    def test_its_memory_does_not_grow_with_the_faces_that_pass(self):
        chain = analyser()
        for index, left in zip(range(300), itertools.cycle((0.0, 0.3, 0.6)), strict=False):
            chain.locators = (FakeLocator(face(left)),)
            chain.analyse(frame(index, index * 2.0))
        assert len(chain._smoother._states) < 10
        assert len(chain._tracker._tracks) < 3
