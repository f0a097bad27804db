"""How good a model is on a split, in a dictionary that is written as JSON and shown in the report."""

from __future__ import annotations

import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from emocam.adapters.model_card import LITERT
from training.datasets.duplicates import find_duplicates
from training.datasets.faces import SPLITS, TRAINING, VALIDATION, FaceDataset, one_hot
from training.datasets.fer2013 import ferplus_majority
from training.errors import TrainingError
from training.located import cut_like_the_app
from training.metrics import Calibration, expected_calibration_error, figures, fit_calibration, interval, macro_f1, softmax
from training.models import OpenModel, write_both_forms

_TIMED_CALLS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """summary: what goes into the JSON. chosen: the pictures it was made on. probabilities: (N, classes) of the label.
    shown: (N, classes) as the app shows them: of the votes where the model has an answer to those, else of the label.
    calibration, votes_calibration: what made probabilities of the logits; the second where there is such an answer."""

    summary: dict[str, object]
    chosen: FaceDataset
    probabilities: NDArray[np.float64]
    shown: NDArray[np.float64]
    calibration: Calibration
    votes_calibration: Calibration | None


def evaluate(
    model: OpenModel, data: FaceDataset, split: str, *, tta: bool = False, located: bool = False, timed: bool = True
) -> Evaluation:
    """tta: the mean over each picture and its mirror image. located: the pictures as the app cuts them out, those in which it
    finds a face; `accuracy_as_they_are` in the summary is that on the same ones uncut.

    A model without a calibration of its own gets one that is fitted on the validation split. Raises TrainingError where the
    split has no pictures of the model's classes.
    """
    whole = model.prepare(data)
    if whole.classes != model.classes:
        raise TrainingError(
            f"{model.name} tells {', '.join(model.classes)} apart, but the data has {', '.join(whole.classes)}; "
            "give data of the same."
        )
    duplicates = find_duplicates(whole)
    place = whole.splits == split
    chosen = whole.where(place)
    if not len(chosen):
        raise TrainingError(
            f"The data has no split {split} with pictures of {', '.join(model.classes)}; choose {', '.join(SPLITS)}."
        )

    calibration, of_votes, fitted_on = model.calibration, model.votes_calibration, "its card"
    if calibration is None:
        calibration, of_votes, fitted_on = _fitted(model, whole, split)
    exact, near = duplicates.exact[place], duplicates.any[place]
    cut: dict[str, object] = {}
    if located:
        chosen, found, cut = _cut(model, chosen, calibration, tta=tta)
        exact, near = exact[found], near[found]
    views = _views(model, chosen, tta=tta)
    count = len(model.classes)
    probabilities = _mean_of(calibration.probabilities(view[:, :count]) for view in views)
    before = _mean_of(softmax(view[:, :count]) for view in views)
    shown = _mean_of(of_votes.probabilities(view[:, count:]) for view in views) if of_votes else probabilities
    known = bool((whole.splits == TRAINING).any())  # Else nobody can tell what training held.
    guesses = probabilities.argmax(axis=1)
    right, present = guesses == chosen.labels, np.unique(chosen.labels)
    summary: dict[str, object] = {
        "model": model.name,
        "task": model.task,
        "classes": list(model.classes),
        "data": data.source,
        "split": split,
        "tta": "mirror" if tta else "none",
        **cut,
        **figures(probabilities, chosen.labels, model.classes),
        "accuracy_interval": interval(right),
        "macro_f1_interval": interval(
            right,
            lambda drawn: macro_f1(chosen.labels[drawn], guesses[drawn], present),
            draws=200,
        ),
        "accuracy_without_duplicates": _mean(right[~exact]) if known else None,
        "accuracy_without_duplicates_interval": interval(right[~exact]) if known and (~exact).any() else None,
        "accuracy_without_near_duplicates": _mean(right[~near]) if known else None,
        "n_without_duplicates": int((~exact).sum()) if known else None,
        "n_without_near_duplicates": int((~near).sum()) if known else None,
        "temperature": calibration.temperature,
        "bias": list(calibration.bias),
        "calibrated_on": fitted_on,
        "accuracy_before_calibration": float((before.argmax(axis=1) == chosen.labels).mean()),
        "ece_before_calibration": expected_calibration_error(before, one_hot(chosen.labels, count)),
        "parameters": model.parameters,
        "file_bytes": model.file_bytes,
        "skipped_files": len(data.skipped),
        "shown": "votes" if of_votes else "label",
        **_ferplus(chosen, shown, model.classes),
    }
    if of_votes:
        summary |= {"votes_temperature": of_votes.temperature, "votes_bias": list(of_votes.bias)}
    if timed and model.network is not None:
        summary["operations_per_picture"] = operations(model.network)
        try:
            summary["milliseconds"], summary["litert_bytes"] = times(model)
        except Exception as error:  # noqa: BLE001  # what a converter does not know of somebody's network can fail in any way
            summary["not_timed"] = f"LiteRT can't run it ({(str(error).splitlines() or [''])[0][:160]})"
        summary["machine"] = platform.processor() or platform.machine()
    return Evaluation(summary, chosen, probabilities, shown, calibration, of_votes)


