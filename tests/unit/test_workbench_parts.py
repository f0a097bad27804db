"""What the workbench is made of, without a window: exact seeking, decimation, filling recordings, the clock."""

import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clips import steady, write_clip
from fakes import FakeClassifier, FakeClock, FakeLocator, face, observation, reading, scores

from emocam.adapters.av_file import VideoFile
from emocam.adapters.session_file import SessionReader, save_annotations
from emocam.adapters.settings import Settings
from emocam.adapters.video_reader import RecordingReader
from emocam.analyze import analyze_all
from emocam.domain.annotations import Annotations, Marker
from emocam.domain.decimation import Pyramid
from emocam.domain.emotions import FER7
from emocam.domain.errors import EmocamError, SourceError
from emocam.domain.recording import Readings, Series
from emocam.domain.times import parse_time, time_text
from emocam.domain.vision import Frame, Observation
from emocam.gui.workbench.player import PlayClock
from emocam.gui.workbench.stack import areas
from emocam.pipeline.analyser import Analyser
from emocam.pipeline.file_run import FileRun, FileState, FillingSink, OpenedRecording
from emocam.pipeline.resmoothing import resmoothed
from emocam.pipeline.smoothing import Smoother
from emocam.pipeline.tracking import Tracker
from emocam.recordings import find_recordings, open_recording

DEMO = Path("assets/demo/demo.mp4")
MEDIA = Path(__file__).parents[3] / "shared" / "media" / "free"


def same_as_in_sequence(path, places):
    """Whether the reader shows at the time of each of `places`, in that order, the very frame that a source gives there."""
    source = VideoFile(path)
    source.open()
    frames = {}
    wanted = set(places)
    while (frame := source.read()) is not None:
        if frame.index in wanted:
            frames[frame.index] = frame
    source.close()
    reader = RecordingReader(path)
    reader.open()
    try:
        for place in places:
            shown = reader.frame_at(frames[place].timestamp + 1e-6)
            assert shown.timestamp == pytest.approx(frames[place].timestamp, abs=1e-6), place
            assert np.array_equal(shown.pixels, frames[place].pixels), place
    finally:
        reader.close()


def test_any_moment_of_a_video_is_the_frame_that_reading_on_gives():
    same_as_in_sequence(DEMO, [0, 300, 299, 301, 5, 471, 120, 121, 120])


@pytest.mark.skipif(not MEDIA.is_dir(), reason="needs the shared media")
@pytest.mark.parametrize("name", ["pyfeat_noface_face_hevc_vfr.mov", "intel_headpose_male.mp4", "neg_testsrc_generated.mp4"])
def test_so_do_variable_rates_and_other_codecs(name):
    same_as_in_sequence(MEDIA / name, [40, 3, 39, 41, 0, 20])


@pytest.mark.skipif(not MEDIA.is_dir(), reason="needs the shared media")
def test_where_the_times_begin_anew_in_the_middle_a_jump_is_right_too():
    same_as_in_sequence(MEDIA.parent / "awkward" / "resolution_change_and_pts_reset.ts", [60, 5, 70])


def test_before_the_start_and_after_the_end_it_shows_the_first_and_the_last():
    reader = RecordingReader(DEMO)
    reader.open()
    first, last = reader.frame_at(-5.0), reader.frame_at(1e6)
    reader.close()
    assert first.timestamp == 0
    assert last.timestamp == pytest.approx(19.64, abs=0.02)


def test_what_is_no_video_says_so(tmp_path):
    (tmp_path / "notes.mp4").write_text("hello")
    with pytest.raises(SourceError):
        RecordingReader(tmp_path / "notes.mp4").open()


# Decimation


