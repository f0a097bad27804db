"""Every recipe from end to end, with its own settings, on a handful of small made-up pictures."""

import json
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from emocam.adapters.face_classifier import FaceClassifier
from emocam.adapters.litert_network import LiteRtNetwork
from emocam.adapters.model_card import LITERT, read_card
from training.datasets import open_dataset
from training.datasets.faces import TEST, TRAINING, VALIDATION, FaceDataset
from training.evaluate import evaluate
from training.export import export
from training.history import read_history
from training.models import open_model
from training.recipe import RECIPES, Recipe, load_recipe
from training.tasks import TASKS
from training.trainer import BEST, DATA, RECIPE, _of_a_package, build_network, train

pytestmark = pytest.mark.filterwarnings("ignore")  # Keras, TensorFlow and the LiteRT converter warn of each other.

NAMES = sorted(file.stem for file in RECIPES.glob("*.toml"))
_OF_A_KIND = {(load_recipe(name).family, load_recipe(name).two_answers): name for name in NAMES}
EXPORTED = _OF_A_KIND.values()  # One of each family, with one answer and with two.


def small(name: str) -> Recipe:
    """The recipe with fewer and smaller pictures, narrower layers and an epoch per phase; all else is its own."""
    recipe = load_recipe(name)
    network = dict(recipe.network)
    if "widths" in network or recipe.family == "compact":
        network["widths"] = [8] * len(network.get("widths", "1234"))
    if "dense" in network:
        network["dense"] = [8] * len(network["dense"])
    if recipe.family in ("mobilenet", "efficientnet_lite", "resnet50"):
        network["enlarged"] = 32
    if recipe.family == "inception_resnet":
        network["enlarged"] = 80
    if recipe.family == "ann":
        network["units"] = [8, 8]
    return replace(
        recipe,
        network=network,
        side=min(recipe.side, 48),
        pictures=min(recipe.pictures, 40),
        batch=16,
        epochs=1,
        frozen_epochs=min(recipe.frozen_epochs, 1),
    )


@pytest.fixture(autouse=True)
def eagerly():
    """Tracing the graph of a deep network takes far longer than the few steps here; the other tests train in graphs."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
    keras.backend.clear_session()


@pytest.fixture(scope="module")
def few(sheets) -> FaceDataset:
    """Four pictures of each class to train with, two each to validate and to test."""
    data = open_dataset(sheets)
    places = [
        place
        for split, count in ((TRAINING, 4), (VALIDATION, 2), (TEST, 2))
        for label in range(7)
        for place in np.flatnonzero((data.splits == split) & (data.labels == label))[2 : 2 + count]
    ]
    return data.where(np.array(places))


def put_untrained(name: str, runs, wanting: Recipe) -> None:
    """What a recipe starts from or is taught by, with random weights: a run, or a start as a package makes it."""
    recipe = small(name) if name in NAMES else _of_a_package(wanting)
    (runs / name).mkdir()
    classes = tuple(TASKS[recipe.task if name in NAMES else "fer7"].classes)
    build_network(recipe, len(classes)).save_weights(runs / name / BEST)
    if name in NAMES:
        (runs / name / RECIPE).write_text(json.dumps(recipe.as_dict()))
        facts = {"classes": classes, "left_out_exact_duplicates": 0, "left_out_near_duplicates": 0}
        (runs / name / DATA).write_text(json.dumps(facts))


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_trains_is_measured_and_exported(name, few, tmp_path):
    recipe, run = small(name), tmp_path / name
    for other in {*recipe.start_from, *recipe.teachers}:
        put_untrained(other, tmp_path, recipe)
    weights = "" if recipe.start_from else "none"
    if recipe.frozen_epochs and not recipe.start_from:  # A frozen phase needs a backbone that is worth keeping.
        donor = build_network(recipe, len(TASKS[recipe.task].classes)).get_layer("backbone")
        weights = tmp_path / "backbone.weights.h5"
        donor.save_weights(weights)
    train(recipe, few, run, weights=str(weights), verbose=0)

    history = read_history(run)
    assert [row["phase"] for row in history] == [0] * recipe.frozen_epochs + [1]
    assert all(np.isfinite(row["loss"]) and np.isfinite(row["val_loss"]) for row in history)

    model = open_model(run)
    classes = tuple(TASKS[recipe.task].classes)
    assert model.classes == classes
    evaluation = evaluate(model, few, TEST, timed=False)
    assert evaluation.summary["n"] == len(evaluation.chosen) >= len(classes)
    assert all(np.allclose(answer.probabilities.sum(axis=1), 1) for answer in evaluation.answers)

    if name in EXPORTED:
        export(run, few, tmp_path / "model", version="1")
        exported = open_model(tmp_path / "model")
        classifier = FaceClassifier(read_card(tmp_path / "model"), LiteRtNetwork(tmp_path / "model" / LITERT))
        crops = next(evaluation.chosen.batches(model.side, model.channels))
        of_both_forms = zip(exported.answers(exported.outputs(crops.astype(np.float32))), evaluation.answers, strict=True)
        assert all(np.allclose(one, other.probabilities, atol=0.05) for one, other in of_both_forms)
        answers = [answer.values for answer in classifier.classify([*crops])]
        assert np.allclose(answers, exported.shown(crops.astype(np.float32)), atol=1e-4)


@pytest.mark.parametrize("name", [name for name in NAMES if load_recipe(name).family in ("ann", "cnn", "compact")])
def test_a_recipe_in_its_own_size_fits_its_family(name):
    recipe = load_recipe(name)
    network = build_network(recipe, len(TASKS[recipe.task].classes))
    assert network.input_shape == (None, recipe.side, recipe.side, recipe.channels)
    outputs = 1 if recipe.loss == "binary" else (1 + recipe.two_answers) * len(TASKS[recipe.task].classes)
    assert network.output_shape == (None, outputs)
