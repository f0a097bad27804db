import numpy as np
import pytest

from emocam.domain.errors import Sentence
from emocam.domain.ports import SourceInfo, SourceKind
from emocam.domain.times import clock_text
from emocam.domain.vision import Frame, Observation
from emocam.gui.words import PictureWatch, ended_word, run_text, state_word, status_line
from emocam.pipeline.file_run import FileState, FileStatus
from emocam.pipeline.live import SessionState, SessionStatus

CAMERA = SourceInfo("cam", SourceKind.CAMERA, 640, 360)
NOBODY = Observation(0, 0.0, 640, 360, ())


def frame(value: int, index: int = 0) -> Frame:
    return Frame(index, 0.0, np.full((90, 160, 3), value, np.uint8))


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (SessionStatus(SessionState.STARTING), "Opening the source…"),
        (SessionStatus(SessionState.STARTING, source=CAMERA), "Loading the model…"),
        (SessionStatus(SessionState.PAUSED, source=CAMERA), "Paused"),
        (SessionStatus(SessionState.WAITING, message=Sentence("It went away."), source=CAMERA), "It went away."),
        (SessionStatus(SessionState.RUNNING, source=CAMERA), ""),
    ],
)
def test_each_state_has_its_word(status, word):
    assert state_word(status) == word


def test_the_end_says_where_the_recording_is(tmp_path):
    file = tmp_path / "a.emocam"
    assert str(file) in ended_word(SessionStatus(SessionState.STOPPED), file)
    assert ended_word(SessionStatus(SessionState.FAILED, message=Sentence("The disk is full.")), None) == "The disk is full."
    assert ended_word(SessionStatus(SessionState.RUNNING), file) == ""


def test_status_line_names_what_is_measured():
    line = status_line(SessionStatus(SessionState.RUNNING, source=CAMERA, capture_rate=30, latency=0.014, dropped=3))
    assert "30.0/s" in line
    assert "14 ms" in line
    assert "dropped 3" in line
    assert status_line(None) == "Ready"
    ended = status_line(SessionStatus(SessionState.STOPPED, source=CAMERA, capture_rate=30, analysed=90, dropped=3))
    assert ended == "90 frames analysed · dropped 3", "no rate and no delay of what has ended"


def test_one_is_not_many():
    def said(state, frames, *, faces=False):
        return run_text(FileStatus(state, frames=frames), earlier=False, whole=True, cut_off=False, faces=faces)

    ended = SessionStatus(SessionState.STOPPED, source=CAMERA, analysed=1)
    assert status_line(ended) == "1 frame analysed · dropped 0"
    assert said(FileState.STOPPED, 1) == "Stopped after 1 frame; what is done is kept."
    assert said(FileState.STOPPED, 2) == "Stopped after 2 frames; what is done is kept."
    assert said(FileState.DONE, 1) == "1 frame, no face in it"
    assert said(FileState.DONE, 2) == "2 frames, no face in any of them"


@pytest.mark.parametrize(("seconds", "text"), [(0, "00:00"), (61.9, "01:01"), (3600, "1:00:00")])
def test_clock_text(seconds, text):
    assert clock_text(seconds) == text


def test_a_silent_camera_is_noticed():
    watch = PictureWatch()
    watch.see(frame(90), now=0.0)
    assert watch.word(None, now=0.5) == ""
    assert "does not answer" in watch.word(None, now=1.0)


def test_a_slow_camera_is_not_silent_between_its_pictures():
    watch = PictureWatch()
    for step in range(5):
        for later in (0.1, 0.7, 1.0):
            watch.see(frame(90 + step), now=step * 1.1) if later == 0.1 else None
            assert step == 0 or watch.word(None, now=step * 1.1 + later) == ""
    assert "does not answer" in watch.word(None, now=4.4 + 3.0)
    watch.see(frame(97), now=60.0)
    assert "does not answer" in watch.word(None, now=60.0 + 5.5), "however long it was away before"


def test_a_pause_tells_nothing_of_the_camera():
    watch = PictureWatch()
    watch.see(frame(90), now=0.0)
    watch.wait_anew(now=20.0)
    assert watch.word(None, now=20.3) == ""
    assert "does not answer" in watch.word(None, now=21.0)


def test_a_camera_that_repeats_itself_is_noticed_and_one_that_moves_is_not():
    still, moving = PictureWatch(), PictureWatch()
    for step in range(16):
        still.see(frame(90, step), now=step / 10)
        moving.see(frame(90 + step, step), now=step / 10)
    assert "same picture" in still.word(NOBODY, now=1.5)
    assert moving.word(NOBODY, now=1.5) == "No face in the picture"


def test_a_black_picture_is_noticed():
    watch = PictureWatch()
    watch.see(frame(2), now=0.0)
    assert "Too dark" in watch.word(NOBODY, now=0.1)
