"""What exports get wrong without anybody noticing: the right face hidden, the right figure in its column, the right second."""

import base64
import contextlib
import json
import os
from dataclasses import replace

import av
import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest
from fakes import FakeReader, observation, reading, scores
from test_exports import (
    HEIGHT,
    LEFT,
    MIDDLE,
    RIGHT,
    TIMES,
    WIDTH,
    Page,
    face_at,
    frames_of,
    loud_from,
    noise,
    read_csv,
    write_video,
)
from test_recording import META

from emocam.adapters import session_file
from emocam.adapters.exports import boris, export, stills, tables
from emocam.adapters.exports.drawing import hide_faces
from emocam.adapters.exports.job import ExportJob
from emocam.adapters.exports.overlay import Overlay
from emocam.adapters.session_file import SessionReader, SessionWriter
from emocam.domain.annotations import Annotations, Marker
from emocam.domain.emotions import FER7, UNCERTAIN
from emocam.domain.errors import SessionFileError
from emocam.domain.export import Selection
from emocam.domain.presence import presences
from emocam.domain.recording import Readings, Recording, Series
from emocam.domain.summary import summarise
from emocam.domain.vision import FaceBox, Observation

HAPPY = FER7.index("happy")


def session_of(folder, frames, annotations=None, **meta):
    """frames: of each its time, then the faces in it."""
    writer = SessionWriter(folder / "run.emocam", META | meta, annotations=annotations)
    for index, (time, *faces) in enumerate(frames):
        writer.write(Observation(index, time, WIDTH, HEIGHT, tuple(faces)))
    writer.close()
    return writer.path


def happy_at(*times):
    return [(time, face_at(LEFT, 1, happy=0.9)) for time in times]


def tenths(count, start=0.0):
    return [start + place / 10 for place in range(count)]


def rows_of(session, ending, selection=None):
    done = export(session, session.with_name(f"o{ending}"), selection)
    return read_csv(done.path, "\t" if ending.endswith("tsv") else ",")


def opened(session, selection=None):
    return contextlib.closing(ExportJob(session, selection or Selection()))


def lefts(boxes):
    return [round(box.left, 3) for box in boxes]


class TestAPartOfAVideo:
    """A face at the left until 2.5 s and at the right from then on, exported from 3.2 s on."""

    ROWS = slice(round(0.35 * HEIGHT), round(0.55 * HEIGHT))

    @pytest.fixture
    def session(self, tmp_path):
        write_video(tmp_path / "clip.mp4")
        faces = [(time, face_at(LEFT if time < 2.5 else RIGHT, 1, happy=0.9)) for time in TIMES]
        return session_of(tmp_path, faces, complete="yes")

    def test_a_face_is_hidden_where_it_is_by_then(self, session):
        done = export(session, session.with_name("out.mp4"), Selection(start_s=3.2, blur=True))
        for _, pixels in frames_of(done.path):
            left, right = (
                pixels[self.ROWS, round((side + 0.03) * WIDTH) : round((side + 0.17) * WIDTH)].std(axis=1).mean()
                for side in (LEFT, RIGHT)
            )
            assert left > 60
            assert right < 25

    def test_a_box_is_drawn_where_the_face_is_by_then(self, session):
        done = export(session, session.with_name("out.mp4"), Selection(start_s=3.2))
        before = [pixels for time, pixels in frames_of(session.with_name("clip.mp4")) if time > 3.19]
        for (_, pixels), clear in zip(frames_of(done.path), before, strict=True):
            changed = np.abs(pixels.astype(int) - clear).max(axis=2)[self.ROWS] > 60
            left, right = (changed[:, round(side * WIDTH) - 2 : round(side * WIDTH) + 3].mean() for side in (LEFT, RIGHT))
            assert left == 0
            assert right > 0.15


