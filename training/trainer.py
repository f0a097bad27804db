"""Train a recipe. A run is a folder: it holds the recipe, the history, the best weights and what a resumed run needs."""

from __future__ import annotations

import csv
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from sklearn.utils.class_weight import compute_class_weight

from training import zoo
from training.augment import augment
from training.curves import draw_curves
from training.datasets.duplicates import find_duplicates
from training.datasets.faces import TRAINING, VALIDATION, FaceDataset, fitted, one_hot
from training.datasets.fer2013 import is_face
from training.errors import TrainingError
from training.recipe import Recipe, recipe_of
from training.tasks import balanced, for_task

BEST, RECIPE, HISTORY, DATA = "best.weights.h5", "recipe.json", "history.csv", "data.json"
_FROZEN = "frozen.weights.h5"


def build_network(recipe: Recipe, classes: int) -> keras.Model:
    """The network of a recipe, untrained: logits, one alone where the loss is binary."""
    outputs = 1 if recipe.loss == "binary" else classes
    if recipe.loss == "binary" and classes != 2:
        raise TrainingError(f"The recipe {recipe.name} has a binary loss, but the task {recipe.task} has {classes} classes.")
    try:
        return zoo.family(recipe.family).build(recipe.side, recipe.channels, outputs, **recipe.network)
    except TypeError as error:
        raise TrainingError(f"The recipe {recipe.name} does not fit the family {recipe.family} ({error}).") from None


def prepare(recipe: Recipe, data: FaceDataset) -> FaceDataset:
    """What a recipe takes of a dataset: its task, cut down and balanced where it says so."""
    chosen = for_task(data, recipe.task)
    return balanced(chosen, recipe.pictures, recipe.seed) if recipe.pictures else chosen


def train(
    recipe: Recipe, data: FaceDataset, run: Path, *, weights: str = "", resume: bool = False, verbose: int | None = None
) -> Path:
    """Train into the folder `run` and return the path of the best weights, chosen by accuracy on the validation split.

    weights: imagenet, none, or a file of backbone weights. With `resume` a run that was cut off goes on from its last finished
    epoch. What a test split also holds is left out of training. verbose: as for Keras; None shows a bar on a terminal. Raises
    TrainingError.
    """
    verbose = (1 if sys.stdout.isatty() else 2) if verbose is None else verbose  # A bar, or in a log a line an epoch.
    _begin(run, recipe, resume=resume)
    keras.utils.set_random_seed(recipe.seed)
    keras.mixed_precision.set_global_policy(recipe.precision)
    chosen = prepare(recipe, data)
    training, validation = _splits(chosen, run)

    if recipe.teachers:
        training = _taught(training, recipe, run)
    network = build_network(recipe, len(chosen.classes))
    frozen_done = run / _FROZEN
    if recipe.start_from:
        network.load_weights(_start(recipe, run))
    else:
        _load_backbone(network, recipe, weights)
    if recipe.frozen_epochs and not (resume and frozen_done.exists()):
        network.get_layer(zoo.BACKBONE).trainable = False
        rate = recipe.frozen_learning_rate
        _fit(network, recipe, training, validation, run, "frozen", recipe.frozen_epochs, rate, verbose=verbose)
        network.get_layer(zoo.BACKBONE).trainable = True
        network.save_weights(frozen_done)
    elif recipe.frozen_epochs:
        network.load_weights(frozen_done)
    _fit(
        network,
        recipe,
        training,
        validation,
        run,
        "whole",
        recipe.epochs,
        recipe.learning_rate,
        verbose=verbose,
    )
    return run / BEST


def run_recipe(run: Path) -> Recipe:
    """The recipe that a run was made by. Raises TrainingError where the folder holds no run."""
    if not (run / RECIPE).is_file():
        raise TrainingError(f"{run} holds no run; train one, or give another folder.")
    return recipe_of(json.loads((run / RECIPE).read_text(encoding="utf-8")))


def run_classes(run: Path) -> tuple[str, ...]:
    return tuple(json.loads((run / DATA).read_text(encoding="utf-8"))["classes"])


def left_out_of(run: Path) -> dict[str, int]:
    """How many pictures that equal, or nearly equal, a test picture nothing behind this run has seen: neither itself, nor the
    run it started from, nor its teachers."""
    recipe = run_recipe(run)
    facts = json.loads((run / DATA).read_text(encoding="utf-8"))
    counts = {kind: int(facts[f"left_out_{kind}_duplicates"]) for kind in ("exact", "near")}
    for name in {recipe.start_from, *recipe.teachers} - {""}:
        if (run.parent / name / DATA).is_file():  # A start from a package was made from other pictures.
            counts = {kind: min(count, left_out_of(run.parent / name)[kind]) for kind, count in counts.items()}
    return counts


