"""What the numbers, the names and the orders of many files come to."""

import csv
import functools
import io
import os
import platform
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import FakeClock, observation, reading, scores
from rich.console import Console

from emocam import bootstrap
from emocam.adapters.session_file import SessionReader, SessionWriter, mark_complete, save_annotations
from emocam.adapters.settings import Settings
from emocam.batch import command, work
from emocam.batch.command import analyze_many
from emocam.batch.groups_file import match, read_groups
from emocam.batch.jobs import Board, Job, Outcome, State, plan
from emocam.batch.measures import FileSummary, file_measures, summarise_session
from emocam.batch.tables import write_groups, write_summary
from emocam.batch.tally import Tally
from emocam.domain.annotations import Annotations, Marker
from emocam.domain.emotions import FER7
from emocam.domain.errors import EmocamError
from emocam.domain.ports import SourceInfo, SourceKind
from emocam.domain.sampling import Sampling
from emocam.domain.summary import Rules
from emocam.domain.vision import FaceReading
from emocam.file_sessions import Way
from emocam.pipeline.offline import Progress
from emocam.session_facts import session_meta

HAPPY, NEUTRAL = scores(happy=0.8), scores()
WAY = Way(Settings(device="cpu"))
META = {"classes": ",".join(FER7), "source": "clip.mp4", "uncertain_below": "0.4"}
Rows = list[dict[str, str]]


def table(path: Path) -> Rows:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def session(path: Path, *frames: Sequence[FaceReading], meta: dict[str, str] = META) -> Path:
    """frames: at 10 a second."""
    writer = SessionWriter(path, meta)
    for place, faces in enumerate(frames):
        writer.write(observation(place, place / 10, *faces))
    writer.close()
    return path


def annotations_of(path: Path) -> Annotations:
    reader = SessionReader(path)
    reader.close()
    return reader.annotations


class TestGroupsFile:
    def read(self, tmp_path: Path, text: str):
        (tmp_path / "groups.csv").write_text(text, encoding="utf-8")
        return read_groups(tmp_path / "groups.csv")

    def test_names_from_a_table_of_ours_or_from_windows_are_those_of_the_files(self, tmp_path):
        rows = self.read(tmp_path, "file,group\n'=a.mp4,x\n'b'.mp4,x\n.\\sub\\c.mp4,y\n").rows
        found, remarks = match(rows, ["=a.mp4", "'b'.mp4", "sub/c.mp4"])
        assert {name: row.group for name, row in found.items()} == {"=a.mp4": "x", "'b'.mp4": "x", "sub/c.mp4": "y"}
        assert remarks == []

    def test_what_a_spreadsheet_leaves_empty_says_nothing(self, tmp_path):
        found = self.read(tmp_path, "file,group,age,,\na.mp4,x,,,,,,\n,,,,\n,z,,,\n,z,,,\nb.mp4,y\n")
        assert [(row.file, row.group) for row in found.rows] == [("a.mp4", "x"), ("b.mp4", "y")]
        assert (found.groups, found.covariates, found.remarks) == (("x", "y"), (), ())

    def test_where_commas_separate_none_is_a_decimal_comma_and_nothing_is_infinite(self, tmp_path):
        found = self.read(tmp_path, 'file,group,age\na.mp4,x,"1,5"\nb.mp4,x,inf\nc.mp4,x,3\n')
        assert [dict(row.covariates) for row in found.rows] == [{}, {}, {"age": 3.0}]
        assert found.remarks == ("'1,5' in the column age of groups.csv is no number; 2 such left out.",)

    def test_the_header_tells_what_separates(self, tmp_path):
        found = self.read(tmp_path, "file;group;note\na.mp4;x;tired, ill, late, sad\nb.mp4;y;well, awake, early, glad\n")
        assert [(row.file, row.group) for row in found.rows] == [("a.mp4", "x"), ("b.mp4", "y")]

    def test_a_separator_is_not_looked_for_within_quotes(self, tmp_path):
        found = self.read(tmp_path, '"age, in years, then";file;group\n31;a.mp4;x\n')
        assert [(row.file, row.group, dict(row.covariates)) for row in found.rows] == [
            ("a.mp4", "x", {"age, in years, then": 31.0})
        ]

    @pytest.mark.parametrize("before", ["\n", "sep=;\n", '"sep=;"\r\n', '"sep=;";;\n', "\n \nSEP=;\n"])
    def test_the_header_may_come_after_empty_lines_and_after_excels_own(self, tmp_path, before):
        found = self.read(tmp_path, f"{before}file;group;age\na.mp4;x;1,5\n")
        assert [(row.file, row.group, dict(row.covariates)) for row in found.rows] == [("a.mp4", "x", {"age": 1.5})]

    def test_a_quote_that_never_ends_is_told_however_long_the_table(self, tmp_path):
        with pytest.raises(EmocamError, match="check its quotes"):
            self.read(tmp_path, '"file,group\n' + "a.mp4,x\n" * 20_000)

    def test_a_code_is_no_number(self, tmp_path):
        found = self.read(tmp_path, "file,group,id,age\na.mp4,x,01_02,3\nb.mp4,y,01_03,4\n")
        assert found.covariates == ("age",)
        assert found.remarks == ("The column id of groups.csv holds no numbers and is left out.",)

    @pytest.mark.parametrize(("count", "end"), [(5, "4, 5."), (6, "4, 5 and 1 more."), (12, "4, 5 and 7 more.")])
    def test_of_many_names_five_are_told_and_the_others_counted(self, count, end):
        assert match([], [str(number) for number in range(1, count + 1)])[1] == [
            f"The groups file says nothing of 1, 2, 3, {end}"
        ]


