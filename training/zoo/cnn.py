"""Plain convolutional networks: blocks of 3x3 convolutions and pooling, then dense layers. The students' own."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers


def build(
    side: int = 48,
    channels: int = 1,
    classes: int = 7,
    *,
    widths: Sequence[int] = (32, 64, 128),
    convolutions: int = 1,
    dense: Sequence[int] = (128,),
    normalise: bool = True,
    normalise_dense: bool = False,
    block_dropout: float = 0.25,
    dropout: float = 0.5,
    l2: float = 0.0,
) -> keras.Model:
    """widths: filters of each block. convolutions: in each block. normalise, normalise_dense: batch normalisation after each
    convolution, after each dense layer but the last. Without the second, the rectified units of a dense layer tend to fall
    silent for good in the first steps where the classes are many and unequal."""
    regularizer = keras.regularizers.L2(l2) if l2 else None
    inputs = keras.Input((side, side, channels), name="face")
    x = layers.Rescaling(1 / 127.5, offset=-1.0)(inputs)
    for filters in widths:
        for _ in range(convolutions):
            x = layers.Conv2D(
                filters,
                3,
                padding="same",
                use_bias=not normalise,
                kernel_initializer="he_normal",
                kernel_regularizer=regularizer,
            )(x)
            if normalise:
                x = layers.BatchNormalization(momentum=0.95)(
                    x
                )  # 0.99 lags behind where an epoch has fewer than a hundred steps.
            x = layers.ReLU()(x)
        x = layers.MaxPooling2D()(x)
        if block_dropout:
            x = layers.Dropout(block_dropout)(x)
    x = layers.Flatten()(x)
    for units in dense:
        x = layers.Dense(units, use_bias=not normalise_dense, kernel_initializer="he_normal", kernel_regularizer=regularizer)(x)
        if normalise_dense:
            x = layers.BatchNormalization(momentum=0.95)(x)
        x = layers.ReLU()(x)
        if dropout:
            x = layers.Dropout(dropout)(x)
    logits = layers.Dense(classes, name="logits", dtype="float32")(x)
    return keras.Model(inputs, logits, name="cnn")
