"""A run's calibration is fitted once, on its own validation split, and is what everything uses from then on."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from test_data import write_folders
from typer.testing import CliRunner

from training import calibration
from training.__main__ import app
from training.calibration import as_it_stands, calibrated, own_pictures
from training.datasets import open_dataset
from training.datasets.faces import TEST, TRAINING, VALIDATION
from training.errors import TrainingError
from training.evaluate import evaluate
from training.metrics import Calibration
from training.models import open_model
from training.recipe import recipe_of
from training.trainer import CALIBRATION, train

pytestmark = pytest.mark.filterwarnings("ignore")  # Keras, TensorFlow and the LiteRT converter warn of each other.

RECIPE = """
summary = "for a test"
family = "cnn"
epochs = 1
batch = 32
network = { widths = [8], dense = [16] }
"""


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def trained(sheets, tmp_path_factory):
    """The recipe, the run that `train` made of it, and other pictures than its own."""
    folder = tmp_path_factory.mktemp("calibrated")
    (folder / "small.toml").write_text(RECIPE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "_FEWEST", 50)
        made = run("train", folder / "small.toml", "--data", sheets, "--out", folder / "run")
    assert made.exit_code == 0, made.output
    (folder / "sheets").symlink_to(sheets)
    write_folders(folder / "other", open_dataset(sheets).where(np.arange(400) >= 50))
    return folder


@pytest.fixture
def without(trained):
    """The same run, as if it were of before calibrations were kept."""
    path = trained / "run" / CALIBRATION
    kept = path.read_text()
    path.unlink()
    yield trained
    path.write_text(kept)


def test_training_ends_with_a_calibration_which_other_pictures_do_not_change(trained, tmp_path):
    kept = (trained / "run" / CALIBRATION).read_text()
    facts = json.loads(kept)
    assert (facts["calibrated_on"], facts["pictures"]) == (VALIDATION, 50)
    own = Calibration(facts["answers"][0]["temperature"], tuple(facts["answers"][0]["bias"]))
    assert own != Calibration(1.0, (0.0,) * 7)
    assert open_model(trained / "run").calibrations == (own,)

    out = tmp_path / "f.json"
    said = run("evaluate", trained / "run", "--data", trained / "other", "--json", out)
    assert said.exit_code == 0, said.output
    assert "other pictures than" in said.output
    assert "has no calibration yet" not in said.output
    summary = json.loads(out.read_text())
    assert (summary["temperature"], summary["bias"]) == (own.temperature, list(own.bias))
    assert (summary["calibrated_on"], summary["split"]) == (VALIDATION, TEST)
    assert (trained / "run" / CALIBRATION).read_text() == kept

    refused = run("export", trained / "run", "--data", trained / "other", "--to", tmp_path / "model")
    assert "other pictures than" in str(refused.exception)
    assert not (tmp_path / "model").exists()


def test_pictures_that_are_only_as_many_are_others(trained, tmp_path):
    data = open_dataset(trained / "sheets")
    others = tmp_path / "others"
    shutil.copytree(trained / "sheets", others)
    text = (others / "labels.csv").read_text().splitlines()
    first, second = (
        next(place for place, row in enumerate(text) if row.split(",")[1:3] == [label, TRAINING]) for label in "34"
    )
    text[first], text[second] = (
        ",".join([text[row].split(",")[0], *text[other].split(",")[1:]]) for row, other in ((first, second), (second, first))
    )
    (others / "labels.csv").write_text("\n".join(text) + "\n")
    assert open_dataset(others).counts() == data.counts()
    assert own_pictures(trained / "run", data) is not None
    assert own_pictures(trained / "run", open_dataset(others)) is None
    refused = run("train", trained / "small.toml", "--data", others, "--out", trained / "run", "--resume", "--epochs", "2")
    assert "or other labels" in str(refused.exception)


def test_a_seed_counts_once_and_other_pictures_are_another_line(trained, tmp_path):
    run("evaluate", trained / "run", "--data", trained / "sheets")
    for name, seed, data in (("run-2", 8, None), ("run-3", 9, "elsewhere"), ("run-4", 7, None)):
        shutil.copytree(trained / "run", tmp_path / name)
        for file, change in (("recipe.json", {"seed": seed}), ("data.json", {"data": data} if data else {})):
            path = tmp_path / name / file
            path.write_text(json.dumps(json.loads(path.read_text()) | change))
    table = run("compare", trained / "run", *(tmp_path / f"run-{number}" for number in (2, 3, 4))).output
    assert [line.split("|")[1:3] for line in table.splitlines()[2:]] == [
        [" `small` (run) (run-2) ", " 7, 8 "],
        [" `small` (run-3) ", " 9 "],
        [" `small` (run-4) ", " 7 "],
    ]


def test_a_damaged_run_is_told_in_a_sentence(trained, tmp_path):
    shutil.copytree(trained / "run", tmp_path / "run")
    (tmp_path / "run" / "best.weights.h5").write_bytes(b"cut off")
    (tmp_path / "run" / "evaluation.json").write_text('{"acc')
    for command in (("evaluate", "--data", trained / "sheets"), ("compare",)):
        said = run(command[0], tmp_path / "run", *command[1:]).exception
        assert isinstance(said, TrainingError)
        assert "the run is damaged" in str(said)


def test_a_run_of_before_gets_its_own_from_its_own_pictures_alone(without, tmp_path, monkeypatch):
    monkeypatch.setattr(calibration, "_FEWEST", 50)
    place, out = without / "run", tmp_path / "f.json"
    said = run("evaluate", place, "--data", without / "other", "--json", out)
    assert "has no calibration yet, its probabilities are as they stand" in said.output
    summary = json.loads(out.read_text())
    assert (summary["temperature"], summary["calibrated_on"], summary["ece"]) == (
        1.0,
        "nothing",
        summary["ece_before_calibration"],
    )
    assert not (place / CALIBRATION).exists()

    said = run("evaluate", place, "--json", out)
    assert "has no calibration yet" not in said.output
    assert "was calibrated on these" not in said.output
    assert "was calibrated on these very pictures" in run("evaluate", place, "--split", VALIDATION).output
    (own,) = open_model(place).calibrations
    assert json.loads(out.read_text())["temperature"] == own.temperature != 1.0


def test_too_few_pictures_fit_no_calibration(without, sheets):
    said = run("evaluate", without / "run")
    assert said.exit_code == 0, said.output
    model = open_model(without / "run")
    assert (model.calibrations, model.calibrated_on, model.remark) == ((Calibration(1.0, (0.0,) * 7),), "nothing", "")


def test_weights_that_go_on_lose_the_calibration_of_those_before(trained, sheets, tmp_path):
    recipe = recipe_of({"name": "small", "summary": "", "family": "ann", "epochs": 1})
    data = open_dataset(sheets)
    train(recipe, data, tmp_path / "run", verbose=0)
    (tmp_path / "run" / CALIBRATION).write_text((trained / "run" / CALIBRATION).read_text())
    train(recipe_of({**recipe.as_dict(), "epochs": 2}), data, tmp_path / "run", resume=True, verbose=0)
    assert not (tmp_path / "run" / CALIBRATION).exists()


def test_a_kept_one_is_used_by_the_evaluation(trained, sheets):
    model = open_model(trained / "run")
    data = open_dataset(sheets)
    kept = calibrated(trained / "run", model, data)
    assert (kept.calibrations, kept.calibrated_on) == (model.calibrations, model.calibrated_on)
    early = replace(model, calibrations=as_it_stands(7, 1)[0], calibrated_on="nothing")  # Opened before it was written.
    kept = calibrated(trained / "run", early, data)
    assert (kept.calibrations, kept.calibrated_on) == (model.calibrations, model.calibrated_on)
    assert own_pictures(trained / "run", data) is not None
    (answer,) = evaluate(model, data, TEST, timed=False).answers
    pixels = next(data.split(TEST).batches(48, 1)).astype(np.float32)
    assert np.allclose(answer.probabilities, model.shown(pixels))


def test_a_damaged_one_is_told_in_a_sentence(trained):
    path = trained / "run" / CALIBRATION
    kept = path.read_text()
    try:
        for content in ("{", "{}", '{"answers": [{"temperature": 1}], "calibrated_on": "x"}'):
            path.write_text(content)
            with pytest.raises(TrainingError, match=r"calibration\.json can't be read .*delete it"):
                open_model(trained / "run")
    finally:
        path.write_text(kept)