def _begin(run: Path, recipe: Recipe, *, resume: bool) -> None:
    if (run / RECIPE).exists():
        if not resume:
            raise TrainingError(
                f"{run} holds a run already; add --resume to go on with it, or choose another folder with --out."
            )
        before = run_recipe(run)
        if {**before.as_dict(), "epochs": 0} != {**recipe.as_dict(), "epochs": 0}:
            raise TrainingError(f"{run} was made by another recipe than {recipe.name}; choose another folder with --out.")
    run.mkdir(parents=True, exist_ok=True)
    (run / RECIPE).write_text(json.dumps(recipe.as_dict(), indent=2) + "\n", encoding="utf-8")


def _splits(chosen: FaceDataset, run: Path) -> tuple[FaceDataset, FaceDataset]:
    """The training and validation pictures of a run; what they are is kept in the run's folder."""
    duplicates = find_duplicates(chosen)
    inside = chosen.splits == TRAINING
    faces = is_face(chosen)
    training = chosen.where(inside & faces & ~duplicates.any)
    validation = chosen.split(VALIDATION)
    if not len(training) or not len(validation):
        raise TrainingError(
            "There are no pictures to train or to validate with; `python -m training data` shows what there is."
        )
    facts = {
        "classes": list(chosen.classes),
        "counts": chosen.counts(),
        "trained_on": len(training),
        "left_out_exact_duplicates": int((inside & duplicates.exact).sum()),
        "left_out_near_duplicates": int((inside & duplicates.near).sum()),
        "left_out_non_faces": int((inside & ~faces).sum()),
        "skipped_files": len(chosen.skipped),
    }
    (run / DATA).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return training, validation


def _start(recipe: Recipe, run: Path) -> Path:
    weights = run.parent / recipe.start_from / BEST
    if not weights.is_file():
        raise TrainingError(f"{recipe.name} starts from {weights}, which is missing; make that first (docs/training.md).")
    return weights


def _load_backbone(network: keras.Model, recipe: Recipe, weights: str) -> None:
    has_imagenet = hasattr(zoo.family(recipe.family), "IMAGENET")
    wanted = weights or ("imagenet" if has_imagenet else "none")
    if wanted == "imagenet":
        zoo.load_imagenet(network, recipe.family)
    elif wanted == "none":
        if has_imagenet:
            zoo.he_initialise(network)
    else:
        try:
            network.get_layer(zoo.BACKBONE).load_weights(wanted)
        except (OSError, ValueError) as error:
            raise TrainingError(f"{wanted} does not fit the backbone of {recipe.family} ({error}).") from None


