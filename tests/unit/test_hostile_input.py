"""Files from anywhere: what is in them is refused in a sentence, or shown as it is; nothing hangs, grows or runs."""

import csv
import re
import sqlite3
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from clips import grey_of
from fakes import reading

from emocam.adapters.av_file import VideoFile
from emocam.adapters.exports import export
from emocam.adapters.session_file import SessionReader, SessionWriter, save_annotations
from emocam.adapters.video_reader import RecordingReader
from emocam.domain.annotations import Annotations, Marker
from emocam.domain.emotions import FER7, EmotionScores
from emocam.domain.errors import EmocamError, SessionFileError
from emocam.domain.vision import FaceReading, Observation

CONTROLS = "a\x00\x01\x0b\x1f\ufffe\ud800b"


def write_session(path, *, classes=FER7, meta=None, times=(0.0, 0.1, 0.2), name=""):
    told = {"classes": ",".join(classes), "source": "clip.mp4", "uncertain_below": "0.4", "frame_rate": "10"} | (meta or {})
    writer = SessionWriter(path, told)
    scores = EmotionScores(classes, (0.9, *[0.1 / (len(classes) - 1)] * (len(classes) - 1)))
    seen = reading()
    face = FaceReading(1, seen.face, scores, scores, seen.quality)
    for index, time in enumerate(times):
        writer.write(Observation(index, time, 320, 180, (face,)))
    writer.close()
    if name:
        save_annotations(path, Annotations().renamed(1, name).marked(Marker(0.1, name)))
    return path


def change(path, *statements):
    database = sqlite3.connect(path)
    for statement in statements:
        database.execute(*statement) if isinstance(statement, tuple) else database.execute(statement)
    database.commit()
    database.close()


MARK = "INSERT INTO markers (time_s, label, end_s) VALUES"
REFUSED = [
    "CREATE VIEW v AS SELECT 1",
    "CREATE TRIGGER t AFTER INSERT ON frames BEGIN DELETE FROM readings; END",
    "UPDATE meta SET value = x'00' WHERE key = 'source'",
    "DELETE FROM meta WHERE key = 'source'",
    "DELETE FROM meta WHERE key = 'classes'",
    "UPDATE meta SET value = 'nan' WHERE key = 'uncertain_below'",
    "UPDATE meta SET value = 'inf' WHERE key = 'frame_rate'",
    "INSERT INTO meta VALUES ('duration_s', 'inf')",
    "INSERT INTO meta VALUES ('started_at', '9999-12-31T23:59:59+00:00')",
    "INSERT INTO meta VALUES ('started_at', 'yesterday')",
    "INSERT INTO meta VALUES ('started_at', '0001-01-01T00:00:00+14:00')",
    "INSERT INTO meta VALUES ('started_at', '0001-01-01')",
    "UPDATE meta SET value = 'happy,happy,sad' WHERE key = 'classes'",
    f"{MARK} (9e999, 'x', NULL)",
    f"{MARK} (1e12, 'x', NULL)",
    f"{MARK} (-1, 'x', NULL)",
    f"{MARK} ('soon', 'x', NULL)",
    f"{MARK} (0, x'ff', NULL)",
    f"{MARK} (0, 'x', 9e999)",
    "INSERT INTO people VALUES (1, x'ff', 0)",
    "INSERT INTO pieces VALUES (1, 9e999, 2)",
    "INSERT INTO pieces VALUES (1, 0, 123456789012)",
]
ROWS, COLUMNS = "observations", "columns"
DAMAGED = [
    ("UPDATE frames SET time_s = 9e999 WHERE frame = 1", (COLUMNS,)),  # By rows it lies outside of any time.
    ("UPDATE frames SET time_s = 1e12 WHERE frame = 2", (ROWS, COLUMNS)),
    ("UPDATE frames SET time_s = -1 WHERE frame = 0", (COLUMNS,)),
    ("UPDATE frames SET time_s = 'noon' WHERE frame = 1", (COLUMNS,)),
    ("UPDATE frames SET width = x'00'", (ROWS,)),
    ("UPDATE readings SET face = 1 << 40", (ROWS, COLUMNS)),
    ("UPDATE readings SET box_left = 9e999", (ROWS, COLUMNS)),
    ("UPDATE readings SET detection = 'sure'", (ROWS, COLUMNS)),
    ("UPDATE readings SET quality = -9e999", (ROWS,)),
    ("UPDATE readings SET remark = x'00'", (ROWS,)),
    ("UPDATE readings SET raw = x'0000'", (ROWS, COLUMNS)),
    ("UPDATE readings SET keypoints = x'00'", (ROWS,)),
    ("UPDATE readings SET smoothed = 'text'", (ROWS, COLUMNS)),
    *(
        ((f"UPDATE readings SET {column} = ?", (np.full(len(FER7), value, "<f4").tobytes(),)), (ROWS, COLUMNS))
        for column in ("raw", "smoothed")
        for value in (np.nan, np.inf, 1e30, -0.5)
    ),
]