class TestHiddenFaces:
    def test_a_face_is_hidden_for_a_second_before_it_is_found_and_after_it_is_lost(self, tmp_path):
        seen = {*range(20, 31), *range(33, 41)}
        frames = [(n / 10, *([face_at(n / 100, 1)] if n in seen else [])) for n in range(60)]
        with opened(session_of(tmp_path, frames)) as job:
            overlay = Overlay(job)
            found = {time: lefts(overlay.boxes_near(time)) for time in (0.9, 1.05, 2.5, 3.1, 4.95, 5.1)}
        assert found == {0.9: [], 1.05: [0.2], 2.5: [0.25], 3.1: [0.3], 4.95: [0.4], 5.1: []}

    def test_all_tracks_that_were_joined_are_hidden(self, tmp_path):
        """Of two of one person in a frame only the surer one counts, but both are faces."""
        faces = [face_at(left, track) for track, left in enumerate((LEFT, MIDDLE, RIGHT), 1)]
        joined = Annotations().merged(1, 2).merged(1, 3)
        with opened(session_of(tmp_path, [(time, *faces) for time in tenths(5)], joined)) as job:
            assert lefts(Overlay(job).boxes_near(0.2)) == [LEFT, MIDDLE, RIGHT]

    def test_hair_ears_and_chin_are_hidden_and_no_more(self):
        clear = noise(0)
        pixels = clear.copy()
        hide_faces(pixels, [FaceBox(0.4, 0.3, 0.6, 0.7)])
        changed = (pixels != clear).any(axis=2)
        assert changed[26:94, 58:102].all()
        changed[24:96, 56:104] = False
        assert not changed.any()

    def test_a_face_over_the_edge_is_hidden(self):
        clear = noise(0)
        pixels = clear.copy()
        hide_faces(pixels, [FaceBox(-0.1, -0.2, 0.2, 0.4)])
        changed = (pixels != clear).any(axis=2)
        assert changed[:48, :32].all()
        assert not changed[:, 50:].any()


class TestStills:
    """Of 1, on a red ground, with its peak at 2 s, and of 2, on a blue one; both move."""

    @pytest.fixture
    def session(self, tmp_path, monkeypatch):
        halves = np.zeros((180, 320, 3), np.uint8)
        halves[:, :160], halves[:, 160:] = (200, 0, 0), (0, 0, 200)

        class Reader(FakeReader):
            def __init__(self, _):
                super().__init__(count=30)

            def frame_at(self, time_s):
                return replace(super().frame_at(time_s), pixels=halves)

        monkeypatch.setattr(stills, "RecordingReader", Reader)
        (tmp_path / "clip.mp4").touch()
        frames = [
            (
                time,
                face_at(time / 100, 1, happy=0.9 if time == 2 else 0.8),
                face_at(0.6 + time / 100, 2, sad=0.9 if time == 1 else 0.8),
            )
            for time in tenths(30)
        ]
        return session_of(tmp_path, frames)

    def stills_of(self, session, **selected):
        with opened(session, Selection(**selected)) as job:
            return stills.stills_of(job, {person: list(summary.episodes) for person, summary in job.summaries()})

    def test_each_shows_its_own_face_in_its_own_colours(self, session):
        for person, (still,) in self.stills_of(session).items():
            data = np.frombuffer(base64.b64decode(still.data.partition(",")[2]), np.uint8)
            blue, _, red = cv2.imdecode(data, cv2.IMREAD_COLOR).mean(axis=(0, 1))
            assert (red > blue + 100) if person == 1 else (blue > red + 100)

    def test_all_are_hidden_where_they_are_at_the_peak(self, session, monkeypatch):
        hidden = []
        monkeypatch.setattr(stills, "hide_faces", lambda pixels, boxes: hidden.append(lefts(boxes)))
        self.stills_of(session, people=(1,), blur=True)
        assert hidden == [[0.02, 0.62]]


class TestOverlay:
    def test_what_is_likeliest_but_below_the_limit_is_shown_as_uncertain(self, tmp_path):
        faces = face_at(LEFT, 1, happy=0.35, sad=0.3, angry=0.3), face_at(RIGHT, 2, happy=0.45, sad=0.3)
        with opened(session_of(tmp_path, [(time, *faces) for time in tenths(5)])) as job:
            shown = Overlay(job).shown_at(0.2)
        assert [(each.label, round(each.confidence, 2)) for each in shown] == [(UNCERTAIN, 0.35), ("happy", 0.45)]


class TestTheRecordingStays:
    @pytest.fixture
    def session(self, tmp_path):
        (tmp_path / "clip.csv").write_text("precious")
        (tmp_path / "sub").mkdir()
        return session_of(tmp_path, happy_at(0.0, 0.1), source="clip.csv")

    def test_however_its_path_is_spelled(self, session):
        with pytest.raises(SessionFileError, match="is the recording itself"):
            export(session, session.parent / "sub" / ".." / "clip.csv")
        assert session.with_name("clip.csv").read_text() == "precious"

    def test_whatever_else_it_is_called(self, session):
        os.link(session.with_name("clip.csv"), session.with_name("other.csv"))
        with pytest.raises(SessionFileError, match="is the recording itself"):
            export(session, session.with_name("other.csv"))
        assert session.with_name("other.csv").read_text() == "precious"


