"""MobileNet 1.0 (Howard et al. 2017) behind an enlargement of the 48x48 grey face to 96x96: 3.2 M parameters.

The enlargement is part of the network, so that the app hands it the very pixels it was trained on: FER2013 has no finer ones.
"""

from __future__ import annotations

import keras
from keras import layers

# Means of blue, green and red that the VGGFace2 backbone was trained with; a grey picture has the same value in all three.
_MEANS = (103.939, 116.779, 123.68)


def build(side: int = 48, classes: int = 7, enlarged: int = 96, dropout: float = 0.4) -> keras.Model:
    """The network, untrained. Input (N, side, side, 1) float in 0..255, output (N, classes) logits, float32."""
    inputs = keras.Input((side, side, 1), name="face")
    x = layers.Resizing(enlarged, enlarged, interpolation="bilinear")(inputs)
    x = layers.Concatenate()([x, x, x])
    x = layers.Rescaling(1.0, offset=[-mean for mean in _MEANS], name="centred")(x)
    x = keras.applications.MobileNet(input_shape=(enlarged, enlarged, 3), include_top=False, weights=None, name="backbone")(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout)(x)
    logits = layers.Dense(classes, name="logits", dtype="float32")(x)
    return keras.Model(inputs, logits, name="mobilenet")
