"""What the families around a ready backbone have in common."""

from __future__ import annotations

from collections.abc import Callable

import keras
from keras import layers

from training.zoo import BACKBONE, CENTRED
from training.zoo._contrast import even


def around(
    make_backbone: Callable[..., keras.Model],
    side: int = 48,
    channels: int = 1,
    classes: int = 7,
    *,
    name: str,
    prepare: Callable[[keras.KerasTensor], keras.KerasTensor],
    swap: bool = False,
    even_contrast: bool = False,
    enlarged: int = 0,
    dense: int = 0,
    dropout: float = 0.4,
    l2: float = 0.0,
) -> keras.Model:
    """A grey picture is shown in all three channels. even_contrast: whether the light on a face is evened out first. enlarged:
    the side at which the backbone sees it, 0 for as it is. dense: units of a layer before the last. prepare: 0..255 into what
    the backbone was made for; swap: it wants blue first."""
    regularizer = keras.regularizers.L2(l2) if l2 else None
    inputs = keras.Input((side, side, channels), name="face")
    x: keras.KerasTensor = even(inputs) if even_contrast else inputs
    if enlarged and enlarged != side:
        x = layers.Resizing(enlarged, enlarged, interpolation="bilinear")(x)
    # Red and blue are swapped where the backbone wants it; in a grey picture they are the same.
    if channels == 1:
        x = layers.Concatenate()([x, x, x])
    elif swap:
        x = layers.Concatenate()([x[..., 2:], x[..., 1:2], x[..., :1]])
    x = prepare(x)
    x = make_backbone(include_top=False, weights=None, input_shape=x.shape[1:], name=BACKBONE)(x)
    x = layers.GlobalAveragePooling2D()(x)
    if dense:
        x = layers.Dense(dense, activation="relu", kernel_initializer="he_normal", kernel_regularizer=regularizer)(x)
    x = layers.Dropout(dropout)(x)
    logits = layers.Dense(classes, name="logits", dtype="float32", kernel_regularizer=regularizer)(x)
    return keras.Model(inputs, logits, name=name)


def caffe_centred(x: keras.KerasTensor) -> keras.KerasTensor:
    """Blue, green, red minus ImageNet's means: what VGG16 and ResNet50 were trained with."""
    return layers.Rescaling(1.0, offset=[-103.939, -116.779, -123.68], name=CENTRED)(x)