class TestReading:
    def test_columns_are_the_same_however_many_rows_are_read_at_once(self, tmp_path, monkeypatch):
        frames = [
            (time, *(face_at(face / 10, face, happy=place / 30) for face in range(1, place * 3 % 5 + 1)))
            for place, time in enumerate(tenths(30))
        ]
        found = []
        with contextlib.closing(SessionReader(session_of(tmp_path, frames))) as reader:
            for at_once in (20_000, 3):
                monkeypatch.setattr(session_file, "_ROWS_AT_ONCE", at_once)
                found.append(reader.recording().readings)
        assert len(found[0].tracks) == 60
        for name in Readings.__slots__:
            np.testing.assert_array_equal(getattr(found[1], name), getattr(found[0], name), name)

    @pytest.mark.parametrize("into", [1, 2])
    @pytest.mark.parametrize("sure", [1, 2])
    def test_the_label_is_that_of_the_surer_of_two_that_were_joined(self, tmp_path, sure, into):
        faces = face_at(LEFT, sure, happy=0.95), face_at(RIGHT, 3 - sure, sad=0.6)
        unsure = replace(faces[1], face=replace(faces[1].face, confidence=0.5))
        frames = [(time, faces[0], unsure) for time in tenths(5)]
        rows = rows_of(session_of(tmp_path, frames, Annotations().merged(into, 3 - into)), ".csv")
        assert [(row["face_id"], row["label"]) for row in rows] == [(str(into), "happy")] * 5


class TestTables:
    def test_each_figure_of_a_summary_stands_in_its_own_column(self, tmp_path):
        shown = [{"happy": 0.9}] * 10 + [None] * 10 + [{"happy": 0.7}] * 5 + [{"sad": 0.6}] * 15
        frames = [
            (time, *([] if each is None else [face_at(LEFT, 1, **each)])) for time, each in zip(tenths(40), shown, strict=True)
        ]
        (row,) = rows_of(session_of(tmp_path, frames), ".summary.csv")
        wanted = {
            "present_s": 3.0,
            "missing_s": 1.0,
            "first_s": 0.0,
            "last_s": 3.9,
            "expressiveness": 1 - (10 * 0.1 + 5 * 0.3 + 15 * 0.4) / 30,
            "mean_happy": (10 * 0.9 + 5 * 0.7) / 30,
            "mean_sad": 0.3,
            "dominant_happy": 0.5,
            "dominant_sad": 0.5,
            "episodes_happy": 2,
            "episodes_s_happy": 1.5,
            "episodes_sad": 1,
            "episodes_s_sad": 1.5,
            "transitions": 1,
            "happy_to_sad": 1,
        }
        assert {name: float(row[name]) for name in wanted} == pytest.approx(wanted, abs=2e-4)

    def test_each_row_is_in_a_parquet_file_once(self, tmp_path, monkeypatch):
        monkeypatch.setattr(tables, "_PARQUET_BATCH", 3)
        session = session_of(tmp_path, happy_at(*tenths(7)))
        done = export(session, session.with_name("o.parquet"))
        assert pq.read_table(done.path)["frame"].to_pylist() == list(range(7))
        assert done.count == 7

    def test_detection_quality_and_confidence_are_told_apart(self, tmp_path):
        (row,) = rows_of(session_of(tmp_path, [(0.0, face_at(LEFT, 1, happy=0.7))]), ".csv")
        assert [float(row[name]) for name in ("detection", "quality", "confidence")] == [0.9, 0.8, 0.7]

    def test_a_frame_at_the_edge_of_a_step_is_in_that_step(self, tmp_path):
        rows = rows_of(session_of(tmp_path, happy_at(*tenths(10))), ".csv", Selection(step_s=0.1))
        assert [row["frame"] for row in rows] == [str(place) for place in range(10)]


def test_a_marker_that_ends_where_a_range_begins_is_in_it(tmp_path):
    markers = (Marker(0.2, "before", 0.9), Marker(0.5, "span", 1.0), Marker(0.99, "early"), Marker(1.0, "point"))
    with opened(session_of(tmp_path, happy_at(*tenths(20)), Annotations(markers=markers)), Selection(start_s=1.0)) as job:
        assert [marker.label for marker in job.markers] == ["span", "point"]


def test_nothing_is_given_out_as_hidden_a_second_after_what_was_analysed(tmp_path):
    (tmp_path / "clip.mp4").touch()
    session = session_of(tmp_path, happy_at(*tenths(20)))
    with pytest.raises(SessionFileError, match=r"analysed up to 1\.9 s only"):
        export(session, tmp_path / "o.mp4", Selection(end_s=2.9, blur=True))


@pytest.mark.parametrize(("ending", "point"), [(".vtt", "."), (".srt", ",")])
def test_subtitles_after_an_hour_have_minutes_below_sixty(tmp_path, ending, point):
    session = session_of(tmp_path, happy_at(*tenths(10, 3725.5)))
    text = export(session, tmp_path / f"o{ending}").path.read_text(encoding="utf-8")
    assert f"\n01:02:05{point}500 --> 01:02:06{point}500\n" in text


