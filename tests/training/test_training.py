import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import replace

import cv2
import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group
from test_data import write_folders
from typer.testing import CliRunner

from emocam.adapters.face_classifier import FaceClassifier
from emocam.adapters.litert_network import LiteRtNetwork
from emocam.adapters.model_card import LITERT, read_card
from emocam.bundle import DEMO_CLIP
from training import trainer
from training.__main__ import app, main
from training.augment import augment
from training.datasets import open_dataset
from training.datasets.faces import TEST, fitted, one_hot
from training.errors import TrainingError
from training.evaluate import evaluate, operations
from training.history import read_history
from training.keeping import KeepBest
from training.metrics import (
    calibration_bins,
    expected_calibration_error,
    figures,
    fit_calibration,
    interval,
    macro_f1,
    softmax,
)
from training.models import open_model
from training.pretrained import make_start
from training.recipe import RECIPES, load_recipe, recipe_of
from training.standstill import has_stopped, reductions
from training.tasks import in_order
from training.trainer import BEST, EVALUATION, _load_backbone, build_network, run_recipe, train
from training.zoo import family, load_imagenet

pytestmark = pytest.mark.filterwarnings("ignore")  # Keras, TensorFlow and the LiteRT converter warn of each other.

TINY = """
summary = "for a test"
family = "cnn"
epochs = 3
batch = 32
optimizer = "adam"
learning_rate = 2e-3
schedule = "constant"
network = { widths = [8, 16], dense = [32], dropout = 0.0, block_dropout = 0.0 }
"""

TWO_PHASES = {
    "name": "two",
    "summary": "for a test",
    "family": "mobilenet",
    "task": "happy",
    "pictures": 120,
    "frozen_epochs": 1,
    "epochs": 1,
    "batch": 32,
    "network": {"enlarged": 32},
}


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


def run(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=True)
    if result.exception and not isinstance(result.exception, SystemExit | TrainingError):
        raise result.exception
    return result


class TestAugment:
    def test_same_seed_same_pictures_in_range(self):
        images = tf.constant(np.random.default_rng(0).integers(0, 255, (8, 48, 48, 1)), tf.float32)
        one, same = augment(images, tf.constant([1, 2])), augment(images, tf.constant([1, 2]))
        other = augment(images, tf.constant([1, 3]))
        assert np.array_equal(one, same)
        assert not np.array_equal(one, other)
        assert one.shape == images.shape
        assert float(tf.reduce_min(one)) >= 0
        assert float(tf.reduce_max(one)) <= 255

    def test_no_strength_leaves_all_but_the_mirror(self):
        images = tf.constant(np.random.default_rng(0).integers(0, 255, (16, 48, 48, 3)), tf.float32)
        changed = augment(images, tf.constant([5, 6]), strength=0.0).numpy()
        for before, after in zip(images.numpy(), changed, strict=True):
            assert min(np.abs(after - before).max(), np.abs(after - before[:, ::-1]).max()) < 0.01


class TestErrors:
    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (TrainingError("That was wrong."), "That was wrong."),
            (MemoryError(), "The memory is full"),
            (PermissionError(13, "Permission denied", "x.json"), "x.json can't be used (Permission denied)"),
            (tf.errors.ResourceExhaustedError(None, None, "OOM\nwhen allocating"), "gave up (OOM when allocating)"),
        ],
    )
    def test_what_can_go_wrong_is_one_line_and_a_status(self, error, words, monkeypatch, capsys):
        def fail():
            raise error

        monkeypatch.setattr("training.__main__.app", fail)
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code == 1
        said = capsys.readouterr().err
        assert words in said
        assert said.count("\n") == 1

    def test_a_mistake_of_ours_is_not_hidden(self, monkeypatch):
        monkeypatch.setattr("training.__main__.app", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            main()


class TestMetrics:
    def test_the_calibration_that_was_taken_away_is_found(self):
        rng = np.random.default_rng(1)
        logits = rng.normal(0, 2, (20_000, 7))
        bias = np.array([0.5, -0.3, 0, 0, 0.2, 0, -0.4])
        labels = np.array([rng.choice(7, p=row) for row in softmax(logits + bias)])
        wanted = one_hot(labels, 7)
        found = fit_calibration(logits * 2.5, wanted)
        assert found.temperature == pytest.approx(2.5, rel=0.05)
        assert np.allclose(found.bias, bias, atol=0.08)
        logits = logits + bias
        assert expected_calibration_error(found.probabilities((logits - bias) * 2.5), wanted) < 0.015
        assert expected_calibration_error(softmax(logits), wanted) < 0.015
        assert expected_calibration_error(softmax(logits * 2.5), wanted) > 0.1

    def test_always_sure_and_half_right_is_half_off(self):
        sure = np.tile([1.0, 0, 0, 0, 0, 0, 0], (100, 1))
        assert expected_calibration_error(sure, one_hot(np.arange(100) % 2, 2)) == pytest.approx(0.5)
        assert calibration_bins(sure, one_hot(np.arange(100) % 2, 2)).tolist() == [[1.0, 0.5, 1.0]]

    def test_votes_count_by_their_share(self):
        sure = np.tile([1.0, 0.0], (10, 1))
        assert expected_calibration_error(sure, np.tile([0.7, 0.3], (10, 1))) == pytest.approx(0.3)

    def test_figures_by_hand(self):
        labels = np.array([0, 0, 0, 1, 1, 2])
        guesses = np.array([0, 0, 1, 1, 1, 0])
        found = figures(np.eye(3)[guesses] * 0.7 + 0.1, labels, ("a", "b", "c"))
        assert found["accuracy"] == pytest.approx(4 / 6)
        assert found["balanced_accuracy"] == pytest.approx((2 / 3 + 1 + 0) / 3)
        assert found["per_class"]["a"] == {
            "precision": pytest.approx(2 / 3),
            "recall": pytest.approx(2 / 3),
            "f1": pytest.approx(2 / 3),
            "n": 3,
        }
        assert found["confusion"] == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]
        assert found["macro_f1"] == pytest.approx((2 / 3 + 0.8 + 0) / 3)

    def test_a_class_without_pictures_spoils_no_figure(self):
        found = figures(np.eye(3)[[0, 1, 2, 1]] * 0.7 + 0.1, np.array([0, 1, 1, 1]), ("a", "b", "c"))
        assert found["balanced_accuracy"] == pytest.approx((1 + 2 / 3) / 2)
        assert np.isfinite(found["roc_auc"])

    def test_a_class_that_was_not_drawn_spoils_no_interval(self):
        labels = np.array([0] * 38 + [1] * 2)
        assert interval(labels == labels, lambda drawn: macro_f1(labels[drawn], labels[drawn])) == (1.0, 1.0)

    def test_the_interval_is_that_of_the_normal_approximation(self):
        right = np.arange(4000) % 10 < 7
        low, high = interval(right)
        width = 1.96 * np.sqrt(0.7 * 0.3 / 4000)
        assert (low, high) == (pytest.approx(0.7 - width, abs=0.002), pytest.approx(0.7 + width, abs=0.002))
        assert interval(right, lambda drawn: float(right[drawn].mean()), draws=300)[0] == pytest.approx(low, abs=0.004)


