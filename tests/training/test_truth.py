import io

import pandas as pd
import pytest
from fakes import HAPPY, observation, reading, scores

from emocam.adapters.columns import columns
from emocam.adapters.csv_sink import CsvSink
from emocam.domain.emotions import FER7
from training.clips import clip_of, compare, judge, table, truth_of
from training.datasets import open_dataset
from training.errors import TrainingError
from training.trainer import run_classes, run_recipe


def said(tmp_path, *observations):
    sink = CsvSink(tmp_path / "said.csv", columns(FER7, None, 0.4))
    for entry in observations:
        sink.write(entry)
    sink.close()
    return pd.read_csv(tmp_path / "said.csv")


def truth(text):
    return pd.read_csv(io.StringIO(text))


def test_labels_and_faces_are_counted_where_they_are_true(tmp_path):
    timeline = said(
        tmp_path,
        observation(0, 0.0, reading(1, scores(sad=0.6))),
        observation(1, 0.1, reading(1, HAPPY)),
        observation(2, 0.2, reading(1, HAPPY), reading(2, HAPPY)),
        observation(3, 0.3),
    )
    found = compare("c", timeline, truth("t_start,t_end,label,faces\n0,0.15,sad,1\n0.15,0.25,transition,2\n0.25,1,none,0\n"))
    assert [(entry.what, entry.share, entry.count) for entry in found] == [("sad", 0.5, 2), ("faces", 1.0, 4)]
    assert "| c | sad | 50.0 % | 2 |" in table(found)


def test_faces_that_are_partly_in_the_picture_may_be_seen_or_not(tmp_path):
    timeline = said(tmp_path, observation(0, 0.0, reading(1)), observation(1, 0.1), observation(2, 0.2, reading(1)))
    (faces,) = compare("c", timeline, truth("t_start,t_end,faces_full,faces_partial\n0,0.15,0,1\n0.15,1,0,0\n"))
    assert faces.share == pytest.approx(2 / 3)


def test_a_folder_without_truth_says_so(tmp_path):
    with pytest.raises(TrainingError, match="give a folder of clips"):
        list(judge(tmp_path, "emocam-fer7"))


def test_a_clip_is_told_from_what_else_has_its_name(tmp_path):
    truth = tmp_path / "x [1].truth.csv"
    for name in ("x [1].MP4", "x [1].emocam", "x [1].b.mp4", "x [1].csv", "x [1].json"):
        (tmp_path / name).touch()
    assert clip_of(truth).name == "x [1].MP4"
    (tmp_path / "x [1].mkv").touch()
    with pytest.raises(TrainingError, match=r"may be of x \[1\]\.MP4 or x \[1\]\.mkv; keep one"):
        clip_of(truth)
    with pytest.raises(TrainingError, match="has no clip y beside it"):
        clip_of(tmp_path / "y.truth.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("start,end,label\n0,1,happy\n", "has no column t_start, t_end, faces"),
        ("t_start,t_end,label\n", "has no column faces"),
        ("t_start,t_end,label,faces\n0,x,happy,1\n", "column t_end that is no number"),
        ("", "can't be read as a table"),
    ],
)
def test_a_truth_that_is_none_is_told_in_a_sentence(tmp_path, text, words):
    (tmp_path / "a.truth.csv").write_text(text)
    with pytest.raises(TrainingError, match=words):
        truth_of(tmp_path / "a.truth.csv")
    with pytest.raises(TrainingError, match="There is no folder"):
        list(judge(tmp_path / "nope", "emocam-fer7"))


@pytest.mark.parametrize(("name", "content"), [("recipe.json", "{"), ("data.json", "{}")])
def test_a_damaged_run_is_told_in_a_sentence(tmp_path, name, content):
    (tmp_path / "recipe.json").write_text('{"name": "x", "summary": "", "family": "cnn", "epochs": 1}')
    (tmp_path / "data.json").write_text('{"classes": ["a"]}')
    (tmp_path / name).write_text(content)
    with pytest.raises(TrainingError, match=f"{name} .*the run is damaged, train it anew"):
        run_recipe(tmp_path), run_classes(tmp_path)


def test_what_is_not_there_is_said_to_be_not_there(tmp_path):
    with pytest.raises(TrainingError, match=r"There is no .*nope; check the name"):
        open_dataset(tmp_path / "nope")
