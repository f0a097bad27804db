"""A compact residual VGG with squeeze-and-excitation for 48x48 grey faces: 1.2 M parameters.

Two 3x3 convolutions with a shortcut over the second (He et al. 2016), and channel attention at the end of each stage
(Hu et al. 2018). Each stage costs the same number of operations, so no stage dominates the time on a CPU.
"""

from __future__ import annotations

import keras
from keras import layers


def _convolution(x: keras.KerasTensor, filters: int, name: str) -> keras.KerasTensor:
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)(x)
    return layers.BatchNormalization(momentum=0.95, name=f"{name}_norm")(x)


def _attention(x: keras.KerasTensor, filters: int, name: str) -> keras.KerasTensor:
    weights = layers.GlobalAveragePooling2D(keepdims=True)(x)
    weights = layers.Conv2D(filters // 8, 1, activation="relu", name=f"{name}_squeeze")(weights)
    weights = layers.Conv2D(filters, 1, activation="sigmoid", name=f"{name}_excite")(weights)
    return layers.Multiply()([x, weights])


def build(
    side: int = 48,
    channels: int = 1,
    classes: int = 7,
    widths: tuple[int, ...] = (32, 64, 128, 256),
    dropout: float = 0.4,
) -> keras.Model:
    """The network, untrained. Input (N, side, side, channels) float in 0..255, output (N, classes) logits, float32."""
    inputs = keras.Input((side, side, channels), name="face")
    x = layers.Rescaling(1 / 127.5, offset=-1.0)(inputs)
    for stage, filters in enumerate(widths):
        name = f"stage{stage + 1}"
        x = layers.ReLU()(_convolution(x, filters, name))
        x = layers.ReLU()(layers.Add()([x, _convolution(x, filters, f"{name}_residual")]))
        x = _attention(x, filters, name)
        if stage < len(widths) - 1:
            x = layers.MaxPooling2D()(x)
            x = layers.SpatialDropout2D(0.05)(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout)(x)
    logits = layers.Dense(classes, name="logits", dtype="float32")(x)
    return keras.Model(inputs, logits, name="compact")
