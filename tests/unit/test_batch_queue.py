"""The queue over processes, with workers that die, fail, wait or do not listen."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from batch_work import begun, jobs, work

from emocam.batch import processes
from emocam.batch.jobs import Board, Outcome, State, plan
from emocam.batch.processes import run_in_processes
from emocam.batch.tally import Tally
from emocam.domain.errors import EmocamError, SourceError


def run(folder, *names, workers=2, stop=None, **options):
    outcomes = list(run_in_processes(jobs(folder, *names), work, workers, stop or threading.Event(), **options))
    assert len({outcome.job.name for outcome in outcomes}) == len(outcomes), "an outcome came twice"
    return {outcome.job.name: outcome for outcome in outcomes}


def test_each_file_once_by_as_many_processes_as_asked_for(tmp_path):
    names = [f"file{number}" for number in range(8)]
    found = run(tmp_path, *names, workers=2)
    assert {name: outcome.state for name, outcome in found.items()} == dict.fromkeys(names, State.DONE)
    assert sorted(begun(tmp_path)) == names
    pids = {outcome.frames for outcome in found.values()}
    assert len(pids) == 2
    assert os.getpid() not in pids


def test_a_file_that_kills_its_process_costs_itself_alone(tmp_path):
    found = run(tmp_path, "a", "dies", "b", "c", "d", workers=2)
    assert found["dies"].state is State.FAILED
    assert "died twice" in found["dies"].message
    assert [found[name].state for name in "abcd"] == [State.DONE] * 4
    assert sorted(begun(tmp_path)) == ["a", "b", "c", "d", "dies", "dies"]


def test_a_process_that_dies_once_is_made_again(tmp_path):
    found = run(tmp_path, "dies-once", "a", workers=1)
    assert found["dies-once"].state is State.DONE
    assert begun(tmp_path) == ["dies-once", "a", "dies-once"]


def test_a_process_that_is_killed_between_two_files_is_nobodys_fault(tmp_path):
    outcomes = []
    for outcome in run_in_processes(jobs(tmp_path, "a", "b", "c"), work, 1, threading.Event()):
        assert outcome.state is State.DONE, outcome.message
        outcomes.append(outcome)
        os.kill(outcome.frames, 9)
    assert len(outcomes) == 3


def test_where_no_process_can_be_started_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "_begin", os._exit)  # Of a shared cell, which is no exit status: the start fails.
    found = run(tmp_path, "a", workers=1)
    assert "No process could be started" in found["a"].message
    assert begun(tmp_path) == []


def test_what_fails_is_told_and_the_rest_goes_on(tmp_path):
    found = run(tmp_path, "bad", "bug", "a", workers=1)
    assert found["bad"].message == "It is bad; mend it."
    assert found["bug"].state is State.FAILED
    assert "ZeroDivisionError" in found["bug"].message
    assert found["a"].state is State.DONE


def stop_soon(stop):
    """Once both workers are at their files."""

    def look(running):
        if len(running) == 2 and all(board.share == 0.5 for _, board in running):
            stop.set()

    return look


def test_stop_ends_what_runs_and_begins_nothing(tmp_path):
    stop = threading.Event()
    todo = jobs(tmp_path, "waits", "deaf", "a")
    began = time.monotonic()
    outcomes = list(run_in_processes(todo, work, 2, stop, stop_soon(stop), grace_s=0.5))
    assert time.monotonic() - began < 20
    assert {outcome.job.name: outcome.state for outcome in outcomes} == {"waits": State.STOPPED, "deaf": State.STOPPED}
    assert "a" not in begun(tmp_path)


def test_a_queue_that_is_given_up_leaves_no_process(tmp_path):
    pids = []

    def look(running):
        pids[:] = [board.pid for _, board in running]
        if all(board.share for _, board in running):
            raise RuntimeError("the terminal is gone")

    with pytest.raises(RuntimeError):
        list(run_in_processes(jobs(tmp_path, "deaf"), work, 1, threading.Event(), look))
    assert pids[0] > 0
    assert_gone(pids[0])


def test_workers_end_with_a_queue_that_is_killed(tmp_path):
    script = f"""
import sys, threading
sys.path[:0] = {sys.path!r}
from pathlib import Path
from batch_work import jobs, work
from emocam.batch.processes import run_in_processes

def look(running):
    for _, board in running:
        if board.share:
            print(board.pid, flush=True)

if __name__ == "__main__":
    list(run_in_processes(jobs(Path({str(tmp_path)!r}), "deaf"), work, 1, threading.Event(), look))