def series(count, classes=3, seed=1):
    values = np.random.default_rng(seed).random((count, classes)).astype(np.float32)
    values[count // 3 : count // 2] = np.nan
    return Series(np.arange(count) / 30, values)


@pytest.mark.parametrize("count", [1, 7, 100, 5_000, 100_003])
def test_no_peak_is_lost_and_no_more_points_than_asked_for(count):
    whole = series(count)
    pyramid = Pyramid(whole)
    lines = pyramid.lines(0, count, 800)
    assert len(lines.times) <= 800 + 8
    assert np.nanmax(lines.values, axis=0) == pytest.approx(np.nanmax(whole.values, axis=0))
    assert np.nanmin(lines.values, axis=0) == pytest.approx(np.nanmin(whole.values, axis=0))
    assert (np.diff(lines.times) >= 0).all()


def test_a_gap_stays_a_gap():
    lines = Pyramid(series(100_000)).lines(0, 1e6, 500)
    inside = (lines.times > 100_000 / 30 / 3 + 60) & (lines.times < 100_000 / 30 / 2 - 60)
    assert inside.any()
    assert np.isnan(lines.values[inside]).all()


def test_zoomed_in_every_frame_is_there():
    whole = series(100_000)
    part = Pyramid(whole).lines(10.0, 12.0, 500)
    kept = (part.times >= 10) & (part.times <= 12)
    assert np.array_equal(part.values[kept], whole.between(10, 12).values, equal_nan=True)


def test_means_go_on_summing_to_one():
    values = np.random.default_rng(2).dirichlet(np.ones(5), 9_999).astype(np.float32)
    means = Pyramid(Series(np.arange(9_999) / 30, values)).means(0, 1e6, 300)
    assert len(means.times) <= 310
    assert means.values.sum(axis=1) == pytest.approx(np.ones(len(means.times)), abs=1e-5)


# Recordings that fill up


def told(count=10):
    return [observation(place, place / 10, reading(1, scores(happy=0.6))) for place in range(count)]


def test_a_run_fills_its_recording_and_says_how_far_it_is():
    clock, on = FakeClock(), threading.Event()

    def work(run):
        run.opened(None, 10, "CPU (fake)")
        sink = FillingSink(run)
        for each in told(5):
            sink.write(each)
        sink.flush()
        on.wait(5)
        clock.now += 0.5
        for each in told(10)[5:]:
            sink.write(each)
        sink.close()

    run = FileRun(FER7, work, clock)
    assert run.status.state is FileState.WAITING
    run.start()
    deadline = time.monotonic() + 5
    while run.status.frames < 5 and time.monotonic() < deadline:
        time.sleep(0.005)
    assert run.status.share == pytest.approx(0.5)
    on.set()
    assert run.join(5)
    assert run.status.state is FileState.DONE
    assert run.status.rate == pytest.approx(20)
    assert run.status.device == "CPU (fake)"
    assert run.recording.readings.times.tolist() == pytest.approx([place / 10 for place in range(10)])


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(SourceError("There is no video."), "There is no video."), (ZeroDivisionError("x"), "inside emocam")],
)
def test_a_run_that_fails_keeps_what_was_there_and_says_why(error, sentence):
    def work(run):
        run.append(Readings.of(told(4), len(FER7)))
        raise error

    run = FileRun(FER7, work)
    run.start()
    assert run.join(5)
    assert run.status.state is FileState.FAILED
    assert sentence in run.status.message
    assert len(run.recording.readings.times) == 4


def test_smoothing_anew_is_what_the_analysis_would_have_done():
    raw = [reading(1, scores(happy=0.1)) for _ in range(6)] + [reading(1, scores(happy=0.9)) for _ in range(6)]
    readings = Readings.of([observation(place, place / 10, each) for place, each in enumerate(raw)], len(FER7))
    readings = replace(readings, raw=readings.smoothed)
    slow, fast = resmoothed(readings, FER7, 2.0), resmoothed(readings, FER7, 0.05)
    happy = FER7.index("happy")
    assert slow[-1, happy] < fast[-1, happy] <= 0.9 + 1e-6
    assert resmoothed(readings, FER7, 0.0) is readings.raw
    assert resmoothed(readings, FER7, 1.0, stop=lambda: True) is None


