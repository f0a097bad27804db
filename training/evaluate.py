"""How good a model is on a split, in a dictionary that is written as JSON and shown in the report."""

from __future__ import annotations

import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from emocam.adapters.model_card import LITERT
from emocam.domain.emotions import FER7
from training.datasets.duplicates import find_duplicates
from training.datasets.faces import SPLITS, TRAINING, FaceDataset, one_hot
from training.datasets.fer2013 import ferplus_majority
from training.errors import TrainingError
from training.located import cut_like_the_app
from training.metrics import expected_calibration_error, figures, interval, macro_f1, softmax
from training.models import OpenModel, write_both_forms

ALL = "all"
_TIMED_CALLS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One answer of a model, with what it is measured by.

    whose: in words, for headings; empty where there is but one. probabilities: (N, classes). truth: (N,) places in the
    classes, -1 where there is none. wanted: (N, classes), for the calibration error: one-hot labels, or shares of the votes.
    """

    whose: str
    probabilities: NDArray[np.float64]
    truth: NDArray[np.int64]
    wanted: NDArray[np.float32]

    def figures(self, classes: tuple[str, ...]) -> dict[str, object]:
        known = self.truth >= 0
        found = figures(self.probabilities[known], self.truth[known], classes)
        return {**found, "ece": expected_calibration_error(self.probabilities, self.wanted)}


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """summary: what goes into the JSON. chosen: the pictures it was made on. answers: to the label, and where the model has one
    to the votes; the last is what the app shows."""

    summary: dict[str, object]
    chosen: FaceDataset
    answers: tuple[Answer, ...]


def evaluate(
    model: OpenModel, data: FaceDataset, split: str, *, tta: bool = False, located: bool = False, timed: bool = True
) -> Evaluation:
    """tta: the mean over each picture and its mirror image. located: the pictures as the app cuts them out, those in which it
    finds a face; `accuracy_as_they_are` in the summary is that on the same ones uncut. split: ALL for all pictures, where none
    of them is of training.

    Raises TrainingError where the split has no pictures of the model's classes.
    """
    whole = model.prepare(data)
    if whole.classes != model.classes:
        raise TrainingError(
            f"{model.name} tells {', '.join(model.classes)} apart, but the data has {', '.join(whole.classes)}; "
            "give data of the same."
        )
    place = (whole.splits == split) | (split == ALL)
    chosen = whole.where(place)
    if not len(chosen):
        raise TrainingError(
            f"The data has no split {split} with pictures of {', '.join(model.classes)}; choose {', '.join((*SPLITS, ALL))}."
        )
    known = split not in (ALL, TRAINING) and bool((whole.splits == TRAINING).any())  # Else nobody can tell what training held.
    duplicates = find_duplicates(whole)
    exact, near = duplicates.exact[place], duplicates.any[place]
    cut: dict[str, object] = {}
    if located:
        chosen, found, cut = _cut(model, chosen, tta=tta)
        exact, near = exact[found], near[found]
    views = _views(model, chosen, tta=tta)
    count = len(model.classes)
    answers = _answers(model, chosen, views)
    before = np.mean([softmax(view[:, :count]) for view in views], axis=0)
    guesses = answers[0].probabilities.argmax(axis=1)
    right = guesses == chosen.labels
    calibration, *of_votes = model.calibrations
    summary: dict[str, object] = {
        "model": model.name,
        "task": model.task,
        "classes": list(model.classes),
        "data": data.source,
        "split": split,
        "tta": "mirror" if tta else "none",
        **cut,
        **answers[0].figures(model.classes),
        "accuracy_interval": interval(right),
        "macro_f1_interval": interval(right, lambda drawn: macro_f1(chosen.labels[drawn], guesses[drawn]), draws=200),
        "accuracy_without_duplicates": _mean(right[~exact]) if known else None,
        "accuracy_without_duplicates_interval": interval(right[~exact]) if known and (~exact).any() else None,
        "accuracy_without_near_duplicates": _mean(right[~near]) if known else None,
        "n_without_duplicates": int((~exact).sum()) if known else None,
        "n_without_near_duplicates": int((~near).sum()) if known else None,
        "temperature": calibration.temperature,
        "bias": list(calibration.bias),
        "calibrated_on": model.calibrated_on,
        "accuracy_before_calibration": float((before.argmax(axis=1) == chosen.labels).mean()),
        "ece_before_calibration": expected_calibration_error(before, one_hot(chosen.labels, count)),
        "parameters": model.parameters,
        "file_bytes": model.file_bytes,
        "skipped_files": len(data.skipped),
        "shown": "votes" if of_votes else "label",
        **_ferplus(chosen, answers[-1].probabilities, model.classes),
    }
    if of_votes:
        summary |= {"votes_temperature": of_votes[0].temperature, "votes_bias": list(of_votes[0].bias)}
        summary |= {f"shown_{key}": value for key, value in answers[-1].figures(model.classes).items()}
        summary["shown_whose"] = answers[-1].whose
    if timed and model.network is not None:
        summary["operations_per_picture"] = operations(model.network)
        try:
            summary["milliseconds"], summary["litert_bytes"] = times(model)
        except Exception as error:  # noqa: BLE001  # what a converter does not know of somebody's network can fail in any way
            summary["not_timed"] = f"LiteRT can't run it ({(str(error).splitlines() or [''])[0][:160]})"
        summary["machine"] = platform.processor() or platform.machine()
    return Evaluation(summary, chosen, answers)


def heading(summary: Mapping[str, object]) -> str:
    """What the figures are of, which without it say nothing."""
    return (
        f"{summary['model']} on {summary['split']}, {summary['n']} pictures; test-time augmentation: {summary['tta']}; "
        f"calibrated on {summary['calibrated_on']}"
    )


def _views(model: OpenModel, data: FaceDataset, *, tta: bool) -> list[NDArray[np.float64]]:
    """The logits for each way in which the pictures are shown to the model."""
    return [model.logits(data), *([model.logits(data, mirrored=True)] if tta else [])]


def _probabilities(model: OpenModel, views: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """(answers, N, classes): the mean over the views."""
    return np.mean([model.answers(view) for view in views], axis=0)


def _answers(model: OpenModel, chosen: FaceDataset, views: list[NDArray[np.float64]]) -> tuple[Answer, ...]:
    of_label, *of_votes = _probabilities(model, views)
    labels = one_hot(chosen.labels, len(model.classes))
    if not of_votes:
        return (Answer("", of_label, chosen.labels, labels),)
    majority = _majority(chosen, model.classes)
    shown = (
        Answer("what the app shows, by the data's label", of_votes[0], chosen.labels, labels)
        if majority is None
        else Answer("what the app shows, by FER+'s taggers", of_votes[0], majority, chosen.soft)
    )
    return Answer("the answer to the label", of_label, chosen.labels, labels), shown


def _cut(model: OpenModel, chosen: FaceDataset, *, tta: bool) -> tuple[FaceDataset, NDArray[np.bool_], dict[str, object]]:
    """Those pictures in which the app finds a face, as it cuts them out; which those are; how well they are read uncut."""
    crops, found = cut_like_the_app(chosen, model.face_input)
    if not found.any():
        raise TrainingError("The app finds a face in none of these pictures; evaluate them as they are.")
    uncut = chosen.where(found)
    right = _probabilities(model, _views(model, uncut, tta=tta))[0].argmax(axis=1) == uncut.labels
    facts: dict[str, object] = {"located_of": len(chosen), "accuracy_as_they_are": _mean(right)}
    return replace(uncut, pictures=crops.take(np.flatnonzero(found))), found, facts


def _majority(chosen: FaceDataset, classes: tuple[str, ...]) -> NDArray[np.int64] | None:
    """(N,) places in `classes` of what most FER+ taggers saw, -1 where that is not clear; None where nobody was asked about
    these classes, or none is clear."""
    if chosen.votes is None or set(classes) != set(FER7):
        return None
    majority, counts = ferplus_majority(chosen)
    return np.where(counts, np.array([classes.index(name) for name in FER7])[majority], -1) if counts.any() else None


def _ferplus(chosen: FaceDataset, probabilities: NDArray[np.float64], classes: tuple[str, ...]) -> dict[str, object]:
    """What most FER+ taggers saw, and how near the whole distribution comes to theirs; for the seven classes only.

    probabilities: as the app shows them. The calibration error is against the share of the votes that the surest class has.
    """
    majority = _majority(chosen, classes)
    if majority is None:
        return {}
    counts = majority >= 0
    soft = chosen.soft.astype(np.float64)
    cross_entropy = -(soft * np.log(np.maximum(probabilities, 1e-9))).sum(axis=1)
    return {
        "ferplus_majority_accuracy": _mean((probabilities.argmax(axis=1) == majority)[counts]),
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
        elif isinstance(layer, keras.layers.SeparableConv2D):  # One after the other, at each place of the output.
            kernels = layer.depthwise_kernel, layer.pointwise_kernel
            total += int(np.prod(layer.output.shape[1:-1])) * sum(int(np.prod(kernel.shape)) for kernel in kernels)
        elif isinstance(layer, keras.layers.Conv2DTranspose):  # Each place of the input is spread.
            total += int(np.prod(layer.input.shape[1:-1])) * int(np.prod(layer.kernel.shape))
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
