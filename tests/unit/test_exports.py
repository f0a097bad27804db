"""Every export, opened again by something that is not emocam."""

import contextlib
import csv
import errno
import itertools
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections import defaultdict
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import av
import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest
from fakes import scores
from PIL import Image

from emocam.adapters import csv_sink
from emocam.adapters.av_file import VideoFile
from emocam.adapters.exports import boris, export, find_people, stills, tables
from emocam.adapters.exports.chart import draw
from emocam.adapters.exports.entry import writer_of
from emocam.adapters.exports.job import ExportJob
from emocam.adapters.exports.overlay import Overlay
from emocam.adapters.first_picture import lead
from emocam.adapters.session_file import SessionReader, SessionWriter, keep_video, mark_complete, save_annotations
from emocam.adapters.video_reader import RecordingReader
from emocam.domain.annotations import Annotations, Marker
from emocam.domain.emotions import FER7
from emocam.domain.errors import EmocamError, ExportCancelledError, SessionFileError
from emocam.domain.export import FORMATS, Option, Selection, format_of
from emocam.domain.recording import Recording
from emocam.domain.summary import Rules, summarise
from emocam.domain.vision import Face, FaceBox, FaceReading, Frame, Keypoints, Observation, Quality
from emocam.session_facts import file_facts

WIDTH, HEIGHT = 160, 120
# Steady, then a pause without a frame, then at another rate: no frame number gives these times.
TIMES = [*(n / 25 for n in range(50)), *(3 + n / 15 for n in range(30))]
LEFT, MIDDLE, RIGHT = 0.05, 0.4, 0.72
ANNOTATIONS = (
    Annotations()
    .renamed(1, 'Änna <b>, "A"')
    .shown(3, hidden=True)
    .split(2, 3.0, 4)
    .renamed(4, "Ben")
    .marked(Marker(0.5, "=start --> now"))
    .marked(Marker(1.0, "film & talk", 3.5))
)
SUFFIXES = [suffix for format in FORMATS for suffix in format.suffixes]


def face_at(left: float, track: int, **values: float) -> FaceReading:
    box = FaceBox(left, 0.3, left + 0.2, 0.6)
    points = Keypoints(*[(left + 0.1, 0.4)] * 4)
    # Raw is the opposite of smoothed, so that it shows which of them was taken.
    return FaceReading(track, Face(box, 0.9, points), scores(sad=0.8), scores(**values), Quality(0.8, ""))


def observed(index: int, time: float) -> Observation:
    """Track 1 is away from 1 to 1.4 s and turns from happy to surprise at 3 s; 2 is neutral; 3 angry."""
    seen = []
    if not 1 <= time < 1.4:
        seen.append(face_at(LEFT, 1, **({"happy": 0.9} if time < 3 else {"surprise": 0.7})))
    seen += [face_at(MIDDLE, 2), face_at(RIGHT, 3, angry=0.6)]
    return Observation(index, time, WIDTH, HEIGHT, tuple(seen))


def noise(index: int) -> np.ndarray:
    """Fine stripes, which a hidden face can't show."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[:, (index % 2) :: 4] = pixels[:, (index % 2) + 1 :: 4] = 200
    return pixels


def write_video(path: Path, sound: str | None = "aac", codec: str = "libx264") -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        stream.bit_rate = 2_000_000
        tones = container.add_stream(sound, rate=44100, layout="mono") if sound else None
        for index, time in enumerate(TIMES):
            picture = av.VideoFrame.from_ndarray(noise(index), format="rgb24")
            picture.pts, picture.time_base = round(time * 1000), Fraction(1, 1000)
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
        if tones is not None:
            at = np.arange(5 * 44100) / 44100  # Silent for three seconds, then a tone.
            samples = (np.sin(2 * np.pi * 440 * at) * 20000 * (at >= 3)).astype(np.int16)
            for start in range(0, len(samples), 4410):
                sound_frame = av.AudioFrame.from_ndarray(samples[None, start : start + 4410], format="s16", layout="mono")
                sound_frame.sample_rate, sound_frame.pts, sound_frame.time_base = 44100, start, Fraction(1, 44100)
                container.mux(tones.encode(sound_frame))
            container.mux(tones.encode())
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A session, and the video beside it that it was made of."""
    folder = tmp_path_factory.mktemp("made")
    write_video(folder / "clip.mp4")
    meta = {
        "classes": ",".join(FER7),
        "source": "clip.mp4",
        "uncertain_below": "0.4",
        "model": "fake 1",
        "app": "emocam test",
        "smoothing_s": "0.5",
        "frame_rate": "25.0",
    }
    writer = SessionWriter(folder / "run.emocam", meta)
    for index, time in enumerate(TIMES):
        writer.write(observed(index, time))
    writer.close()
    save_annotations(folder / "run.emocam", ANNOTATIONS)
    return folder


@pytest.fixture
def session(made, tmp_path):
    for name in ("run.emocam", "clip.mp4"):
        shutil.copy(made / name, tmp_path)
    return tmp_path / "run.emocam"


def read_csv(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


class TestEveryFormat:
    @pytest.mark.parametrize("suffix", SUFFIXES)
    def test_it_is_written_says_so_and_tells_its_progress(self, session, suffix):
        before = names_in(session.parent)
        told: list[float] = []
        done = export(session, session.parent / f"out{suffix}", on_progress=told.append)
        assert done.path.stat().st_size > 50
        assert done.count > 0
        assert str(done.count) in done.said
        assert told == sorted(told)
        assert (told[0], told[-1]) == (0.0, 1.0)
        assert names_in(session.parent) == {*before, f"out{suffix}"}

    @pytest.mark.parametrize("suffix", SUFFIXES)
    def test_cancelled_it_leaves_what_was_there(self, session, suffix):
        out = session.parent / f"out{suffix}"
        out.write_text("old")
        before = names_in(session.parent)
        stop = threading.Event()
        with pytest.raises(ExportCancelledError, match="nothing was written"):
            export(session, out, on_progress=lambda share: stop.set(), stop=stop)
        assert out.read_text() == "old"
        assert names_in(session.parent) == before

    @pytest.mark.parametrize("suffix", SUFFIXES)
    def test_a_recording_without_a_face_is_no_error(self, tmp_path, suffix):
        writer = SessionWriter(
            tmp_path / "run.emocam", {"classes": ",".join(FER7), "source": "x.mp4", "uncertain_below": "0.4"}
        )
        for index, time in enumerate(TIMES):
            writer.write(Observation(index, time, WIDTH, HEIGHT, ()))
        writer.close()
        write_video(tmp_path / "x.mp4", sound=None)
        export(tmp_path / "run.emocam", tmp_path / f"out{suffix}")
        assert (tmp_path / f"out{suffix}").stat().st_size > 0 or suffix == ".srt"  # Which has no head.

    def test_every_format_has_a_writer_and_its_words(self):
        for format in FORMATS:
            assert callable(writer_of(format.kind))
            assert format.title
            assert format.hint.endswith(".")
        assert len(set(SUFFIXES)) == len(SUFFIXES)

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("a.csv", "csv"),
            ("a.SUMMARY.CSV", "summary"),
            ("a.boris.tsv", "boris"),
            ("a.b.textgrid", "textgrid"),
            ("A.Html", "report"),
        ],
    )
    def test_the_name_picks_the_format(self, name, kind):
        assert format_of(Path(name)).kind == kind

    @pytest.mark.parametrize("name", [".csv", ".png", ".boris.tsv", ".PDF"])
    def test_an_ending_is_no_name(self, name):
        with pytest.raises(SessionFileError, match="no more than an ending"):
            format_of(Path(name))

    @pytest.mark.parametrize("name", ["a.xlsx", "a", "a.tsv", "csv"])
    def test_a_name_that_fits_none_is_told_which_do(self, name):
        with pytest.raises(SessionFileError, match=r"can't export .*\.csv.*\.eaf"):
            format_of(Path(name))