"""
    (tmp_path / "queue.py").write_text(script)
    queue = subprocess.Popen([sys.executable, tmp_path / "queue.py"], stdout=subprocess.PIPE, text=True)
    worker = int(queue.stdout.readline())
    os.kill(worker, 0)
    queue.kill()
    queue.wait(10)
    queue.stdout.close()
    assert_gone(worker)


def assert_gone(pid):
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except OSError:
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} still runs")


class TestPlan:
    def files(self, folder, *names):
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(b"12345")

    def test_a_folder_is_mirrored_and_names_are_whole(self, tmp_path):
        self.files(tmp_path / "in", "a.mp4", "a.mov", "deep/er/a.mp4", "notes.txt", ".hidden.mp4")
        found = plan([tmp_path / "in"], tmp_path / "out", tmp_path / "tables")
        assert [job.name for job in found] == ["a.mov", "a.mp4", "deep/er/a.mp4"]
        assert found[2].session == tmp_path / "out" / "deep" / "er" / "a.mp4.emocam"
        assert found[2].table == tmp_path / "tables" / "deep" / "er" / "a.mp4.csv"
        assert found[2].size == 5

    def test_several_sources_stay_apart_and_each_file_counts_once(self, tmp_path):
        self.files(tmp_path, "one/a.mp4", "two/a.mp4", "b.mp4", "three/b.mp4")
        sources = [tmp_path / name for name in ("one", "two", "b.mp4", "three/b.mp4", "one/a.mp4", "b.mp4")]
        assert [job.name for job in plan(sources, tmp_path / "out")] == ["one/a.mp4", "two/a.mp4", "b.mp4", "three/b.mp4"]

    def test_listed_files_that_are_called_alike_are_told_apart_in_any_order(self, tmp_path):
        self.files(tmp_path, "x/A.mp4", "y/a.mp4", "y/b.mp4")
        sources = [tmp_path / "x" / "A.mp4", tmp_path / "y" / "a.mp4", tmp_path / "y" / "b.mp4"]
        for order in (sources, sources[::-1]):
            assert {job.path: job.name for job in plan(order, tmp_path / "out")} == {
                source: source.relative_to(tmp_path).as_posix() for source in sources
            }
        assert [job.name for job in plan(sources[1:], tmp_path / "out")] == ["a.mp4", "b.mp4"]

    def test_folders_that_are_called_alike_are_told_apart_in_any_order(self, tmp_path):
        self.files(tmp_path, "p01/videos/s1.mp4", "p02/Videos/s1.mp4", "p02/Videos/s2.mp4", "other/s1.mp4")
        sources = [tmp_path / name for name in ("p01/videos", "p02/Videos", "other")]
        for order in (sources, sources[::-1]):
            names = {job.name for job in plan(order, tmp_path / "out") if job.path == tmp_path / job.name}
            assert names == {"p01/videos/s1.mp4", "p02/Videos/s1.mp4", "p02/Videos/s2.mp4", "other/s1.mp4"}
        found = plan(sources[1:], tmp_path / "out")
        assert [job.name for job in found] == ["Videos/s1.mp4", "Videos/s2.mp4", "other/s1.mp4"]

    def test_a_linked_folder_keeps_its_own_name(self, tmp_path):
        self.files(tmp_path, "disk 7/a.mp4", "two/a.mp4")
        (tmp_path / "one").symlink_to(tmp_path / "disk 7")
        found = plan([tmp_path / "one", tmp_path / "two"], tmp_path / "out")
        assert [job.name for job in found] == ["one/a.mp4", "two/a.mp4"]

    def test_a_name_that_another_has_up_to_capitals_is_changed(self, tmp_path):
        self.files(tmp_path, "s/A.mp4", "t/a.mp4", "deep/S/a.mp4")
        found = plan([tmp_path / name for name in ("s/A.mp4", "t/a.mp4", "deep/S")], tmp_path / "out")
        assert [job.name for job in found] == ["s/A.mp4", "t/a.mp4", "S/a-2.mp4"]

    def test_what_is_not_there_or_empty_says_so(self, tmp_path):
        with pytest.raises(SourceError, match="There is no file and no folder"):
            plan([tmp_path / "nowhere"], tmp_path / "out")
        with pytest.raises(SourceError, match="no video and no picture"):
            plan([tmp_path], tmp_path / "out")

    def test_a_source_is_never_overwritten(self, tmp_path):
        self.files(tmp_path, "a.mp4", "a.mp4.emocam")
        with pytest.raises(EmocamError, match="would be overwritten"):
            plan([tmp_path / "a.mp4", tmp_path / "a.mp4.emocam"], tmp_path)


class TestTally:
    def test_time_left_by_bytes_also_of_what_runs(self, tmp_path):
        now = [100.0]
        todo = jobs(tmp_path, "a", "b", "c", "d")
        tally = Tally(todo, lambda: now[0])
        assert tally.seconds_left is None
        now[0] += 10
        tally.add(Outcome(todo[0], State.DONE, "", frames=300))
        assert (tally.ended, tally.seconds_left, tally.rate) == (1, 30.0, 30.0)
        board = Board()
        board.show(50, 100)
        tally.see([(todo[1], board)])
        assert tally.seconds_left == pytest.approx(10 * 250 / 150)
        assert tally.rate == 35.0

    def test_time_counts_from_the_first_frame_on(self, tmp_path):
        now = [100.0]
        (job,) = todo = jobs(tmp_path, "a")
        tally, board = Tally(todo, lambda: now[0]), Board()
        now[0] += 10
        tally.see([(job, board)])
        now[0] += 2
        board.show(20, 100)
        tally.see([(job, board)])
        assert (tally.rate, tally.seconds_left) == (10.0, pytest.approx(8.0))

    def test_a_file_of_unknown_length_is_not_counted_before_its_end(self, tmp_path):
        board = Board()
        board.show(50, None)
        assert board.share == 0
        board.show(120, 100)
        assert board.share == 1
