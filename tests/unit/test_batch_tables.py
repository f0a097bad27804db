"""The tables over many files, and the user's own table of groups."""

import csv
import math
import unicodedata

import pytest
from fakes import observation, reading, scores

from emocam.adapters.session_file import SessionReader, SessionWriter, save_annotations
from emocam.adapters.table_file import write_table
from emocam.batch.groups_file import match, read_groups
from emocam.batch.measures import file_measures, summarise_session
from emocam.batch.tables import remove_table, write_failures, write_groups, write_summary
from emocam.domain.emotions import FER7
from emocam.domain.errors import EmocamError, SessionFileError
from emocam.domain.summary import Rules

META = {"classes": ",".join(FER7), "source": "clip.mp4", "uncertain_below": "0.4"}
HAPPY, SAD, NEUTRAL = scores(happy=0.8), scores(sad=0.9), scores()


def session(path, *frames):
    """frames: at 10 a second, each a list of (face, scores)."""
    writer = SessionWriter(path, META)
    for place, faces in enumerate(frames):
        writer.write(observation(place, place / 10, *(reading(face, shown) for face, shown in faces)))
    writer.close()
    return path


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def summary_of(tmp_path, name, *frames, threshold=0.5):
    return summarise_session(name, session(tmp_path / "made.emocam", *frames), Rules(threshold))


class TestSummary:
    def test_a_row_per_file_and_face(self, tmp_path):
        frames = [[(1, HAPPY), (2, SAD)]] * 5 + [[(1, NEUTRAL)]] * 10 + [[]] * 5
        write_summary(tmp_path / "summary.csv", [summary_of(tmp_path, "a/b.mp4", *frames)], FER7)
        first, second = table(tmp_path / "summary.csv")
        assert (first["file"], first["face_id"], second["face_id"]) == ("a/b.mp4", "1", "2")
        assert float(first["duration_s"]) == pytest.approx(2.0)
        assert float(first["present_s"]) == pytest.approx(1.5)
        assert float(first["missing_s"]) == pytest.approx(0.5)
        assert float(first["above_happy"]) == pytest.approx(1 / 3, abs=1e-6)
        assert float(first["mean_happy"]) == pytest.approx(0.8 / 3, abs=1e-6)
        assert (first["dominant"], first["episodes"], first["transitions"]) == ("neutral", "2", "1")
        assert float(first["expressiveness"]) == pytest.approx(0.8 / 3, abs=1e-6)
        assert (second["dominant"], second["above_sad"]) == ("sad", "1.000000")

    def test_the_threshold_is_the_users(self, tmp_path):
        frames = [[(1, HAPPY)]] * 5
        (face,) = summary_of(tmp_path, "a", *frames, threshold=0.85).faces
        assert face.summary.above[FER7.index("happy")] == 0

    def test_a_file_without_a_face_has_a_row_of_its_own(self, tmp_path):
        write_summary(tmp_path / "summary.csv", [summary_of(tmp_path, "empty.mp4", [], [])], FER7)
        (row,) = table(tmp_path / "summary.csv")
        assert (row["face_id"], row["dominant"], row["above_happy"], row["expressiveness"]) == ("", "", "", "")
        assert (row["present_s"], row["missing_s"]) == ("0.000000", "0.200000")

    def test_names_are_the_users_and_hidden_faces_are_out(self, tmp_path):
        path = session(tmp_path / "made.emocam", *[[(1, HAPPY), (2, SAD)]] * 5)
        reader = SessionReader(path)
        edited = reader.annotations.renamed(1, "=Ann").shown(2, hidden=True)
        reader.close()
        save_annotations(path, edited)
        write_summary(tmp_path / "summary.csv", [summarise_session("a", path, Rules())], FER7)
        (row,) = table(tmp_path / "summary.csv")
        assert row["face_name"] == "'=Ann", "no spreadsheet runs it"

    def test_failures_have_their_sentence_and_an_older_list_goes(self, tmp_path):
        write_failures(tmp_path / "failed.csv", {"a, b.mp4": "It is bad; mend it."})
        assert table(tmp_path / "failed.csv") == [{"file": "a, b.mp4", "reason": "It is bad; mend it."}]
        write_failures(tmp_path / "failed.csv", {})
        assert table(tmp_path / "failed.csv") == []