@pytest.mark.parametrize(("every", "apart"), [(60, 2.0), (1, 1 / 30)])
def test_smoothing_anew_gives_what_the_analysis_gave(every, apart):
    """Also where frames were passed over, and the face is missing in one of those that were not."""
    classifier = FakeClassifier()
    wanted = Analyser(FakeLocator(), classifier, Tracker(), Smoother(0.8))
    if every > 1:
        wanted.expect_gaps()
    found = []
    for place in range(12):
        classifier._answer = scores(happy=0.1 + 0.07 * place)
        at = Frame(place * every, place * apart, np.full((48, 64, 3), 99, np.uint8))
        found.append(wanted.follow(wanted.glance(at, () if place == 5 else (face(),))))
    readings = Readings.of(found, len(FER7))
    assert np.allclose(resmoothed(readings, FER7, 0.8), readings.smoothed, atol=1e-6)


# Opening what a user names


@pytest.fixture(scope="module")
def analysed(tmp_path_factory):
    settings = replace(Settings(), recordings=str(tmp_path_factory.mktemp("sessions")))
    opened = open_recording(DEMO, settings)
    opened.run.start()
    assert opened.run.join(120)
    return settings, opened


def test_a_video_is_analysed_into_a_session_of_its_own(analysed):
    settings, opened = analysed
    assert opened.run.status.state is FileState.DONE
    assert opened.run.status.frames == 472
    assert opened.session.parent == settings.recordings_folder
    reader = SessionReader(opened.session)
    assert sum(len(part.times) for part in reader.columns()) == 472
    assert reader.meta["complete"] == "yes"
    reader.close()


def test_the_same_file_is_not_analysed_twice_but_in_another_way_it_is(analysed):
    settings, opened = analysed
    save_annotations(opened.session, Annotations(markers=(Marker(1.0, "here"),)))
    again = open_recording(DEMO, settings)
    assert again.earlier
    assert again.session == opened.session
    assert again.video == DEMO.resolve()
    assert again.annotations.markers == (Marker(1.0, "here"),)
    again.run.start()
    assert again.run.join(20)
    assert np.array_equal(again.run.recording.readings.smoothed, opened.run.recording.readings.smoothed)
    assert not open_recording(DEMO, settings, anew=True).earlier
    assert not open_recording(DEMO, replace(settings, smoothing_s=0.1)).earlier


def test_a_session_opens_by_itself_and_finds_its_video(analysed, tmp_path):
    settings, opened = analysed
    moved = tmp_path / "moved.emocam"
    moved.write_bytes(opened.session.read_bytes())
    there = open_recording(moved, settings)
    assert there.video == DEMO.resolve()
    there.run.start()
    there.run.join(20)
    assert there.run.status.frames == 472


def test_a_session_of_the_command_line_is_known_to_be_whole(tmp_path):
    out = tmp_path / "demo.emocam"
    assert analyze_all([str(DEMO)], Settings(), csv=None, session=out, chart=None, stop=threading.Event()) == 0
    opened = open_recording(out, Settings())
    assert opened.whole
    opened.run.start()
    assert opened.run.join(20)


def test_the_same_line_again_does_not_undo_what_somebody_added(tmp_path, capsys):
    clip = write_clip(tmp_path / "clip.mp4", steady(3))
    session, table = tmp_path / "out.emocam", tmp_path / "out.csv"

    def again():
        return analyze_all([str(clip)], Settings(), csv=table, session=session, chart=None, stop=threading.Event())

    assert again() == again() == 0
    save_annotations(session, Annotations(markers=(Marker(0.0, "here"),)))
    before = session.read_bytes(), table.read_bytes()
    assert again() == 1
    assert (session.read_bytes(), table.read_bytes()) == before
    assert "move it or choose another name" in capsys.readouterr().err


