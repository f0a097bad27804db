"""`emocam analyze FOLDER` from end to end, on clips cut from the demo."""

import contextlib
import csv
import os
import platform
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from clips import cut_clip

import emocam
from emocam import file_sessions
from emocam.adapters.session_file import SessionReader, SessionWriter, save_annotations
from emocam.adapters.settings import Settings
from emocam.batch import command, wants_queue, work
from emocam.batch.command import analyze_many
from emocam.batch.jobs import Board, Job, Outcome, State, plan
from emocam.bundle import DEMO_CLIP, model_folder
from emocam.domain.annotations import Annotations, Marker
from emocam.domain.detector_range import DetectorRange
from emocam.domain.errors import EmocamError
from emocam.domain.ports import SourceInfo, SourceKind
from emocam.domain.sampling import Sampling
from emocam.file_sessions import Way, complete_facts, meta_of
from emocam.session_facts import session_meta

COMMAND = [sys.executable, "-m", "emocam"]
FRAMES = 12


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return cut_clip(tmp_path_factory.mktemp("clip") / "short.mp4", DEMO_CLIP, FRAMES)


@pytest.fixture
def folder(tmp_path, clip):
    """Four videos, one of them further down, and one that is none."""
    for name in ("a.mp4", "b.mp4", "c.MP4", "deep/a.mp4"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(clip, tmp_path / "in" / name)
    (tmp_path / "in" / "bad.mp4").write_text("no video")
    return tmp_path / "in"


def annotations_of(session):
    reader = SessionReader(session)
    reader.close()
    return reader.annotations


GOOD = ["a.mp4", "b.mp4", "c.MP4", "deep/a.mp4"]


def run(*arguments, **options):
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False, **options)