class TestRefusals:
    @pytest.mark.parametrize(
        ("selection", "words"),
        [
            (Selection(start_s=3, end_s=2), "ends before it begins"),
            (Selection(start_s=-1), "ends before it begins"),
            (Selection(start_s=99), "lasts 00:04.97 only"),
            (Selection(people=(1, 7)), r"no face 7 .* there are 1 \(Änna"),
            (Selection(people=()), "No face was chosen"),
            (Selection(step_s=0), r"at least 0\.001"),
            (Selection(step_s=float("nan")), r"at least 0\.001"),
            (Selection(threshold=1.5), "from 0 to 1"),
            (Selection(video=Path("nowhere.mp4")), "There is no video"),
        ],
    )
    def test_a_selection_that_makes_no_sense_is_told_so(self, session, selection, words):
        out = session.parent / "out.mp4"
        with pytest.raises(EmocamError, match=words) as refused:
            export(session, out, selection)
        assert "\n" not in str(refused.value)
        assert not out.exists()

    def test_neither_the_session_nor_the_recording_is_overwritten(self, session):
        video = session.with_name("clip.mp4")
        before = video.read_bytes()
        with pytest.raises(SessionFileError, match="is the recording itself"):
            export(session, video)
        assert video.read_bytes() == before
        shutil.copy(session, session.with_name("run.csv"))
        with pytest.raises(SessionFileError, match="is the session itself"):
            export(session.with_name("run.csv"), session.with_name("run.csv"))

    @pytest.mark.parametrize("told", [{"source": "gone.mp4"}, {}])
    def test_the_recording_is_not_overwritten_where_another_video_is_chosen(self, session, told):
        """It is known by its place, or by its name beside the session."""
        with contextlib.closing(sqlite3.connect(session)) as database, database:
            told = told and told | {"source_path": str(session.with_name("clip.mp4"))}
            database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", told.items())
        video, copy = session.with_name("clip.mp4"), session.parent / "copy"
        copy.mkdir()
        shutil.copy(video, copy)
        before = video.read_bytes()
        with pytest.raises(SessionFileError, match="is the recording itself"):
            export(session, video, Selection(video=copy / "clip.mp4"))
        assert video.read_bytes() == before

    @pytest.mark.parametrize(("told", "refused"), [("5.0", False), ("9.9", False), ("64.0", True), ("", False)])
    def test_a_video_of_another_length_is_another_recording(self, session, told, refused):
        with contextlib.closing(sqlite3.connect(session)) as database, database:
            of_another_size = {"duration_s": told, "source_bytes": "1", "source_path": "elsewhere.mp4"}
            database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", of_another_size.items())
        chosen = Selection(video=session.with_name("clip.mp4"))
        if refused:
            with pytest.raises(SessionFileError, match=r"clip\.mp4 lasts 00:05\.\d\d, the recording .* 01:04.00; choose"):
                export(session, session.with_name("out.mp4"), chosen)
        else:
            export(session, session.with_name("out.mp4"), chosen)
        assert session.with_name("out.mp4").exists() != refused

    @pytest.mark.parametrize("step_s", [None, 1.0])
    def test_a_session_that_grows_meanwhile_is_exported_as_it_was(self, tmp_path, step_s):
        meta = {"classes": ",".join(FER7), "source": "camera", "uncertain_below": "0.4"}
        writer = SessionWriter(tmp_path / "live.emocam", meta)
        for index in range(20):
            writer.write(observed(index, index / 10))
        writer.flush()
        job = ExportJob(tmp_path / "live.emocam", Selection(step_s=step_s))
        for index in range(20, 40):
            writer.write(observed(index, index / 10))
        writer.flush()
        frames = [observation.frame_index for observation, _ in tables._observations(job)]
        job.close()
        writer.close()
        assert frames == ([0, 10] if step_s else list(range(20)))

    def test_a_video_that_took_the_place_of_the_recording_is_none(self, session):
        with contextlib.closing(sqlite3.connect(session)) as database, database:
            facts = {"duration_s": "64.0", "source_bytes": "1", "source_path": str(session.with_name("clip.mp4"))}
            database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())
        with pytest.raises(SessionFileError, match=r"clip\.mp4 is not where it was"):
            export(session, session.with_name("out.mp4"))
        export(session, session.with_name("out.html"))
        mark_complete(session)
        export(session, session.with_name("out.mp4"))  # As long as what was analysed: its header may have said too much.

    def test_a_video_that_was_found_again_is_known_from_then_on(self, session, tmp_path):
        (tmp_path / "elsewhere").mkdir()
        moved = session.with_name("clip.mp4").rename(tmp_path / "elsewhere" / "renamed.mp4")
        with pytest.raises(SessionFileError, match=r"clip\.mp4 is not where it was"):
            export(session, session.with_name("out.mp4"))
        keep_video(session, moved)
        export(session, session.with_name("out.mp4"))
        with pytest.raises(SessionFileError, match="is the recording itself"):
            export(session, moved)
        moved.unlink()  # Lost again: back to where it was at first.
        shutil.copy(session.with_name("out.mp4"), session.with_name("clip.mp4"))
        export(session, session.with_name("again.mp4"))

    def test_where_a_video_is_can_not_be_kept_in_what_is_no_session(self, tmp_path):
        with pytest.raises(SessionFileError, match=r"none\.emocam"):
            keep_video(tmp_path / "none.emocam", tmp_path / "clip.mp4")
        assert not (tmp_path / "none.emocam").exists()

    def test_a_range_beyond_what_was_analysed_is_told_so(self, session):
        with contextlib.closing(sqlite3.connect(session)) as database, database:
            database.execute("INSERT OR REPLACE INTO meta VALUES ('source_path', 'clip.mp4')")
        with pytest.raises(SessionFileError, match=r"was analysed up to 00:04\.97 only"):
            export(session, session.with_name("out.csv"), Selection(start_s=99))

    def test_two_exports_to_one_place_do_not_meet(self, session):
        out, others = session.with_name("out.csv"), []

        def another(share):
            if not others:
                others.append(None)
                others[0] = export(session, out)

        assert export(session, out, on_progress=another) == others[0]
        assert out.read_bytes()
        assert [path.name for path in session.parent.glob(".*")] == []

    def test_the_longest_name_that_a_disk_takes_is_written(self, session):
        out = session.with_name("n" * 251 + ".csv")
        assert export(session, out).count == len(read_csv(out))

    def test_a_recording_that_has_gone_is_asked_for(self, session):
        session.with_name("clip.mp4").unlink()
        with pytest.raises(SessionFileError, match="choose it anew"):
            export(session, session.with_name("out.mp4"))

    def test_a_camera_s_session_holds_no_pictures(self, tmp_path):
        meta = {"classes": ",".join(FER7), "source": "Cam", "uncertain_below": "0.4", "source_kind": "camera"}
        writer = SessionWriter(tmp_path / "run.emocam", meta)
        writer.write(observed(0, 0.0))
        writer.close()
        with pytest.raises(SessionFileError, match="holds no pictures"):
            export(tmp_path / "run.emocam", tmp_path / "out.mp4")

    def test_a_recording_that_is_none_is_told_so(self, session):
        session.with_name("clip.mp4").write_text("no video")
        with pytest.raises(EmocamError, match="can't be opened as a video"):
            export(session, session.with_name("out.mp4"))
        assert not session.with_name("out.mp4").exists()

    def test_a_folder_and_a_missing_folder(self, session):
        (session.parent / "out.csv").mkdir()
        with pytest.raises(SessionFileError, match="is a folder"):
            export(session, session.parent / "out.csv")
        with pytest.raises(SessionFileError, match="choose another place"):
            export(session, session.parent / "none" / "out.csv")


