import csv
import itertools
import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from fakes import HAPPY, observation, reading, scores
from hypothesis import given
from hypothesis import strategies as st

from emocam.adapters.columns import columns
from emocam.adapters.csv_sink import CsvSink, text
from emocam.adapters.exports import export
from emocam.adapters.session_file import SessionReader, SessionWriter, save_annotations
from emocam.domain.annotations import Annotations, Marker, Person, Piece
from emocam.domain.emotions import FER7
from emocam.domain.errors import SessionFileError

META = {"classes": ",".join(FER7), "source": "Grüße.mp4", "uncertain_below": "0.4"}
OBSERVATIONS = [
    observation(0, 0.0, reading(1), reading(2, scores(sad=0.35, happy=0.35), left=-0.0123)),
    observation(1, 1 / 30),
    observation(5, 1 / 6, reading(2)),
]


@pytest.fixture
def session(tmp_path):
    path = tmp_path / "run.emocam"
    writer = SessionWriter(path, META)
    for seen in OBSERVATIONS:
        writer.write(seen)
    writer.mark(0.05, "=stimulus, on")
    writer.mark(0.05, "second")
    writer.close()
    return path


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class TestCsv:
    def test_a_row_per_face_and_one_for_a_frame_without(self, session, tmp_path):
        assert export(session, tmp_path / "out.csv").count == 4
        rows = read_csv(tmp_path / "out.csv")
        assert [(row["frame"], row["face_id"]) for row in rows] == [("0", "1"), ("0", "2"), ("1", ""), ("5", "2")]
        assert [row["time_s"] for row in rows] == ["0.0000", "0.0000", "0.0333", "0.1667"]
        assert rows[0] | {"x": "128.0", "y": "54.0", "width": "64.0", "height": "72.0"} == rows[0]
        assert (rows[0]["label"], rows[0]["confidence"], rows[0]["happy"]) == ("happy", "0.750000", "0.750000")
        assert (rows[1]["label"], rows[1]["x"]) == ("uncertain", "-3.9")
        assert set(rows[2].values()) - {"1", "0.0333", "'=stimulus, on; second"} == {""}
        assert all(row["utc"] == "" for row in rows)

    def test_its_columns_are_those_of_the_data_dictionary(self, session, tmp_path, pytestconfig):
        export(session, tmp_path / "out.csv")
        dictionary = (pytestconfig.rootpath / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
        for name in read_csv(tmp_path / "out.csv")[0]:
            assert f"`{name}`" in dictionary or name in [f"raw_{emotion}" for emotion in FER7]

    def test_a_camera_has_universal_time(self, tmp_path):
        started = datetime(2026, 1, 2, 23, 59, 59, 900_000, tzinfo=UTC)
        sink = CsvSink(tmp_path / "out.csv", columns(FER7, started, 0.4))
        sink.write(observation(3, 0.1234, reading()))
        sink.close()
        assert read_csv(tmp_path / "out.csv")[0]["utc"] == "2026-01-03T00:00:00.023Z"

    def test_lines_end_as_rfc_4180_says_whatever_the_system(self, session, tmp_path):
        export(session, tmp_path / "out.csv")
        content = (tmp_path / "out.csv").read_bytes()
        assert content.count(b"\r\n") == content.count(b"\n") == 5
        assert content.endswith(b"\r\n")
        assert not content.startswith(b"\xef\xbb\xbf")

    @given(st.text())
    def test_no_text_runs_as_a_formula(self, words):
        assert not text(words, None).startswith(("=", "+", "-", "@", "\t", "\r"))

    def test_a_place_that_can_not_be_written_says_so(self, tmp_path):
        with pytest.raises(SessionFileError, match="choose another place"):
            CsvSink(tmp_path, columns(FER7, None, 0.4))

    def test_a_full_disk_is_said_in_a_sentence(self, tmp_path):
        sink = CsvSink(tmp_path / "out.csv", columns(FER7, None, 0.4))

        class Full:
            closed = False

            def flush(self):
                raise OSError(28, "No space left on device")

        sink._file.close()
        sink._file = Full()
        with pytest.raises(SessionFileError, match=r"No space left on device.*make room"):
            sink.flush()


class TestSession:
    def test_one_that_can_not_be_begun_leaves_nothing(self, tmp_path):
        facts = {"classes": ",".join(FER7), "source": "caf\udce9.mp4", "uncertain_below": "0.4"}
        with pytest.raises(SessionFileError, match="rename"):
            SessionWriter(tmp_path / "a.emocam", facts)
        assert not list(tmp_path.iterdir())

    def test_what_was_written_is_read_again_exactly(self, session):
        reader = SessionReader(session)
        assert reader.meta == META
        assert reader.frame_count == 3
        assert reader.annotations.markers == (Marker(0.05, "=stimulus, on"), Marker(0.05, "second"))
        again = list(reader.observations())
        reader.close()
        assert again[0].readings[0].raw == HAPPY
        for before, after in zip(OBSERVATIONS, again, strict=True):
            assert (before.frame_index, before.timestamp, before.width) == (after.frame_index, after.timestamp, after.width)
            for one, other in zip(before.readings, after.readings, strict=True):
                assert (one.track_id, one.face, one.quality) == (other.track_id, other.face, other.quality)
                assert one.smoothed.values == pytest.approx(other.smoothed.values, abs=1e-7)

    def test_it_is_one_file_once_closed(self, session):
        assert [path.name for path in session.parent.iterdir()] == ["run.emocam"]

    def test_it_can_be_read_while_it_is_written(self, tmp_path):
        writer = SessionWriter(tmp_path / "run.emocam", META)
        writer.write(OBSERVATIONS[0])
        writer.flush()
        writer.write(OBSERVATIONS[1])
        reader = SessionReader(tmp_path / "run.emocam")
        assert reader.frame_count == 1
        reader.close()
        writer.close()

    def test_edits_are_saved_while_an_analysis_writes(self, tmp_path):
        """As fast as it can, and with a commit as often as in an analysis."""
        writer = SessionWriter(tmp_path / "run.emocam", META)
        done = threading.Event()

        def write():
            flushed = time.monotonic()
            for index in itertools.count():
                writer.write(observation(index, index / 30, reading(1)))
                if time.monotonic() - flushed > 0.4:
                    writer.flush()
                    flushed = time.monotonic()
                    if done.is_set():
                        return

        writing = threading.Thread(target=write)
        writing.start()
        try:
            time.sleep(0.5)
            for number in range(6):
                began = time.monotonic()
                save_annotations(tmp_path / "run.emocam", Annotations(markers=(Marker(float(number), "now"),)))
                assert time.monotonic() - began < 1
        finally:
            done.set()
            writing.join()
            writer.close()

    def test_after_a_kill_it_opens_and_at_most_half_a_second_is_missing(self, tmp_path):
        path = tmp_path / "run.emocam"
        script = f"""
import pathlib, sys, time
sys.path.insert(0, "tests")
from fakes import FakeCamera, analyser
from emocam.adapters.session_file import SessionWriter
from emocam.domain.emotions import FER7
from emocam.domain.timeline import Timeline
from emocam.pipeline.analyser import Analysis
from emocam.pipeline.live import LiveSession
sink = lambda _: SessionWriter(pathlib.Path({str(path)!r}), {META!r})
session = LiveSession(FakeCamera(), analyser, sink, Timeline(FER7))
session.start()
while True:
    time.sleep(0.01)
    shown = session.shown
    print(shown.observation.timestamp if isinstance(shown, Analysis) else 0, flush=True)
"""
        child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        seen, until = 0.0, time.monotonic() + 20
        while seen < 1.7 and time.monotonic() < until:
            seen = float(child.stdout.readline())
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        reader = SessionReader(path)
        last = list(reader.observations())[-1]
        reader.close()
        assert seen >= 1.7
        assert last.timestamp >= seen - 0.55

    def test_it_closes_while_somebody_reads_it(self, tmp_path):
        writer = SessionWriter(tmp_path / "run.emocam", META)
        writer.write(OBSERVATIONS[0])
        writer.flush()
        reader = SessionReader(tmp_path / "run.emocam")
        seen = reader.observations()
        next(seen)
        writer.write(OBSERVATIONS[1])
        writer.close()
        writer.close()
        seen.close()
        reader.close()
        again = SessionReader(tmp_path / "run.emocam")
        assert again.frame_count == 2
        again.close()

    @pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be looked at" * 9])
    def test_what_is_no_session_says_so(self, tmp_path, content):
        (tmp_path / "x.emocam").write_bytes(content)
        with pytest.raises(SessionFileError, match="is not an emocam session"):
            SessionReader(tmp_path / "x.emocam")
        with pytest.raises(SessionFileError, match="check the name"):
            SessionReader(tmp_path / "y.emocam")

    def test_a_session_of_a_newer_emocam_says_so(self, session):
        import sqlite3

        with sqlite3.connect(session) as database:
            database.execute("PRAGMA user_version = 99")
        database.close()
        with pytest.raises(SessionFileError, match="newer emocam"):
            SessionReader(session)

    def test_what_somebody_worked_on_or_what_is_no_session_is_not_replaced(self, tmp_path):
        path = tmp_path / "run.emocam"
        path.write_text("a letter")
        with pytest.raises(SessionFileError, match="no session that can be read; move it or choose another name"):
            SessionWriter(path, META)
        assert path.read_text() == "a letter"
        path.unlink()
        for added in (
            Annotations(markers=(Marker(1.0, "here"),)),
            Annotations(people=(Person(1, "Anna"),)),
            Annotations(pieces=(Piece(1, 0.0, 2),)),
        ):
            SessionWriter(path, META).close()  # Nobody has worked on it yet, or no longer.
            save_annotations(path, added)
            with pytest.raises(SessionFileError, match="names, faces or markers"):
                SessionWriter(path, META)
            reader = SessionReader(path)
            reader.close()
            assert reader.annotations == added
            save_annotations(path, Annotations())

    def test_what_no_new_analysis_would_bring_back_is_not_replaced(self, tmp_path):
        path = tmp_path / "run.emocam"
        SessionWriter(path, META | {"started_at": "2026-01-02T03:04:05+00:00"}).close()
        with pytest.raises(SessionFileError, match="was recorded from a camera"):
            SessionWriter(path, META)
        path.unlink()
        SessionWriter(path, META | {"source": "gone.mp4", "source_path": str(tmp_path / "gone.mp4")}).close()
        with pytest.raises(SessionFileError, match=r"of gone\.mp4, which is no longer there"):
            SessionWriter(path, META)
        (tmp_path / "gone.mp4").touch()
        SessionWriter(path, META).close()

    def test_a_folder_that_can_not_be_made_says_so(self, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(SessionFileError, match="choose another folder"):
            SessionWriter(tmp_path / "file" / "run.emocam", META)


class TestExports:
    def test_json_holds_the_same_rows(self, session, tmp_path):
        export(session, tmp_path / "out.csv")
        assert export(session, tmp_path / "out.json").count == 4
        document = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
        assert document["session"]["source"] == "Grüße.mp4"
        assert document["markers"][0] == {"time_s": 0.05, "end_s": None, "label": "=stimulus, on"}
        for line, row in zip(read_csv(tmp_path / "out.csv"), document["rows"], strict=True):
            assert list(line) == list(row)
            assert {name: "" if cell is None else cell for name, cell in row.items() if isinstance(cell, str | None)} == {
                name: line[name].removeprefix("'") for name, cell in row.items() if isinstance(cell, str | None)
            }
            assert float(line["time_s"]) == row["time_s"]

    def test_parquet_holds_the_same_rows_with_types(self, session, tmp_path):
        export(session, tmp_path / "out.csv")
        assert export(session, tmp_path / "out.parquet").count == 4
        table = pq.read_table(tmp_path / "out.parquet")
        lines = read_csv(tmp_path / "out.csv")
        assert table.column_names == list(lines[0])
        assert table.schema.metadata[b"emocam.source"].decode() == "Grüße.mp4"
        assert table["face_id"].to_pylist() == [1, 2, None, 2]
        assert table["time_s"].to_pylist()[3] == 1 / 6
        for name in ("happy", "raw_sad", "x"):
            for line, cell in zip(lines, table[name].to_pylist(), strict=True):
                assert (line[name] == "") == (cell is None)
                assert cell is None or math.isclose(float(line[name]), cell, abs_tol=0.051)

    def test_an_old_file_is_kept_until_the_new_one_is_whole(self, session, tmp_path):
        out = tmp_path / "out.csv"
        out.write_text("old")
        with pytest.raises(SessionFileError):
            export(tmp_path / "none.emocam", out)
        assert out.read_text() == "old"
        export(session, out)
        assert out.read_text() != "old"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "run.emocam"]

    @pytest.mark.parametrize("name", ["out.xlsx", "out", "missing/out.csv"])
    def test_what_can_not_be_written_says_so(self, session, tmp_path, name):
        with pytest.raises(SessionFileError, match=r"can't (export|be written)"):
            export(session, tmp_path / name)
