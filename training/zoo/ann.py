"""A plain multilayer perceptron on the pixels: the baseline that knows nothing of pictures."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers


def build(
    side: int = 48, channels: int = 1, classes: int = 2, *, units: Sequence[int] = (512, 256), dropout: float = 0.3
) -> keras.Model:
    inputs = keras.Input((side, side, channels), name="face")
    x = layers.Rescaling(1 / 127.5, offset=-1.0)(inputs)
    x = layers.Flatten()(x)
    for count in units:
        x = layers.Dense(count, activation="relu", kernel_initializer="he_normal")(x)
        x = layers.Dropout(dropout)(x)
    logits = layers.Dense(classes, name="logits", dtype="float32")(x)
    return keras.Model(inputs, logits, name="ann")
