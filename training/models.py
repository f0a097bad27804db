"""Whatever was trained, opened for evaluation: a run, a model folder of the app, or a Keras file, old `.h5` included."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import keras
import numpy as np
from ai_edge_quantizer import recipe as quantization
from ai_edge_quantizer.quantizer import Quantizer
from numpy.typing import NDArray

from emocam.adapters.face_classifier import Network
from emocam.adapters.keras_network import KerasNetwork
from emocam.adapters.litert_network import LiteRtNetwork
from emocam.adapters.model_card import CARD, KERAS, LITERT, read_card
from emocam.domain.model_card import FaceInput
from training.calibration import as_it_stands, own_pictures, read_calibrations
from training.datasets.faces import FaceDataset
from training.errors import TrainingError
from training.located import fer2013_input
from training.metrics import Calibration
from training.recipe import Recipe
from training.rounding import with_weights_for_8_bits
from training.tasks import OWN, TASKS, for_task, in_order, task_named
from training.trainer import BEST, RECIPE, build_network, load_best, run_classes, run_recipe
from training.zoo.mobilenet import lean

RANGES: dict[str, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {
    "0..255": lambda pixels: pixels,
    "0..1": lambda pixels: pixels / 255,
    "-1..1": lambda pixels: pixels / 127.5 - 1,
}


@dataclass(frozen=True, slots=True, eq=False)
class OpenModel:
    """prepare: cuts out of a dataset what the model is for. outputs: (N, classes) logits for (N, side, side, channels) float32
    in 0..255; of a network with two answers the two side by side. face_input: of its card, else FER2013's. calibrations: of
    each answer, the last of which is what the app shows. calibrated_on: says where they are from.

    network: the Keras model itself, where there is one. file_bytes: of what was opened. remark: a sentence on what had to be
    guessed. rounded: whether the LiteRT form is in 8 bits.
    """

    name: str
    task: str
    classes: tuple[str, ...]
    face_input: FaceInput
    calibrations: tuple[Calibration, ...]
    calibrated_on: str
    prepare: Callable[[FaceDataset], FaceDataset]
    outputs: Callable[[NDArray[np.float32]], NDArray[np.float64]]
    network: keras.Model | None
    parameters: int
    file_bytes: int
    rounded: bool = True
    remark: str = ""

    @property
    def side(self) -> int:
        return self.face_input.side

    @property
    def channels(self) -> int:
        return self.face_input.channels

    def answers(self, logits: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """(N, classes) probabilities of each answer: of the label, and where there is a second, of how votes would fall."""
        parts = np.split(logits, len(self.calibrations), axis=1)
        return [calibration.probabilities(part) for calibration, part in zip(self.calibrations, parts, strict=True)]

    def shown(self, pixels: NDArray[np.float32]) -> NDArray[np.float64]:
        """(N, classes) as the app shows them: how votes would fall where the model has an answer to that, else the label."""
        return self.answers(self._finite(self.outputs(pixels)))[-1]

    def _finite(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        if not np.isfinite(outputs).all():
            raise TrainingError(f"{self.name} gives no numbers, as after training with too high a rate; train it anew.")
        return outputs

    def logits(self, data: FaceDataset, *, mirrored: bool = False) -> NDArray[np.float64]:
        """(N, classes), or twice that for two answers, for all its pictures, in order."""
        batches = []
        for batch in data.batches(self.side, self.channels, 64):
            pixels = batch.astype(np.float32)
            batches.append(self.outputs(pixels[:, :, ::-1] if mirrored else pixels))
        return self._finite(np.concatenate(batches))


def open_model(path: Path, *, task: str = "", pixels: str = "", classes: tuple[str, ...] = ()) -> OpenModel:
    """task, pixels and classes are for a bare Keras file, which does not say them; what is empty is assumed. Raises
    TrainingError."""
    if (path / RECIPE).is_file():
        return _open_run(path)
    if (path / CARD).is_file():
        return _open_folder(path)
    if path.suffix in (".keras", ".h5", ".hdf5") and path.is_file():
        return _open_file(path, task, pixels, classes)
    raise TrainingError(f"{path} is no run, no model folder and no Keras file; give one of those.")


def two_sided(outputs: NDArray[np.float32]) -> NDArray[np.float64]:
    """(N, 2) logits for the single one of a binary network."""
    outputs = outputs.astype(np.float64)
    return np.concatenate([np.zeros_like(outputs), outputs], axis=1) if outputs.shape[1] == 1 else outputs


def _open_run(run: Path) -> OpenModel:
    recipe = run_recipe(run)
    if not (run / BEST).is_file():
        raise TrainingError(f"{run} has no finished epoch yet; go on with --resume.")
    classes = run_classes(run)
    kept = read_calibrations(run)
    calibrations, calibrated_on = kept or as_it_stands(len(classes), 2 if recipe.two_answers else 1)
    keras.mixed_precision.set_global_policy("float32")
    network = build_network(recipe, len(classes))
    load_best(network, run)
    return OpenModel(
        name=run.name,
        task=recipe.task,
        classes=classes,
        face_input=fer2013_input(recipe.side, recipe.channels),
        calibrations=calibrations,
        calibrated_on=calibrated_on,
        prepare=partial(_to_measure, run, recipe),
        outputs=lambda batch: two_sided(np.asarray(network(batch, training=False))),
        network=network,
        parameters=network.count_params(),
        file_bytes=(run / BEST).stat().st_size,
        remark=""
        if kept
        else f"{run} has no calibration yet, its probabilities are as they stand; evaluate it on its own pictures once.",
    )


def _to_measure(run: Path, recipe: Recipe, data: FaceDataset) -> FaceDataset:
    """As for training where these are the run's own pictures; of others all count, however many the recipe takes."""
    return own_pictures(run, data) or for_task(data, recipe.task)