class TestStandstill:
    def test_it_stops_when_the_best_is_so_many_epochs_old(self):
        assert not has_stopped([], 2)
        assert not has_stopped([0.5, 0.6, 0.6], 2)
        assert has_stopped([0.5, 0.6, 0.6, 0.6], 2)
        assert not has_stopped([0.9, 0.1, 0.1, 0.1], 0)

    def test_the_rate_goes_down_as_keras_takes_it_down(self):
        """Keras's own callback is the measure, epoch by epoch."""
        losses = [3, 2, 2, 2.5, 2.1, 1.9, 2, 2, 2, 2, 2, 2, 1, 1.1, 1.2, 0.9, 1, 1, 1, 1, 1, 1, 1]
        network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        network.compile(keras.optimizers.SGD(1.0), "mse")
        theirs = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=1 / 3, patience=3, min_delta=0)
        theirs.set_model(network)
        theirs.on_train_begin()
        for epoch, loss in enumerate(losses):
            theirs.on_epoch_end(epoch, {"val_loss": loss})
            assert float(network.optimizer.learning_rate) == pytest.approx(3.0 ** -reductions(losses[: epoch + 1]), rel=1e-5)
        assert reductions(losses) == 5


class TestRecipes:
    def test_what_a_recipe_may_not_hold_is_said(self, tmp_path):
        with pytest.raises(TrainingError, match=r"there are .*happy-cnn"):
            load_recipe("nobody")
        for content, words in (("x = 1", "unknown key 'x'"), ("epochs = 1", "lacks 'family'"), ("][", "is no recipe")):
            (tmp_path / "r.toml").write_text(content)
            with pytest.raises(TrainingError, match=words):
                load_recipe(str(tmp_path / "r.toml"))
        with pytest.raises(TrainingError, match="there are ann, cnn"):
            family("perceptron")

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ('epochs = "20"', "epochs = '20'; it must be a whole number from 1"),
            ("epochs = 0", "from 1 to"),
            ("framings = 1", "from 2 to"),
            ("batch = 0", "from 1 to"),
            ("votes = 2.0", "a number from 0 to 1"),
            ("seed = true", "whole number"),
            ('augmentation = "strong"', "a number from 0"),
            ('teachers = "one"', "must be a list"),
            ("teachers = [1]", "must be a list of names"),
            ('name = "../x"', "called like its file"),
            ("network = 3", "must be a table"),
            ('colour = "gray"', "choose grey, rgb"),
        ],
    )
    def test_a_value_that_can_not_be_is_said(self, line, words, tmp_path):
        key = line.partition(" ")[0]
        whole = {"summary": 'summary = "t"', "family": 'family = "cnn"', "epochs": "epochs = 1"} | {key: line}
        (tmp_path / "r.toml").write_text("\n".join(whole.values()))
        with pytest.raises(TrainingError, match=words):
            load_recipe(str(tmp_path / "r.toml"))

    def test_a_recipe_comes_back_from_a_run_as_it_was(self):
        for path in RECIPES.glob("*.toml"):
            recipe = load_recipe(path.stem)
            assert recipe_of(json.loads(json.dumps(recipe.as_dict()))) == recipe

    def test_old_runs_hold_keys_that_recipes_no_longer_have(self):
        recipe = load_recipe("fer7-mobilenet")
        old = {**recipe.as_dict(), "frozen_learning_rate": 1e-3, "label_smoothing": 0.0}
        assert recipe_of(json.loads(json.dumps(old))) == recipe
        with pytest.raises(TrainingError, match="unknown key 'label_smoothing'"):
            recipe_of({**old, "label_smoothing": 0.1})

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ('teachers = ["a"]', "but no distillation"),
            ("distillation = 0.5", "but no teachers"),
            ("same_view = true", "same_view but no teachers"),
            ("framings = 3", "takes teachers without same_view"),
            ('framings = 3\nsame_view = true\nteachers = ["a"]\ndistillation = 0.5', "takes teachers without same_view"),
        ],
    )
    def test_teachers_without_a_share_and_a_share_without_teachers_are_refused(self, tiny, line, words):
        tiny.write_text(f"{line}\n{TINY}")
        with pytest.raises(TrainingError, match=words):
            load_recipe(str(tiny))

    def test_the_list_names_what_was_published(self):
        listed = run("list").output
        assert "happy-cnn" in listed
        assert "ROC-AUC 0.9385" in listed


