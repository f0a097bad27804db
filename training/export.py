"""A run becomes a model folder that the app can use: `model.keras`, `model.tflite`, `card.json`."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from emocam.adapters.litert_network import LiteRtNetwork
from emocam.adapters.model_card import CARD, KERAS, LITERT
from training.calibration import calibrated, own_pictures
from training.datasets.duplicates import find_duplicates
from training.datasets.faces import TEST, FaceDataset
from training.errors import TrainingError
from training.evaluate import Evaluation, evaluate
from training.located import FER2013_KEYPOINTS
from training.models import OpenModel, open_model, write_both_forms
from training.recipe import Recipe
from training.trainer import kept_facts, left_out_of, run_recipe, training_pictures

_LARGEST_DISTANCE = 0.02
_PICTURES_TO_ROUND_BY = 128
_UNCERTAIN_BELOW = {2: 0.6, 4: 0.45, 7: 0.4}
_FIGURES = (
    "accuracy",
    "accuracy_interval",
    "accuracy_without_duplicates",
    "accuracy_without_near_duplicates",
    "balanced_accuracy",
    "macro_f1",
    "roc_auc",
    "ece",
    "ferplus_majority_accuracy",
    "ferplus_ece",
    "shown_balanced_accuracy",
    "n",
    "n_without_duplicates",
)


def export(run: Path, data: FaceDataset, folder: Path, *, version: str) -> dict[str, Any]:
    """Write the model folder and return its card, with the run's own calibration and the figures of its own test split.

    The LiteRT form is rounded to 8 bits where its probabilities stay, on average over the test split, within 0.02 of Keras's.
    Raises TrainingError where `run` is none, where `data` are other pictures than its own, where they do not without rounding
    either, or where `folder` holds a model of another recipe or version.
    """
    recipe = run_recipe(run)
    _refuse_to_replace(folder, recipe.name, version)
    model = open_model(run)
    own = own_pictures(run, data)
    if own is None:
        raise TrainingError(f"These are other pictures than {run} was trained with; give its own with --data.")
    model = calibrated(run, model, own)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as place:  # A model that works stays until this one does.
        made = Path(place)
        card = _make(run, recipe, model, data, made, version)
        for name in (KERAS, LITERT, CARD):
            (made / name).replace(folder / name)
    return card


def _refuse_to_replace(folder: Path, recipe: str, version: str) -> None:
    try:
        there = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return  # Nothing there, or nothing that anybody could use.
    if (there.get("recipe"), there.get("version")) != (recipe, version):
        held = f"version {there.get('version')} of {there.get('recipe')}"
        raise TrainingError(f"{folder} holds {held}; give another folder, or move that one away.")


def _make(run: Path, recipe: Recipe, model: OpenModel, data: FaceDataset, folder: Path, version: str) -> dict[str, Any]:
    assert model.network is not None
    network = _with_two_outputs(model.network) if recipe.loss == "binary" else model.network
    evaluation = evaluate(model, data, TEST, timed=False)
    summary: dict[str, Any] = evaluation.summary
    typical = _typical(model, data)
    for bits in (8, 32):
        lite = write_both_forms(network, folder, rounded=bits == 8, pictures=typical)[1]
        litert = {"bits": bits, **_as_litert(evaluation, lite, model)}
        if litert["differs_on_average"] <= _LARGEST_DISTANCE:
            break
    else:
        raise TrainingError(
            f"The LiteRT form's probabilities are on average {litert['differs_on_average']:.3f} from the Keras model's; "
            "it was not meant to be used."
        )
    left_out = left_out_of(run)
    facts = kept_facts(run)
    card: dict[str, Any] = {
        "version": version,
        "summary": recipe.summary,
        "recipe": recipe.name,
        "seed": recipe.seed,
        "data": f"{facts['trained_on']} pictures; left out, of teachers and starts too: {left_out['exact']} that equal a test "
        f"picture, {left_out['near']} that nearly do; and {facts['left_out_non_faces']} that show no face",
        "checkpoint": "the best mean of both answers' accuracies on the validation split"
        if recipe.two_answers
        else "the best accuracy on the validation split",
        "classes": list(model.classes),
        "face_input": {
            "side": model.side,
            "colour": "grey" if model.channels == 1 else "rgb",
            "keypoints": FER2013_KEYPOINTS,
        },
        "output": "logits",
        **_answers(model),
        "uncertain_below": _UNCERTAIN_BELOW.get(len(model.classes), 0.4),
        "metrics": {"split": TEST, "tta": "none", **{name: _rounded(summary[name]) for name in _FIGURES if name in summary}},
        "parameters": model.parameters,
        "litert": litert,
        "licence": f"GPL-3.0-or-later; the terms of {Path(facts.get('data', '')).name or 'the pictures'} hold too",
    }
    (folder / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return card


def _typical(model: OpenModel, data: FaceDataset) -> NDArray[np.float32]:
    """(N, side, side, channels): some of the pictures that it was trained with, the same each time."""
    chosen = model.prepare(data)
    training = training_pictures(chosen, find_duplicates(chosen))
    some = np.random.default_rng(0).permutation(len(training))[:_PICTURES_TO_ROUND_BY]
    return np.concatenate(list(training.where(some).batches(model.side, model.channels))).astype(np.float32)


def _answers(model: OpenModel) -> dict[str, Any]:
    """How the app reads the outputs: of two answers it shows that to the votes, which is what people say of a face."""
    *label, shown = (
        {"temperature": round(each.temperature, 4), "bias": [round(value, 4) for value in each.bias]}
        for each in model.calibrations
    )
    return {"first_output": len(model.classes), **shown, "label_answer": label[0]} if label else shown


def _as_litert(evaluation: Evaluation, network: LiteRtNetwork, model: OpenModel) -> dict[str, float]:
    """How the LiteRT form does on the same pictures: its accuracy; the share of them that it calls the same; how far its
    probabilities are from Keras's (total variation, 0 to 1), on average over the pictures. Of two answers the worse."""
    pictures = evaluation.chosen
    outputs = replace(model, outputs=network).logits(pictures).astype(np.float64)
    answers = model.answers(outputs)
    pairs = [(one, other.probabilities) for one, other in zip(answers, evaluation.answers, strict=True)]
    return {
        "accuracy": round(float((answers[0].argmax(axis=1) == pictures.labels).mean()), 4),
        "same_label": round(min(float((one.argmax(axis=1) == other.argmax(axis=1)).mean()) for one, other in pairs), 4),
        "differs_on_average": round(max(float(np.abs(one - other).sum(axis=1).mean() / 2) for one, other in pairs), 4),
    }


def _with_two_outputs(network: keras.Model) -> keras.Model:
    """Logits of both classes from the single one of a binary network, as the app wants them."""
    (logit,) = network.outputs
    return keras.Model(network.input, layers.Concatenate(name="logits_of_both")([layers.Rescaling(0.0)(logit), logit]))


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return [round(entry, 4) for entry in value]
    return round(value, 4) if isinstance(value, float) else value
