"""Large faces are followed with the quicker of the two detectors, and looked for in full twice a second."""

import threading
from dataclasses import replace

import pytest
from fakes import FakeLocator, face, frame

from emocam.adapters.mediapipe_locator import MediaPipeLocator
from emocam.domain.errors import ModelError
from emocam.domain.vision import Keypoints, Sight
from emocam.pipeline.looks import Looks

LARGE = face(0.3, 0.2, 0.3, 0.5)
MOVED = face(0.305, 0.2, 0.3, 0.5)
SMALL = face(0.8, 0.1, 0.05, 0.1)


class Detector:
    """Sees what it is told to. looks: how often it was asked."""

    def __init__(self, *faces):
        self.faces, self.looks = faces, 0

    def detect(self, pixels):
        self.looks += 1
        return list(self.faces)

    def close(self): ...


@pytest.fixture
def locator():
    made = MediaPipeLocator.__new__(MediaPipeLocator)
    made._short, made._full = Detector(MOVED), Detector(LARGE)
    return made


def looks(locator):
    return locator._full.looks, locator._short.looks


def test_a_close_up_is_placed_by_the_quick_detector_from_the_first_look_on(locator):
    first = locator.locate(frame())
    assert first == Sight((MOVED,), close_ups=True)
    assert looks(locator) == (1, 1)
    assert locator.locate(frame(1), first) == first
    assert looks(locator) == (1, 2)


def test_small_faces_are_always_looked_for_in_full(locator):
    locator._full.faces = (LARGE, SMALL)
    first = locator.locate(frame())
    assert first == Sight((LARGE, SMALL))
    assert locator.locate(frame(1), first) == first
    assert looks(locator) == (2, 0)


def test_a_close_up_of_which_the_full_range_detector_is_less_sure_is_one_where_the_other_sees_it_as_well(locator):
    """As it is of faces that nearly fill the picture. It would be looked at closer with the quick one anyway."""
    locator._full.faces = (replace(LARGE, confidence=0.5),)
    assert locator.locate(frame()) == Sight((MOVED,), close_ups=True)
    assert looks(locator) == (1, 1)


@pytest.mark.parametrize(
    ("height", "confidence", "enough"), [(0.51, 0.85, True), (0.49, 0.9, False), (0.6, 0.84, False)], ids=str
)
def test_what_the_quick_detector_alone_sees_is_a_close_up_where_it_is_too_large_for_the_other(
    locator, height, confidence, enough
):
    seen = replace(face(0.3, 0.2, 0.3, height), confidence=confidence)
    locator._full.faces, locator._short.faces = (), (seen,)
    first = locator.locate(frame())
    assert first == Sight((seen,), close_ups=enough)
    assert looks(locator) == (1, 1)
    assert locator.locate(frame(1), first) == first
    assert looks(locator) == ((1, 2) if enough else (2, 2))


def test_where_one_of_several_is_not_so_large_and_sure_none_is_a_close_up_of_the_quick_detector_alone(locator):
    sure, other = replace(face(0.1, 0.2, 0.3, 0.6), confidence=0.95), replace(SMALL, confidence=0.8)
    locator._full.faces, locator._short.faces = (), (sure, other)
    assert locator.locate(frame()) == Sight((sure, other))


def test_where_nobody_is_there_is_no_close_up(locator):
    locator._full.faces = locator._short.faces = ()
    assert locator.locate(frame()) == Sight()
    assert looks(locator) == (1, 1)


@pytest.mark.parametrize(("height", "enough"), [(0.37, True), (0.35, False)])
def test_a_close_up_is_so_high(locator, height, enough):
    locator._full.faces = locator._short.faces = (face(0.3, 0.2, 0.2, height),)
    assert locator.locate(frame()).close_ups == enough


@pytest.mark.parametrize("quick", [(), (MOVED, SMALL)], ids=["sees none", "sees one more"])
def test_where_the_quick_detector_sees_something_else_the_other_is_asked_too(locator, quick):
    first = locator.locate(frame())
    locator._short.faces = quick
    assert locator.locate(frame(1), first) == Sight((LARGE,))
    assert looks(locator) == (2, 2)