def test_imagenet_weights_that_can_not_be_had_are_said_and_how_to_go_on(monkeypatch):
    network = build_network(load_recipe("four-efficientnet"), 4)

    def no_network(**_):
        raise OSError("no route to host")

    monkeypatch.setattr(keras.applications, "EfficientNetB0", no_network)
    with pytest.raises(TrainingError, match=r"no route to host.*give --weights none"):
        load_imagenet(network, "efficientnet")
    with pytest.raises(TrainingError, match="has no ImageNet weights"):
        load_imagenet(network, "mobilenet")


def test_imagenet_weights_of_efficientnet_give_what_keras_gives(tmp_path, monkeypatch):
    """The download is made here: Keras's own network, with its own extra scaling, must give the same features as ours."""
    rng = np.random.default_rng(2)
    donor = keras.applications.EfficientNetB0(include_top=False, weights=None, input_shape=(48, 48, 3))
    for layer in donor.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.set_weights([np.array([0.485, 0.456, 0.406]), np.array([0.05, 0.04, 0.06]), *layer.get_weights()[2:]])
            layer.finalize_state()
    donor.save_weights(tmp_path / "b0.weights.h5")
    module = sys.modules[keras.applications.EfficientNetB0.__module__]
    monkeypatch.setattr(module.file_utils, "get_file", lambda *_, **__: str(tmp_path / "b0.weights.h5"))
    theirs = keras.applications.EfficientNetB0(include_top=False, weights="imagenet", input_shape=(48, 48, 3))
    network = build_network(load_recipe("four-efficientnet"), 4)
    load_imagenet(network, "efficientnet")
    pictures = rng.integers(0, 255, (2, 48, 48, 3)).astype(np.float32)
    ours = np.asarray(network.get_layer("backbone")(pictures, training=False))
    assert np.allclose(ours, np.asarray(theirs(pictures, training=False)), atol=1e-4)
    with h5py.File(tmp_path / "efficientnetb0_notop.h5", "w") as file:  # As Keras keeps them for download.
        save_weights_to_hdf5_group(file, donor)
    network = build_network(load_recipe("four-efficientnet"), 4)
    _load_backbone(network, load_recipe("four-efficientnet"), tmp_path / "efficientnetb0_notop.h5")
    assert np.allclose(np.asarray(network.get_layer("backbone")(pictures, training=False)), ours, atol=1e-4)


