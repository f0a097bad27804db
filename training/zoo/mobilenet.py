"""MobileNet 1.0 (Howard et al. 2017): 3.2 M parameters. By default it sees the 48x48 grey face enlarged to 96x96.

The enlargement is part of the network, so that the app hands it the very pixels it was trained on: FER2013 has no finer ones.
"""

from __future__ import annotations

import keras

from training.zoo._transfer import around, caffe_centred


def build(
    side: int = 48,
    channels: int = 1,
    classes: int = 7,
    *,
    enlarged: int = 96,
    dense: int = 0,
    dropout: float = 0.4,
    l2: float = 0.0,
) -> keras.Model:
    """Centred as the weights of `training.pretrained.vggface2_mobilenet` want it."""
    return around(
        keras.applications.MobileNet,
        side=side,
        channels=channels,
        classes=classes,
        name="mobilenet",
        prepare=caffe_centred,
        swap=True,
        enlarged=enlarged,
        dense=dense,
        dropout=dropout,
        l2=l2,
    )