def test_a_table_that_can_not_be_finished_leaves_the_older_one(tmp_path):
    def rows():
        yield ["new"]
        raise OSError(28, "No space left on device")

    write_table(tmp_path / "t.csv", ["a"], [["old"]])
    with pytest.raises(SessionFileError, match="No space left"):
        write_table(tmp_path / "t.csv", ["a"], rows())
    assert table(tmp_path / "t.csv") == [{"a": "old"}]
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_table_of_somebodys_own_stays_in_any_encoding(tmp_path, encoding):
    path = tmp_path / "groups.csv"
    path.write_text("größe,file,group\n", encoding=encoding)
    remove_table(path)
    assert path.exists()


@pytest.mark.parametrize("content", ["", "frame,time_s,face_id\n0,0.0,1\n"], ids=["empty", "a timeline"])
def test_what_is_none_of_the_three_tables_is_not_removed(tmp_path, content):
    (tmp_path / "groups.csv").write_text(content)
    remove_table(tmp_path / "groups.csv")
    assert (tmp_path / "groups.csv").exists()


class TestMeasures:
    def test_faces_count_by_their_time_in_sight(self, tmp_path):
        frames = [[(1, HAPPY), (2, SAD)]] * 10 + [[(1, HAPPY)]] * 20 + [[]] * 10
        found = file_measures(summary_of(tmp_path, "a", *frames))
        assert found["above_happy"] == pytest.approx(3 / 4)
        assert found["above_sad"] == pytest.approx(1 / 4)
        assert found["share_in_sight"] == pytest.approx(3 / 4)
        assert found["episodes_per_minute"] == pytest.approx(2 / (4 / 60))
        assert found["expressiveness"] == pytest.approx(3 / 4 * 0.8 + 1 / 4 * 0.9, abs=1e-6)

    def test_nobody_in_sight_has_no_measures_but_that(self, tmp_path):
        found = file_measures(summary_of(tmp_path, "a", [], []))
        assert found["share_in_sight"] == 0
        assert all(math.isnan(value) for name, value in found.items() if name != "share_in_sight")

    def test_a_still_picture_has_no_measures_over_time(self, tmp_path):
        found = file_measures(summary_of(tmp_path, "a.jpg", [(1, HAPPY)]))
        assert {name for name, value in found.items() if math.isnan(value)} == {"episodes_per_minute", "transitions_per_minute"}
        assert found["above_happy"] == 1


def test_a_file_that_was_not_copied_whole_is_known(tmp_path, monkeypatch):
    assert not summary_of(tmp_path, "a", *[[]] * 20).cut_off
    monkeypatch.setitem(META, "duration_s", "60.0")
    assert summary_of(tmp_path, "a", *[[]] * 20).cut_off
    monkeypatch.setitem(META, "duration_s", "2.1")
    assert not summary_of(tmp_path, "a", *[[]] * 20).cut_off
    monkeypatch.setitem(META, "duration_s", "9.0")
    monkeypatch.setitem(META, "every", "500")
    assert not summary_of(tmp_path, "a", []).cut_off  # Of the one frame that was looked at this can't be told.