def test_a_stopped_analysis_is_not_taken_for_a_whole_one(tmp_path):
    settings = replace(Settings(), recordings=str(tmp_path))
    opened = open_recording(DEMO, settings)
    opened.run.stop()
    opened.run.start()
    assert opened.run.join(60)
    assert opened.run.status.state is FileState.STOPPED
    assert not open_recording(DEMO, settings).earlier


def test_what_was_named_goes_on_from_a_stopped_analysis_but_not_from_a_whole_one(tmp_path):
    clip = write_clip(tmp_path / "clip.mp4", steady(3))
    settings, named = replace(Settings(), recordings=str(tmp_path)), Annotations(markers=(Marker(0.0, "here"),))
    stopped = open_recording(clip, settings)
    stopped.run.stop()
    stopped.run.start()
    assert stopped.run.join(60)
    save_annotations(stopped.session.rename(tmp_path / "2020 clip.emocam"), named)  # By their names the newest is known.
    assert open_recording(clip, settings).annotations == named
    whole = open_recording(clip, settings, anew=True)
    assert whole.annotations == named
    whole.run.start()
    assert whole.run.join(60)
    assert open_recording(clip, settings, anew=True).annotations == Annotations()


@pytest.mark.parametrize(("meta", "early"), [({}, True), ({"step_s": "60"}, False)])
def test_of_one_frame_out_of_many_it_is_not_said_that_the_file_was_cut_off(meta, early):
    seen = Readings.of([Observation(0, 0.0, 64, 48, ())], 2)
    run = FileRun(("sad", "happy"), lambda run: run.append(seen))
    run.start()
    assert run.join(5)
    opened = OpenedRecording(
        run, "a", Path("a.emocam"), None, Annotations(), meta, uncertain_below=0.4, earlier=True, told_s=30.0
    )
    assert opened.ends_early is early