def test_a_face_of_which_the_quick_detector_is_less_sure_is_no_close_up_but_stays_one(locator):
    """Else its lower confidence would keep the tracker from starting it."""
    first = locator.locate(frame())
    locator._short.faces = (replace(MOVED, confidence=0.74),)
    assert locator.locate(frame(1), first) == Sight(locator._short.faces, close_ups=True)
    assert locator.locate(frame(2)) == Sight((LARGE,))


def test_what_was_no_close_up_is_none_until_the_next_look_in_full(locator):
    """Else its place would jump between what the two detectors say, frame by frame."""
    locator._short.faces = ()
    first = locator.locate(frame())
    locator._short.faces = (MOVED,)
    assert locator.locate(frame(1), first) == Sight((LARGE,))
    assert locator.locate(frame(2)) == Sight((MOVED,), close_ups=True)


def test_no_close_up_where_the_two_see_the_eyes_in_different_places(locator):
    right, left, nose, mouth = (getattr(LARGE.keypoints, name) for name in ("right_eye", "left_eye", "nose", "mouth"))
    turned = replace(LARGE, keypoints=Keypoints(right, (left[0] - 0.05, left[1]), nose, mouth))
    locator._short.faces = (turned,)
    assert locator.locate(frame()) == Sight((LARGE,))


def test_a_close_up_that_moves_away_stays_one_until_the_next_look(locator):
    """The two place a face a little apart: to change from one to the other with each frame would show."""
    first = locator.locate(frame())
    further = face(0.3, 0.2, 0.18, 0.3)
    locator._short.faces = locator._full.faces = (further,)
    assert locator.locate(frame(1), first) == Sight((further,), close_ups=True)
    assert locator.locate(frame(2)) == Sight((further,))


class Recorder(FakeLocator):
    """Keeps which frames it was to look at in full."""

    def __init__(self):
        super().__init__(LARGE)
        self.in_full = []

    def locate(self, frame, before=None):
        if before is None:
            self.in_full.append(frame.index)
        return super().locate(frame, before)


def surveyed(times):
    recorder, asked = Recorder(), Looks()
    for index, time in enumerate(times):
        asked.of(frame(index, time)).locate(recorder, frame(index, time))
    return recorder.in_full


def test_it_looks_in_full_twice_a_second_of_the_recording_however_many_frames_that_is():
    assert surveyed(index / 30 for index in range(40)) == [0, 15, 30]
    assert surveyed(index / 10 for index in range(11)) == [0, 5, 10]
    assert surveyed(index * 0.7 for index in range(4)) == [0, 1, 2, 3]
    assert surveyed([0.0, 0.1, 9.0, 9.1]) == [0, 2]
    assert surveyed([5.0, 5.1, 0.2, 0.3]) == [0, 2], "a camera that was opened anew"


def test_other_threads_wait_for_the_look_in_full_and_not_for_one_that_failed():
    class Gated(Recorder):
        def locate(self, frame, before=None):
            if before is None and frame.index == 0:
                gate.wait(5)
                raise ModelError("broken")
            return super().locate(frame, before)

    gate, asked, done = threading.Event(), Looks(), []
    recorder = Gated()
    first, second = frame(0), frame(1)
    look = asked.of(first)
    assert asked.of(second) is look
    other = threading.Thread(target=lambda: done.append(look.locate(recorder, second)))
    other.start()
    other.join(0.3)
    assert done == []
    threading.Timer(0.1, gate.set).start()
    with pytest.raises(ModelError):
        look.locate(recorder, first)
    other.join(5)
    assert done == [(LARGE,)]


def test_nobody_waits_for_a_look_that_will_not_be():
    closed = threading.Event()
    look = Looks(closed).of(frame(0))
    closed.set()
    assert look.locate(FakeLocator(LARGE), frame(1)) == (LARGE,)
