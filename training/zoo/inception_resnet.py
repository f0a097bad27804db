"""Inception-ResNet v1 (Szegedy et al. 2017) as FaceNet's makers trained it on the identities of faces: 22.5 M parameters.

The weights come as a package, `training.pretrained.facenet`, with the batch normalisation folded into the kernels; so there is
none here either, and from random weights it would hardly learn. Layers have that package's names, with points for slashes.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from training.zoo._transfer import around


def backbone(*, include_top: bool = False, weights: None = None, input_shape: tuple[int, int, int], name: str) -> keras.Model:
    """Features (N, H', W', 1792) of pictures scaled to about -1..1, of at least 75 pixels a side: 3x3 features for 160 pixels,
    2x2 for 128. The arguments are those of `keras.applications`."""
    assert not include_top
    assert weights is None
    inputs = keras.Input(input_shape)
    x = _unit(inputs, "Conv2d_1a_3x3", 32, 3, strides=2, padding="valid")
    x = _unit(x, "Conv2d_2a_3x3", 32, 3, padding="valid")
    x = _unit(x, "Conv2d_2b_3x3", 64, 3)
    x = layers.MaxPooling2D(3, 2)(x)
    x = _unit(x, "Conv2d_3b_1x1", 80, 1, padding="valid")
    x = _unit(x, "Conv2d_4a_3x3", 192, 3, padding="valid")
    x = _unit(x, "Conv2d_4b_3x3", 256, 3, strides=2, padding="valid")
    for number in range(1, 6):
        x = _block35(x, f"Repeat.block35_{number}")
    x = _reduction(x, "Mixed_6a", ((3, 384),), ((1, 192), (3, 192), (3, 256)))
    for number in range(1, 11):
        x = _around_a_row(x, f"Repeat_1.block17_{number}", 128, 7, scale=0.10)
    x = _reduction(x, "Mixed_7a", ((1, 256), (3, 384)), ((1, 256), (3, 256)), ((1, 256), (3, 256), (3, 256)))
    for number in range(1, 6):
        x = _around_a_row(x, f"Repeat_2.block8_{number}", 192, 3, scale=0.20)
    x = _around_a_row(x, "Block8", 192, 3, scale=1.0, rectified=False)
    return keras.Model(inputs, x, name=name)


def build(side: int = 48, channels: int = 1, classes: int = 7, **options: Any) -> keras.Model:
    """options: of `around`; by default the backbone sees the face enlarged to 128x128 (it was made for 160)."""
    return around(
        backbone,
        side,
        channels,
        classes,
        name="inception_resnet",
        prepare=layers.Rescaling(1 / 128.0, offset=-127.5 / 128.0, name="centred"),
        **{"enlarged": 128, **options},
    )


def _unit(
    x: keras.KerasTensor, name: str, filters: int, kernel: int | tuple[int, int], *, strides: int = 1, padding: str = "same"
) -> keras.KerasTensor:
    return layers.Conv2D(filters, kernel, strides, padding, activation="relu", name=name)(x)


def _block35(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    first = _unit(x, f"{name}.Branch_0.Conv2d_1x1", 32, 1)
    second = _unit(x, f"{name}.Branch_1.Conv2d_0a_1x1", 32, 1)
    second = _unit(second, f"{name}.Branch_1.Conv2d_0b_3x3", 32, 3)
    third = _unit(x, f"{name}.Branch_2.Conv2d_0a_1x1", 32, 1)
    third = _unit(third, f"{name}.Branch_2.Conv2d_0b_3x3", 32, 3)
    third = _unit(third, f"{name}.Branch_2.Conv2d_0c_3x3", 32, 3)
    return _residual(x, [first, second, third], name, scale=0.17)


def _around_a_row(
    x: keras.KerasTensor, name: str, filters: int, length: int, *, scale: float, rectified: bool = True
) -> keras.KerasTensor:
    """A block whose second branch looks along a row of `length` and then along a column."""
    first = _unit(x, f"{name}.Branch_0.Conv2d_1x1", filters, 1)
    second = _unit(x, f"{name}.Branch_1.Conv2d_0a_1x1", filters, 1)
    second = _unit(second, f"{name}.Branch_1.Conv2d_0b_1x{length}", filters, (1, length))
    second = _unit(second, f"{name}.Branch_1.Conv2d_0c_{length}x1", filters, (length, 1))
    return _residual(x, [first, second], name, scale=scale, rectified=rectified)


def _residual(
    x: keras.KerasTensor, branches: list[keras.KerasTensor], name: str, *, scale: float, rectified: bool = True
) -> keras.KerasTensor:
    change = layers.Conv2D(x.shape[-1], 1, name=f"{name}.Conv2d_1x1")(layers.Concatenate()(branches))
    x = layers.Add()([x, layers.Rescaling(scale)(change) if scale != 1 else change])
    return layers.Activation("relu")(x) if rectified else x


def _reduction(x: keras.KerasTensor, name: str, *branches: tuple[tuple[int, int], ...]) -> keras.KerasTensor:
    """Half the side. branches: (kernel, filters) of the units of each; its last unit takes every other place."""
    ends = []
    for number, units in enumerate(branches):
        end = x
        for place, (kernel, filters) in enumerate(units[:-1]):
            end = _unit(end, f"{name}.Branch_{number}.Conv2d_0{'ab'[place]}_{kernel}x{kernel}", filters, kernel)
        kernel, filters = units[-1]
        ends.append(_unit(end, f"{name}.Branch_{number}.Conv2d_1a_3x3", filters, kernel, strides=2, padding="valid"))
    return layers.Concatenate()([*ends, layers.MaxPooling2D(3, 2)(x)])
