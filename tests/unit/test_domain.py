import tracemalloc

import numpy as np
import pytest
from fakes import HAPPY, face, frame, observation, reading, scores
from hypothesis import given
from hypothesis import strategies as st

from emocam.domain.colours import face_colour, style_of
from emocam.domain.emotions import FER7, UNCERTAIN, EmotionScores
from emocam.domain.quality import GOOD, assess
from emocam.domain.timeline import Timeline
from emocam.domain.vision import FaceBox


def test_the_order_of_the_classes_is_that_of_fer2013():
    assert FER7 == ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


@pytest.mark.parametrize(
    "values", [(0.5,) * 6, (0.5, 0.6, 0, 0, 0, 0, 0), (1.2, -0.2, 0, 0, 0, 0, 0), (float("nan"),) + (0.0,) * 6]
)
def test_scores_that_are_no_distribution_are_refused(values):
    with pytest.raises(ValueError):
        EmotionScores(FER7, values)


def test_label_is_uncertain_below_the_threshold():
    assert HAPPY.label(0.75) == "happy"
    assert HAPPY.label(0.76) == UNCERTAIN
    assert EmotionScores(FER7, (1 / 7,) * 7).dominant == "angry"


boxes = st.builds(
    lambda x, y, w, h: FaceBox(x, y, x + w, y + h),
    st.floats(-0.2, 1),
    st.floats(-0.2, 1),
    st.floats(0.01, 1),
    st.floats(0.01, 1),
)


@given(boxes, boxes)
def test_overlap_is_symmetric_between_zero_and_one_and_one_with_itself(a, b):
    assert a.overlap(b) == pytest.approx(b.overlap(a))
    assert 0 <= a.overlap(b) <= 1 + 1e-9
    assert a.overlap(a) == pytest.approx(1)


def test_a_frame_can_not_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        frame().pixels[0, 0] = 1


def test_quality_names_what_is_wrong():
    def crop(low, high):
        return np.tile(np.linspace(low, high, 48, dtype=np.uint8), (48, 1))[..., None]

    good = crop(20, 220)
    assert assess(frame(width=640, height=360), face(), good).remark == "good"
    assert assess(frame(width=80, height=45), face(), good).remark == "too small"
    assert assess(frame(width=640, height=360), face(), crop(0, 20)).remark == "too dark"
    assert assess(frame(width=640, height=360), face(), crop(100, 104)).remark == "too little contrast"
    assert 0 <= assess(frame(width=80, height=45), face(), good).value < GOOD


def test_every_class_and_face_has_a_colour_of_its_own():
    assert len({style_of(name).light for name in FER7}) == len(FER7)
    assert len({face_colour(number) for number in range(1, 9)}) == 8


class TestTimeline:
    def test_a_face_that_is_away_leaves_a_gap(self):
        timeline = Timeline(FER7)
        timeline.append(observation(0, 0.0, reading(1), reading(2)))
        timeline.append(observation(1, 0.1, reading(2)))
        timeline.append(observation(2, 0.2, reading(2)))
        timeline.append(observation(3, 0.3, reading(1)))
        view = timeline.view(1)
        assert view.times.tolist() == [0.0, 0.1, 0.3]
        assert np.isnan(view.values[:, 3]).tolist() == [False, True, False]
        assert timeline.view(2).times.tolist() == pytest.approx([0.0, 0.1, 0.2, 0.3])
        assert timeline.faces == (1, 2)

    @pytest.mark.parametrize(("capacity", "count"), [(10, 25), (256, 300), (600, 550), (600, 600), (600, 1900)])
    def test_only_the_newest_are_kept_in_order(self, capacity, count):
        timeline = Timeline(FER7, capacity=capacity)
        for index in range(count):
            timeline.append(observation(index, index / 10, reading(1, scores(happy=index / count))))
        view, kept = timeline.view(1), range(max(0, count - capacity), count)
        assert view.times.tolist() == pytest.approx([index / 10 for index in kept])
        assert view.values[:, 3].tolist() == pytest.approx([index / count for index in kept])
        assert timeline.view(1, start=(count - 2.5) / 10).times.tolist() == pytest.approx([(count - 2) / 10, (count - 1) / 10])

    def test_a_face_that_was_there_for_a_moment_costs_little(self):
        tracemalloc.start()
        timeline = Timeline(FER7)
        for index in range(32 * 60):
            timeline.append(observation(index, index / 30, reading(1 + index // 60)))
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(timeline.faces) == 32
        assert held < 1_000_000

    def test_the_face_that_was_away_longest_makes_room(self):
        timeline = Timeline(FER7, capacity=10, faces=2)
        for index, face_id in enumerate((1, 2, 3)):
            timeline.append(observation(index, float(index), reading(face_id)))
        assert timeline.faces == (2, 3)
        assert len(timeline.view(1).times) == 0