class TestMeasures:
    def test_each_measure_is_its_own(self, tmp_path):
        """Five tenths of a second happy, five neutral, twice; then two seconds in which nobody is seen."""
        seen = [[reading(1, HAPPY)]] * 5 + [[reading(1, NEUTRAL)]] * 5
        file = summarise_session("a", session(tmp_path / "a.emocam", *seen * 2, *[[]] * 20), Rules())
        found = file_measures(file)
        assert (found["above_happy"], found["mean_happy"]) == pytest.approx((0.5, 0.4))
        assert (found["above_neutral"], found["mean_neutral"]) == pytest.approx((0.5, 0.6))
        assert found["episodes_per_minute"] == pytest.approx(4 / (2 / 60)), "of the time in sight"
        assert found["transitions_per_minute"] == pytest.approx(3 / (2 / 60))

    def test_nothing_counts_beyond_the_end_of_the_recording(self, tmp_path):
        path = session(tmp_path / "a.emocam", *[[reading()]] * 10, meta=META | {"duration_s": "0.95"})
        file = summarise_session("a", path, Rules())
        assert (file.duration_s, file.in_sight_s, file.faces[0].summary.present_s) == pytest.approx((0.95, 0.95, 0.95))

    def test_who_is_hidden_is_not_in_sight(self, tmp_path):
        path = session(tmp_path / "a.emocam", *[[reading(1)]] * 4, *[[reading(2)]] * 4)
        save_annotations(path, Annotations().shown(2, hidden=True))
        assert file_measures(summarise_session("a", path, Rules()))["share_in_sight"] == pytest.approx(0.5)


class TestTables:
    def test_a_file_that_shows_no_face_has_no_episodes_and_no_transitions(self, tmp_path):
        write_summary(tmp_path / "summary.csv", [FileSummary("a.mp4", FER7, 2.0, 0.0, ())], FER7)
        (row,) = table(tmp_path / "summary.csv")
        assert (row["episodes"], row["transitions"], row["expressiveness"]) == ("0", "0", "")

    def test_every_group_is_compared_with_the_first_and_says_how(self, tmp_path):
        shares = {"a1": 0.1, "a2": 0.2, "b1": 0.4, "b2": 0.5, "c1": 0.8, "c2": 1.0, "none": 0.3}
        files = [FileSummary(name, FER7, 10.0, 10.0 * share, ()) for name, share in shares.items()]
        lines = [f"{name},{'' if name == 'none' else name[0]},{share}" for name, share in shares.items()]
        (tmp_path / "in.csv").write_text("\n".join(["file,group,age", *lines]))
        grouping = read_groups(tmp_path / "in.csv")
        write_groups(tmp_path / "groups.csv", files, match(grouping.rows, list(shares))[0], grouping)
        rows = [row for row in table(tmp_path / "groups.csv") if row["measure"] == "share_in_sight"]
        assert [(row["statistic"], row["group"], row["against"], row["n"]) for row in rows] == [
            ("mean", "a", "", "2"),
            ("mean", "b", "", "2"),
            ("mean", "c", "", "2"),
            ("hedges_g", "b", "a", "4"),
            ("hedges_g", "c", "a", "4"),
            ("pearson_r", "", "", "7"),
        ]
        assert float(rows[4]["value"]) > float(rows[3]["value"]) > 0
        words = {row["statistic"]: row["method"].partition(" of files")[0].partition(" over files")[0] for row in rows}
        assert words == {"mean": "mean", "hedges_g": "Hedges' g", "pearson_r": "Pearson's r"}


