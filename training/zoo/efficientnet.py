"""EfficientNet B0 (Tan and Le 2019): 4.0 M parameters in the backbone, which does its own scaling of 0..255."""

from __future__ import annotations

import keras

from training.zoo._transfer import around

IMAGENET = "EfficientNetB0"


def build(
    side: int = 48,
    channels: int = 1,
    classes: int = 7,
    *,
    enlarged: int = 0,
    dense: int = 0,
    dropout: float = 0.3,
    l2: float = 0.0,
) -> keras.Model:
    return around(
        keras.applications.EfficientNetB0,
        side=side,
        channels=channels,
        classes=classes,
        name="efficientnet",
        prepare=lambda x: x,
        enlarged=enlarged,
        dense=dense,
        dropout=dropout,
        l2=l2,
    )
