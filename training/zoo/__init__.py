"""One file per family of networks.

Each has `build(side, channels, classes, **options)`: a network, untrained, that takes (N, side, side, channels) float in 0..255
and gives (N, classes) logits in float32. What can be frozen is one layer named `backbone`. A family whose backbone is in
`keras.applications` also has `IMAGENET`, the name of it there.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import keras
import numpy as np

from training.errors import TrainingError

BACKBONE = "backbone"
CENTRED = "centred"
_DEVIATION = (0.229, 0.224, 0.225)  # Of ImageNet's red, green and blue.
_PIXEL_DEVIATION = 64  # About that of pixels in 0..255.


def family(name: str) -> ModuleType:
    """Raises TrainingError, which names the families there are."""
    if not Path(__file__).with_name(f"{name}.py").is_file() or name.startswith("_"):
        known = ", ".join(sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py")))
        raise TrainingError(f"There is no family {name!r}; there are {known}.")
    return importlib.import_module(f"training.zoo.{name}")


def has_imagenet(family_name: str) -> bool:
    """Whether Keras has ImageNet weights for the family's backbone."""
    return hasattr(family(family_name), "IMAGENET")


def load_imagenet(network: keras.Model, family_name: str) -> None:
    """Give the backbone the ImageNet weights that Keras fetches. Raises TrainingError where they can't be had."""
    name = getattr(family(family_name), "IMAGENET", None)
    if name is None:
        raise TrainingError(f"The family {family_name} has no ImageNet weights; give --weights none.")
    backbone = network.get_layer(BACKBONE)
    try:
        source = getattr(keras.applications, name)(include_top=False, weights="imagenet", input_shape=backbone.input_shape[1:])
    except Exception as error:  # noqa: BLE001  # Keras raises whatever its downloader does
        reason = str(error).splitlines()[0][:120]
        raise TrainingError(
            f"The ImageNet weights of {name} can't be fetched ({reason}); give --weights none to start from random weights, "
            "or --weights FILE."
        ) from None
    backbone.set_weights(source.get_weights())
    as_without_weights(backbone)


def as_without_weights(backbone: keras.Model) -> None:
    """Put right a backbone that has taken Keras's own ImageNet weights. With these Keras's EfficientNets divide by the root of
    the deviation once more, in a layer that the same network without weights lacks (keras-team, tensorflow#49930); here it
    goes into the variance. Other networks stay as they are."""
    for layer in backbone.layers:
        if isinstance(layer, keras.layers.Normalization):
            mean, variance, *rest = layer.get_weights()
            layer.set_weights([mean, variance * np.reshape(_DEVIATION, variance.shape), *rest])
            layer.finalize_state()


def he_initialise(network: keras.Model) -> None:
    """Random kernels as He et al. (2015) draw them for rectified units, where a family's own default is another.

    They are meant for inputs of a deviation of 1. Where the backbone sees pixels that are centred and not scaled, those of its
    first convolution are smaller by as much: else what has no batch normalisation (VGG16) begins with logits in the hundreds,
    and its units fall silent for good.
    """
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            he_initialise(layer)
        elif isinstance(layer, keras.layers.Conv2D) and not isinstance(layer, keras.layers.DepthwiseConv2D):
            layer.kernel.assign(keras.initializers.HeNormal()(layer.kernel.shape))
    if any(layer.name == CENTRED for layer in network.layers):
        first = next(layer for layer in network.get_layer(BACKBONE).layers if isinstance(layer, keras.layers.Conv2D))
        first.kernel.assign(first.kernel / _PIXEL_DEVIATION)
