"""VGG16 (Simonyan and Zisserman 2015): 14.7 M parameters in the backbone."""

from __future__ import annotations

import keras

from training.zoo._transfer import around, caffe_centred

IMAGENET = "VGG16"


def build(
    side: int = 48,
    channels: int = 1,
    classes: int = 7,
    *,
    enlarged: int = 0,
    dense: int = 256,
    dropout: float = 0.5,
    l2: float = 0.0,
) -> keras.Model:
    return around(
        keras.applications.VGG16,
        side=side,
        channels=channels,
        classes=classes,
        name="vgg16",
        prepare=caffe_centred,
        swap=True,
        enlarged=enlarged,
        dense=dense,
        dropout=dropout,
        l2=l2,
    )