def batches(data: FaceDataset, recipe: Recipe, *, training: bool) -> tf.data.Dataset:
    """(pictures, targets) in batches; pictures (N, side, side, channels) float32 in 0..255, shuffled and changed at random when
    `training`, else in order. Pictures are loaded as they are needed, on two threads."""
    targets = _targets(data, recipe) if training else one_hot(data.labels, len(data.classes))
    if recipe.loss == "binary":
        targets = targets[:, 1:]
    shape = (recipe.side, recipe.side, recipe.channels)

    def load(index: np.ndarray) -> np.ndarray:
        return fitted(data.pictures[int(index)], recipe.side, recipe.channels)

    def fetch(index: tf.Tensor, target: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return tf.ensure_shape(tf.numpy_function(load, [index], tf.uint8), shape), target

    places = tf.data.Dataset.from_tensor_slices((np.arange(len(data)), targets))
    if not training:
        pictures = places.map(fetch, num_parallel_calls=2).batch(recipe.batch)
        return pictures.map(lambda x, y: (tf.cast(x, tf.float32), y)).prefetch(4)
    places = places.shuffle(len(data), seed=recipe.seed, reshuffle_each_iteration=True)
    pictures = places.map(fetch, num_parallel_calls=2).batch(recipe.batch, drop_remainder=len(data) >= recipe.batch)
    if not recipe.augmentation:
        return pictures.map(lambda x, y: (tf.cast(x, tf.float32), y)).prefetch(4)
    randomness = tf.data.Dataset.random(seed=recipe.seed, rerandomize_each_iteration=True).batch(2)

    def change(batch: tuple[tf.Tensor, tf.Tensor], numbers: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        seed = tf.cast(numbers % (2**31 - 1), tf.int32)
        return augment(tf.cast(batch[0], tf.float32), seed, strength=recipe.augmentation), batch[1]

    return tf.data.Dataset.zip((pictures, randomness)).map(change, num_parallel_calls=2).prefetch(4)


def _targets(data: FaceDataset, recipe: Recipe) -> np.ndarray:
    hard = one_hot(data.labels, len(data.classes))
    blended = (1 - recipe.votes) * hard + recipe.votes * data.soft
    if data.taught is not None:
        blended = (1 - recipe.distillation) * blended + recipe.distillation * data.taught
    return (1 - recipe.label_smoothing) * blended + recipe.label_smoothing / len(data.classes)


def _taught(data: FaceDataset, recipe: Recipe, run: Path) -> FaceDataset:
    """`data` with what the teachers say of each picture."""
    total = np.zeros((len(data), len(data.classes)), np.float32)
    for teacher in recipe.teachers:
        folder = run.parent / teacher
        knows = run_recipe(folder)
        if run_classes(folder) != data.classes or "binary" in (knows.loss, recipe.loss):
            raise TrainingError(
                f"The teacher {teacher} can't teach {recipe.name}: both need the same classes and a softmax loss."
            )
        network = build_network(knows, len(data.classes))
        network.load_weights(folder / BEST)
        answer = tf.function(
            lambda batch, network=network: tf.nn.softmax(network(batch, training=False)), reduce_retracing=True
        )
        start = 0
        for batch in data.batches(knows.side, knows.channels, 128):
            pixels = tf.constant(batch, tf.float32)
            total[start : start + len(batch)] += np.asarray(answer(pixels) + answer(pixels[:, :, ::-1])) / 2
            start += len(batch)
    return replace(data, taught=total / len(recipe.teachers))


def _fit(
    network: keras.Model,
    recipe: Recipe,
    training: FaceDataset,
    validation: FaceDataset,
    run: Path,
    phase: str,
    epochs: int,
    rate: float,
    *,
    verbose: int,
) -> None:
    steps = max(1, len(training) // recipe.batch)
    binary = recipe.loss == "binary"
    network.compile(
        optimizer=_optimizer(recipe, rate, epochs if phase == "whole" else 0, steps),
        loss=(keras.losses.BinaryCrossentropy if binary else keras.losses.CategoricalCrossentropy)(from_logits=True),
        metrics=[
            keras.metrics.BinaryAccuracy("accuracy", threshold=0.0) if binary else keras.metrics.CategoricalAccuracy("accuracy")
        ],
        jit_compile=False,
    )
    plateau = recipe.schedule == "plateau" and phase == "whole"
    callbacks: list[keras.callbacks.Callback] = [
        keras.callbacks.ModelCheckpoint(
            run / BEST,
            monitor="val_accuracy",
            mode="max",
            save_best_only=True,
            save_weights_only=True,
            initial_value_threshold=_best_so_far(run),
        ),
        *([keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=1 / 3, patience=3, min_lr=1e-6)] if plateau else []),
        *(
            [keras.callbacks.EarlyStopping(monitor="val_accuracy", mode="max", patience=recipe.patience)]
            if recipe.patience
            else []
        ),
        _History(run, phase),
        # Last, so that an epoch that is cut off in the middle of these is done again.
        keras.callbacks.BackupAndRestore(run / f"backup-{phase}", delete_checkpoint=False, double_checkpoint=True),
    ]
    network.fit(
        batches(training, recipe, training=True),
        validation_data=batches(validation, recipe, training=False),
        epochs=epochs,
        class_weight=_class_weights(training) if recipe.class_weights else None,
        verbose=verbose,
        callbacks=callbacks,
    )


def _optimizer(recipe: Recipe, rate: float, cosine_epochs: int, steps: int) -> keras.optimizers.Optimizer:
    schedule: float | keras.optimizers.schedules.LearningRateSchedule = rate
    if recipe.schedule == "cosine" and cosine_epochs:
        warm_up = min(recipe.warmup_epochs, cosine_epochs / 2)
        schedule = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=rate / 25,
            decay_steps=max(1, int((cosine_epochs - warm_up) * steps)),
            warmup_target=rate,
            warmup_steps=int(warm_up * steps),
        )
    if recipe.optimizer == "adam":
        return keras.optimizers.Adam(schedule)
    return keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay)


def _class_weights(data: FaceDataset) -> dict[int, float]:
    present = np.unique(data.labels)
    return dict(zip(map(int, present), compute_class_weight("balanced", classes=present, y=data.labels), strict=True))


def _best_so_far(run: Path) -> float | None:
    rows = read_history(run)
    return max((row["val_accuracy"] for row in rows), default=None) if (run / BEST).exists() else None


def read_history(run: Path) -> list[dict[str, float]]:
    """One entry per epoch: phase (0 frozen, 1 whole), epoch, accuracy, loss, val_accuracy, val_loss, seconds."""
    if not (run / HISTORY).is_file():
        return []
    with open(run / HISTORY, newline="", encoding="utf-8") as file:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]


class _History(keras.callbacks.Callback):
    """One line an epoch in `history.csv`, and the curves drawn anew."""

    _COLUMNS = ("phase", "epoch", "accuracy", "loss", "val_accuracy", "val_loss", "seconds")

    def __init__(self, run: Path, phase: str) -> None:
        super().__init__()
        self._run, self._phase = run, float(phase == "whole")
        self._started = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._started = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        values = {"phase": self._phase, "epoch": epoch, **(logs or {}), "seconds": round(time.monotonic() - self._started, 2)}
        # An epoch that was cut off after its line was written is done again; its old line goes.
        rows = [row for row in read_history(self._run) if (row["phase"], row["epoch"]) != (self._phase, epoch)]
        with open(self._run / HISTORY, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, self._COLUMNS, extrasaction="ignore")
            writer.writeheader()
            writer.writerows([*rows, values])
        draw_curves(read_history(self._run), self._run / "curves.png")