class TestGroupsFile:
    def read(self, tmp_path, text, encoding="utf-8"):
        (tmp_path / "groups.csv").write_text(text, encoding=encoding)
        return read_groups(tmp_path / "groups.csv")

    @pytest.mark.parametrize(
        "text",
        [
            "file,group,age\na.mp4,x,1.5\nb.mp4,y,\n",
            "\ufeffFile;Group;age\r\na.mp4;x;1,5\r\nb.mp4;y;\r\n\r\n",
            "age\tfile\tgroup\n1.5\ta.mp4\tx\n\t./b.mp4\ty\n",
            "age\tfile\tgroup\n1,5\ta.mp4\tx\n\tb.mp4\ty\n",
        ],
    )
    def test_what_spreadsheets_write(self, tmp_path, text):
        found = self.read(tmp_path, text)
        assert [(row.file, row.group, dict(row.covariates)) for row in found.rows] == [
            ("a.mp4", "x", {"age": 1.5}),
            ("b.mp4", "y", {}),
        ]
        assert (found.groups, found.covariates, found.remarks) == (("x", "y"), ("age",), ())

    def test_only_a_new_line_begins_a_row(self, tmp_path):
        found = self.read(tmp_path, 'file,group,remark\na\u2028b\x85c.mp4,x,"of two\r\nlines"\r\nd.mp4,y,\r\n')
        assert [(row.file, row.group) for row in found.rows] == [("a\u2028b\x85c.mp4", "x"), ("d.mp4", "y")]

    def test_two_rows_of_one_recording_are_told(self, tmp_path):
        rows = self.read(tmp_path, "file,group\nx.mp4,a\nsub/x.mp4,b\n").rows
        found, remarks = match(rows, ["sub/x.mp4"])
        assert {file: row.group for file, row in found.items()} == {"sub/x.mp4": "b"}
        assert remarks == [
            "The groups file names these twice, and the row with the folder counts; remove the other one: x.mp4."
        ]

    def test_who_is_in_no_group_is_named(self, tmp_path):
        found = self.read(tmp_path, "file,group\na.mp4,\nb.mp4,y\n")
        assert (found.groups, found.remarks) == (("y",), ("No group is given for a.mp4, so no group counts it.",))

    def test_what_is_no_number_is_left_out_and_told(self, tmp_path):
        found = self.read(tmp_path, "file,group,age,sex\na.mp4,x,young,f\nb.mp4,x,30,m\nc.mp4,x,nan,m\n")
        assert found.covariates == ("age",)
        assert [dict(row.covariates) for row in found.rows] == [{}, {"age": 30.0}, {}]
        assert found.remarks == (
            "'young' in the column age of groups.csv is no number; 2 such left out.",
            "The column sex of groups.csv holds no numbers and is left out.",
        )

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("", "is empty"),
            ("name,group\na,b\n", "has no column file"),
            ("a,b\n", "has no column file and no column group"),
            ("file,group\na.mp4,x\na.mp4,y\n", "names a.mp4 2 times"),
            ("file,group,File\n", "has the column file twice"),
            ("file,group,age\na.mp4,x,34,5\n", "The row of a.mp4 .* more cells than the header"),
            ('file,group\na.mp4,"' + 200_000 * "x", "can't be read as a table"),
        ],
    )
    def test_what_is_wrong_with_it_is_said(self, tmp_path, text, sentence):
        with pytest.raises(EmocamError, match=sentence):
            self.read(tmp_path, text)

    def test_a_name_is_the_same_however_its_letters_are_kept(self, tmp_path):
        composed, apart = (unicodedata.normalize(form, "Zoë.mp4") for form in ("NFC", "NFD"))
        for typed, kept in ((composed, apart), (apart, composed)):
            rows = self.read(tmp_path, f"file,group\n{typed},x\n").rows
            found, remarks = match(rows, [f"day 1/{kept}"])
            assert (list(found), remarks) == ([f"day 1/{kept}"], [])

    def test_a_quote_that_is_left_open_does_not_swallow_the_rest(self, tmp_path):
        with pytest.raises(EmocamError, match="check its quotes"):
            self.read(tmp_path, 'file,group\n"a.mp4,x\nb.mp4,y\n')

    def test_a_file_that_is_none(self, tmp_path):
        with pytest.raises(EmocamError, match="can't be read"):
            read_groups(tmp_path / "none.csv")
        with pytest.raises(EmocamError, match="UTF-8"):
            self.read(tmp_path, "file,group\nä.mp4,x\n", encoding="latin-1")

    def test_rows_find_their_files_by_path_or_by_a_name_that_only_one_has(self, tmp_path):
        rows = self.read(tmp_path, "file,group\na.mp4,x\nb.mp4,x\none/b.mp4,y\ngone.mp4,z\n").rows
        found, remarks = match(rows, ["a.mp4", "one/b.mp4", "two/b.mp4", "two/c.mp4"])
        assert {file: row.group for file, row in found.items()} == {"a.mp4": "x", "one/b.mp4": "y"}
        assert remarks == [
            "The groups file names what is not among the recordings: gone.mp4.",
            "Several recordings have the same name, so the groups file must give the folder too: b.mp4.",
            "The groups file says nothing of two/b.mp4, two/c.mp4.",
        ]