class TestTally:
    def jobs(self, *sizes: int) -> list[Job]:
        return [Job(f"{place}", Path(f"{place}"), Path(f"{place}.emocam"), None, size) for place, size in enumerate(sizes)]

    def test_time_goes_on_between_two_files(self):
        clock, board = FakeClock(), Board()
        first, second = todo = self.jobs(100, 100)
        tally = Tally(todo, clock)
        clock.now += 10
        tally.add(Outcome(first, State.DONE, frames=300))
        clock.now += 5
        tally.see([(second, board)])
        assert (tally.rate, tally.seconds_left) == (20.0, 15.0)

    def test_time_counts_where_it_is_not_told_what_runs(self):
        clock = FakeClock()
        first, *_ = todo = self.jobs(100, 100)
        tally = Tally(todo, clock)
        clock.now += 10
        tally.see([])
        tally.add(Outcome(first, State.DONE, frames=300))
        assert (tally.rate, tally.seconds_left) == (30.0, 10.0)

    def test_what_runs_is_looked_at_anew_each_time(self):
        (job,) = todo = self.jobs(100)
        tally, board = Tally(todo), Board()
        board.show(1, 4)
        for _ in range(3):
            tally.see([(job, board)])
        assert tally.done == 25

    def test_no_more_is_done_than_there_is(self):
        """A worker's last word of a file may be heard after its end."""
        (job,) = todo = self.jobs(0)
        tally, board = Tally(todo), Board()
        board.show(4, 4)
        tally.see([(job, board)])
        tally.add(Outcome(job, State.DONE))
        assert tally.done == tally.total == 1

    def test_a_board_for_the_next_file_shows_nothing_of_the_one_before(self):
        board = Board()
        board.begin()
        board.show(5, 10)
        board.stop()
        board.clear()
        assert (board.begun, board.frames, board.share) == (False, 0, 0.0)
        board.show(0, None)
        assert board.stop_wanted, "that holds for all files"

    def test_the_bar_tells_how_far_it_is_and_for_how_long_still(self):
        clock, said = FakeClock(), io.StringIO()
        first, second, *_ = todo = self.jobs(100, 100, 100, 100)
        tally, board = Tally(todo, clock), Board()
        clock.now += 60
        tally.add(Outcome(first, State.FAILED, "It is bad; mend it.", frames=600))
        board.show(600, 1200)
        with command._Bar(Console(file=said, force_terminal=True, width=120), tally, 4) as bar:
            bar.tick([(second, board)])
        assert "1 of 4 files · 20 frames/s · 0:01:40 left · 1 failed" in said.getvalue()
        (task,) = bar._bar.tasks
        assert task.percentage == pytest.approx(37.5)


@pytest.mark.parametrize("other", ["a.mp4.csv", "a.mp4.emocam"])
def test_a_result_never_takes_the_place_of_a_source_even_by_a_linked_folder(tmp_path, other):
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "in")
    for name in ("a.mp4", other):
        (tmp_path / "in" / name).write_text(name)
    for place in ("in", "link"):
        with pytest.raises(EmocamError, match=f"{other} is one of the sources and would be overwritten"):
            plan([tmp_path / place / "a.mp4", tmp_path / place / other], tmp_path / "in", tmp_path / "in")


@pytest.fixture
def jobs(tmp_path) -> list[Job]:
    """Of two files that nobody looks into."""
    (tmp_path / "in").mkdir()
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / "in" / name).write_text(f"stands for a video: {name}")
    return plan([tmp_path / "in"], tmp_path / "out", tmp_path / "tables")


def analysed(job: Job, *frames: Sequence[FaceReading], way: Way = WAY, session_of: Path | None = None, **facts: str) -> None:
    """The whole session of `job`, or at `session_of`, without an analysis."""
    info = SourceInfo(job.path.name, SourceKind.VIDEO, 320, 180)
    meta = session_meta(way.settings, info, job.path) | way.sampling.meta | {"device": "CPU (LiteRT)"} | facts
    mark_complete(session(session_of or job.session, *frames, meta=meta))


