"""A run becomes a model folder that the app can use: `model.keras`, `model.tflite`, `card.json`."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np

from emocam.adapters.keras_network import KerasNetwork
from emocam.adapters.litert_network import LiteRtNetwork
from emocam.adapters.model_card import CARD, KERAS, LITERT
from emocam.domain.emotions import FER7
from training.datasets.fer2013 import FaceDataset
from training.evaluator import evaluate, fit_temperature, logits_of
from training.recipe import Recipe
from training.trainer import build_network

# Where the parts of a face lie in FER2013's pictures, as fractions: the medians over the 2,521 of every 14th picture in which
# the short-range detector found a face (standard deviations 0.07 to 0.11). The app's crops are aligned to this.
FER2013_KEYPOINTS = {
    "right_eye": (0.321, 0.398),
    "left_eye": (0.689, 0.395),
    "nose": (0.510, 0.607),
    "mouth": (0.512, 0.781),
}


def export(recipe: Recipe, weights: Path, data: FaceDataset, folder: Path, *, version: str) -> dict[str, float]:
    """Write the model folder and return the figures in its card.

    The temperature is fitted on PublicTest. Raises ValueError where the LiteRT form differs from Keras by more than 1e-4.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keras.mixed_precision.set_global_policy("float32")
    network = build_network(recipe)
    network.load_weights(weights)
    network.save(folder / KERAS)
    network.export(folder / LITERT, format="litert", verbose=False)

    public, private = data.split("PublicTest"), data.split("PrivateTest")
    sample = private.images[:64, ..., None].astype(np.float32)
    lite = LiteRtNetwork(folder / LITERT)
    difference = float(np.abs(KerasNetwork(folder / KERAS)(sample) - lite(sample)).max())
    if difference > 1e-4:
        raise ValueError(f"the LiteRT form differs from the Keras model by {difference:.2e}")
    temperature = fit_temperature(logits_of(lite, public.images), public.labels)
    metrics = evaluate(lite, data, "PrivateTest", temperature)
    metrics["public_accuracy"] = evaluate(lite, data, "PublicTest", temperature)["accuracy"]
    card = {
        "version": version,
        "summary": recipe.summary,
        "recipe": recipe.name,
        "seed": recipe.seed,
        "data": "FER2013 Training with FER+ votes, without non-faces and without every picture that equals a test picture",
        "checkpoint": "the best accuracy on PublicTest",
        "classes": list(FER7),
        "face_input": {
            "side": network.input_shape[1],
            "colour": "grey" if network.input_shape[3] == 1 else "rgb",
            "keypoints": FER2013_KEYPOINTS,
        },
        "output": "logits",
        "temperature": round(temperature, 4),
        "uncertain_below": 0.4,
        "metrics": {name: round(value, 4) for name, value in metrics.items()},
        "parameters": network.count_params(),
        "litert_differs_by_at_most": difference,
        "licence": "GPL-3.0-or-later; trained on FER2013, which was published for research",
    }
    (folder / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return metrics