def sessions(out):
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*.emocam"))


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def begin(*arguments):
    """In a process group of its own, as a terminal gives it."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def wait_for(found, process):
    until = time.monotonic() + 60
    while not found():
        assert time.monotonic() < until
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)


def test_a_session_a_table_and_a_summary_of_every_file_and_nothing_twice(tmp_path, folder, clip):
    out, tables = tmp_path / "out", tmp_path / "tables"
    (tmp_path / "groups.csv").write_text("file,group\na.mp4,x\nb.mp4,x\ndeep/a.mp4,y\nc.MP4,y\n")
    line = ("analyze", folder, "--out", out, "--csv", tables, "--workers", 2, "--groups", tmp_path / "groups.csv")
    done = run(*line)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert "bad.mp4 can't be opened as a video" in done.stderr
    assert sessions(out) == [f"{name}.emocam" for name in GOOD]
    assert [row["file"] for row in rows(out / "summary.csv")] == GOOD
    assert [row["file"] for row in rows(out / "failed.csv")] == ["bad.mp4"]
    means = [row for row in rows(out / "groups.csv") if row["statistic"] == "mean" and row["measure"] == "mean_sad"]
    assert [(row["group"], row["n"]) for row in means] == [("x", "2"), ("y", "2")]

    # One file alone, as ever, gives the same numbers.
    assert run("analyze", clip, "--csv", tmp_path / "single.csv").returncode == 0
    for name in GOOD:
        assert (tables / f"{name}.csv").read_bytes() == (tmp_path / "single.csv").read_bytes()

    stamps = {path: path.stat().st_mtime_ns for path in [*out.rglob("*.emocam"), *tables.rglob("*.csv")]}
    (folder / "bad.mp4").unlink()
    shutil.copy(folder / "a.mp4", folder / "b.mp4")  # A new date.
    again = run(*line)
    assert again.returncode == 0, again.stderr
    assert "3 files of 4 done before" in again.stderr
    changed = {path.name for path, stamp in stamps.items() if path.stat().st_mtime_ns != stamp}
    assert changed == {"b.mp4.emocam", "b.mp4.csv"}
    assert rows(out / "failed.csv") == []


def test_a_killed_worker_and_a_killed_queue_cost_nothing_but_time(tmp_path, folder):
    shutil.copy(DEMO_CLIP, folder / "long.mp4")
    out = tmp_path / "out"
    line = ("analyze", folder / "long.mp4", folder / "a.mp4", "--out", out, "--workers", 1)

    def drafts():
        return [path for path in out.glob(f"{work.draft_mark(out / 'long.mp4.emocam')}*.part") if path.stat().st_size]

    queue = begin(*line)
    wait_for(drafts, queue)
    before = set(drafts())
    (worker,) = workers_of(queue.pid)
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: set(drafts()) - before, queue)  # It is tried once more, after the other file.
    assert sessions(out) == ["a.mp4.emocam"]
    queue.kill()
    queue.communicate(timeout=20)

    done = run(*line)
    assert done.returncode == 0, done.stderr
    assert "1 file of 2 done before" in done.stderr
    assert sorted(path.name for path in out.iterdir()) == ["a.mp4.emocam", "failed.csv", "long.mp4.emocam", "summary.csv"]
    assert [row["file"] for row in rows(out / "summary.csv")] == ["long.mp4", "a.mp4"]


def workers_of(pid):
    """Its children that analyse; the other one only watches over shared memory."""
    processes = psutil.process_iter(["ppid", "cmdline"])  # What is gone meanwhile, or may not be asked, says None.
    children = [process for process in processes if process.info["ppid"] == pid]
    return [child.pid for child in children if "spawn_main" in " ".join(child.info["cmdline"] or ())]


def test_ctrl_c_stops_soon_and_the_next_run_goes_on(tmp_path, folder):
    shutil.copy(DEMO_CLIP, folder / "long.mp4")
    out = tmp_path / "out"
    line = ("analyze", folder / "a.mp4", folder / "long.mp4", folder / "b.mp4", "--out", out, "--workers", 1)
    queue = begin(*line)
    wait_for(lambda: list(out.glob(f"{work.draft_mark(out / 'long.mp4.emocam')}*")), queue)
    asked = time.monotonic()
    os.killpg(queue.pid, signal.SIGINT)
    _, errors = queue.communicate(timeout=30)
    assert time.monotonic() - asked < 12
    assert queue.returncode == 1
    assert "Stopped with 2 files to do; run the same command again to go on." in errors
    assert "Traceback" not in errors
    assert sorted(path.name for path in out.iterdir()) == ["a.mp4.emocam"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere", "--out", "out"], "There is no file and no folder 'nowhere'"),
        (["empty"], "There is no video and no picture in empty"),
        (["empty", "--session", "x.emocam"], "--session and --chart are for single files"),
        (["empty", "--csv", "x.csv"], "x.csv must be a folder"),
        (["empty", "--groups", "none.csv"], "none.csv can't be read"),
    ],
)
def test_bad_input_gets_a_sentence_before_anything_is_made(tmp_path, arguments, words):
    (tmp_path / "empty").mkdir()
    done = run("analyze", *arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_a_groups_file_where_the_results_go_is_not_overwritten(tmp_path, folder):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "groups.csv").write_text("file,group\na.mp4,x\n")
    with pytest.raises(EmocamError, match="would be overwritten"):
        many([folder], tmp_path, groups=tmp_path / "out" / "groups.csv")
    assert (tmp_path / "out" / "groups.csv").read_text() == "file,group\na.mp4,x\n"


@pytest.mark.parametrize("name", ["summary.csv", "failed.csv", "a.mp4.csv"])
def test_somebodys_own_table_is_not_overwritten(tmp_path, folder, name):
    (tmp_path / "out").mkdir()
    own = tmp_path / "out" / name
    own.write_text("participant,notes\n1,typed by hand\n")
    with pytest.raises(EmocamError, match="not written by emocam, or was changed since"):
        many([folder], tmp_path, tables=tmp_path / "out")
    assert own.read_text() == "participant,notes\n1,typed by hand\n"
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]


def test_a_name_that_leaves_no_room_for_a_sessions_is_told_before_the_work(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / f"{'L' * 247}.mp4").touch()
    monkeypatch.setattr("emocam.batch.work.make_session", lambda *_, **__: pytest.fail("it was worked for"))
    (job,) = plan([tmp_path / "in"], tmp_path / "out")
    outcome = work.analyse(Way(Settings()), job, Board())
    assert outcome.state is State.FAILED
    assert "give the recording a shorter name" in outcome.message


def stand_in(job, path, *markers):
    """A session of the file `path` where that of `job` belongs."""
    info = SourceInfo(path.name, SourceKind.VIDEO, 320, 180)
    SessionWriter(job.session, session_meta(Settings(), info, path)).close()
    save_annotations(job.session, Annotations(markers=markers))


def test_results_of_another_folder_are_left_alone(tmp_path, folder):
    shutil.copytree(folder, tmp_path / "day2", copy_function=shutil.copy)  # With dates of their own.
    first, *_ = plan([folder], tmp_path / "out")
    stand_in(first, first.path, Marker(0.1, "of the first day"))
    (tmp_path / "out" / "summary.csv").write_text("file,face_id,face_name,duration_s,of the first day")
    before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(EmocamError, match="give another --out"):
        many([tmp_path / "day2"], tmp_path)
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_folder_that_can_not_be_read_is_a_failure(tmp_path, clip, monkeypatch, capsys):
    for name in ("in/a.mp4", "in/closed/b.mp4"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(clip, tmp_path / name)
    scandir = os.scandir

    def refusing(place):
        if Path(place).name == "closed":
            raise PermissionError(13, "Permission denied", str(place))
        return scandir(place)

    monkeypatch.setattr(os, "scandir", refusing)  # Whoever runs the tests may be allowed to read all.
    assert many([tmp_path / "in"], tmp_path) == 1
    assert [row["file"] for row in rows(tmp_path / "out" / "summary.csv")] == ["a.mp4"]
    (failed,) = rows(tmp_path / "out" / "failed.csv")
    assert failed["file"] == str(tmp_path / "in" / "closed")
    assert "closed: Permission denied" in failed["reason"]
    assert "closed: Permission denied" in capsys.readouterr().err


def test_edits_that_do_not_count_any_more_are_told_of(tmp_path, clip, capsys):
    assert many([clip], tmp_path) == 0
    (job,) = plan([clip], tmp_path / "out")
    save_annotations(job.session, Annotations().renamed(1, "Anna"))
    assert many([clip], tmp_path, sampling=Sampling(every=2)) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "hidden faces of 1 file don't count any more" in said
    assert "they are kept in short.mp4 edited-1.emocam" in said


def test_one_default_place_is_not_for_two_sets(tmp_path, clip, monkeypatch, capsys):
    for name in ("d1/videos/a.mp4", "d2/videos/b.mp4"):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(clip, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert many([tmp_path / "d1/videos"], tmp_path, out=None) == 0
    before = (tmp_path / "videos-emocam" / "summary.csv").read_bytes()
    with pytest.raises(EmocamError, match=r"a.mp4.emocam is of another recording.* give an --out"):
        many([tmp_path / "d2/videos"], tmp_path, out=None)
    assert (tmp_path / "videos-emocam" / "summary.csv").read_bytes() == before
    assert many([tmp_path / "d2/videos"], tmp_path, out=tmp_path / "videos-emocam") == 0
    said = "1 session is in {} of none of these files, and in no table: a.mp4.emocam".format(tmp_path / "videos-emocam")
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("sources", "name"), [(["in/videos"], "videos-emocam"), (["a.mp4", "b.mp4"], "emocam-files"), (["/"], "emocam-files")]
)
def test_the_default_place_has_a_name(sources, name):
    assert command._usual_out([Path(source) for source in sources]) == Path(name)


def test_a_full_disk_ends_the_queue(tmp_path, folder, monkeypatch, capsys):
    jobs = plan([folder], tmp_path / "out")
    begun = []

    def queue(todo, work, workers, stop, tick):
        for job in todo:
            if stop.is_set():
                return
            begun.append(job)
            yield Outcome(job, State.FAILED, "full", full=True)

    monkeypatch.setattr(command, "run_in_processes", queue)
    assert many([folder], tmp_path) == 1
    assert begun == jobs[:1]
    said = " ".join(capsys.readouterr().err.split())
    assert "a.mp4: full There is no room left for the results of a.mp4" in said
    assert "Stopped with 5 files to do" in said


def test_tables_of_an_earlier_run_do_not_stay(tmp_path, clip):
    groups = tmp_path / "g.csv"
    groups.write_text("file,group\nshort.mp4,x\n")
    assert many([clip], tmp_path, groups=groups) == 0
    out = tmp_path / "out"
    assert (out / "groups.csv").exists()
    assert many([clip], tmp_path) == 0
    assert not (out / "groups.csv").exists()
    shutil.copy(groups, out / "groups.csv")  # Somebody's own.
    stop = threading.Event()
    stop.set()
    assert many([clip], tmp_path, stop=stop) == 1
    assert sorted(path.name for path in out.iterdir()) == ["groups.csv", "short.mp4.emocam"]


def test_a_session_that_is_not_there_in_the_end_is_a_failure(tmp_path, clip, monkeypatch, capsys):
    """As where a worker of a cluster writes to a disk of its own."""
    elsewhere = [Outcome(job, State.DONE) for job in plan([clip], tmp_path / "out")]
    monkeypatch.setattr(command, "run_on_dask", lambda *_: iter(elsewhere))
    assert many([clip], tmp_path, dask="tcp://127.0.0.1:9") == 1
    (row,) = rows(tmp_path / "out" / "failed.csv")
    assert "check that all workers see the same folders" in row["reason"]
    assert "0 files of 1 done, 1 failed" in capsys.readouterr().err


def test_files_that_were_not_read_alike_are_told(tmp_path, clip, capsys):
    other = shutil.copy(clip, tmp_path / "other.mp4")
    assert many([clip, other], tmp_path) == 0
    assert "may differ" not in capsys.readouterr().err
    facts = {"app": "emocam 0.0.9", "device": "GPU (Keras), found here"}
    with contextlib.closing(sqlite3.connect(tmp_path / "out" / "other.mp4.emocam")) as database, database:
        database.executemany("UPDATE meta SET value = ? WHERE key = ?", [(value, key) for key, value in facts.items()])
    assert many([clip, other], tmp_path) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "2 files of 2 done before" in said
    assert "Some files were read on a CPU and others on a GPU" in said
    assert f"The files were read by emocam 0.0.9, emocam {emocam.__version__}, which may differ" in said


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is a text")
def test_a_name_that_is_no_text_costs_its_file_alone(tmp_path, clip, capsys):
    (tmp_path / "in").mkdir()
    shutil.copy(clip, tmp_path / "in" / "good.mp4")
    shutil.copy(clip, os.fsencode(tmp_path / "in") + b"/caf\xe9.mp4")
    assert many([tmp_path / "in"], tmp_path) == 1
    assert [row["file"] for row in rows(tmp_path / "out" / "summary.csv")] == ["good.mp4"]
    (failed,) = rows(tmp_path / "out" / "failed.csv")
    assert failed["file"] == "caf\\udce9.mp4"
    assert "rename it" in failed["reason"]
    assert "caf\\udce9.mp4: Its name" in capsys.readouterr().err


def test_a_name_is_shown_as_it_is(tmp_path, capsys):
    (tmp_path / "10:100:3 [dQw4w9].mp4").write_text("no video")
    assert many([tmp_path / "10:100:3 [dQw4w9].mp4"], tmp_path) == 1
    assert "10:100:3 [dQw4w9].mp4: " in capsys.readouterr().err


def test_dask_is_an_extra(tmp_path, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EmocamError, match=r"pip install dask\[distributed\]"):
        many([folder], tmp_path, dask="tcp://127.0.0.1:9")


def many(sources, tmp_path, **options):
    given = {"tables": None, "workers": 1, "groups": None, "threshold": None, "dask": None, "stop": threading.Event()}
    settings = Settings(device="cpu")
    return analyze_many([str(source) for source in sources], settings, **({"out": tmp_path / "out"} | given | options))


def test_the_queue_is_for_folders_and_its_options(tmp_path):
    assert wants_queue([str(tmp_path)])
    assert wants_queue(["a.mp4"], None, 2)
    assert wants_queue(["a.mp4"], 0.0)
    assert not wants_queue(["a.mp4", "b.mp4"], None, None)


class TestWork:
    """One file, in this process."""

    @pytest.fixture
    def job(self, tmp_path, clip):
        (job,) = plan([clip], tmp_path / "out", tmp_path / "tables")
        return job

    def test_what_people_added_outlives_a_new_analysis(self, job):
        settings = Settings(device="cpu")
        assert work.analyse(Way(settings), job, Board()).state is State.DONE
        marked = Annotations(markers=(Marker(0.1, "here"), Marker(0.2, "and", 0.3)))
        save_annotations(job.session, marked)
        other = Settings(device="cpu", smoothing_s=0.2)
        assert work.analyse(Way(other), job, Board()).state is State.DONE
        assert annotations_of(job.session) == marked
        assert len(list(job.session.parent.iterdir())) == 1

    def test_names_go_on_where_the_new_analysis_finds_the_same_faces(self, job):
        settings = Settings(device="cpu")
        assert work.analyse(Way(settings), job, Board()).state is State.DONE
        named = Annotations(markers=(Marker(0.1, "here"),)).renamed(1, "Anna").shown(1, hidden=True)
        save_annotations(job.session, named)
        os.utime(job.path)
        outcome = work.analyse(Way(settings), job, Board())
        assert (outcome.state, outcome.kept) == (State.DONE, "")
        assert annotations_of(job.session) == named
        assert [path.name for path in job.session.parent.iterdir()] == ["short.mp4.emocam"]

    def test_names_stay_with_the_older_session_where_it_finds_others(self, job):
        settings = Settings(device="cpu")
        assert work.analyse(Way(settings), job, Board()).state is State.DONE
        named = Annotations(markers=(Marker(0.1, "here"),)).renamed(1, "Anna")
        save_annotations(job.session, named)
        outcome = work.analyse(Way(settings, Sampling(every=2)), job, Board())
        assert annotations_of(job.session) == Annotations(markers=named.markers)
        (kept,) = (path for path in job.session.parent.iterdir() if path != job.session)
        assert kept.name == outcome.kept == "short.mp4 edited-1.emocam"
        assert annotations_of(kept) == named

    def test_a_session_of_another_recording_is_never_replaced(self, job, tmp_path):
        other = tmp_path / "other.mp4"
        other.write_bytes(b"longer or shorter")
        stand_in(job, other, Marker(0.1, "of another"))
        assert work.is_taken(job)
        outcome = work.analyse(Way(Settings(device="cpu")), job, Board())
        assert outcome.state is State.FAILED
        assert "is of another recording; move it, or give another --out" in outcome.message
        assert annotations_of(job.session).markers == (Marker(0.1, "of another"),)

    def test_a_recording_that_was_moved_is_no_other_one(self, job, tmp_path):
        moved = tmp_path / "moved.mp4"
        shutil.copy2(job.path, moved)
        stand_in(job, moved, Marker(0.1, "here"))
        assert not work.is_taken(job)
        assert work.analyse(Way(Settings(device="cpu")), job, Board()).state is State.DONE
        assert annotations_of(job.session).markers == (Marker(0.1, "here"),)

    def test_what_can_not_be_read_is_never_replaced(self, job):
        stand_in(job, job.path, Marker(0.1, "here"))
        with contextlib.closing(sqlite3.connect(job.session)) as database:
            database.execute("PRAGMA user_version = 99")  # As a newer emocam would leave it.
        before = job.session.read_bytes()
        outcome = work.analyse(Way(Settings(device="cpu")), job, Board())
        assert outcome.state is State.FAILED
        assert "can't be read and is not replaced; move it" in outcome.message
        assert job.session.read_bytes() == before

    def test_the_draft_of_a_worker_that_lives_is_left_alone(self, job):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        drafts = [
            job.session.with_name(f"{work.draft_mark(job.session)}0badcafe-{number}@{platform.node()[:32]}.part")
            for number in (child.pid, 2**22 - 3)  # The second is no process that can be.
        ]
        job.session.parent.mkdir(parents=True, exist_ok=True)
        for draft in drafts:
            draft.write_bytes(b"half")
        try:
            assert work.analyse(Way(Settings(device="cpu")), job, Board()).state is State.DONE
            assert drafts[0].exists()
            assert not drafts[1].exists()
        finally:
            child.communicate(b"\n")

    def test_what_stands_is_not_made_again_and_other_settings_make_it_anew(self, job):
        settings = Settings(device="cpu")
        first = work.analyse(Way(settings), job, board := Board())
        assert (first.state, first.frames, first.faces) == (State.DONE, FRAMES, 1)
        assert (board.frames, board.share) == (FRAMES, 1.0)
        assert work.is_done(job, Way(settings))
        assert work.analyse(Way(settings), job, Board()).state is State.EARLIER
        other = Settings(device="cpu", detector=DetectorRange.SHORT)
        assert not work.is_done(job, Way(other))
        assert work.analyse(Way(other), job, Board()).state is State.DONE
        assert not work.is_done(job, Way(settings))

    def test_other_weights_of_one_name_and_version_are_another_analysis(self, job, tmp_path):
        shutil.copytree(model_folder(Settings()), tmp_path / "mine")
        own = Way(Settings(device="cpu", model=str(tmp_path / "mine")))
        assert work.analyse(own, job, Board()).state is State.DONE
        assert work.is_done(job, own)
        card = tmp_path / "mine" / "card.json"
        card.write_text(card.read_text() + "\n")
        assert not work.is_done(job, own)

    def test_a_session_from_before_models_were_told_apart_counts_for_the_bundled_one(self, job, tmp_path):
        settings = Settings(device="cpu")
        assert work.analyse(Way(settings), job, Board()).state is State.DONE
        with contextlib.closing(sqlite3.connect(job.session)) as database, database:
            database.execute("DELETE FROM meta WHERE key = 'model_hash'")
        work.analyse(Way(settings), job, Board())  # The session was edited, so its table is made again.
        assert work.is_done(job, Way(settings))
        other = tmp_path / settings.model
        shutil.copytree(model_folder(settings), other)
        (other / "card.json").write_text((other / "card.json").read_text() + "\n")
        assert not work.is_done(job, Way(Settings(device="cpu", model=str(other))))

    def test_the_longest_name_that_a_disk_takes_is_done(self, tmp_path, clip):
        name = "n" * (251 - len(".emocam")) + ".mp4"
        shutil.copy(clip, tmp_path / name)
        (job,) = plan([tmp_path / name], tmp_path / "out")
        assert work.analyse(Way(Settings(device="cpu")), job, Board()).state is State.DONE
        assert work.is_done(job, Way(Settings(device="cpu")))

    def test_a_full_disk_is_told_with_the_name_of_the_session(self, job, monkeypatch):
        class Full(SessionWriter):
            def __init__(self, *arguments):
                super().__init__(*arguments)
                self._database.execute("PRAGMA max_page_count = 1")  # SQLite says of it what it says of a full disk.
                self.mark(0.0, "x" * 100_000)

        monkeypatch.setattr(file_sessions, "SessionWriter", Full)
        outcome = work.analyse(Way(Settings(device="cpu")), job, Board())
        assert (outcome.state, outcome.full) == (State.FAILED, True)
        assert f"{job.session} can't be written any more (database or disk is full)" in outcome.message
        assert list(job.session.parent.iterdir()) == []

    def test_a_sampled_session_is_not_taken_for_a_whole_one(self, job):
        settings = Settings(device="cpu")
        thin = Way(settings, Sampling(every=5))
        done = work.analyse(thin, job, Board())
        assert (done.state, done.frames) == (State.DONE, -(-FRAMES // 5))
        assert work.is_done(job, thin)
        assert not work.is_done(job, Way(settings))
        assert work.analyse(Way(settings), job, Board()).frames == FRAMES
        assert not work.is_done(job, thin)

    def test_only_a_missing_table_is_made(self, job):
        settings = Settings(device="cpu")
        work.analyse(Way(settings), job, Board())
        stamp = job.session.stat().st_mtime_ns
        job.table.unlink()
        assert not work.is_done(job, Way(settings))
        assert work.analyse(Way(settings), job, Board()).state is State.EARLIER
        assert job.table.exists()
        assert job.session.stat().st_mtime_ns == stamp

    @pytest.mark.parametrize("behind_s", [0, 3600])
    def test_a_table_is_fresh_on_a_disk_of_coarse_or_late_dates(self, job, monkeypatch, behind_s):
        way = Way(Settings(device="cpu"))
        work.analyse(way, job, Board())
        job.table.unlink()
        made = 1_700_000_001  # FAT keeps even seconds alone.
        os.utime(job.session, (made, made))
        export = work.export

        def late(session, table):
            export(session, table)
            os.utime(table, (made - behind_s, made - behind_s))

        monkeypatch.setattr(work, "export", late)
        work.analyse(way, job, Board())
        kept = job.table.stat().st_mtime // 2 * 2
        os.utime(job.table, (kept, kept))
        assert work.is_done(job, way)
        os.utime(job.session, (made + 2, made + 2))
        assert not work.is_done(job, way), "an edit makes it stale"

    def test_a_table_that_another_run_has_put_in_its_place_is_made_again(self, job):
        way = Way(Settings(device="cpu"))
        work.analyse(way, job, Board())
        whole = job.table.read_bytes()
        other = replace(job, session=job.session.with_name("other.emocam"))
        thin = Way(Settings(device="cpu"), Sampling(every=5))
        made = job.session.stat().st_mtime
        os.utime(job.session, (made - 60, made - 60))
        work.analyse(way, job, Board())
        assert work.is_done(job, way)
        work.analyse(thin, other, Board())
        assert job.table.read_bytes() != whole
        assert not work.is_done(job, way)
        work.analyse(way, job, Board())
        assert job.table.read_bytes() == whole

    def test_what_is_cut_off_or_left_by_the_dead_is_done_again_and_cleared_away(self, job):
        settings = Settings(device="cpu")
        info = SourceInfo("short.mp4", SourceKind.VIDEO, 320, 180)
        for place in (job.session, job.session.with_name(f"{work.draft_mark(job.session)}0badcafe.part")):
            dead = SessionWriter(place, session_meta(settings, info, job.path))  # Whole but for the word that it is.
            dead.close()
        job.session.with_name(f"{job.session.name}-wal").write_bytes(b"of another file")
        assert not work.is_done(job, Way(settings))
        assert work.analyse(Way(settings), job, Board()).state is State.DONE
        assert [path.name for path in job.session.parent.iterdir()] == [job.session.name]
        reader = SessionReader(job.session)
        assert reader.frame_count == FRAMES
        reader.close()

    def test_stop_leaves_nothing_half_done(self, job):
        board = Board()
        board.stop()
        assert work.analyse(Way(Settings(device="cpu")), job, board).state is State.STOPPED
        assert list(job.session.parent.iterdir()) == []
        assert not job.table.exists()

    def test_what_goes_wrong_is_one_sentence(self, tmp_path, clip):
        gone = Job("gone.mp4", tmp_path / "gone.mp4", tmp_path / "gone.mp4.emocam", None, 1)
        outcome = work.analyse(Way(Settings(device="cpu")), gone, Board())
        assert outcome.state is State.FAILED
        assert "No such file" in outcome.message
        (tmp_path / "file").write_text("in the way")
        blocked = Job("short.mp4", clip, tmp_path / "file" / "short.mp4.emocam", None, 1)
        outcome = work.analyse(Way(Settings(device="cpu")), blocked, Board())
        assert outcome.state is State.FAILED
        assert str(tmp_path / "file") in outcome.message


def test_a_session_says_what_it_is_of(tmp_path, clip):
    settings = Settings()
    facts = complete_facts(clip, Way(settings))
    assert facts["source_path"] == str(clip.resolve())
    assert not meta_of(tmp_path / "none.emocam")
    (tmp_path / "text.emocam").write_text("no session")
    assert not meta_of(tmp_path / "text.emocam")
    with pytest.raises(OSError, match="No such file"):
        complete_facts(tmp_path / "none.mp4", Way(settings))