@pytest.fixture
def finds(monkeypatch) -> Callable[..., None]:
    """Tells what the next analyses find: the faces of each frame."""

    def tell(*frames: Sequence[FaceReading]) -> None:
        def make(path, draft, way, *, called, on_open, on_progress, stop):
            on_open(SourceInfo(path.name, SourceKind.VIDEO, 320, 180, 10.0, 10 * len(frames), float(len(frames))), "CPU")
            analysed(Job(path.name, path, called, None, 1), *frames, way=way, session_of=draft)
            done = Progress(len(frames), 1.5, 2, 20, complete=True, end_s=9.5)
            on_progress(done)
            return done

        monkeypatch.setattr(work, "make_session", make)

    return tell


class TestWork:
    def edited(self, job: Job, finds: Callable[..., None], added: Annotations, *frames: Sequence[FaceReading]) -> Outcome:
        """The outcome of a new analysis, which finds `frames`, after `added` was said of what `finds` had told before."""
        assert work.analyse(WAY, job, Board()).state is not State.FAILED
        save_annotations(job.session, added)
        os.utime(job.path)
        finds(*frames)
        return work.analyse(WAY, job, Board())

    @pytest.mark.parametrize(
        ("added", "found"),
        [
            (Annotations().renamed(1, "Anna"), [[reading(1, left=0.1), reading(3, left=0.6)]] * 2),
            (Annotations().split(1, 0.1, 7), [[reading(1, left=0.1), reading(2, left=0.65)]] * 2),
            (Annotations().shown(2, hidden=True), [[reading(1, left=0.1), reading(2, left=0.6)]]),
        ],
        ids=["named, and other numbers", "cut, and another place", "hidden, and fewer frames"],
    )
    def test_what_was_said_of_faces_holds_for_no_others(self, jobs, finds, added, found):
        marked = added.marked(Marker(0.1, "here"))
        finds(*[[reading(1, left=0.1), reading(2, left=0.6)]] * 2)
        assert self.edited(jobs[0], finds, marked, *found).kept == "a.mp4 edited-1.emocam"
        assert annotations_of(jobs[0].session) == Annotations(markers=marked.markers)
        assert annotations_of(jobs[0].session.with_name("a.mp4 edited-1.emocam")) == marked

    def test_what_was_said_of_faces_goes_on_where_they_are_the_same_but_for_the_arithmetic(self, jobs, finds):
        finds([reading(1, left=0.1)], [reading(1, left=0.1)])
        named = Annotations().renamed(1, "Anna")
        assert self.edited(jobs[0], finds, named, [reading(1, left=0.1001)], [reading(1, left=0.1001)]).kept == ""
        assert annotations_of(jobs[0].session) == named

    def test_what_was_kept_before_is_never_replaced(self, jobs, finds):
        finds([reading(1)])
        assert self.edited(jobs[0], finds, Annotations().renamed(1, "Anna"), [reading(5)]).kept == "a.mp4 edited-1.emocam"
        assert self.edited(jobs[0], finds, Annotations().renamed(5, "Bert"), [reading(1)]).kept == "a.mp4 edited-2.emocam"
        kept = [annotations_of(jobs[0].session.with_name(f"a.mp4 edited-{number}.emocam")) for number in (1, 2)]
        assert [person.name for each in kept for person in each.people] == ["Anna", "Bert"]

    def test_drafts_of_the_dead_go_and_those_of_another_computer_only_after_an_hour(self, jobs, finds):
        job, here = jobs[0], platform.node()[:32]
        finds([])

        def draft(writer: str, age_s: float) -> Path:
            path = job.session.with_name(f"{work.draft_mark(job.session)}0badcafe-{writer}.part")
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"half")
            os.utime(path, (time.time() - age_s,) * 2)
            return path

        recent, old = draft("7@elsewhere", 60), draft("8@elsewhere", 7200)
        own = draft(f"{os.getpid()}@{here}", 0)
        assert work.analyse(WAY, job, Board()).state is State.DONE
        assert [path.exists() for path in (recent, old, own)] == [True, False, False]

    def test_an_edit_while_its_table_is_made_makes_the_table_stale(self, jobs, monkeypatch):
        job = jobs[0]
        analysed(job, [reading(1)])
        export = work.export

        def edit_meanwhile(session: Path, table: Path) -> None:
            export(session, table)
            save_annotations(session, Annotations().renamed(1, "Anna"))
            later = time.time() + 60
            os.utime(session, (later, later))

        monkeypatch.setattr(work, "export", edit_meanwhile)
        assert work.analyse(WAY, job, Board()).state is State.EARLIER
        assert not work.is_done(job, WAY)

    def test_how_far_a_sampled_file_is_goes_by_the_frames_that_are_looked_at(self, jobs, finds):
        finds([], [], [])
        outcome = work.analyse(Way(WAY.settings, Sampling(every=10)), jobs[0], board := Board())
        assert (board.frames, board.share) == (3, 1.0)
        assert (outcome.frames, outcome.faces, outcome.duration_s) == (3, 2, 1.5)

    def test_no_room_for_a_table_is_a_full_disk_too(self, jobs, monkeypatch):
        analysed(jobs[0])

        def full(session: Path, table: Path) -> None:
            raise OSError(28, "No space left on device", str(table))

        monkeypatch.setattr(work, "export", full)
        outcome = work.analyse(WAY, jobs[0], Board())
        assert (outcome.state, outcome.full) == (State.FAILED, True)
        assert "No space left on device" in outcome.message

    def test_older_sessions_of_a_recording_are_of_none_other_even_by_a_linked_folder(self, jobs, tmp_path):
        (tmp_path / "link").symlink_to(tmp_path / "in")
        linked = plan([tmp_path / "link"], tmp_path / "out")
        first, second = linked
        analysed(first)
        analysed(first, session_of=first.session.with_name("a.mp4 edited-1.emocam"))
        assert work.not_among(linked, tmp_path / "out") == {}
        analysed(second)
        assert work.not_among(linked[:1], tmp_path / "out") == {second.session: True}
        second.path.unlink()
        assert work.not_among(linked[:1], tmp_path / "out") == {second.session: False}