class TestTables:
    def test_a_full_disk_is_told_by_the_name_that_was_wanted(self, session, monkeypatch):
        def full(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(csv_sink.os, "fsync", full)
        with pytest.raises(SessionFileError, match=r"out\.csv can't be written any more \(No space"):
            export(session, session.with_name("out.csv"))

    def test_people_are_those_of_the_annotations(self, session):
        export(session, session.with_name("out.csv"))
        rows = read_csv(session.with_name("out.csv"))
        assert {row["face_id"] for row in rows} == {"1", "2", "4"}
        assert {row["face_id"] for row in rows if float(row["time_s"]) >= 3} == {"1", "4"}
        assert {(row["face_id"], row["face_name"]) for row in rows} == {("1", 'Änna <b>, "A"'), ("2", ""), ("4", "Ben")}

    def test_without_names_there_is_no_column_for_them(self, session):
        save_annotations(session, Annotations())
        export(session, session.with_name("out.csv"))
        assert list(read_csv(session.with_name("out.csv"))[0])[-1] == "marker"

    @pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
    def test_a_part_of_the_time_and_of_the_people(self, session, suffix):
        out = session.with_name(f"out{suffix}")
        done = export(session, out, Selection(start_s=1.2, end_s=3.2, people=(3, 1)))
        if suffix == ".csv":
            rows = [{name: cell or None for name, cell in row.items()} for row in read_csv(out)]
        elif suffix == ".json":
            rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
        else:
            rows = pq.read_table(out).to_pylist()
        assert done.count == len(rows)
        times = sorted({float(row["time_s"]) for row in rows})
        assert times == pytest.approx([time for time in TIMES if 1.2 <= time <= 3.2], abs=1e-4)
        assert {str(row["face_id"]) for row in rows} == {"1", "3"}

    def test_steps_are_means_and_a_pause_has_no_rows(self, session):
        export(session, session.with_name("out.csv"), Selection(step_s=0.5, people=(1,)))
        rows = read_csv(session.with_name("out.csv"))
        assert [float(row["time_s"]) for row in rows] == [0, 0.5, 1, 1.5, 3, 3.5, 4, 4.5]
        assert [row["frame"] for row in rows[:3]] == ["0", "13", "25"]
        assert float(rows[0]["happy"]) == pytest.approx(0.9)
        assert rows[0]["marker"] == "'=start --> now"  # At 0.5 s the frame of 0.48 s was the newest.
        assert rows[2]["marker"] == "film & talk"
        assert float(rows[6]["surprise"]) == pytest.approx(0.7)

    def test_markers_of_a_step_are_told_apart_whatever_they_are_called(self, session):
        save_annotations(session, Annotations(markers=(Marker(0.1, "smile; left"), Marker(0.2, "pause; left"))))
        export(session, session.with_name("out.csv"), Selection(step_s=0.5, people=(1,)))
        assert read_csv(session.with_name("out.csv"))[0]["marker"] == "smile; left; pause; left"

    def test_a_step_weighs_its_frames_by_time(self, session):
        export(session, session.with_name("out.csv"), Selection(step_s=10, people=(1,)))
        (row,) = read_csv(session.with_name("out.csv"))
        seconds = {"happy": 1 + 0.56 + 1, "surprise": 29 / 15 + 0.04}  # The frame before the pause stands for a second of it.
        assert float(row["happy"]) == pytest.approx(0.9 * seconds["happy"] / sum(seconds.values()), abs=2e-3)
        assert float(row["raw_sad"]) == pytest.approx(0.8)
        assert float(row["x"]) == pytest.approx(LEFT * WIDTH, abs=0.05)

    def test_json_tells_faces_and_the_markers_of_the_range(self, session):
        export(session, session.with_name("out.json"), Selection(start_s=2, end_s=3))
        document = json.loads(session.with_name("out.json").read_text(encoding="utf-8"))
        assert document["faces"][2] == {"face_id": 4, "name": "Ben"}
        assert document["markers"] == [{"time_s": 2, "end_s": 3, "label": "film & talk"}]

    def test_a_summary_holds_the_figures_of_the_domain(self, session):
        export(session, session.with_name("o.summary.csv"), Selection(threshold=0.65))
        rows = read_csv(session.with_name("o.summary.csv"))
        reader = SessionReader(session)
        recording = Recording(FER7)
        for readings in reader.columns():
            recording.append(readings)
        reader.close()
        assert [row["face_id"] for row in rows] == ["1", "2", "4"]
        for row in rows:
            series = recording.series((int(row["face_id"]),), ANNOTATIONS)
            wanted = summarise(series, FER7, Rules(0.65))
            assert float(row["present_s"]) == pytest.approx(wanted.present_s, abs=1e-3)
            for name, share in zip(FER7, wanted.above, strict=True):
                assert float(row[f"above_{name}"]) == pytest.approx(share, abs=1e-3)
            assert int(row["episodes_happy"]) == sum(each.label == "happy" for each in wanted.episodes)
            assert int(row["happy_to_surprise"]) == wanted.transitions[FER7.index("happy")][FER7.index("surprise")]
        assert rows[0]["dominant"] == "happy"
        assert float(rows[0]["above_angry"]) == 0

    def test_raw_figures_are_others(self, session):
        export(session, session.with_name("o.summary.csv"), Selection(raw=True))
        assert {row["dominant"] for row in read_csv(session.with_name("o.summary.csv"))} == {"sad"}


class TestChart:
    def test_a_picture_opens_and_grows_with_the_faces(self, session):
        sizes = []
        for people in ((1,), (1, 2, 4)):
            export(session, session.with_name("out.png"), Selection(people=people))
            picture = cv2.imread(str(session.with_name("out.png")))
            assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20
            sizes.append(picture.shape[0])
        assert sizes[1] > sizes[0] * 1.5

    def test_an_svg_is_xml_and_the_same_each_time(self, session):
        texts = []
        for name in ("a.svg", "b.svg"):
            export(session, session.with_name(name))
            texts.append(session.with_name(name).read_text(encoding="utf-8"))
        assert texts[0] == texts[1]
        assert ET.fromstring(texts[0]).tag.endswith("svg")

    def test_a_pdf_is_one(self, session):
        export(session, session.with_name("out.pdf"))
        content = session.with_name("out.pdf").read_bytes()
        assert content.startswith(b"%PDF-")
        assert content.rstrip().endswith(b"%%EOF")

    def test_gaps_and_pauses_break_the_lines_and_dashes_tell_them_apart(self, session):
        job = ExportJob(session, Selection(people=(1,), threshold=0.6))
        figure, lanes = draw(job)
        job.close()
        assert lanes == 1
        lines = figure.axes[0].get_lines()
        happy = lines[FER7.index("happy")]
        times, values = happy.get_xdata(), happy.get_ydata()
        assert np.isnan(values[(times >= 1) & (times < 1.4)]).all()
        assert np.isnan(values[(times > 2.01) & (times < 2.99)]).any()
        assert np.nanmax(values) == pytest.approx(0.9)
        assert len({(line.get_color(), str(line.get_linestyle()), str(line._dash_pattern)) for line in lines[:7]}) == 7
        assert any(np.allclose(line.get_ydata(), 0.6) for line in lines[7:])
        said = [text.get_text() for axis in figure.axes for text in axis.texts] + [text.get_text() for text in figure.texts]
        assert any("film & talk" in text for text in said)
        assert "clip.mp4" in said
        legend = [text.get_text() for text in figure.legends[0].get_texts()]
        assert legend == [*FER7, "threshold 0.60", "not seen"]

    @pytest.mark.parametrize("label", ["a $_$ b", r"$\frac$", "$5 and $6"])
    def test_a_marker_is_called_as_it_is_written(self, session, label):
        save_annotations(session, Annotations(markers=(Marker(0.5, label), Marker(1.0, label, 2.0))))
        export(session, session.with_name("out.svg"))
        assert session.with_name("out.svg").stat().st_size > 0

    @pytest.mark.parametrize("count", [1, 40])
    def test_a_single_moment_and_very_many_faces(self, tmp_path, count):
        writer = SessionWriter(
            tmp_path / "run.emocam", {"classes": ",".join(FER7), "source": "a $x$ 漢.png", "uncertain_below": "0.4"}
        )
        writer.write(Observation(0, 0.0, WIDTH, HEIGHT, tuple(face_at(0.1, track, happy=0.9) for track in range(1, count + 1))))
        writer.close()
        export(tmp_path / "run.emocam", tmp_path / "out.png")
        assert cv2.imread(str(tmp_path / "out.png")) is not None


def frames_of(path: Path) -> list[tuple[float, np.ndarray]]:
    file = VideoFile(path)
    file.open()
    found = []
    while (frame := file.read()) is not None:
        found.append((frame.timestamp, frame.pixels))
    file.close()
    return found


def loud_from(path: Path) -> float:
    """Seconds of the file at which the tone begins."""
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            samples = np.abs(frame.to_ndarray()).max(axis=0)
            if (samples > 0.2).any():
                return float(frame.time) + int(np.argmax(samples > 0.2)) / frame.sample_rate
    raise AssertionError("no tone")


class TestVideo:
    def test_a_picture_is_turned_as_it_was_analysed(self, tmp_path):
        """Its EXIF data says that it is mirrored; the face is hidden where it was found."""
        pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        pixels[:36, 120:152] = 255
        exif = Image.Exif()
        exif[0x0112] = 2
        Image.fromarray(pixels).save(tmp_path / "me.jpg", exif=exif, quality=95)
        path = tmp_path / "me.jpg"
        meta = {"classes": ",".join(FER7), "source": "me.jpg", "uncertain_below": "0.4", "complete": "yes"}
        writer = SessionWriter(tmp_path / "me.emocam", meta | file_facts(path))
        writer.write(Observation(0, 0.0, WIDTH, HEIGHT, (face_at(LEFT, 1, happy=0.9),)))
        writer.close()
        export(tmp_path / "me.emocam", tmp_path / "me.mp4")
        shown = frames_of(tmp_path / "me.mp4")[0][1].mean(axis=2)
        assert shown[4:16, 12:36].mean() > 200
        assert shown[90:].mean() < 50

    @pytest.mark.skipif(os.name == "nt", reason="no name has a colon there")
    def test_a_folder_may_be_called_like_an_address(self, session, monkeypatch):
        monkeypatch.chdir(session.parent)
        Path("10:30").mkdir()
        export(session, Path("10:30/o.mp4"))
        assert Path("10:30/o.mp4").stat().st_size > 0

    def test_its_times_are_those_of_the_recording(self, session):
        assert export(session, session.with_name("out.mp4")).count == len(TIMES)
        assert [time for time, _ in frames_of(session.with_name("out.mp4"))] == pytest.approx(TIMES, abs=1e-3)

    @pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not here")
    def test_ffprobe_finds_picture_and_sound(self, session):
        export(session, session.with_name("out.mp4"))
        shown = subprocess.run(
            ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width", "-of", "json", session.with_name("out.mp4")],
            capture_output=True,
            text=True,
            check=True,
        )
        streams = json.loads(shown.stdout)["streams"]
        assert [stream["codec_name"] for stream in streams] == ["h264", "aac"]
        assert streams[0]["width"] == WIDTH
        assert shown.stderr == ""

    def test_the_sound_is_taken_over_as_it_is(self, session):
        def packets(path):
            with av.open(str(path)) as container:
                return [bytes(packet) for packet in container.demux(audio=0) if packet.size]

        export(session, session.with_name("out.mp4"))
        assert packets(session.with_name("out.mp4")) == packets(session.with_name("clip.mp4"))
        assert loud_from(session.with_name("out.mp4")) == pytest.approx(3, abs=0.06)

    def test_what_the_container_does_not_take_becomes_aac(self, session):
        video = write_video(session.with_name("pcm.mkv"), "pcm_s16le", "mpeg4")
        export(session, session.with_name("out.mp4"), Selection(video=video, start_s=1))
        with av.open(str(session.with_name("out.mp4"))) as container:
            assert [stream.codec_context.name for stream in container.streams] == ["mpeg4", "aac"]
        assert loud_from(session.with_name("out.mp4")) == pytest.approx(2, abs=0.06)

    def test_a_part_begins_at_its_own_zero_with_its_sound(self, session):
        export(session, session.with_name("out.mp4"), Selection(start_s=1.5, end_s=4))
        wanted = [time - 1.5 for time in TIMES if 1.5 <= time <= 4]
        got = [time for time, _ in frames_of(session.with_name("out.mp4"))]
        assert np.diff(got) == pytest.approx(np.diff(wanted), abs=1e-3)
        assert loud_from(session.with_name("out.mp4")) == pytest.approx(1.5, abs=0.06)

    def test_boxes_are_drawn_for_the_chosen_and_nobody_else(self, session):
        export(session, session.with_name("out.mp4"), Selection(people=(2,)))
        pixels = frames_of(session.with_name("out.mp4"))[10][1].astype(int)
        before = frames_of(session.with_name("clip.mp4"))[10][1].astype(int)
        changed = np.abs(pixels - before).max(axis=2) > 60

        def edge(left):
            column = round(left * WIDTH)
            return changed[round(0.35 * HEIGHT) : round(0.55 * HEIGHT), column - 2 : column + 3].mean()

        assert edge(MIDDLE) > 0.15
        assert edge(LEFT) == edge(RIGHT) == 0

    @pytest.mark.parametrize(
        ("told", "reason"),
        [
            ({}, "analysed up to 4.9 s only"),
            ({"complete": "yes", "every": "2"}, "Only some frames of clip.mp4 were analysed"),
            ({"complete": "yes", "every": "72", "frame_rate": "1000.0"}, "Only some frames"),
            ({"complete": "yes", "step_s": "0.1"}, "Only some frames"),
        ],
    )
    def test_what_nobody_looked_at_is_not_given_out_as_hidden(self, session, told, reason):
        with contextlib.closing(sqlite3.connect(session)) as database, database:
            database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", told.items())
        out = session.with_name("out.mp4")
        with pytest.raises(SessionFileError, match=reason):
            export(session, out, Selection(blur=True))
        assert not out.exists()
        if not told:
            export(session, out, Selection(start_s=0.0, end_s=2.0, blur=True))  # Of this part everything was looked at.

    @pytest.mark.parametrize("told", [{"source_bytes": "12345"}, {"source_kind": "camera"}])
    @pytest.mark.parametrize("suffix", [".mp4", ".html"])
    def test_faces_are_not_given_out_as_hidden_in_another_video(self, session, told, suffix):
        mark_complete(session)
        with contextlib.closing(sqlite3.connect(session)) as database, database:
            database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", told.items())
        out = session.with_name(f"out{suffix}")
        with pytest.raises(
            SessionFileError, match=r"clip.mp4 is not the file that was analysed, so faces in it can't be hidden"
        ):
            export(session, out, Selection(blur=True, video=session.with_name("clip.mp4")))
        assert not out.exists()

    def test_every_face_is_hidden_also_where_it_was_lost_and_not_chosen(self, session):
        mark_complete(session)
        export(session, session.with_name("out.mp4"), Selection(people=(2,), blur=True))
        frames = frames_of(session.with_name("out.mp4"))
        rows = slice(round(0.35 * HEIGHT), round(0.55 * HEIGHT))
        for index in (0, 30, 79):  # At frame 30 the detector has lost track 1; track 3 is hidden by hand.
            pixels = frames[index][1].astype(float)
            for left in (LEFT, RIGHT):
                columns = slice(round((left + 0.03) * WIDTH), round((left + 0.17) * WIDTH))
                assert pixels[rows, columns].std(axis=1).mean() < 25, (index, left)
            assert pixels[-20:].std(axis=1).mean() > 60  # What is no face stays.

    def test_an_odd_size_loses_a_row_and_no_more(self, session):
        odd = session.with_name("odd.avi")
        with av.open(str(odd), "w") as container:
            stream = container.add_stream("ffv1", rate=25)
            stream.width, stream.height, stream.pix_fmt = 101, 75, "bgr0"
            for index in range(5):
                pixels = np.full((75, 101, 3), 90, np.uint8)
                picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                picture.pts = index
                container.mux(stream.encode(picture))
            container.mux(stream.encode())
        export(session, session.with_name("out.mp4"), Selection(video=odd))
        frames = frames_of(session.with_name("out.mp4"))
        assert len(frames) == 5
        assert frames[0][1].shape == (74, 100, 3)
        assert abs(float(frames[0][1][-8:].mean()) - 90) < 4


class TestSubtitles:
    @staticmethod
    def read(path):
        """(start, end, text) of each cue; WebVTT and SRT alike."""
        text = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
        clock = r"(\d\d):(\d\d):(\d\d)[.,](\d{3})"
        found = []
        for block in text.split("\n\n"):
            match = re.search(f"{clock} --> {clock}\n(.+)", block, re.DOTALL)
            if match:
                numbers = [int(part) for part in match.groups()[:8]]
                start, end = (h * 3600 + m * 60 + s + ms / 1000 for h, m, s, ms in (numbers[:4], numbers[4:]))
                found.append((start, end, match[9].strip()))
        return found

    @pytest.mark.parametrize("suffix", [".vtt", ".srt"])
    def test_cues_are_in_order_and_say_who_shows_what(self, session, suffix):
        done = export(session, session.with_name(f"out{suffix}"))
        cues = self.read(session.with_name(f"out{suffix}"))
        assert len(cues) == done.count
        assert [cue[0] for cue in cues] == sorted(cue[0] for cue in cues)
        assert all(start < end for start, end, _ in cues)
        mine = [cue for cue in cues if "nna" in cue[2] and "happy" in cue[2]]
        assert [(round(start, 2), round(end, 2)) for start, end, _ in mine] == [(0, 1), (1.4, 2.96)]
        assert any("Ben" in text and "neutral" in text for _, _, text in cues)
        assert not any("angry" in text for _, _, text in cues)

    def test_a_name_can_not_break_webvtt(self, session):
        export(session, session.with_name("out.vtt"))
        text = session.with_name("out.vtt").read_text(encoding="utf-8")
        assert text.startswith("WEBVTT\n\n")
        assert "<b>" not in text
        assert "[=start → now]" in text
        assert "[film &amp; talk]" in text

    def test_a_part_holds_its_own_cues_only(self, session):
        export(session, session.with_name("out.srt"), Selection(start_s=3, end_s=4, people=(1,)))
        cues = self.read(session.with_name("out.srt"))
        assert {text for _, _, text in cues} == {'Änna <b>, "A": surprise', "[film & talk]"}
        assert all(start >= 3 and end <= 4.1 for start, end, _ in cues)


class TestElan:
    def test_no_two_tiers_are_called_alike_and_odd_signs_go(self, session):
        low = Annotations().renamed(1, "Anna").renamed(2, "Anna +1").marked(Marker(0.5, "a\ufffeb"))
        save_annotations(session, low)
        export(session, session.with_name("out.eaf"), Selection(threshold=0.05))
        root = ET.parse(session.with_name("out.eaf")).getroot()
        names = [tier.get("TIER_ID") for tier in root.iter("TIER")]
        assert len(set(names)) == len(names)
        assert "ab" in [each.text for each in root.iter("ANNOTATION_VALUE")]

    ORDER = ("HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "LANGUAGE", "CONSTRAINT", "CONTROLLED_VOCABULARY")

    @staticmethod
    def tiers(root):
        slots = {slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE")) for slot in root.iter("TIME_SLOT")}
        return {
            tier.get("TIER_ID"): [
                (slots[each.get("TIME_SLOT_REF1")], slots[each.get("TIME_SLOT_REF2")], each.findtext("ANNOTATION_VALUE"))
                for each in tier.iter("ALIGNABLE_ANNOTATION")
            ]
            for tier in root.iter("TIER")
        }

    def test_its_structure_is_that_of_the_schema(self, session):
        export(session, session.with_name("out.eaf"))
        root = ET.parse(session.with_name("out.eaf")).getroot()
        assert (root.tag, root.get("FORMAT"), root.get("VERSION")) == ("ANNOTATION_DOCUMENT", "3.0", "3.0")
        assert {"AUTHOR", "DATE"} <= set(root.keys())
        assert [tag for tag, _ in itertools.groupby(child.tag for child in root)] == list(self.ORDER)
        ids = [each.get("ANNOTATION_ID") for each in root.iter("ALIGNABLE_ANNOTATION")]
        assert len(set(ids)) == len(ids) > 0
        types = {each.get("LINGUISTIC_TYPE_ID") for each in root.iter("LINGUISTIC_TYPE")}
        assert {tier.get("LINGUISTIC_TYPE_REF") for tier in root.iter("TIER")} <= types
        assert [entry.findtext("CVE_VALUE") for entry in root.iter("CV_ENTRY_ML")] == list(FER7)
        for entries in self.tiers(root).values():
            assert all(start < end for start, end, _ in entries)
            assert all(before[1] <= after[0] for before, after in itertools.pairwise(entries))

    def test_tiers_hold_episodes_and_markers(self, session):
        export(session, session.with_name("out.eaf"))
        tiers = self.tiers(ET.parse(session.with_name("out.eaf")).getroot())
        assert list(tiers) == ['Änna <b>, "A"', "Face 2", "Ben", "Markers"]
        assert [label for *_, label in tiers['Änna <b>, "A"']] == ["happy", "happy", "surprise"]
        assert tiers["Markers"][1] == (1000, 3500, "film & talk")

    def test_the_recording_is_linked_from_where_the_document_is(self, session):
        (session.parent / "sub").mkdir()
        export(session, session.parent / "sub" / "out.eaf")
        media = ET.parse(session.parent / "sub" / "out.eaf").getroot().find("HEADER/MEDIA_DESCRIPTOR")
        assert media.get("RELATIVE_MEDIA_URL") == "../clip.mp4"
        assert media.get("MEDIA_URL") == session.with_name("clip.mp4").resolve().as_uri()
        assert media.get("MIME_TYPE") == "video/mp4"

    def test_episodes_that_overlap_get_a_tier_of_their_own(self, session):
        export(session, session.with_name("out.eaf"), Selection(threshold=0.1, people=(1,)))
        tiers = self.tiers(ET.parse(session.with_name("out.eaf")).getroot())
        assert list(tiers) == ['Änna <b>, "A"', 'Änna <b>, "A" +1', "Markers"]
        assert sum(map(len, list(tiers.values())[:2])) == 5

    def test_two_of_one_name_have_two_tiers(self, session):
        save_annotations(session, Annotations().renamed(1, "Ben").renamed(2, "Ben"))
        export(session, session.with_name("out.eaf"))
        tiers = self.tiers(ET.parse(session.with_name("out.eaf")).getroot())
        assert list(tiers) == ["Ben (1)", "Ben (2)", "Face 3", "Markers"]


class TestBoris:
    def test_what_was_joined_says_how_long_its_first_part_is(self, session, monkeypatch):
        monkeypatch.setattr(boris, "duration", lambda _: 2.0)
        export(session, session.with_name("out.boris.tsv"))
        rows = read_csv(session.with_name("out.boris.tsv"), "\t")
        surprise = [float(row["Time"]) for row in rows if row["Behavior"] == "surprise"]
        assert surprise == pytest.approx([3.0, TIMES[-1]], abs=0.1)

    @pytest.mark.parametrize(("suffix", "delimiter"), [(".boris.tsv", "\t"), (".boris.csv", ",")])
    def test_state_events_come_in_pairs(self, session, suffix, delimiter):
        done = export(session, session.with_name(f"out{suffix}"))
        rows = read_csv(session.with_name(f"out{suffix}"), delimiter)
        assert len(rows) == done.count
        assert [float(row["Time"]) for row in rows] == sorted(float(row["Time"]) for row in rows)
        kinds = defaultdict(list)
        for row in rows:
            kinds[row["Subject"], row["Behavior"]].append(row["Behavior type"])
        points = {key: value for key, value in kinds.items() if "POINT" in value}
        assert list(points.values()) == [["POINT"]]
        for value in (value for key, value in kinds.items() if key not in points):
            assert value == ["START", "STOP"] * (len(value) // 2)
        assert {row["Subject"] for row in rows} == {'Änna <b>, "A"', "Face 2", "Ben", ""}
        assert Path(rows[0]["Media file name"]) == session.with_name("clip.mp4").resolve()

    def test_a_project_defines_all_that_it_uses(self, session):
        done = export(session, session.with_name("out.boris"))
        project = json.loads(session.with_name("out.boris").read_text(encoding="utf-8"))
        (observation,) = project["observations"].values()
        kinds = {each["code"]: each["type"] for each in project["behaviors_conf"].values()}
        assert len(observation["events"]) == done.count
        assert set(kinds) == {*FER7, "=start --> now", "film & talk"}
        assert {each[2] for each in observation["events"]} <= set(kinds)
        assert {each["category"] for each in project["behaviors_conf"].values()} == set(project["behavioral_categories"])
        subjects = {each["name"] for each in project["subjects_conf"].values()}
        assert {each[1] for each in observation["events"]} == {*subjects, ""}
        counts = defaultdict(int)
        for each in observation["events"]:
            counts[each[1], each[2]] += 1
        assert all(count % 2 == (kinds[code] == "Point event") for (_, code), count in counts.items())
        (media,) = observation["file"]["1"]
        assert Path(media) == session.with_name("clip.mp4").resolve()
        assert observation["media_info"]["hasAudio"] == {media: True}
        assert observation["media_info"]["length"][media] == pytest.approx(5.0, abs=0.02), "the sound outlasts the pictures"

    def test_a_project_of_a_session_without_a_recording_is_a_live_one(self, session):
        session.with_name("clip.mp4").unlink()
        export(session, session.with_name("out.boris"))
        (observation,) = json.loads(session.with_name("out.boris").read_text(encoding="utf-8"))["observations"].values()
        assert (observation["type"], observation["file"]) == ("LIVE", {})

    def test_markers_whose_labels_clash_are_told_apart_and_overlaps_joined(self, session):
        edited = Annotations()
        for marker in (Marker(0.5, "happy"), Marker(0.6, "x"), Marker(1, "x", 2), Marker(1.5, "x", 3), Marker(3.5, "x", 3.5)):
            edited = edited.marked(marker)
        save_annotations(session, edited)
        export(session, session.with_name("out.boris.tsv"), Selection(people=(2,)))
        rows = read_csv(session.with_name("out.boris.tsv"), "\t")
        assert [
            (row["Time"], row["Behavior"], row["Behavior type"]) for row in rows if row["Behavioral category"] == "marker"
        ] == [
            ("0.500", "happy (marker)", "POINT"),
            ("0.600", "x", "POINT"),
            ("1.000", "x (span)", "START"),
            ("3.000", "x (span)", "STOP"),
            ("3.500", "x (span)", "START"),
            ("3.501", "x (span)", "STOP"),
        ]

    def test_the_five_columns_of_its_import_are_there_in_any_case_of_letters(self, session):
        export(session, session.with_name("out.boris.tsv"))
        rows = read_csv(session.with_name("out.boris.tsv"), "\t")
        columns = [name.upper() for name in rows[0]]
        assert [columns.count(name) for name in ("TIME", "SUBJECT", "CODE", "MODIFIER", "COMMENT")] == [1] * 5
        assert all(row["code"] == row["Behavior"] for row in rows)


def test_a_textgrid_has_no_holes(session):
    done = export(session, session.with_name("out.TextGrid"))
    text = session.with_name("out.TextGrid").read_text(encoding="utf-8")
    assert text.startswith('File type = "ooTextFile"\nObject class = "TextGrid"')
    assert 'name = "Änna <b>, ""A"""' in text
    last = re.search(r"^xmax = (\S+)", text, re.MULTILINE)[1]
    tiers = text.split("item [")[2:]
    assert len(tiers) == 4
    filled = 0
    for tier in tiers:
        spans = re.findall(r"intervals \[\d+\]:\s+xmin = (\S+)\s+xmax = (\S+)\s+text = (\".*\")", tier)
        assert len(spans) == int(re.search(r"intervals: size = (\d+)", tier)[1])
        assert float(spans[0][0]) == 0
        assert spans[-1][1] == last
        assert all(before[1] == after[0] for before, after in itertools.pairwise(spans))
        filled += sum(label != '""' for *_, label in spans)
    assert filled == done.count


class Page(HTMLParser):
    """What a browser would load, run and show."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.tags, self.open, self.words = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.open.append(tag)
        self.loads += [value for name, value in attrs if name in ("src", "href", "xlink:href", "srcset", "action", "data")]
        self.loads += [found for name, value in attrs for found in re.findall(r"url\(([^)]*)\)", value or "")]

    def handle_data(self, data):
        if "style" not in self.open[-1:]:
            self.words.append(data)
        else:
            self.loads += re.findall(r"url\(([^)]*)\)|@import", data)

    def handle_endtag(self, tag):
        if tag in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


class TestReport:
    def page(self, session, **selected):
        export(session, session.with_name("out.html"), Selection(**selected))
        return Page(session.with_name("out.html").read_text(encoding="utf-8"))

    def test_it_loads_nothing_and_runs_nothing(self, session):
        page = self.page(session)
        assert page.loads
        assert all(load.startswith(("#", "data:image/jpeg;base64,")) for load in page.loads), page.loads
        assert not {"script", "link", "iframe", "object", "embed"} & set(page.tags)
        assert "svg" in page.tags

    def test_it_tells_people_figures_markers_method_and_limits(self, session):
        text = self.page(session, threshold=0.6).text
        for words in (
            'Änna <b>, "A"',
            "Ben",
            "film & talk",
            "=start --> now",
            "probability of 0.6 on",
            "not what a person feels",
        ):
            assert words in text
        assert "Face 3" not in text
        assert "happy → surprise 1×" in text

    def test_it_shows_stills_of_the_peaks_hidden_on_demand(self, session):
        def stills(page):
            return [load for load in page.loads if load.startswith("data:")]

        clear, hidden = stills(self.page(session)), stills(self.page(session, blur=True))
        assert len(clear) == len(hidden) == 5  # happy, happy and surprise of 1, neutral of 2 and of 4.
        spread = []
        for still in (clear[0], hidden[0]):
            import base64

            picture = cv2.imdecode(np.frombuffer(base64.b64decode(still.partition(",")[2]), np.uint8), cv2.IMREAD_GRAYSCALE)
            spread.append(float(picture[80:140, 80:140].std(axis=1).mean()))
        assert spread[1] < spread[0] / 2

    def test_without_the_recording_it_says_why_there_are_no_stills(self, session):
        session.with_name("clip.mp4").unlink()
        page = self.page(session)
        assert "img" not in page.tags
        assert "There are no stills" in page.text

    def test_every_tag_is_closed(self, session):
        page = self.page(session)
        assert [tag for tag in page.open if tag not in ("meta", "img", "br")] == []

    def test_its_chart_has_no_colour_that_a_dark_page_would_swallow(self, session):
        export(session, session.with_name("out.html"))
        svg = re.search(r"<svg.*</svg>", session.with_name("out.html").read_text(encoding="utf-8"), re.DOTALL)[0]
        assert "var(--class-happy)" in svg
        assert "var(--ink)" in svg
        assert not re.findall(r"(?:stroke|fill): ?#(?:000000|20242a|ffffff)", svg)


def test_people_are_found_by_number_and_by_name(session):
    assert find_people(session, ["ben", " 1", "face 2"]) == (4, 1, 2)
    with pytest.raises(SessionFileError, match="There is no face Carl in this session"):
        find_people(session, ["Carl"])


def test_all_of_one_name_are_found_and_a_name_like_a_number_is_not_guessed(session):
    save_annotations(session, Annotations().renamed(1, "Anna").renamed(2, "anna").renamed(3, "2"))
    assert find_people(session, ["ANNA"]) == (1, 2)
    assert find_people(session, ["1", "anna"]) == (1, 2)
    with pytest.raises(SessionFileError, match="2 is the number of one face and the name of another"):
        find_people(session, ["2"])


@pytest.fixture
def sampled(tmp_path):
    """One frame in five seconds of a video of 14 seconds at 25 a second."""
    meta = {"classes": ",".join(FER7), "source": "long.mp4", "uncertain_below": "0.4", "frame_rate": "25.0"}
    writer = SessionWriter(tmp_path / "long.emocam", meta | {"duration_s": "14.0", "step_s": "5"})
    for index in (0, 125, 250):
        writer.write(Observation(index, index / 25, WIDTH, HEIGHT, (face_at(LEFT, 1, happy=0.9),)))
    writer.close()
    save_annotations(tmp_path / "long.emocam", Annotations().marked(Marker(7.0, "ring")).marked(Marker(12.0, "end")))
    return tmp_path / "long.emocam"


class TestSampled:
    """What was made of one frame in five seconds."""

    def test_a_still_is_of_a_frame_that_was_looked_at(self, sampled, monkeypatch):
        """Where a range begins between two of them too: faces are hidden where they were found."""
        shown = []

        class Reader:
            def __init__(self, _): ...
            def open(self): ...
            def close(self): ...
            def frame_at(self, time_s):
                shown.append(time_s)
                return Frame(0, time_s, noise(0))

        monkeypatch.setattr(stills, "RecordingReader", Reader)
        sampled.with_name("long.mp4").touch()
        job = ExportJob(sampled, Selection(start_s=4))
        (peaks,) = [{person: list(summary.episodes)} for person, summary in job.summaries()]
        assert min(each.peak_s for episodes in peaks.values() for each in episodes) == 4
        stills.stills_of(job, peaks)
        job.close()
        assert shown
        assert set(shown) <= {0.0, 5.0, 10.0}

    def test_a_label_is_shown_for_as_long_as_a_frame_stands_for(self, sampled):
        job = ExportJob(sampled, Selection())
        overlay = Overlay(job)
        assert [bool(overlay.shown_at(time_s)) for time_s in (0.0, 4.9, 14.0, 14.9, 15.1)] == [True, True, True, True, False]
        job.close()

    @pytest.mark.parametrize(("start", "end", "seconds"), [(0, None, 14), (0, 10, 10), (4, 6, 2), (12, 14, 2), (11, 20, 3)])
    def test_figures_are_of_the_range(self, sampled, start, end, seconds):
        export(sampled, sampled.with_name("o.summary.csv"), Selection(start_s=start, end_s=end))
        (row,) = read_csv(sampled.with_name("o.summary.csv"))
        assert float(row["present_s"]) == pytest.approx(seconds)
        assert float(row["to_s"]) == pytest.approx(min(end or 14, 14))

    def test_a_marker_after_the_last_frame_stands_in_its_row(self, sampled):
        export(sampled, sampled.with_name("o.csv"))
        assert [row["marker"] for row in read_csv(sampled.with_name("o.csv"))] == ["", "ring", "end"]

    def test_frames_are_counted_on_for_boris(self, sampled):
        export(sampled, sampled.with_name("o.boris.tsv"))
        rows = read_csv(sampled.with_name("o.boris.tsv"), "\t")
        assert {row["Behavior"]: row["Image index"] for row in rows}["ring"] == "175"
        assert max(float(row["Time"]) for row in rows) == 14

    def test_the_rate_that_a_browser_claims_counts_no_frames(self, sampled):
        with contextlib.closing(sqlite3.connect(sampled)) as database, database:
            database.execute("UPDATE meta SET value = '1000.0' WHERE key = 'frame_rate'")
        shutil.copy(sampled, sampled.with_name("long.mp4"))  # Some file, so that it is an observation of media.
        export(sampled, sampled.with_name("o.boris.tsv"))
        rows = read_csv(sampled.with_name("o.boris.tsv"), "\t")
        assert {row["FPS"] for row in rows} == {"25.000"}
        numbers = {row["Behavior"]: row["Image index"] for row in rows if row["Behavior type"] == "POINT"}
        assert numbers == {"ring": "175", "end": "300"}

    def test_the_report_says_so(self, sampled):
        for start, end, frames, said in (
            (0, None, 3, "00:00.00 – 00:14.00<"),
            (0, 10, 2, "00:00.00 – 00:10.00, a part of 00:14.00<"),
            (11, None, 1, "00:11.00 – 00:14.00, a part of 00:14.00<"),
        ):
            export(sampled, sampled.with_name("o.html"), Selection(start_s=start, end_s=end))
            text = sampled.with_name("o.html").read_text(encoding="utf-8")
            assert "followed in one frame in 5 s, the others passed over" in text
            assert said in text
            assert f"<dt>Frames analysed</dt><dd>{frames}</dd>" in text

    def test_the_chart_shows_the_frame_that_stands_when_the_range_begins(self, sampled):
        job = ExportJob(sampled, Selection(start_s=11))
        assert job.series(1).times.tolist() == [10.0]
        job.close()

    def test_a_path_with_several_spaces_stays_what_it_is(self, sampled):
        media = shutil.copy(sampled, sampled.with_name("a  film   of two.mp4"))
        export(sampled, sampled.with_name("o.boris.tsv"), Selection(video=media))
        assert {row["Media file name"] for row in read_csv(sampled.with_name("o.boris.tsv"), "\t")} == {str(media)}

    @pytest.mark.parametrize(("zone", "said"), [("+00:00", True), ("+02:00", False)])
    def test_a_date_that_is_not_local_says_so(self, sampled, zone, said):
        with contextlib.closing(sqlite3.connect(sampled)) as database, database:
            database.execute("INSERT INTO meta VALUES ('started_at', ?)", (f"2026-01-02T03:04:05{zone}",))
        export(sampled, sampled.with_name("o.boris.tsv"))
        row = read_csv(sampled.with_name("o.boris.tsv"), "\t")[0]
        assert row["Observation date"] == "2026-01-02 03:04:05"
        assert ("date in UTC" in row["Description"]) == said

    @pytest.mark.parametrize("suffix", [".boris", ".boris.tsv", ".eaf", ".TextGrid", ".srt"])
    def test_without_a_marker_and_without_the_video(self, sampled, suffix):
        save_annotations(sampled, Annotations())
        assert export(sampled, sampled.with_name(f"o{suffix}")).count > 0


def test_means_of_a_step_are_weighted_by_time(tmp_path):
    meta = {"classes": ",".join(FER7), "source": "a.mp4", "uncertain_below": "0.4"}
    writer = SessionWriter(tmp_path / "a.emocam", meta)
    times = [0.0, *(0.91 + place / 100 for place in range(9)), 1.0]
    for index, time in enumerate(times):
        seen = face_at(LEFT, 1, **({"happy": 1.0} if time < 0.5 else {"sad": 1.0}))
        writer.write(Observation(index, time, WIDTH, HEIGHT, (seen,)))
    writer.close()
    export(tmp_path / "a.emocam", tmp_path / "o.csv", Selection(step_s=1.0))
    first = read_csv(tmp_path / "o.csv")[0]
    assert float(first["happy"]) == pytest.approx(0.91, abs=0.01)
    assert float(first["sad"]) == pytest.approx(0.09, abs=0.01)


def steps_of(tmp_path, frames, **selection):
    """frames: of each its time, and of each face in it the class that it shows."""
    writer = SessionWriter(tmp_path / "a.emocam", {"classes": ",".join(FER7), "source": "a.mp4", "uncertain_below": "0.4"})
    for index, (time, *classes) in enumerate(frames):
        readings = tuple(face_at(LEFT, face, **{name: 1.0}) for face, name in enumerate(classes, 1))
        writer.write(Observation(index, time, WIDTH, HEIGHT, readings))
    writer.close()
    export(tmp_path / "a.emocam", tmp_path / "o.csv", Selection(**selection))
    return read_csv(tmp_path / "o.csv")


def test_the_last_frame_of_a_step_stands_until_the_next_frame_or_the_end_of_the_step(tmp_path):
    frames = [
        *((place / 10, "neutral") for place in range(4)),
        (0.4, "happy"),
        *((1.3 + place / 10, "neutral") for place in range(9)),
    ]
    assert float(steps_of(tmp_path, frames, step_s=1.0)[0]["happy"]) == pytest.approx(0.6)


def test_the_last_frame_of_a_range_stands_until_its_end(tmp_path):
    frames = [
        *((place / 10, "neutral") for place in range(4)),
        (0.4, "happy"),
        *((1.3 + place / 10, "neutral") for place in range(9)),
    ]
    assert float(steps_of(tmp_path, frames, step_s=1.0, end_s=0.5)[0]["happy"]) == pytest.approx(0.2)


def test_two_frames_of_one_time_have_a_step_and_a_marker_once(tmp_path):
    frames = [(0.0, "happy"), (0.1, "happy", "sad"), (0.1, "happy"), (0.2, "happy"), (0.3, "happy")]
    rows = steps_of(tmp_path, frames, step_s=0.1)
    assert [(row["face_id"], row["time_s"]) for row in rows][:3] == [("1", "0.0000"), ("1", "0.1000"), ("2", "0.1000")]
    assert float(rows[2]["sad"]) == pytest.approx(1)
    save_annotations(tmp_path / "a.emocam", Annotations(markers=(Marker(0.1, "here"),)))
    export(tmp_path / "a.emocam", tmp_path / "o.csv")
    assert [row["frame"] for row in read_csv(tmp_path / "o.csv") if row["marker"]] == ["2"]


@pytest.mark.parametrize("suffix", [".eaf", ".boris", ".srt", ".TextGrid"])
def test_a_player_that_begins_with_the_sound_shows_events_where_they_are(session, suffix):
    """The sound begins at once, the pictures a second and a half later."""
    late = session.with_name("late.mp4")
    with av.open(str(session.with_name("clip.mp4"))) as old, av.open(str(late), "w") as new:
        streams = {stream.index: new.add_stream_from_template(stream) for stream in old.streams}
        for packet in old.demux():
            if packet.dts is not None:
                if packet.stream.type == "video":
                    packet.pts, packet.dts = (int(each + 1.5 / packet.time_base) for each in (packet.pts, packet.dts))
                packet.stream = streams[packet.stream.index]
                new.mux(packet)
    assert lead(session.with_name("clip.mp4")) == 0
    assert lead(late) == pytest.approx(1.5, abs=0.05)
    assert Option.VIDEO in format_of(Path(f"o{suffix}")).options
    reader = RecordingReader(late)
    assert reader.open().lead_s == pytest.approx(1.5, abs=0.05)
    reader.close()
    found = []
    for video in (session.with_name("clip.mp4"), late):
        export(session, session.with_name(f"o{suffix}"), Selection(video=video))
        found.append(span_called_film(session.with_name(f"o{suffix}")))
    assert found[0] == [1.0, 3.5]
    assert found[1] == pytest.approx([2.5, 5.0], abs=0.05)


def span_called_film(path: Path) -> list[float]:
    """Its start and end in seconds."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".boris":
        (observation,) = json.loads(text)["observations"].values()
        return [row[0] for row in observation["events"] if row[2].startswith("film")]
    if path.suffix == ".srt":
        times = re.search(r"(\d+),(\d+) --> \d+:\d+:(\d+),(\d+)\n\[film", text).groups()
        return [int(times[0]) + int(times[1]) / 1000, int(times[2]) + int(times[3]) / 1000]
    if path.suffix == ".TextGrid":
        return [float(each) for each in re.search(r"xmin = (\S+)\s+xmax = (\S+)\s+text = \"film", text).groups()]
    root = ET.fromstring(text)
    times = {slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE")) / 1000 for slot in root.iter("TIME_SLOT")}
    entry = next(each for each in root.iter("ALIGNABLE_ANNOTATION") if each.findtext("ANNOTATION_VALUE").startswith("film"))
    return [times[entry.get(f"TIME_SLOT_REF{number}")] for number in (1, 2)]


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names are text there")
@pytest.mark.parametrize("ending", [".boris", ".boris.csv", ".boris.tsv"])
def test_a_video_s_name_may_hold_bytes_that_are_no_text_for_boris(session, ending):
    video = session.with_name(os.fsdecode(b"b\xffd.mp4"))
    session.with_name("clip.mp4").rename(video)
    export(session, session.with_name(f"out{ending}"), Selection(video=video))
    written = session.with_name(f"out{ending}").read_text(encoding="utf-8")
    assert r"b\udcffd.mp4" in written
    if ending == ".boris":
        (observation,) = json.loads(written)["observations"].values()
        assert observation["file"]["1"] == [str(video.resolve())]


def test_the_table_of_boris_is_all_on_one_clock(session, monkeypatch):
    monkeypatch.setattr("emocam.adapters.exports.job.lead", lambda video: 1.5)
    monkeypatch.setattr(boris, "duration", lambda video: 6.5)
    export(session, session.with_name("o.boris.tsv"))
    rows = read_csv(session.with_name("o.boris.tsv"), "\t")
    assert {row["Media duration (s)"] for row in rows} == {"6.500"}
    for row in rows:
        if row["Behavior type"] == "START" and "peak" in row["Comment"]:
            at = float(re.search(r"at (\S+) s", row["Comment"])[1])
            assert at >= float(row["Time"]) >= 1.5


def test_damage_inside_a_session_is_told_in_a_sentence(session, tmp_path):
    content = bytearray(session.read_bytes())
    middle = len(content) // 2
    content[middle : middle + len(content) // 4] = b"\xff" * (len(content) // 4)
    (tmp_path / "hurt.emocam").write_bytes(content)
    for suffix in (".csv", ".summary.csv"):
        with pytest.raises(SessionFileError, match=r"hurt\.emocam is damaged|not an emocam session that can be read"):
            export(tmp_path / "hurt.emocam", tmp_path / f"o{suffix}")
        assert not (tmp_path / f"o{suffix}").exists()


MEDIA = Path(__file__).parents[3] / "shared" / "media"


@pytest.mark.skipif(not MEDIA.is_dir(), reason="the shared test media are not here")
@pytest.mark.parametrize(
    ("clip", "codec"),
    [
        ("rotate_meta_90_upright_when_honoured.mp4", "h264"),
        ("vfr_irregular.mkv", "h264"),
        ("hevc.mp4", "hevc"),
        ("vp9_opus.webm", "vp9"),
        ("starts_at_10s.mkv", "h264"),
        ("h264_aac.ts", "h264"),
        ("resolution_change_and_pts_reset.ts", "h264"),
        ("truncated_45pct.mkv", "h264"),
    ],
)
def test_awkward_recordings_keep_time_size_and_codec(tmp_path, clip, codec):
    source = frames_of(MEDIA / "awkward" / clip)
    writer = SessionWriter(tmp_path / "run.emocam", {"classes": ",".join(FER7), "source": clip, "uncertain_below": "0.4"})
    for index, (time, pixels) in enumerate(source):
        writer.write(Observation(index, time, pixels.shape[1], pixels.shape[0], ()))
    writer.close()
    export(tmp_path / "run.emocam", tmp_path / "out.mp4", Selection(video=MEDIA / "awkward" / clip))
    again = frames_of(tmp_path / "out.mp4")
    assert [time for time, _ in again] == pytest.approx([time for time, _ in source], abs=1e-3)
    assert again[0][1].shape == source[0][1].shape
    assert np.abs(again[0][1].astype(int) - source[0][1]).mean() < 6
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert container.streams.video[0].codec_context.name.replace("libdav1d", "av1") == codec


def test_a_marker_stands_in_the_row_of_the_frame_that_was_on_the_screen(tmp_path):
    """At 30 frames a second no frame's time has an end, and markers are kept to the millisecond."""
    meta = {"classes": ",".join(FER7), "source": "a.mp4", "uncertain_below": "0.4", "frame_rate": "30"}
    writer = SessionWriter(tmp_path / "a.emocam", meta)
    for index in range(30):
        writer.write(Observation(index, index / 30, 10, 10, (face_at(LEFT, 1),)))
    writer.close()
    markers = [Marker(round(index / 30, 3), f"m{index}") for index in range(30)]
    span = Marker(round(10 / 30, 3), "span", round(20 / 30, 3))
    save_annotations(tmp_path / "a.emocam", Annotations(markers=(*markers, span)))
    export(tmp_path / "a.emocam", tmp_path / "a.csv")
    with open(tmp_path / "a.csv", newline="", encoding="utf-8") as file:
        said = {int(row["frame"]): row["marker"].split("; ") for row in csv.DictReader(file)}
    assert {frame: words[0] for frame, words in said.items()} == {index: f"m{index}" for index in range(30)}
    assert [frame for frame, words in said.items() if "span" in words] == list(range(10, 21))


def test_a_span_between_two_frames_stands_where_a_point_would(tmp_path):
    meta = {"classes": ",".join(FER7), "source": "a.mp4", "uncertain_below": "0.4", "step_s": "0.4"}
    writer = SessionWriter(tmp_path / "a.emocam", meta)
    for index in range(10):
        writer.write(Observation(index * 12, index * 0.4, 10, 10, (face_at(LEFT, 1),)))
    writer.close()
    spans = (Marker(2.05, "short", 2.35), Marker(1.5, "long", 2.1), Marker(3.7, "last", 3.8))
    save_annotations(tmp_path / "a.emocam", Annotations(markers=spans))
    export(tmp_path / "a.emocam", tmp_path / "a.csv")
    with open(tmp_path / "a.csv", newline="", encoding="utf-8") as file:
        said = {float(row["time_s"]): row["marker"] for row in csv.DictReader(file) if row["marker"]}
    assert said == {1.6: "long", 2.0: "short; long", 3.6: "last"}


def test_a_range_by_printed_times_holds_its_first_and_last_frame(tmp_path):
    meta = {"classes": ",".join(FER7), "source": "a.mp4", "uncertain_below": "0.4"}
    writer = SessionWriter(tmp_path / "a.emocam", meta)
    for index in range(20):
        writer.write(Observation(index, index * 1001 / 24000, 10, 10, (face_at(LEFT, 1),)))
    writer.close()
    for step in (None, 1001 / 24000):
        span = Selection(start_s=0.3754, end_s=0.5005, step_s=step)
        export(tmp_path / "a.emocam", tmp_path / "a.csv", span)
        with open(tmp_path / "a.csv", newline="", encoding="utf-8") as file:
            assert next(csv.DictReader(file))["frame"] == "9"
    export(tmp_path / "a.emocam", tmp_path / "a.csv", Selection(start_s=0.3754, end_s=0.5005))
    assert [row["frame"] for row in read_csv(tmp_path / "a.csv")] == ["9", "10", "11", "12"]


def test_a_marker_between_analysed_frames_is_in_a_range_that_begins_between_them(tmp_path):
    meta = {"classes": ",".join(FER7), "source": "a.mp4", "uncertain_below": "0.4", "frame_rate": "30"}
    writer = SessionWriter(tmp_path / "a.emocam", meta)
    for index in range(5):
        writer.write(Observation(150 * index, 5.0 * index, 10, 10, (face_at(LEFT, 1),)))
    writer.close()
    save_annotations(tmp_path / "a.emocam", Annotations(markers=(Marker(8.0, "here"),)))
    export(tmp_path / "a.emocam", tmp_path / "a.csv", Selection(start_s=7.0, end_s=20.0))
    with open(tmp_path / "a.csv", newline="", encoding="utf-8") as file:
        row = next(csv.DictReader(file))
    assert (float(row["time_s"]), row["marker"]) == (10.0, "here")


def test_names_are_told_apart_in_every_case_and_hold_no_control_characters(session):
    reader = SessionReader(session)
    annotations = reader.annotations.renamed(1, "Anna").renamed(2, "Anna").renamed(4, "Anna (1)").renamed(3, "Markers\x0b")
    reader.close()
    save_annotations(session, annotations.shown(3, hidden=False))
    export(session, session.with_name("out.eaf"))
    tiers = [tier.get("TIER_ID") for tier in ET.parse(session.with_name("out.eaf")).getroot().iter("TIER")]
    assert len({*tiers}) == len(tiers) >= 5
    assert "Markers (3)" in tiers


@pytest.mark.parametrize(("complete", "end_s", "said"), [("", None, True), ("yes", None, False), ("", 2.0, False)])
def test_what_is_not_all_analysed_says_so(session, complete, end_s, said):
    with contextlib.closing(sqlite3.connect(session)) as database, database:
        facts = {"source_path": str(session.with_name("clip.mp4")), "complete": complete}
        database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())
    done = export(session, session.with_name("o.html"), Selection(end_s=end_s))
    assert done.analysed_to_s == (pytest.approx(TIMES[-1]) if said else None)
    assert ("not to the end" in done.path.read_text(encoding="utf-8")) == said
