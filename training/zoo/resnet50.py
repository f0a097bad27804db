"""ResNet50 (He et al. 2016): 23.6 M parameters in the backbone."""

from __future__ import annotations

import keras

from training.zoo._transfer import around, caffe_centred

IMAGENET = "ResNet50"


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
        keras.applications.ResNet50,
        side=side,
        channels=channels,
        classes=classes,
        name="resnet50",
        prepare=caffe_centred,
        swap=True,
        enlarged=enlarged,
        dense=dense,
        dropout=dropout,
        l2=l2,
    )