def _views(model: OpenModel, data: FaceDataset, *, tta: bool) -> list[NDArray[np.float64]]:
    """The logits for each way in which the pictures are shown to the model."""
    return [model.logits(data), *([model.logits(data, mirrored=True)] if tta else [])]


def _mean_of(probabilities: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.mean([*probabilities], axis=0)


def _cut(
    model: OpenModel, chosen: FaceDataset, calibration: Calibration, *, tta: bool
) -> tuple[FaceDataset, NDArray[np.bool_], dict[str, object]]:
    """Those pictures in which the app finds a face, as it cuts them out; which those are; how well they are read uncut."""
    crops, found = cut_like_the_app(chosen, model.face_input)
    if not found.any():
        raise TrainingError("The app finds a face in none of these pictures; evaluate them as they are.")
    uncut = chosen.where(found)
    views = _views(model, uncut, tta=tta)
    count = len(model.classes)
    right = _mean_of(calibration.probabilities(view[:, :count]) for view in views).argmax(axis=1) == uncut.labels
    facts: dict[str, object] = {"located_of": len(chosen), "accuracy_as_they_are": _mean(right)}
    return replace(uncut, pictures=crops.take(np.flatnonzero(found))), found, facts


def _fitted(model: OpenModel, whole: FaceDataset, split: str) -> tuple[Calibration, Calibration | None, str]:
    """For the label, for the votes where the model has an answer to them, and on what they were fitted."""
    count = len(model.classes)
    validation = whole.split(VALIDATION)
    if not len(validation) or split == VALIDATION:  # Never on what is to be measured.
        nothing = Calibration(1.0, (0.0,) * count)
        return nothing, nothing if model.two_answers else None, "nothing"
    logits = model.logits(validation)
    label = fit_calibration(logits[:, :count], one_hot(validation.labels, count))
    votes = fit_calibration(logits[:, count:], validation.soft) if model.two_answers else None
    return label, votes, VALIDATION


def _ferplus(chosen: FaceDataset, probabilities: NDArray[np.float64], classes: tuple[str, ...]) -> dict[str, object]:
    """What most FER+ taggers saw, and how near the whole distribution comes to theirs; for the seven classes only.

    probabilities: as the app shows them. The calibration error is against the share of the votes that the surest class has.
    """
    if chosen.votes is None or len(classes) != 7:
        return {}
    majority, counts = ferplus_majority(chosen)
    guesses = probabilities.argmax(axis=1)
    soft = chosen.soft.astype(np.float64)
    cross_entropy = -(soft * np.log(np.maximum(probabilities, 1e-9))).sum(axis=1)
    return {
        "ferplus_majority_accuracy": _mean((guesses == majority)[counts]),
        "ferplus_majority_n": int(counts.sum()),
        "ferplus_ece": expected_calibration_error(probabilities, soft),
        "ferplus_distribution_cross_entropy": float(cross_entropy.mean()),
        "ferplus_distribution_total_variation": float(np.abs(probabilities - soft).sum(axis=1).mean() / 2),
    }


def _mean(values: NDArray[np.bool_]) -> float | None:
    return float(values.mean()) if len(values) else None


def operations(network: keras.Model) -> int:
    """Multiplications with addition that one picture takes, in convolutions and dense layers; nothing else counts much."""
    total = 0
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            total += operations(layer)
        elif isinstance(layer, keras.layers.DepthwiseConv2D):
            total += int(np.prod(layer.output.shape[1:])) * int(np.prod(layer.kernel_size))
        elif isinstance(layer, keras.layers.Conv2D):
            total += int(np.prod(layer.output.shape[1:])) * int(np.prod(layer.kernel.shape[:3]))
        elif isinstance(layer, keras.layers.Dense):
            total += int(np.prod(layer.kernel.shape))
    return total


def times(model: OpenModel) -> tuple[dict[str, float], int]:
    """Milliseconds for one face, the median over many calls, through each of the app's back ends, and the bytes of the LiteRT
    form, which is what the app would load."""
    face = np.full((1, model.side, model.side, model.channels), 128, np.float32)
    with tempfile.TemporaryDirectory() as folder:
        network, lite = write_both_forms(model.network, Path(folder), rounded=model.rounded)
        taken = {"keras": _median_ms(lambda: network(face)), "litert": _median_ms(lambda: lite(face))}
        return taken, (Path(folder) / LITERT).stat().st_size


def _median_ms(call: Callable[[], object]) -> float:
    for _ in range(5):
        call()
    taken = []
    for _ in range(_TIMED_CALLS):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return round(1000 * statistics.median(taken), 3)