class TestCommand:
    def many(self, tmp_path: Path, **options: object) -> int:
        given = {"tables": None, "workers": 1, "groups": None, "threshold": None, "dask": None, "stop": threading.Event()}
        given |= {"out": tmp_path / "out", "settings": WAY.settings}
        return analyze_many([str(tmp_path / "in")], **(given | options))

    def test_the_threshold_holds_for_the_tables(self, tmp_path, jobs):
        for job in jobs:
            analysed(job, *[[reading(1, HAPPY)]] * 5)
        for threshold, above in ((None, "1.000000"), (0.85, "0.000000"), (0.75, "1.000000")):
            assert self.many(tmp_path, threshold=threshold) == 0
            assert {row["above_happy"] for row in table(tmp_path / "out" / "summary.csv")} == {above}

    def test_a_recording_that_may_be_cut_off_is_named(self, tmp_path, jobs, capsys):
        analysed(jobs[0], *[[]] * 10, duration_s="60.0")
        analysed(jobs[1], *[[]] * 10, duration_s="1.0")
        assert self.many(tmp_path) == 0
        assert "1 file may be cut off, as the end comes long before its time: a.mp4\n" in capsys.readouterr().err

    def test_a_session_that_can_not_be_summed_up_costs_its_file_alone(self, tmp_path, jobs):
        for job in jobs:
            analysed(job)
        with closing(sqlite3.connect(jobs[0].session)) as database, database:
            database.execute("DROP TABLE readings")
        assert self.many(tmp_path) == 1
        assert [row["file"] for row in table(tmp_path / "out" / "summary.csv")] == ["b.mp4"]
        assert [row["file"] for row in table(tmp_path / "out" / "failed.csv")] == ["a.mp4"]

    def test_what_failed_here_and_was_done_by_another_worker_is_done(self, tmp_path, jobs, monkeypatch):
        analysed(jobs[1])

        def queue(todo, *_):
            for job in todo:
                analysed(job)
                yield Outcome(job, State.FAILED, "It was too late; never mind.")

        monkeypatch.setattr(command, "run_in_processes", queue)
        assert self.many(tmp_path) == 0
        assert table(tmp_path / "out" / "failed.csv") == []

    def test_away_from_a_terminal_each_file_has_its_line(self, tmp_path, jobs, monkeypatch, capsys):
        def queue(todo, *_):
            for job, state in zip(todo, (State.DONE, State.EARLIER), strict=True):
                analysed(job)
                yield Outcome(job, state, "", frames=12, faces=3, duration_s=0.44)

        monkeypatch.setattr(command, "run_in_processes", queue)
        assert self.many(tmp_path) == 0
        said = capsys.readouterr().err
        assert "1/2 a.mp4: 12 frames, 3 faces, 0.4 s\n" in said
        assert "2/2 b.mp4: analysed before\n" in said
        assert "done before" not in said

    @pytest.mark.parametrize(
        ("files", "workers", "dask", "asked", "device"),
        [
            (1, None, None, "auto", "auto"),
            (2, 1, None, "auto", "auto"),
            (2, 2, None, "auto", "cpu"),
            (2, 2, None, "gpu", "gpu"),
            (2, 2, "tcp://127.0.0.1:9", "auto", "auto"),
        ],
        ids=["one file", "one worker", "two workers", "as the user says", "a cluster"],
    )
    def test_several_workers_share_no_gpu_unless_the_user_says_so(
        self, tmp_path, jobs, monkeypatch, files, workers, dask, asked, device
    ):
        used = []

        def queue(*given):
            (work_of,) = (each for each in given if isinstance(each, functools.partial))
            used.append(work_of.args[0].settings.device)
            return iter(())

        for name in ("run_in_processes", "run_on_dask"):
            monkeypatch.setattr(command, name, queue)
        monkeypatch.setattr(command, "cores", lambda: 8)
        for job in jobs[files:]:
            job.path.unlink()
        self.many(tmp_path, workers=workers, dask=dask, settings=Settings(device=asked))
        assert used == [device]

    @pytest.mark.parametrize(("files", "workers", "cores", "dask", "each"), [
        (2, None, 16, None, 4), (2, None, 5, None, 2), (2, 1, 3, None, 3), (1, None, 2, None, 2), (2, 2, 2, None, 1),
        (2, None, 8, "tcp://h:1", 1),
    ])  # fmt: skip
    def test_the_files_that_are_analysed_at_once_share_the_cores(
        self, tmp_path, jobs, monkeypatch, files, workers, cores, dask, each
    ):
        used = []

        def queue(*given):
            (work_of,) = (one for one in given if isinstance(one, functools.partial))
            used.append(work_of.args[0].locators)
            return iter(())

        for name in ("run_in_processes", "run_on_dask"):
            monkeypatch.setattr(command, name, queue)
        for module in (command, bootstrap):
            monkeypatch.setattr(module, "cores", lambda: cores)
        for job in jobs[files:]:
            job.path.unlink()
        self.many(tmp_path, workers=workers, dask=dask)
        assert used == [each]

    @pytest.mark.parametrize("name", ["results.emocam", "notes"])
    def test_the_place_for_results_is_a_folder(self, tmp_path, jobs, name):
        if name == "notes":
            (tmp_path / name).write_text("typed by hand")
        for option in ("out", "tables"):
            with pytest.raises(EmocamError, match=f"{name} must be a folder"):
                self.many(tmp_path, **{option: tmp_path / name})

    @pytest.mark.parametrize(("asked", "message"), [("out/groups.csv", "by the results"), ("g.csv", "not written by emocam")])
    def test_somebodys_own_groups_are_not_overwritten(self, tmp_path, jobs, asked, message, monkeypatch):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "out").mkdir()
        for name in ("out/groups.csv", "g.csv"):
            (tmp_path / name).write_text("file,group\na.mp4,x\n")
        with pytest.raises(EmocamError, match=message):
            self.many(tmp_path, groups=Path(asked))
        assert (tmp_path / "out" / "groups.csv").read_text() == "file,group\na.mp4,x\n"


