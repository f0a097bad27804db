"""EfficientNet-Lite 0 to 2: Tan and Le's (2019) without squeeze-and-excitation and with ReLU6, made by Google for phones.

Keras has the larger EfficientNets only. The ImageNet weights come as packages: `training.pretrained.efficientnet_lite`.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import keras
from keras import layers

from training.zoo._transfer import around

# (width, depth, side it was trained at) of variants 0 to 2, and (repeats, kernel, stride, expansion, filters) of the stages.
VARIANTS = ((1.0, 1.0, 224), (1.0, 1.1, 240), (1.1, 1.2, 260))
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
_STEM, _HEAD = 32, 1280  # Not scaled with the width, as are the repeats of the first and the last stage.
_EPSILON = 1e-3


def backbone(
    variant: int, *, include_top: bool = False, weights: None = None, input_shape: tuple[int, int, int], name: str
) -> keras.Model:
    """Features (N, H/32, W/32, 1280) of pictures scaled to about -1..1. The arguments are those of `keras.applications`."""
    assert not include_top
    assert weights is None
    width, depth, _ = VARIANTS[variant]
    inputs = keras.Input(input_shape)
    x = _unit(inputs, "stem", layers.Conv2D(_STEM, 3, strides=2, padding="same", use_bias=False))
    before, number = _STEM, 0
    for place, (repeats, kernel, stride, expansion, filters) in enumerate(_STAGES):
        after = _scaled(filters, width)
        fixed = place in (0, len(_STAGES) - 1)
        for repeat in range(repeats if fixed else math.ceil(depth * repeats)):
            x = _block(x, f"block{number}", before, after, kernel, stride if repeat == 0 else 1, expansion)
            before, number = after, number + 1
    x = _unit(x, "head", layers.Conv2D(_HEAD, 1, use_bias=False))
    return keras.Model(inputs, x, name=name)


def build(side: int = 48, channels: int = 1, classes: int = 7, *, variant: int = 0, **options: Any) -> keras.Model:
    """options: of `around`; by default the backbone sees the face enlarged to 112x112."""
    return around(
        partial(backbone, variant),
        side,
        channels,
        classes,
        name=f"efficientnet_lite{variant}",
        prepare=layers.Rescaling(1 / 128.0, offset=-127 / 128.0, name="centred"),
        **{"enlarged": 112, "dropout": 0.3, **options},
    )


def _block(
    x: keras.KerasTensor, name: str, before: int, after: int, kernel: int, stride: int, expansion: int
) -> keras.KerasTensor:
    """An inverted residual (Sandler et al. 2018)."""
    start = x
    if expansion != 1:
        x = _unit(x, f"{name}_expand", layers.Conv2D(before * expansion, 1, use_bias=False))
    x = _unit(x, f"{name}_depthwise", layers.DepthwiseConv2D(kernel, strides=stride, padding="same", use_bias=False))
    x = _unit(x, f"{name}_project", layers.Conv2D(after, 1, use_bias=False), rectified=False)
    return layers.Add()([x, start]) if stride == 1 and before == after else x


def _unit(x: keras.KerasTensor, name: str, convolution: layers.Layer, *, rectified: bool = True) -> keras.KerasTensor:
    convolution.name = name
    x = layers.BatchNormalization(epsilon=_EPSILON, name=f"{name}_bn")(convolution(x))
    return layers.ReLU(6.0)(x) if rectified else x


def _scaled(filters: int, width: float) -> int:
    """To a multiple of eight, never more than a tenth below."""
    wanted = filters * width
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * wanted else rounded + 8
