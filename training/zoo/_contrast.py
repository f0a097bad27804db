"""Brightness and contrast of a face, whatever is around it."""

from __future__ import annotations

import keras
from keras import ops

EVEN = "even"
_MEAN, _DEVIATION = 140.0, 45.0  # About those of FER2013's faces; the median over PublicTest is 144 and 41.
_LEAST_DEVIATION = 8.0  # What varies less is no face; its noise is not made into one.


def even(x: keras.KerasTensor) -> keras.KerasTensor:
    """(N, side, side, C) in 0..255, the same shape and range: light and contrast of the face alone made the same for all.

    Dark or softly lit skin before a bright wall has much contrast as a picture, but little as a face, and expressions in it
    were read as weaker than they are. The face is taken to be the middle of the picture, from the brows to the chin.
    """
    side = x.shape[1]
    top, bottom, beside = side // 6, side // 12, round(side * 5 / 24)
    face = x[:, top : side - bottom, beside : side - beside]
    every = (1, 2, 3)
    mean = ops.mean(face, axis=every, keepdims=True)
    deviation = ops.std(face, axis=every, keepdims=True)
    evened = (x - mean) * (_DEVIATION / ops.maximum(deviation, _LEAST_DEVIATION)) + _MEAN
    return keras.layers.Identity(name=EVEN)(ops.clip(evened, 0, 255))