def test_a_report_tells_how_long_a_face_was_seen_and_how_long_it_was_away(tmp_path):
    frames = [*happy_at(*tenths(10)), *((time,) for time in tenths(20, 1.0))]
    session = session_of(tmp_path, frames)
    page = Page(export(session, tmp_path / "o.html").path.read_text(encoding="utf-8"))
    assert "Face Seen Away Mostly" in page.text
    assert "Face 1 1.0 s 2.0 s happy" in page.text


def test_the_peak_of_an_episode_is_where_it_is_highest():
    values = np.array([scores(happy=each).values for each in (0.6, 0.6, 0.7, 0.9, 0.8)], np.float32)
    (episode,) = summarise(Series(np.array(tenths(5)), values), FER7).episodes
    assert (episode.peak, episode.peak_s) == pytest.approx((0.9, 0.3))


def test_means_in_the_list_of_faces_are_smoothed_and_weighted_by_time():
    made = Recording(FER7)
    times = (0.0, 0.1, 0.2, 0.5, 0.6)
    seen = [[reading(1, scores(happy=float(time == 0.2)))] for time in times]  # Raw they are all of a happy face.
    seen[0].append(reading(2))
    made.append(Readings.of([observation(n, times[n], *each) for n, each in enumerate(seen)], len(FER7)))
    present, _ = presences(made, Annotations())
    assert present.mean[HAPPY] == pytest.approx(0.3 / 0.7)
    assert sum(present.mean) == pytest.approx(1)


class TestBoris:
    def test_of_two_at_the_same_time_the_one_that_ends_comes_first(self, tmp_path):
        spans = Annotations(markers=(Marker(0.0, "a", 0.5), Marker(1.0, "b", 2.0), Marker(2.0, "a", 3.0)))
        rows = rows_of(session_of(tmp_path, happy_at(*tenths(40)), spans), ".boris.tsv")
        assert [(row["Behavior"], row["Behavior type"]) for row in rows if row["Time"] == "2.000"] == [
            ("b", "STOP"),
            ("a", "START"),
        ]

    def test_frames_are_counted_from_the_first_picture(self, tmp_path, monkeypatch):
        """Though times are counted from where a player begins."""
        monkeypatch.setattr("emocam.adapters.exports.job.lead", lambda video: 1.5)
        monkeypatch.setattr(boris, "duration", lambda video: 6.5)
        (tmp_path / "clip.mp4").touch()
        session = session_of(tmp_path, happy_at(*tenths(40)), Annotations(markers=(Marker(1.0, "here"),)))
        (row,) = (row for row in rows_of(session, ".boris.tsv") if row["Behavior"] == "here")
        assert (row["Time"], row["Image index"]) == ("2.500", "10")
        project = json.loads(export(session, tmp_path / "o.boris").path.read_text(encoding="utf-8"))
        (observed,) = project["observations"].values()
        assert [event for event in observed["events"] if event[2] == "here"] == [[2.5, "", "here", "", "", 10]]


class TestSound:
    @pytest.mark.parametrize(("name", "codecs"), [("clip.mp4", ()), ("clip.mkv", ("pcm_s16le", "mpeg4"))])
    def test_it_ends_where_the_range_does(self, tmp_path, name, codecs):
        """Whether it is taken over or coded anew."""
        write_video(tmp_path / name, *codecs)
        session = session_of(tmp_path, happy_at(*TIMES), source=name)
        done = export(session, tmp_path / "out.mp4", Selection(start_s=1.5, end_s=2.5))
        with av.open(str(done.path)) as container:
            *_, last = container.decode(audio=0)
            assert 0.9 <= last.time + last.samples / last.sample_rate <= 1.1

    @pytest.mark.parametrize(("start_s", "end_s"), [(0.0, None), (1.0, 4.0)])
    def test_it_stays_in_step_where_a_file_s_clock_begins_at_ten_seconds(self, tmp_path, start_s, end_s):
        with av.open(str(write_video(tmp_path / "early.mp4"))) as old, av.open(str(tmp_path / "clip.mkv"), "w") as new:
            streams = {stream.index: new.add_stream_from_template(stream) for stream in old.streams}
            for packet in old.demux():
                if packet.dts is not None:
                    packet.pts, packet.dts = (int(each + 10 / packet.time_base) for each in (packet.pts, packet.dts))
                    packet.stream = streams[packet.stream.index]
                    new.mux(packet)
        session = session_of(tmp_path, happy_at(*TIMES), source="clip.mkv")
        done = export(session, tmp_path / "out.mp4", Selection(start_s=start_s, end_s=end_s))
        assert loud_from(done.path) == pytest.approx(3 - start_s, abs=0.06)
