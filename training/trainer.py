"""Train a recipe. A run is a folder: it holds the recipe, the history, the best weights and what a resumed run needs."""

from __future__ import annotations

import importlib
import json
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from training.augment import augment
from training.datasets.fer2013 import FaceDataset, is_face, one_hot, vote_distribution, without_test_duplicates
from training.recipe import Recipe

BEST = "best.weights.h5"


def build_network(recipe: Recipe) -> keras.Model:
    return importlib.import_module(f"training.zoo.{recipe.family}").build()


def batches(images: np.ndarray, targets: np.ndarray, recipe: Recipe, *, training: bool) -> tf.data.Dataset:
    """(images, targets) in batches; images (N, H, W, 1) float32 in 0..255, changed at random when `training`."""
    data = tf.data.Dataset.from_tensor_slices((images[..., None], targets))
    if not training:
        return data.batch(256).map(lambda x, y: (tf.cast(x, tf.float32), y)).prefetch(2)
    data = data.shuffle(len(images), seed=recipe.seed, reshuffle_each_iteration=True).batch(recipe.batch, drop_remainder=True)
    randomness = tf.data.Dataset.random(seed=recipe.seed, rerandomize_each_iteration=True).batch(2)

    def change(batch: tuple[tf.Tensor, tf.Tensor], numbers: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        seed = tf.cast(numbers % (2**31 - 1), tf.int32)
        return augment(tf.cast(batch[0], tf.float32), seed, strength=recipe.augmentation), batch[1]

    return tf.data.Dataset.zip((data, randomness)).map(change, num_parallel_calls=2).prefetch(4)


def train(recipe: Recipe, data: FaceDataset, run: Path, *, resume: bool = False) -> Path:
    """Train into the folder `run` and return the path of the best weights, chosen by accuracy on PublicTest.

    With `resume` a run that was cut off goes on from its last finished epoch. Raises FileExistsError where `run` holds one
    and `resume` is false.
    """
    if (run / "recipe.json").exists() and not resume:
        raise FileExistsError(f"{run} holds a run already; choose another folder or resume it")
    run.mkdir(parents=True, exist_ok=True)
    (run / "recipe.json").write_text(json.dumps(asdict(recipe), indent=2) + "\n", encoding="utf-8")

    keras.utils.set_random_seed(recipe.seed)
    keras.mixed_precision.set_global_policy(recipe.precision)
    training = without_test_duplicates(data)
    training = training.where(is_face(training))
    validation = data.split("PublicTest")
    targets = (1 - recipe.votes) * one_hot(training) + recipe.votes * vote_distribution(training)

    network = build_network(recipe)
    if recipe.start_from:
        network.load_weights(run.parent / recipe.start_from / BEST)
    steps = len(training) // recipe.batch
    network.compile(
        optimizer=keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(
                initial_learning_rate=recipe.learning_rate / 25,
                decay_steps=int((recipe.epochs - recipe.warmup_epochs) * steps),
                warmup_target=recipe.learning_rate,
                warmup_steps=int(recipe.warmup_epochs * steps),
            ),
            weight_decay=recipe.weight_decay,
        ),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,
    )
    best = run / BEST
    network.fit(
        batches(training.images, targets, recipe, training=True),
        validation_data=batches(validation.images, one_hot(validation), recipe, training=False),
        epochs=recipe.epochs,
        verbose=2,
        callbacks=[
            keras.callbacks.BackupAndRestore(run / "backup", delete_checkpoint=False),
            keras.callbacks.CSVLogger(run / "history.csv", append=resume),
            keras.callbacks.ModelCheckpoint(
                best, monitor="val_accuracy", mode="max", save_best_only=True, save_weights_only=True
            ),
        ],
    )
    return best