class TestDask:
    """What comes of a file that a worker of a cluster had."""

    JOB = Job("a.mp4", Path("a.mp4"), Path("a.mp4.emocam"), None, 1)

    def outcome(self, error: Exception | None = None, status: str = "error") -> Outcome | None:
        pytest.importorskip("distributed", reason="Dask is an extra and not installed here")
        from emocam.batch.on_dask import _outcome

        def result(timeout: float) -> Outcome:
            if error is not None:
                raise error
            return Outcome(self.JOB, State.DONE, frames=12)

        return _outcome(SimpleNamespace(status=status, result=result), self.JOB)

    def test_it_is_what_the_worker_says_or_is_waited_for(self):
        assert self.outcome(status="finished") == Outcome(self.JOB, State.DONE, frames=12)
        assert self.outcome(TimeoutError()) is None, "it is lost and made again"

    def test_a_file_that_kills_its_workers_fails_alone(self):
        distributed = pytest.importorskip("distributed", reason="Dask is an extra and not installed here")
        found = self.outcome(distributed.KilledWorker("task", None, 3))
        assert found is not None
        assert found.state is State.FAILED
        assert "Worker after worker died over it" in found.message

    @pytest.mark.parametrize("status", ["cancelled", "lost"])
    def test_without_its_scheduler_the_queue_ends_with_a_sentence(self, status):
        with pytest.raises(EmocamError, match="run the same command again to go on"):
            self.outcome(RuntimeError("cancelled"), status)