class TestGroups:
    @pytest.fixture
    def files(self, tmp_path):
        """Four files, happy for 2, 4, 6 and 8 tenths of the time, and one with nobody in it."""
        made = [
            summary_of(tmp_path, f"{tenths}.mp4", *[[(1, HAPPY)]] * tenths, *[[(1, NEUTRAL)]] * (10 - tenths))
            for tenths in (2, 4, 6, 8)
        ]
        return [*made, summary_of(tmp_path, "nobody.mp4", [], [])]

    def rows(self, tmp_path, files, text):
        (tmp_path / "in.csv").write_text(text)
        grouping = read_groups(tmp_path / "in.csv")
        found, _ = match(grouping.rows, [file.name for file in files])
        write_groups(tmp_path / "groups.csv", files, found, grouping)
        return [row for row in table(tmp_path / "groups.csv") if row["measure"] == "above_happy"]

    def test_means_effect_and_correlation(self, tmp_path, files):
        text = "file,group,age\n2.mp4,low,20\n4.mp4,low,30\n6.mp4,high,40\n8.mp4,high,60\nnobody.mp4,high,70\n"
        low, high, effect, correlation = self.rows(tmp_path, files, text)
        assert (low["statistic"], low["group"], low["n"], low["value"]) == ("mean", "low", "2", "0.300000")
        # 0.3 ± 12.706 · 0.1414 / √2
        assert float(low["high"]) == pytest.approx(0.3 + 12.7062 * 0.1, abs=1e-4)
        assert float(low["sd"]) == pytest.approx(0.141421, abs=1e-6)
        assert (high["n"], high["value"]) == ("2", "0.700000"), "who shows no face has no share"
        assert (effect["statistic"], effect["group"], effect["against"], effect["n"]) == ("hedges_g", "high", "low", "4")
        # d = 0.4 / 0.1414 = 2.8284; J(2) = Γ(1) / (√1 · Γ(1/2)) = 0.5642
        assert float(effect["value"]) == pytest.approx(2.8284 * 0.5642, abs=1e-3)
        assert (correlation["covariate"], correlation["n"]) == ("age", "4")
        assert float(correlation["value"]) == pytest.approx(0.98270, abs=1e-5)
        assert all(row["method"] for row in (low, high, effect, correlation))

    def test_groups_of_one_and_of_none_have_empty_cells(self, tmp_path, files):
        one, none, *effects = self.rows(tmp_path, files, "file,group\n2.mp4,one\ngone.mp4,none\n")
        assert (one["n"], one["value"], one["low"], one["high"], one["sd"]) == ("1", "0.200000", "", "", "")
        assert (none["n"], none["value"]) == ("0", "")
        assert [effect["value"] for effect in effects] == [""]

    def test_a_table_without_any_known_file_has_no_rows(self, tmp_path, files):
        assert self.rows(tmp_path, files, "file,group\ngone.mp4,none\n") == []
