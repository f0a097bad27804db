"""ResNet50 (He et al. 2016): 23.6 M parameters in the backbone."""

from functools import partial
from typing import Any

import keras

from training.zoo import BACKBONE
from training.zoo._transfer import around, caffe_centred

IMAGENET = "ResNet50"
_around = partial(
    around, keras.applications.ResNet50, name="resnet50", prepare=caffe_centred, swap=True, dense=256, dropout=0.5
)


def build(side: int = 48, channels: int = 1, classes: int = 7, **options: Any) -> keras.Model:
    """Each block begins as what goes past it, its last batch normalisation scaled by 0 (Goyal et al. 2017, section 5.1): from
    random weights it learns from the first steps on, as a shallow network does."""
    network = _around(side, channels, classes, **options)
    for layer in network.get_layer(BACKBONE).layers:
        if layer.name.endswith("_3_bn"):
            layer.gamma.assign(layer.gamma * 0)
    return network