def test_a_run_that_is_stopped_before_it_began_has_ended():
    run = FileRun(FER7, lambda run: None)
    run.stop()
    assert run.status.state is FileState.STOPPED


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own there")
def test_a_session_has_one_name_though_its_folder_is_reached_by_a_link(tmp_path):
    """By it the window knows what was done to it, and can undo that."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    clip = write_clip(tmp_path / "clip.mp4", steady(3))
    settings = replace(Settings(), recordings=str(tmp_path / "link"))
    made = open_recording(clip, settings)
    made.run.start()
    assert made.run.join(60)
    assert open_recording(clip, settings).session == open_recording(made.session, settings).session == made.session


def test_two_files_of_one_name_never_share_a_session(tmp_path):
    settings = replace(Settings(), recordings=str(tmp_path))
    names = {open_recording(Path(folder) / "clip.mp4", settings).session for folder in ("x", "y", "z")}
    assert len(names) == 3


def test_what_can_not_be_opened_says_so(tmp_path):
    (tmp_path / "broken.emocam").write_text("nothing")
    with pytest.raises(EmocamError):
        open_recording(tmp_path / "broken.emocam", Settings())
    missing = open_recording(tmp_path / "missing.mp4", replace(Settings(), recordings=str(tmp_path)))
    missing.run.start()
    assert missing.run.join(30)
    assert missing.run.status.state is FileState.FAILED
    assert "missing.mp4" in missing.run.status.message


def test_a_folder_stands_for_the_recordings_in_it(tmp_path):
    for name in ("b.mp4", "a.JPG", "notes.txt", "deep/c.mkv", ".hidden.mp4", ".Trash-1000/files/x.mp4", "deep/d.3g2", "e.f4v"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = find_recordings([tmp_path, tmp_path / "b.mp4"])
    assert [str(path.relative_to(tmp_path)) for path in found] == ["a.JPG", "b.mp4", "deep/c.mkv", "deep/d.3g2", "e.f4v"]


def test_a_search_that_is_given_up_goes_no_further(tmp_path):
    for name in ("1/a.mp4", "2/b.mp4", "3/c.mp4"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    asked = []

    def stop():
        asked.append(None)
        return len(asked) > 1

    assert find_recordings([tmp_path], stop) == [tmp_path / "1" / "a.mp4"]
    assert len(asked) == 2, "nor is the next folder looked into"


def test_a_file_is_one_whether_its_path_is_whole_or_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.mp4").touch()
    assert find_recordings([Path("a.mp4"), tmp_path / "a.mp4", Path()]) == [tmp_path / "a.mp4"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own there")
def test_linked_folders_are_looked_into_once(tmp_path):
    for name in ("in/a/one.mp4", "elsewhere/two.mp4"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    for name, target in (("away", "elsewhere"), ("again", "elsewhere"), ("around", "in"), ("within", "in/a")):
        (tmp_path / "in" / name).symlink_to(tmp_path / target)
    (tmp_path / "elsewhere" / "up").symlink_to(tmp_path)
    (tmp_path / "in" / "gone.mp4").symlink_to(tmp_path / "nothing")
    found = find_recordings([tmp_path / "in"])
    assert [str(path.relative_to(tmp_path / "in")) for path in found] == ["a/one.mp4", "again/two.mp4"]


# The clock


def test_the_clock_plays_at_any_rate_and_stays_inside():
    now = FakeClock()
    clock = PlayClock(now)
    clock.duration = 10.0
    clock.seek(4.0)
    clock.play()
    now.now += 1
    assert clock.position == pytest.approx(5.0)
    clock.rate = 0.5
    now.now += 2
    assert clock.position == pytest.approx(6.0)
    clock.rate = -4.0
    now.now += 100
    assert clock.position == 0.0
    assert clock.at_an_end()
    clock.rate = 1.0
    clock.seek(99.0)
    assert clock.position == 10.0
    assert clock.at_an_end()
    clock.pause()
    assert not clock.at_an_end()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("12.5", 12.5), ("1:02.5", 62.5), ("1:00:02,25", 3602.25), ("", None), ("a", None), ("1:2:3:4", None), ("-1", None)],
)
def test_times_are_read_as_people_write_them(text, seconds):
    assert parse_time(text) == seconds


@pytest.mark.parametrize("seconds", [0.0, 59.999, 61.25, 3600.5, 36_000.01])
def test_a_time_that_is_shown_can_be_typed(seconds):
    assert parse_time(time_text(seconds)) == pytest.approx(seconds, abs=0.006)


class TestAreas:
    TIMES = np.array([0.0, 1.0, 2.0, 3.0, 4.0])

    def found(self, values, times, switches=(True, True)):
        heights = np.array([0.1, 0.4, 0.6, 0.9])
        series = Series(self.TIMES[: len(values)], np.array(values, np.float32))
        return areas(series, switches, np.array(times), heights).T.tolist()

    def test_classes_lie_on_each_other_and_go_straight_from_frame_to_frame(self):
        values = [[0.5, 0.5], [0.5, 0.5], [0.0, 1.0]]
        assert self.found(values, [0.5, 1.5]) == [[0, 0, 1, 1], [0, 1, 1, 1]]

    def test_what_is_switched_off_leaves_no_room(self):
        assert self.found([[0.5, 0.5]] * 2, [0.5], (False, True)) == [[1, 1, 2, 2]]

    def test_nothing_where_nobody_was_and_a_single_frame_up_to_the_next_one(self):
        nobody = [np.nan, np.nan]
        values = [[1.0, 0.0], nobody, [1.0, 0.0], [1.0, 0.0], nobody]
        none, face = [2] * 4, [0] * 4
        assert self.found(values, [-0.1, 0.5, 1.5, 2.5, 3.5, 4.5]) == [none, face, none, face, none, none]

    def test_of_one_frame_alone_there_is_something_to_see(self):
        assert self.found([[1.0, 0.0]], [0.02, 0.1]) == [[0] * 4, [2] * 4]