def _open_folder(folder: Path) -> OpenModel:
    card, facts = read_card(folder), json.loads((folder / CARD).read_text(encoding="utf-8"))
    task = _task_of(card.classes)
    shown, label = Calibration(card.temperature, card.bias), facts.get("label_answer")
    lite: Network = LiteRtNetwork(folder / LITERT)
    network = keras.models.load_model(folder / KERAS, compile=False)
    return OpenModel(
        name=folder.name,
        task=task,
        classes=card.classes,
        face_input=card.face_input,
        calibrations=(Calibration(label["temperature"], tuple(label["bias"])), shown) if label else (shown,),
        calibrated_on="its card",
        rounded=facts.get("litert", {}).get("bits", 32) == 8,
        prepare=lambda data: in_order(for_task(data, task), card.classes),
        outputs=lambda batch: _as_logits(lite(batch), probabilities=card.output == "probabilities"),
        network=network,
        parameters=network.count_params(),
        file_bytes=(folder / LITERT).stat().st_size,
    )


def _open_file(path: Path, task: str, pixels: str, classes: tuple[str, ...]) -> OpenModel:
    if pixels and pixels not in RANGES:
        raise TrainingError(f"Pixels can't be in {pixels!r}; choose {', '.join(RANGES)}.")
    try:
        network = keras.models.load_model(path, compile=False)
        taken, given = ([tuple(each.shape) for each in ends] for ends in (network.inputs, network.outputs))
    except Exception as error:  # noqa: BLE001  # what an old file holds can fail in any way
        raise TrainingError(f"Keras can't open {path.name} ({str(error).splitlines()[0][:160]}).") from None
    sizes = [shape[1:] for shape in (*taken, *given)]  # Without the batch.
    if [len(size) for size in sizes] != [3, 1] or None in (*sizes[0], *sizes[1]) or sizes[0][2] not in (1, 3):
        takes, gives = (" and ".join(str(shape[1:]) for shape in shapes) for shapes in (taken, given))
        raise TrainingError(
            f"{path.name} takes {takes} and gives {gives}; what can be measured takes (side, side, 1 or 3) and gives "
            "(classes,)."
        )
    (side, width, channels), (outputs,) = sizes
    if side != width:
        raise TrainingError(f"{path.name} takes pictures of {width} x {side}; what can be measured takes square ones.")
    count = max(2, outputs)
    has = f"{outputs} outputs" if outputs > 1 else "one output for two classes, high for the second"
    tasks = TASKS if not task else {} if task == OWN else {task: task_named(task)}
    fitting = [tuple(entry.classes) for entry in tasks.values() if len(entry.classes) == count]
    if task in tasks and (not fitting or (classes and set(classes) != set(fitting[0]))):
        named = f" ({', '.join(classes)})" if classes else ""
        raise TrainingError(f"{path.name} has {has}{named}, but the task {task} tells {', '.join(TASKS[task].classes)} apart.")
    remarks = []
    if not classes:
        classes = fitting[0] if len(fitting) == 1 else ()
        remarks.append(
            f"{path.name} does not say what its outputs are; taken as {', '.join(classes)}. Where that is not their order, say "
            "it with --classes A,B,… (folders that Keras reads are in the order of the alphabet)."
        )
    if len(classes) != count:
        raise TrainingError(f"{path.name} has {has}; say in order what they are with --classes A,B,…")
    if not pixels:
        pixels = next(iter(RANGES))
        remarks.append(
            f"{path.name} does not say which pixels it wants; taken as {pixels}. Where it was trained with others, say "
            f"--pixels {' or '.join(each for each in RANGES if each != pixels)}."
        )

    def call(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # Old files expect a list of one input.
            return np.asarray(network(RANGES[pixels](batch), training=False))

    already = _gives_probabilities(network, call(np.random.default_rng(1).uniform(0, 255, (4, *sizes[0])).astype(np.float32)))
    found = _task_of(classes)
    ordered = tuple(TASKS[found].classes) if found in TASKS else classes
    order = [classes.index(name) for name in ordered]
    calibrations, calibrated_on = as_it_stands(count, 1)  # It may be somebody else's.
    return OpenModel(
        name=path.stem,
        task=found,
        classes=ordered,
        face_input=fer2013_input(side, channels),
        calibrations=calibrations,
        calibrated_on=calibrated_on,
        prepare=lambda data: for_task(data, found) if found in TASKS else in_order(data, ordered),
        outputs=lambda batch: _as_logits(call(batch), probabilities=already)[:, order],
        network=network,
        parameters=network.count_params(),
        file_bytes=path.stat().st_size,
        remark=" ".join(remarks),
    )


def _gives_probabilities(network: keras.Model, tried: NDArray[np.float32]) -> bool:
    """Each where the last layer is a sigmoid, or together, wherever a softmax is. tried: (N, outputs) of any pictures."""
    last = network
    while isinstance(last, keras.Model):
        last = last.layers[-1]
    if getattr(getattr(last, "activation", None), "__name__", "") == "sigmoid":
        return True
    return tried.shape[1] > 1 and bool((tried >= 0).all() and np.allclose(tried.sum(axis=1), 1, atol=1e-3))


def _task_of(classes: tuple[str, ...]) -> str:
    return next((name for name, task in TASKS.items() if set(task.classes) == set(classes)), OWN)


def _as_logits(outputs: NDArray[np.float32], *, probabilities: bool) -> NDArray[np.float64]:
    if not probabilities:
        return two_sided(outputs)
    values = np.clip(outputs.astype(np.float64), 1e-9, 1 - 1e-9)
    if values.shape[1] == 1:  # A sigmoid: back to its logit.
        return two_sided(np.log(values / (1 - values)))
    return np.log(values)


def write_both_forms(
    network: keras.Model, folder: Path, *, rounded: bool = True, pictures: NDArray[np.float32] | None = None
) -> tuple[KerasNetwork, LiteRtNetwork]:
    """Write the network as the app runs it, with Keras and, in fewer steps where it can be, with LiteRT; and open both.

    rounded: to whole numbers of 8 bits in the LiteRT form, where that makes it faster (docs/decisions/0014): those that change
    least what it says of `pictures`, (N, side, side, channels) in 0..255 and of its training, or the nearest without any.
    """
    network.save(folder / KERAS)
    lean(network).export(folder / LITERT, format="litert", verbose=False)
    if rounded:
        _round(folder / LITERT, pictures)
    return KerasNetwork(folder / KERAS), LiteRtNetwork(folder / LITERT)


def _round(path: Path, pictures: NDArray[np.float32] | None) -> None:
    """Depthwise convolutions stay as they are: LiteRT has no fast way for those in 8 bits."""
    rule = quantization.dynamic_wi8_afp32()[0]
    kinds = (quantization.TFLOperationName.CONV_2D, quantization.TFLOperationName.FULLY_CONNECTED)
    if pictures is not None:
        path.write_bytes(with_weights_for_8_bits(path.read_bytes(), pictures))
    with redirect_stdout(io.StringIO()):  # It reports.
        rounded = Quantizer(str(path), [rule | {"operation": kind} for kind in kinds]).quantize()
    path.write_bytes(rounded.quantized_model)
