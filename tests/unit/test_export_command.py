"""`emocam export` as it is typed."""

import csv
import shutil
import signal
import subprocess
import sys
import time

import pytest
from fakes import observation, reading
from typer.testing import CliRunner

from emocam.adapters.session_file import SessionReader, SessionWriter, save_annotations
from emocam.bundle import DEMO_CLIP
from emocam.cli import app, main
from emocam.domain.annotations import Annotations
from emocam.domain.emotions import FER7

META = {"classes": ",".join(FER7), "source": "clip.mp4", "uncertain_below": "0.4"}


@pytest.fixture
def session(tmp_path):
    """70 s, a frame each second, two faces, one with a name."""
    writer = SessionWriter(tmp_path / "run.emocam", META)
    for second in range(71):
        writer.write(observation(second, float(second), reading(1), reading(2)))
    writer.close()
    save_annotations(tmp_path / "run.emocam", Annotations().renamed(2, "Ada"))
    return tmp_path / "run.emocam"


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("faces", ["2", "ada", "Ada, 2"])
def test_range_faces_and_step(session, faces):
    out = session.with_name("out.csv")
    typed = ["export", str(session), str(out), "--range", "0:58", "1:02", "--faces", faces, "--step", "2"]
    shown = CliRunner().invoke(app, typed)
    assert (shown.exit_code, shown.stdout) == (0, f"{out}: 3 rows\n")
    assert [(row["time_s"], row["face_id"]) for row in rows_of(out)] == [("58.0000", "2"), ("60.0000", "2"), ("62.0000", "2")]


def test_the_threshold_is_taken(session):
    out = session.with_name("out.summary.csv")
    assert CliRunner().invoke(app, ["export", str(session), str(out), "--threshold", "0.8"]).exit_code == 0
    assert {row["above_happy"] for row in rows_of(out)} == {"0.0000"}
    assert CliRunner().invoke(app, ["export", str(session), str(out), "--threshold", "0.7"]).exit_code == 0
    assert {row["above_happy"] for row in rows_of(out)} == {"1.0000"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["out.csv", "--range", "soon", "3"], "'soon' is no time; write seconds"),
        (["out.csv", "--range", "5", "3"], "The range ends before it begins"),
        (["out.csv", "--range", "99", "100"], "lasts 01:11.00 only"),
        (["out.csv", "--faces", "1,Bob"], "There is no face Bob in this session; there are 1, 2 (Ada)"),
        (["out.csv", "--faces", " , "], "No face was named"),
        (["out.csv", "--blur"], "--blur has no effect on Table, CSV"),
        (["out.png", "--step", "1"], "--step has no effect on Chart"),
        (["out.csv", "--step", "0"], "at least 0.001 seconds"),
        (["out.csv", "--step", "inf"], "not for ever"),
        (["out.srt", "--threshold", "0.3"], "--threshold has no effect on Subtitles"),
        (["out.html", "--threshold", "30"], "choose one from 0 to 1"),
        (["out.mp4"], "The recording clip.mp4 is not where it was"),
        (["out.mp4", "--video", "none.mp4"], "There is no video none.mp4"),
        (["out.docx"], "can't export out.docx; end the name in .csv"),
    ],
)
def test_bad_input_gets_one_sentence_and_leaves_nothing(session, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(session.parent)
    monkeypatch.setattr(sys, "argv", ["emocam", "export", "run.emocam", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert [path.name for path in session.parent.iterdir()] == ["run.emocam"]


def test_ctrl_c_leaves_nothing_half_done(tmp_path):
    shutil.copy(DEMO_CLIP, tmp_path / "clip.mp4")
    writer = SessionWriter(tmp_path / "run.emocam", META)
    for index in range(472):
        writer.write(observation(index, index / 23.976, reading(1)))
    writer.close()
    (tmp_path / "out.mp4").write_text("old")
    child = subprocess.Popen(
        [sys.executable, "-m", "emocam", "export", tmp_path / "run.emocam", tmp_path / "out.mp4"],
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not list(tmp_path.glob(".*.part")) and time.monotonic() < until:
        time.sleep(0.01)
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert (child.returncode, said) == (1, "emocam: The export was cancelled; nothing was written.\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "out.mp4", "run.emocam"]
    assert (tmp_path / "out.mp4").read_text() == "old"


def test_a_session_that_analyze_made_knows_where_its_recording_is(tmp_path, monkeypatch):
    (tmp_path / "videos").mkdir()
    shutil.copy(DEMO_CLIP, tmp_path / "videos" / "clip.mp4")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["analyze", "videos/clip.mp4", "--session", "run.emocam"])
    assert done.exit_code == 0
    reader = SessionReader(tmp_path / "run.emocam")
    reader.close()
    assert reader.meta["source_path"] == str((tmp_path / "videos" / "clip.mp4").resolve())
    assert CliRunner().invoke(app, ["export", "run.emocam", "out.mp4", "--range", "0", "1"]).exit_code == 0
    assert (tmp_path / "out.mp4").stat().st_size > 1000