class TestSessions:
    @pytest.fixture
    def path(self, tmp_path):
        return write_session(tmp_path / "a.emocam")

    @pytest.mark.parametrize("statement", REFUSED)
    def test_what_no_session_says_of_itself_is_refused(self, path, statement):
        SessionReader(path).close()
        change(path, statement)
        with pytest.raises(SessionFileError, match=r"a\.emocam is not an emocam session that can be read \(.+\)"):
            SessionReader(path)

    @pytest.mark.parametrize(("statement", "way"), [(statement, way) for statement, ways in DAMAGED for way in ways])
    def test_readings_that_are_none_are_told(self, path, statement, way):
        change(path, statement)
        reader = SessionReader(path)
        with pytest.raises(SessionFileError, match=r"a\.emocam is damaged \(.+\); analyse its recording anew"):
            list(getattr(reader, way)())
        reader.close()

    @pytest.mark.parametrize("statement", [statement for statement, _ in DAMAGED])
    @pytest.mark.parametrize("suffix", [".csv", ".json", ".svg", ".summary.csv"])
    def test_an_export_of_them_says_so_or_leaves_them_out(self, path, statement, suffix):
        change(path, statement)
        out = path.with_name(f"out{suffix}")
        try:
            export(path, out)
        except EmocamError:
            assert not out.exists()
        else:
            assert not re.search(r"\b(inf|nan)\b", out.read_text(encoding="utf-8").lower())

    def test_a_clock_that_was_set_while_it_recorded_is_none_of_those(self, tmp_path):
        """As sessions of earlier versions have it: from 1970 to today."""
        path = write_session(tmp_path / "a.emocam", times=(0.0, 0.1, 1.79e9))
        save_annotations(path, Annotations().marked(Marker(1.79e9, "x")))
        reader = SessionReader(path)
        assert [seen.timestamp for seen in reader.observations()] == [0.0, 0.1, 1.79e9]
        assert [float(time) for part in reader.columns() for time in part.times] == [0.0, 0.1, 1.79e9]
        reader.close()

    @pytest.mark.skipif(sys.platform != "linux", reason="asks Linux which files are open")
    def test_a_refused_one_is_closed(self, path):
        change(path, "CREATE VIEW v AS SELECT 1")
        with pytest.raises(SessionFileError):
            SessionReader(path)
        assert str(path) not in {str(held.readlink()) for held in Path("/proc/self/fd").iterdir() if held.is_symlink()}


class TestExports:
    @pytest.mark.parametrize("suffix", [".svg", ".eaf"])
    def test_no_name_makes_xml_that_can_not_be_read(self, tmp_path, suffix):
        path = write_session(tmp_path / "a.emocam", name=CONTROLS.replace("\ud800", ""), meta={"app": "a\x01"})
        out = tmp_path / f"o{suffix}"
        export(path, out)
        ET.parse(out)
        assert "ab" in out.read_text(encoding="utf-8")  # Of a chart in a comment, since letters are drawn.

    def test_a_class_between_dollars_is_no_formula(self, tmp_path):
        path = write_session(tmp_path / "a.emocam", classes=(r"$\frac{$", "sad", "$"))
        export(path, tmp_path / "o.svg")
        assert r"<!-- $\frac{$ -->" in (tmp_path / "o.svg").read_text(encoding="utf-8")

    @pytest.mark.parametrize("suffix", [".csv", ".summary.csv"])
    def test_no_header_is_a_formula(self, tmp_path, suffix):
        path = write_session(tmp_path / "a.emocam", classes=("=1+1", "@sad"))
        export(path, tmp_path / f"o{suffix}")
        with open(tmp_path / f"o{suffix}", newline="", encoding="utf-8") as file:
            header = next(csv.reader(file))
        assert any("=1+1" in name for name in header)
        assert not [name for name in header if name[0] in "=+-@\t\r"]

    def test_a_chart_of_three_years_is_drawn(self, tmp_path):
        path = write_session(tmp_path / "a.emocam", times=(0.0, 0.1, 9e7))
        export(path, tmp_path / "o.svg")
        drawn = (tmp_path / "o.svg").read_text(encoding="utf-8")
        assert len(drawn) < 200_000, f"{len(drawn)} letters"


class TestRecordings:
    def test_a_leap_in_time_is_no_time(self, tmp_path):
        from test_reading_details import info_of, times_of, write_mjpeg

        day = 86_400_000
        path = write_mjpeg(tmp_path / "leap.mkv", [0, 40, 80, 400 * day, 400 * day + 40, 400 * day + 80])
        assert times_of(path) == pytest.approx([0, 0.04, 0.08, 0.12, 0.16, 0.20], abs=0.002)
        assert info_of(path).duration is None, "it says 400 days"
        assert info_of(path).frame_count is None
        reader = RecordingReader(path)
        reader.open()
        shown = [reader.frame_at(0.04 * number) for number in (5, 0, 3, 4, 1, 2)]
        reader.close()
        assert [round(float(frame.pixels.mean())) for frame in shown] == pytest.approx(
            [grey_of(number) for number in (5, 0, 3, 4, 1, 2)], abs=3
        )

    def test_a_pause_of_hours_is_one(self, tmp_path):
        from test_reading_details import times_of, write_mjpeg

        path = write_mjpeg(tmp_path / "pause.mkv", [0, 40, 3_600_000 * 20])
        assert times_of(path) == pytest.approx([0, 0.04, 72_000], abs=0.002)

    def test_it_is_no_shorter_than_nothing(self, tmp_path, monkeypatch):
        from test_reading_details import write_mjpeg

        source = VideoFile(write_mjpeg(tmp_path / "a.mkv", [0, 40, 80]))
        monkeypatch.setattr("emocam.adapters.av_file._seconds", lambda text: -3.0)
        assert source.open().duration is None
        source.close()