class TestRuns:
    def test_train_evaluate_report_compare_predict_and_export(self, sheets, tiny, tmp_path):
        folder, models = tmp_path / "run", tmp_path / "models" / "tiny"
        trained = run("train", tiny, "--data", sheets, "--out", folder, "--epochs", 8)
        assert trained.exit_code == 0, trained.output
        history = read_history(folder)
        assert [row["epoch"] for row in history] == list(range(8))
        assert history[-1]["accuracy"] > 0.8
        assert (folder / "curves.png").stat().st_size > 5000
        bytes_of_weights = 4 * build_network(run_recipe(folder), 7).count_params()
        state = folder / "state" / "whole-8.weights.h5"  # With what the optimiser remembers.
        assert bytes_of_weights < (folder / BEST).stat().st_size < 2 * bytes_of_weights < state.stat().st_size
        facts = json.loads((folder / "data.json").read_text())
        assert (facts["trained_on"], facts["left_out_exact_duplicates"], facts["left_out_non_faces"]) == (298, 1, 1)

        report, figures_file = tmp_path / "report.html", tmp_path / "figures.json"
        shown = run("evaluate", folder, "--data", sheets, "--json", figures_file, "--report", report)
        assert shown.exit_code == 0, shown.output
        summary = json.loads(figures_file.read_text())
        wanted = "accuracy accuracy_without_duplicates balanced_accuracy macro_f1 roc_auc ece n split tta parameters file_bytes"
        assert set(wanted.split()) <= set(summary)
        assert (summary["n"], summary["n_without_duplicates"], summary["split"], summary["tta"]) == (
            50,
            49,
            "PrivateTest",
            "none",
        )
        assert summary["accuracy"] > 0.8
        page = report.read_text()
        assert page.count("data:image/png;base64,") > 15
        assert "http" not in page.replace("http-equiv", "")
        assert "run on PrivateTest, 50 pictures; test-time augmentation: none; calibrated on nothing" in shown.output
        both = run("evaluate", folder, "--data", sheets, "--tta", "--json", figures_file)
        assert json.loads(figures_file.read_text())["tta"] == "mirror"
        assert both.exit_code == 0
        assert "test-time augmentation: mirror" in both.output

        own = (folder / EVALUATION).read_text()
        write_folders(tmp_path / "mine", open_dataset(sheets).where(np.arange(400) >= 360))
        shutil.rmtree(tmp_path / "mine" / "train", ignore_errors=True)
        elsewhere = run("evaluate", folder, "--data", tmp_path / "mine", "--json", figures_file, "--report", report)
        assert elsewhere.exit_code == 0, elsewhere.output
        assert (folder / EVALUATION).read_text() == own, "figures on other pictures are not the run's own"
        assert json.loads(figures_file.read_text())["accuracy_without_duplicates"] is None, "training is not known here"

        (tmp_path / "start").mkdir()
        table = run("compare", folder, tmp_path / "start").output
        assert "| `tiny` (run) | 7 |" in table
        assert "Not evaluated: start." in table

        exported = run("export", folder, "--to", models)  # The run knows its data.
        assert exported.exit_code == 0, exported.output
        assert run("export", folder, "--to", models).exit_code == 0, "the same one anew"
        refused = run("export", folder, "--to", models, "--version", "2")
        assert "holds version 1 of tiny; give another folder" in str(refused.exception)
        card = read_card(models)
        in_eight_bits = json.loads((models / "card.json").read_text())["litert"]
        assert in_eight_bits["differs_on_average"] < 0.02
        assert in_eight_bits["accuracy"] == pytest.approx(summary["accuracy"], abs=0.05)
        classifier = FaceClassifier(card, LiteRtNetwork(models / LITERT))
        data = open_dataset(sheets).split(TEST)
        crops = [fitted(data.pictures[place], 48, 1) for place in range(len(data))]
        guesses = [answer.values.index(max(answer.values)) for answer in classifier.classify(crops)]
        assert np.mean(np.array(guesses) == data.labels) == pytest.approx(in_eight_bits["accuracy"], abs=1e-4)

        picture = tmp_path / "someone.png"
        capture = cv2.VideoCapture(str(DEMO_CLIP))
        cv2.imwrite(str(picture), capture.read()[1])
        capture.release()
        cv2.imwrite(str(tmp_path / "nobody.png"), np.zeros((90, 160, 3), np.uint8))
        missing = tmp_path / "missing.png"
        said = run("predict", models, missing, picture, tmp_path / "nobody.png", "--out", tmp_path / "drawn")
        assert "missing.png can't be read" in said.output
        assert "1 of 3 pictures could not be read" in str(said.exception)
        assert "someone.png: face 1: " in said.output
        assert "nobody.png: no face found" in said.output
        assert not np.array_equal(cv2.imread(str(tmp_path / "drawn" / "someone.png")), cv2.imread(str(picture)))
        before, other = picture.read_bytes(), tmp_path / "drawn" / "someone.png"
        assert run("predict", models, picture, other, "--out", tmp_path).exit_code == 0
        assert picture.read_bytes() == before, "one's own pictures are never written over"
        assert {path.name for path in tmp_path.glob("someone*")} == {"someone.png", "someone-2.png", "someone-3.png"}

    def test_a_run_that_was_killed_goes_on_and_ends_the_same(self, sheets, tiny, tmp_path):
        """Without augmentation and dropout, the same seed must lead to nearly the same place."""
        straight, killed = tmp_path / "straight", tmp_path / "killed"
        arguments = ["train", str(tiny), "--data", str(sheets), "--epochs", "6"]
        assert run(*arguments, "--out", straight).exit_code == 0
        child = subprocess.Popen(
            [sys.executable, "-m", "training", *arguments, "--out", str(killed)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 120
        while len(read_history(killed)) < 3 and child.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        done = len(read_history(killed))
        assert 3 <= done < 6
        assert run(*arguments, "--out", killed).exit_code == 1  # There is a run already.
        assert run(*arguments, "--out", killed, "--resume").exit_code == 0
        epochs = [row["epoch"] for row in read_history(killed)]
        assert epochs == list(range(6))
        one, other = read_history(straight)[-1], read_history(killed)[-1]
        assert other["val_accuracy"] == pytest.approx(one["val_accuracy"], abs=0.15)
        assert other["val_accuracy"] > 0.7

    def test_a_frozen_base_stays_and_is_then_let_go(self, sheets, tmp_path, monkeypatch):
        """The base is another run's, as with `--weights RUN`; one of random weights is not frozen. Cut off between the phases,
        the run goes on with the second, without another look at where its base came from."""
        data = open_dataset(sheets)
        two = recipe_of(TWO_PHASES)
        train(replace(two, name="donor", seed=8), data, tmp_path / "donor", weights="none", verbose=0)
        assert [row["phase"] for row in read_history(tmp_path / "donor")] == [1]
        folder = tmp_path / "run"
        with monkeypatch.context() as cut:
            real = trainer._fit
            cut.setattr(trainer, "_fit", lambda *given, **named: real(*given, **named) if given[-1] == "frozen" else 1 / 0)
            with pytest.raises(ZeroDivisionError):
                train(two, data, folder, weights=str(tmp_path / "donor"), verbose=0)
        first = read_history(folder)
        (tmp_path / "donor" / BEST).rename(tmp_path / "donor.weights.h5")
        train(two, data, folder, resume=True, verbose=0)
        history = read_history(folder)
        assert history[:1] == first
        assert [(row["phase"], row["epoch"]) for row in history] == [(0, 0), (1, 0)]
        donor, frozen, let_go = (build_network(two, 2) for _ in range(3))
        donor.load_weights(tmp_path / "donor.weights.h5")
        frozen.load_weights(folder / "state" / "frozen-1.weights.h5")
        let_go.load_weights(folder / "state" / "whole-1.weights.h5")
        weights = [network.get_layer("backbone").get_weights() for network in (donor, frozen, let_go)]
        assert all(np.array_equal(before, after) for before, after in zip(weights[0], weights[1], strict=True))
        assert not any(np.array_equal(before, after) for before, after in zip(weights[0], weights[2], strict=True))

    def test_a_family_without_a_backbone_has_nothing_to_freeze(self, sheets, tiny, tmp_path):
        with pytest.raises(TrainingError, match="the family cnn has no backbone"):
            train(replace(load_recipe(str(tiny)), frozen_epochs=1), open_dataset(sheets), tmp_path / "run", verbose=0)

    def test_weights_that_do_not_fit_the_backbone_are_said(self, sheets, tiny, tmp_path):
        data = open_dataset(sheets)
        train(replace(load_recipe(str(tiny)), epochs=1), data, tmp_path / "small", verbose=0)
        for weights in (tmp_path / "small", tmp_path / "missing.weights.h5"):
            with pytest.raises(TrainingError, match=r"does not fit the backbone of mobilenet"):
                train(recipe_of(TWO_PHASES), data, tmp_path / "run", weights=str(weights), verbose=0)
        train(recipe_of(TWO_PHASES), data, tmp_path / "run", weights="none", verbose=0)  # What failed holds up nothing.

    def test_a_resumed_run_is_the_run_that_was_not_cut_off(self, sheets, tmp_path):
        """With all that is random or remembered: order, augmentation, dropout, momentum, and the epochs without progress."""
        data = open_dataset(sheets)
        labels = np.random.default_rng(1).permutation(data.labels)  # Nothing to learn, so the rate goes down.
        data = replace(data, labels=labels)
        changes = {"name": "same", "epochs": 9, "augmentation": 0.5, "schedule": "plateau", "learning_rate": 0.02}
        recipe = recipe_of({**tomllib.loads(TINY), **changes, "network": {"widths": [8], "dense": [16], "dropout": 0.3}})
        train(recipe, data, tmp_path / "straight", verbose=0)
        for epochs in (2, 3, 6, 9):
            train(replace(recipe, epochs=epochs), data, tmp_path / "pieces", resume=True, verbose=0)
            assert not (tmp_path / "pieces" / EVALUATION).exists(), "figures of other weights"
            (tmp_path / "pieces" / EVALUATION).write_text("{}")
        straight, pieces = read_history(tmp_path / "straight"), read_history(tmp_path / "pieces")
        assert reductions([row["val_loss"] for row in straight]) > 0
        for what in ("epoch", "accuracy", "loss", "val_accuracy", "val_loss"):
            assert [row[what] for row in pieces] == pytest.approx([row[what] for row in straight], rel=1e-3), what

    def test_a_run_that_had_stopped_does_not_go_on(self, sheets, tiny, tmp_path):
        data = open_dataset(sheets)
        recipe = replace(load_recipe(str(tiny)), epochs=30, patience=2)
        train(recipe, data, tmp_path / "run", verbose=0)
        history = read_history(tmp_path / "run")
        assert len(history) < 30
        best = (tmp_path / "run" / BEST).read_bytes()
        train(recipe, data, tmp_path / "run", resume=True, verbose=0)
        assert read_history(tmp_path / "run") == history
        assert (tmp_path / "run" / BEST).read_bytes() == best

    def test_a_run_that_lost_its_state_says_so(self, sheets, tiny, tmp_path):
        data = open_dataset(sheets)
        recipe = replace(load_recipe(str(tiny)), epochs=2)
        train(recipe, data, tmp_path / "run", verbose=0)
        shutil.rmtree(tmp_path / "run" / "state")
        with pytest.raises(TrainingError, match="no state to go on from"):
            train(recipe, data, tmp_path / "run", resume=True, verbose=0)

    def test_a_run_goes_on_with_its_own_pictures_only(self, sheets, tiny, tmp_path):
        data = open_dataset(sheets)
        recipe = replace(load_recipe(str(tiny)), epochs=1)
        train(recipe, data, tmp_path / "run", verbose=0)
        facts = (tmp_path / "run" / "data.json").read_text()
        other = data.where(np.arange(len(data)) != 5)
        with pytest.raises(TrainingError, match=r"was begun with other pictures \(298 to train on, here 297\)"):
            train(replace(recipe, epochs=2), other, tmp_path / "run", resume=True, verbose=0)
        assert (tmp_path / "run" / "data.json").read_text() == facts
        again = run("train", tiny, "--out", tmp_path / "run", "--epochs", 2, "--resume")
        assert again.exit_code == 0, "it knows where they are"

    def test_a_run_that_is_not_gone_on_with_keeps_its_recipe(self, sheets, tiny, tmp_path):
        assert run("train", tiny, "--data", sheets, "--out", tmp_path / "run", "--epochs", 2).exit_code == 0
        kept = (tmp_path / "run" / "recipe.json").read_bytes()
        fewer = run("train", tiny, "--out", tmp_path / "run", "--epochs", 1, "--resume")
        assert "has 2 epochs behind it, more than the 1 wanted" in str(fewer.exception)
        write_folders(tmp_path / "other", open_dataset(sheets).where(np.arange(400) != 5))
        other = run("train", tiny, "--out", tmp_path / "run", "--epochs", 3, "--resume", "--data", tmp_path / "other")
        assert "was begun with other pictures" in str(other.exception)
        assert (tmp_path / "run" / "recipe.json").read_bytes() == kept

    def test_words_for_people_make_no_other_recipe(self, sheets, tiny, tmp_path):
        assert run("train", tiny, "--data", sheets, "--out", tmp_path / "one", "--epochs", 1).exit_code == 0
        tiny.write_text(TINY.replace("for a test", "said better") + 'published = "90 %"\n')
        assert run("train", tiny, "--out", tmp_path / "one", "--epochs", 1, "--resume").exit_code == 0
        assert run_recipe(tmp_path / "one").summary == "said better"
        (tmp_path / "one" / "recipe.json").write_text(json.dumps({**run_recipe(tmp_path / "one").as_dict(), "published": ""}))
        assert run("train", tiny, "--data", sheets, "--out", tmp_path / "two", "--epochs", 1, "--seed", 8).exit_code == 0
        for name in ("one", "two"):
            assert run("evaluate", tmp_path / name).exit_code == 0
        assert "| `tiny` (one) (two) | 7, 8 |" in run("compare", tmp_path / "one", tmp_path / "two").output

    def test_what_comes_out_otherwise_than_a_recipe_says_is_said(self, sheets, tiny, tmp_path):
        write_folders(tmp_path / "data", open_dataset(sheets))
        tiny.write_text(TINY.replace('"constant"', '"cosine"') + "votes = 0.3\n")
        given = ("train", tiny, "--data", tmp_path / "data", "--out", tmp_path / "run")
        first = run(*given, "--epochs", 1)
        assert "has votes = 0.3, but the data has no votes" in first.output
        assert "jumps" not in first.output
        assert "jumps" not in run(*given, "--epochs", 1, "--resume").output
        longer = run(*given, "--epochs", 2, "--resume")
        assert "was made for 1 epochs, now it is for 2" in longer.output
        assert len(read_history(tmp_path / "run")) == 2

    def test_an_output_on_the_side_of_a_soft_target_is_right(self):
        _, accuracy = trainer._loss_and_accuracy(recipe_of({**TWO_PHASES, "name": "two", "loss": "binary"}))
        accuracy.update_state(np.array([[1.0], [0.9], [0.6], [0.1], [0.0]]), np.array([[3.0], [1.0], [-1.0], [-2.0], [-1.0]]))
        assert float(accuracy.result()) == pytest.approx(4 / 5)

    def test_without_data_it_says_how_to_name_it(self, sheets, tiny, tmp_path, monkeypatch):
        monkeypatch.delenv("EMOCAM_DATA", raising=False)
        refused = run("train", tiny, "--out", tmp_path / "run")
        assert "with --data PATH or in the environment variable EMOCAM_DATA" in str(refused.exception)
        monkeypatch.setenv("EMOCAM_DATA", str(sheets))
        assert run("train", tiny, "--out", tmp_path / "run", "--epochs", 1).exit_code == 0

    def test_few_pictures_of_ones_own_all_count(self, sheets, tiny, tmp_path):
        recipe = replace(load_recipe(str(tiny)), task="happy", pictures=60, epochs=1)
        data = open_dataset(sheets)
        train(recipe, data, tmp_path / "run", verbose=0)
        model = open_model(tmp_path / "run")
        assert len(model.prepare(data)) <= 60
        for first in (360, 200):  # Fewer than the recipe takes, and more.
            mine = data.where(np.arange(len(data)) >= first)
            assert len(model.prepare(mine)) == len(mine) == 400 - first
            assert evaluate(model, mine, "all", timed=False).summary["n"] == 400 - first
        small = replace(recipe, pictures=10_000)  # More than there are: still balanced for training.
        train(small, data, tmp_path / "all", verbose=0)
        assert run("evaluate", tmp_path / "all", "--data", sheets).exit_code == 0
        assert (tmp_path / "all" / EVALUATION).is_file()

    def test_a_run_without_a_finished_epoch_says_so(self, tiny, tmp_path):
        (tmp_path / "run").mkdir()
        (tmp_path / "run" / "recipe.json").write_text(json.dumps(load_recipe(str(tiny)).as_dict()))
        with pytest.raises(TrainingError, match=r"run has no finished epoch yet; go on with --resume\."):
            open_model(tmp_path / "run")

    def test_only_one_class_in_the_test_is_no_reason_to_write_what_no_json_holds(self, sheets, tiny, tmp_path):
        data = open_dataset(sheets)
        train(replace(load_recipe(str(tiny)), epochs=1), data, tmp_path / "run", verbose=0)
        write_folders(tmp_path / "data", data.where((data.splits != TEST) | (data.labels == 3)))
        out = tmp_path / "f.json"
        shown = run("evaluate", tmp_path / "run", "--data", tmp_path / "data", "--json", out, "--report", tmp_path / "r.html")
        assert shown.exit_code == 0, shown.output
        assert json.loads(out.read_text(), parse_constant=pytest.fail)["roc_auc"] is None

    def test_a_start_from_a_package_serves_any_task(self, sheets, tmp_path):
        start = build_network(replace(recipe_of(TWO_PHASES), network={}), 7)
        (tmp_path / "package").mkdir()
        start.save_weights(tmp_path / "package" / BEST)
        recipe = recipe_of(
            {**TWO_PHASES, "name": "two", "task": "happysad", "loss": "binary", "start_from": "package", "epochs": 1}
        )
        recipe = replace(recipe, frozen_epochs=1, learning_rate=1e-9)
        train(recipe, open_dataset(sheets), tmp_path / "two", verbose=0)
        kernels = [
            network.get_layer("backbone").get_layer("conv_pw_13").get_weights()[0]
            for network in (start, open_model(tmp_path / "two").network)
        ]
        assert np.allclose(*kernels, atol=1e-5)

    def test_a_missing_class_is_said_and_the_rest_is_trained(self, sheets, tiny, tmp_path):
        write_folders(tmp_path / "data", open_dataset(sheets))
        shutil.rmtree(tmp_path / "data" / "train" / "disgust")
        (tmp_path / "data" / "train" / "happy" / "broken.png").write_bytes(b"not a picture")
        trained = run("train", tiny, "--data", tmp_path / "data", "--out", tmp_path / "run", "--epochs", 1)
        assert trained.exit_code == 0, trained.output
        assert "No picture in Training of: disgust." in trained.output
        assert "broken.png: not a picture" in trained.output
        evaluated = run("evaluate", tmp_path / "run", "--data", tmp_path / "data", "--report", tmp_path / "new" / "r.html")
        assert evaluated.exit_code == 0, evaluated.output

    def test_a_student_learns_from_its_teachers_alone(self, sheets, tiny, tmp_path):
        """Its labels are hidden by a share of 1, so all it knows comes from the teacher."""
        data = open_dataset(sheets)
        train(replace(load_recipe(str(tiny)), epochs=8), data, tmp_path / "teacher", verbose=0)
        student = replace(load_recipe(str(tiny)), name="student", teachers=("teacher",), distillation=1.0, epochs=8, seed=8)
        blind = replace(
            data, labels=np.where(data.splits == "Training", 0, data.labels), soft=np.eye(7, dtype=np.float32)[data.labels * 0]
        )
        train(student, blind, tmp_path / "student", verbose=0)
        assert read_history(tmp_path / "student")[-1]["val_accuracy"] > 0.7

    def test_two_outputs_are_made_of_a_binary_one(self, sheets, tmp_path):
        recipe = tmp_path / "binary.toml"
        recipe.write_text(TINY + 'task = "happysad"\nloss = "binary"\nside = 32\ncolour = "rgb"\n')
        run_folder, models = tmp_path / "run", tmp_path / "models" / "binary"
        assert run("train", recipe, "--data", sheets, "--out", run_folder).exit_code == 0
        exported = run("export", run_folder, "--to", models, "--data", sheets)
        assert exported.exit_code == 0, exported.output
        card = read_card(models)
        assert (card.classes, card.face_input.side, card.face_input.colour) == (("happy", "sad"), 32, "rgb")
        (scores,) = FaceClassifier(card, LiteRtNetwork(models / LITERT)).classify([np.full((32, 32, 3), 90, np.uint8)])
        assert sum(scores.values) == pytest.approx(1)

    def test_an_old_keras_file_is_measured_too(self, sheets, tmp_path):
        """As students leave them: `.h5`, a softmax at the end, pixels from 0 to 1."""
        network = keras.Sequential(
            [keras.Input((48, 48, 1)), keras.layers.Flatten(), keras.layers.Dense(7, activation="softmax")]
        )
        network.save(tmp_path / "old.h5")
        shown = run("evaluate", tmp_path / "old.h5", "--data", sheets, "--pixels", "0..1", "--json", tmp_path / "f.json")
        assert shown.exit_code == 0, shown.output
        assert "taken as angry, disgust, fear, happy, sad, surprise, neutral" in shown.output
        assert json.loads((tmp_path / "f.json").read_text())["file_bytes"] == (tmp_path / "old.h5").stat().st_size
        data = open_dataset(sheets).split(TEST)
        batch = np.concatenate([*data.batches(48, 1)]).astype(np.float32) / 255
        expected = float((network.predict(batch, verbose=0).argmax(axis=1) == data.labels).mean())
        assert json.loads((tmp_path / "f.json").read_text())["accuracy"] == pytest.approx(expected)
        assert "pixels" not in shown.output, "they were said"
        guessed = run("evaluate", tmp_path / "old.h5", "--data", sheets, "--classes", ",".join(data.classes))
        assert "does not say which pixels it wants; taken as 0..255" in guessed.output
        assert "taken as angry" not in guessed.output
        with pytest.raises(TrainingError, match="Pixels can't be in"):
            open_model(tmp_path / "old.h5", pixels="0..9")
        keras.Sequential([keras.Input((2304,)), keras.layers.Dense(7)]).save(tmp_path / "flat.h5")
        with pytest.raises(TrainingError, match=r"flat\.h5 takes \(2304,\)"):
            open_model(tmp_path / "flat.h5")

    @pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: [inner, keras.layers.Reshape((7,))]])
    def test_a_softmax_that_is_not_the_last_layer_is_seen(self, wrap, tmp_path):
        inner = keras.Sequential(
            [keras.Input((48, 48, 1)), keras.layers.Flatten(), keras.layers.Dense(7, activation="softmax", name="sure")]
        )
        keras.Sequential([keras.Input((48, 48, 1)), *wrap(inner)]).save(tmp_path / "own.keras")
        faces = np.random.default_rng(1).uniform(0, 255, (3, 48, 48, 1)).astype(np.float32)
        said = open_model(tmp_path / "own.keras").shown(faces)
        assert np.allclose(said, np.asarray(inner(faces)), atol=1e-5)

    def test_a_sigmoid_for_each_class_is_no_logit(self, tmp_path):
        layers = [keras.Input((48, 48, 1)), keras.layers.Flatten(), keras.layers.Dense(7, activation="sigmoid")]
        network = keras.Sequential(layers)
        network.save(tmp_path / "each.keras")
        faces = np.random.default_rng(1).uniform(0, 1, (3, 48, 48, 1)).astype(np.float32)
        said, each = open_model(tmp_path / "each.keras", pixels="0..255").shown(faces), np.asarray(network(faces))
        assert np.allclose(said, each / each.sum(axis=1, keepdims=True), atol=1e-5)

    def test_figures_go_with_the_weights_that_they_are_of(self, tmp_path):
        network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        network.compile()
        keeping, figures = KeepBest(tmp_path / BEST, 0.5, (tmp_path / "figures.json",)), tmp_path / "figures.json"
        keeping.set_model(network)
        figures.write_text("{}")
        keeping.on_epoch_end(0, {"val_accuracy": 0.4})
        assert figures.exists()
        keeping.on_epoch_end(1, {"val_accuracy": 0.6})
        assert not figures.exists()

    def test_a_network_for_other_shapes_or_of_no_numbers_is_refused(self, tmp_path):
        wide = keras.Sequential([keras.Input((48, 64, 1)), keras.layers.Flatten(), keras.layers.Dense(7)])
        wide.save(tmp_path / "wide.keras")
        with pytest.raises(TrainingError, match="64 x 48; what can be measured takes square ones"):
            open_model(tmp_path / "wide.keras")
        lost = keras.Sequential([keras.Input((48, 48, 1)), keras.layers.Flatten(), keras.layers.Dense(7)])
        lost.layers[-1].kernel.assign(lost.layers[-1].kernel * float("nan"))
        lost.save(tmp_path / "lost.keras")
        with pytest.raises(TrainingError, match="gives no numbers"):
            open_model(tmp_path / "lost.keras").shown(np.ones((1, 48, 48, 1), np.float32))

    def test_a_training_that_diverges_ends_in_a_sentence_and_keeps_nothing_of_it(self, sheets, tiny, tmp_path, monkeypatch):
        lost = lambda wanted, logits: logits[:, 0] * float("nan")  # noqa: E731
        monkeypatch.setattr(trainer, "_loss_and_accuracy", lambda _: (lost, keras.metrics.CategoricalAccuracy("accuracy")))
        with pytest.raises(TrainingError, match="diverged in epoch 1"):
            train(load_recipe(str(tiny)), open_dataset(sheets), tmp_path / "run", verbose=0)
        assert not (tmp_path / "run" / BEST).exists()

    @pytest.mark.parametrize(
        ("outputs", "given", "words"),
        [
            ((7,), {"task": "four"}, r"has 7 outputs, but the task four tells happy, sad, surprise, neutral apart"),
            ((4,), {"task": "four", "classes": tuple("abcd")}, r"has 4 outputs \(a, b, c, d\), but the task four"),
            ((7,), {"task": "nonsense"}, r"There is no task 'nonsense'; choose fer7"),
            ((4,), {"task": "own"}, r"has 4 outputs; say in order what they are"),
            ((1,), {}, r"has one output for two classes, high for the second; say in order what they are"),
            ((7, 2), {}, r"takes \(48, 48, 1\) and gives \(7,\) and \(2,\)"),
        ],
    )
    def test_what_a_keras_file_is_not_is_said(self, outputs, given, words, tmp_path):
        face = keras.Input((48, 48, 1))
        flat = keras.layers.Flatten()(face)
        keras.Model(face, [keras.layers.Dense(count)(flat) for count in outputs]).save(tmp_path / "own.keras")
        with pytest.raises(TrainingError, match=words):
            open_model(tmp_path / "own.keras", **given)

    def test_a_keras_file_may_have_the_classes_of_its_data_in_another_order(self, tmp_path):
        """As Keras makes them from folders, by the alphabet."""
        for split in ("train", "test"):
            for name, grey in (("happy", 40), ("neutral", 120), ("sad", 200)):
                for number in range(4):
                    folder = tmp_path / "data" / split / name
                    folder.mkdir(parents=True, exist_ok=True)
                    cv2.imwrite(
                        str(folder / f"{number}.png"), np.full((48, 48), grey + number + 10 * (split == "test"), np.uint8)
                    )
        network = keras.Sequential([keras.Input((48, 48, 1)), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(3)])
        # The logits of a dark, a middling and a bright picture, largest where it is nearest to 40, 120 and 200.
        network.layers[-1].set_weights([np.array([[40.0, 120.0, 200.0]]), np.array([-800.0, -7200.0, -20000.0])])
        network.save(tmp_path / "three.keras")
        given = ("evaluate", tmp_path / "three.keras", "--data", tmp_path / "data", "--json", tmp_path / "f.json")
        assert run(*given, "--classes", "happy,neutral,sad").exit_code == 0
        summary = json.loads((tmp_path / "f.json").read_text())
        assert (summary["classes"], summary["accuracy"]) == (["happy", "neutral", "sad"], 1.0)

    def test_what_most_taggers_saw_is_found_in_any_order_of_the_classes(self, sheets, tmp_path):
        network = keras.Sequential([keras.Input((48, 48, 1)), keras.layers.Flatten(), keras.layers.Dense(7)])
        network.save(tmp_path / "m.keras")
        data = open_dataset(sheets)
        model = open_model(tmp_path / "m.keras")
        order = np.argsort(model.classes)
        by_the_alphabet = replace(
            model,
            classes=tuple(sorted(model.classes)),
            prepare=lambda data: in_order(data, tuple(sorted(model.classes))),
            outputs=lambda batch: model.outputs(batch)[:, order],
        )
        one, other = (evaluate(each, data, TEST, timed=False).summary for each in (model, by_the_alphabet))
        wanted = ("accuracy", *(key for key in one if key.startswith("ferplus")))
        assert len(wanted) == 6
        assert [one[key] for key in wanted] == pytest.approx([other[key] for key in wanted])

    def test_operations_are_counted_in_every_kind_of_convolution(self):
        def counted(*kinds):
            return operations(keras.Sequential([keras.Input((8, 8, 3)), *kinds]))

        same = {"padding": "same", "strides": 2}
        assert counted(keras.layers.Conv2D(5, 3, **same)) == 4 * 4 * 5 * 3 * 3 * 3
        assert counted(keras.layers.DepthwiseConv2D(3, **same)) == 4 * 4 * 3 * 3 * 3
        assert counted(keras.layers.SeparableConv2D(5, 3, **same)) == 4 * 4 * (3 * 3 * 3 + 3 * 5)
        assert counted(keras.layers.Conv2DTranspose(5, 3, **same)) == 8 * 8 * 3 * 3 * 3 * 5
        assert counted(keras.layers.Flatten(), keras.layers.Dense(5)) == 192 * 5

    def test_what_does_not_fit_together_is_said_in_a_sentence(self, sheets, tiny, tmp_path):
        data = open_dataset(sheets)
        train(replace(load_recipe(str(tiny)), epochs=1), data, tmp_path / "donor", verbose=0)
        for changes, message in (
            ({"start_from": ("donor",), "task": "four"}, "does not fit the recipe other"),
            ({"network": {"dropout": 40}}, "does not fit the family cnn"),
        ):
            with pytest.raises(TrainingError, match=message):
                train(replace(load_recipe(str(tiny)), name="other", **changes), data, tmp_path / "run", verbose=0)
        with pytest.raises(TrainingError, match="starts from donor; it takes no --weights"):
            train(replace(load_recipe(str(tiny)), start_from=("donor",)), data, tmp_path / "run", weights="none", verbose=0)
        assert run("train", tiny, "--data", sheets, "--seed", "-1").exit_code == 2
        (tmp_path / "package.tgz").write_text("not a package")
        with pytest.raises(TrainingError, match=r"package\.tgz is not the package that vggface2-mobilenet is made from"):
            make_start("vggface2-mobilenet", tmp_path / "package.tgz", data, tmp_path / "start")

    def test_what_is_no_model_says_so(self, tmp_path):
        (tmp_path / "bad.keras").write_text("not a model")
        with pytest.raises(TrainingError, match=r"Keras can't open bad\.keras"):
            open_model(tmp_path / "bad.keras")
        with pytest.raises(TrainingError, match="is no run, no model folder and no Keras file"):
            open_model(tmp_path / "nothing")
