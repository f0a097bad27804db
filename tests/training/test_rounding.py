"""Weights for 8 bits that change least what a network says."""

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from emocam.adapters.litert_network import LiteRtNetwork
from emocam.adapters.model_card import LITERT
from training import rounding
from training.models import write_both_forms
from training.rounding import rounded, with_weights_for_8_bits

pytestmark = pytest.mark.filterwarnings("ignore")  # Keras, TensorFlow and the LiteRT converter warn of each other.

SHAPE = (12, 10, 16)  # Not square, so that height and width can't be mistaken.


def nearest(weights):
    scale = np.abs(weights).max(axis=1, keepdims=True) / 127
    return np.round(weights / scale) * scale


def flowing(rng, places=400, inputs=64):
    """What varies together: few causes, many inputs."""
    return rng.normal(size=(places, 4)) @ rng.normal(size=(4, inputs)) + 0.01 * rng.normal(size=(places, inputs))


def weights_of(content):
    """Of each convolution and dense layer, in floating point."""
    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    found = []
    for detail in interpreter.get_tensor_details():
        if detail["dtype"] == np.int8:
            (scales,) = (detail["quantization_parameters"][key] for key in ("scales",))
            values = interpreter.tensor(detail["index"])()
            found.append(values * scales.reshape(-1, *(1,) * (values.ndim - 1)))
    return found


@pytest.fixture
def rng():
    return np.random.default_rng(11)


class TestOneLayer:
    def test_what_comes_out_is_nearer_than_with_the_nearest_weights(self, rng):
        weights, seen = rng.normal(size=(6, 64)).astype(np.float32), flowing(rng)
        chosen = rounded(weights, seen.T @ seen)
        assert np.abs(seen @ (chosen - weights).T).mean() < 0.2 * np.abs(seen @ (nearest(weights) - weights).T).mean()

    def test_each_weight_is_a_whole_step_and_the_largest_stays(self, rng):
        weights, seen = rng.normal(size=(6, 64)).astype(np.float32), flowing(rng)
        chosen = rounded(weights, seen.T @ seen)
        scale = np.abs(weights).max(axis=1, keepdims=True) / 127
        assert np.allclose(chosen / scale, np.round(chosen / scale), atol=1e-3)
        largest = np.abs(weights).argmax(axis=1)
        assert np.allclose(chosen[np.arange(6), largest], weights[np.arange(6), largest], rtol=1e-6)
        assert (np.abs(chosen) <= np.abs(weights).max(axis=1, keepdims=True) * (1 + 1e-6)).all()
        assert chosen.dtype == np.float32

    @pytest.mark.parametrize("first", [64.4, 63.6])
    def test_making_up_for_an_error_leaves_the_scale_alone(self, first):
        weights = np.array([[first, 126, 127], [first, 127, 1], [-first, -127, 1]], np.float32) / 127
        seen = np.array([10, 1, 0.1]) * np.ones((50, 1)) + 0.001 * np.eye(3)[np.arange(50) % 3]
        chosen = rounded(weights, seen.T @ seen) * 127
        assert np.allclose(np.abs(chosen).max(axis=1), 127)
        assert np.allclose([chosen[0, 2], chosen[1, 1], chosen[2, 1]], [127, 127, -127])

    @pytest.mark.parametrize("block", [1, 7, 99, 100])
    def test_it_is_the_same_however_many_are_carried_over_at_once(self, rng, monkeypatch, block):
        weights, seen = rng.normal(size=(6, 100)).astype(np.float32), flowing(rng, inputs=100)
        chosen = rounded(weights, seen.T @ seen)
        monkeypatch.setattr(rounding, "_BLOCK", block)
        assert np.allclose(rounded(weights, seen.T @ seen), chosen, rtol=1e-6)

    def test_inputs_that_have_nothing_to_do_with_each_other_get_the_nearest(self, rng):
        weights = rng.normal(size=(6, 64)).astype(np.float32)
        assert np.allclose(rounded(weights, np.diag(rng.uniform(1, 9, 64))), nearest(weights), atol=1e-6)

    @pytest.mark.parametrize("seen", [0.0, 1.0])
    def test_weights_and_inputs_that_are_always_zero(self, seen):
        assert not rounded(np.zeros((2, 3), np.float32), np.full((3, 3), seen)).any()
        chosen = rounded(np.array([[0, 0.5, -1]], np.float32), np.zeros((3, 3)))
        assert np.allclose(chosen, [[0, 64 / 127, -1]])


def network(layer):
    """`layer` over a picture that varies slowly, as pictures do."""
    import keras

    keras.utils.set_random_seed(5)
    face = keras.Input(SHAPE)
    x = layer(face)
    return keras.Model(face, x if len(x.shape) == 2 else keras.layers.GlobalAveragePooling2D()(x))


def kinds():
    from keras import layers, models

    return {
        "strides and a border": layers.Conv2D(8, 3, strides=(2, 1), padding="same"),
        "no border": layers.Conv2D(8, (3, 2), padding="valid"),
        "one place": layers.Conv2D(8, 1),
        "one place, with strides": layers.Conv2D(8, 1, strides=(2, 2)),
        "dense": models.Sequential([layers.Flatten(), layers.Dense(8)]),
    }


def pictures(rng, count):
    causes = rng.normal(size=(count, 1, 1, 4)) @ np.random.default_rng(3).normal(size=(4, SHAPE[2]))  # The same for each call.
    slow = causes * 30 + 128 + rng.normal(size=(count, *SHAPE[:2], 1)).cumsum(axis=1) * 3
    return np.clip(slow, 0, 255).astype(np.float32)


class TestAWholeForm:
    @pytest.mark.parametrize("kind", ["strides and a border", "no border", "one place", "one place, with strides", "dense"])
    def test_each_kind_of_layer_says_nearly_the_same(self, rng, tmp_path, kind):
        net, shown, others = network(kinds()[kind]), pictures(rng, 40), pictures(rng, 40)
        write_both_forms(net, tmp_path, rounded=False)
        (tmp_path / "chosen").write_bytes(with_weights_for_8_bits((tmp_path / LITERT).read_bytes(), shown))
        whole = LiteRtNetwork(tmp_path / LITERT)(others)
        chosen = LiteRtNetwork(tmp_path / "chosen")(others)
        (layer,) = (each for each in net._flatten_layers() if hasattr(each, "kernel"))
        kernel = layer.kernel.numpy()
        layer.kernel.assign(nearest(kernel.reshape(-1, kernel.shape[-1]).T).T.reshape(kernel.shape))
        assert 0 < np.abs(chosen - whole).mean() < 0.5 * np.abs(net.predict(others, verbose=0) - whole).mean()

    @pytest.mark.parametrize("kind", ["strides and a border", "no border", "one place", "one place, with strides", "dense"])
    def test_what_flows_into_a_layer_is_what_its_outputs_are_made_of(self, rng, tmp_path, kind, monkeypatch):
        net, shown, asked = network(kinds()[kind]), pictures(rng, 5), []
        write_both_forms(net, tmp_path, rounded=False)
        monkeypatch.setattr("training.rounding.rounded", lambda weights, moments: asked.append((weights, moments)) or weights)
        assert with_weights_for_8_bits((tmp_path / LITERT).read_bytes(), shown)
        ((weights, moments),) = asked
        layer = net.layers[1]
        outputs = layer(shown).numpy().reshape(-1, 8).astype(np.float64)
        assert np.allclose(weights @ moments @ weights.T, outputs.T @ outputs, rtol=1e-3, atol=1e-3 * np.abs(moments).max())

    def test_8_bits_hold_the_chosen_weights(self, rng, tmp_path):
        net, shown = network(kinds()["one place"]), pictures(rng, 8)
        write_both_forms(net, tmp_path, rounded=False)
        (tmp_path / "chosen").write_bytes(with_weights_for_8_bits((tmp_path / LITERT).read_bytes(), shown))
        write_both_forms(net, tmp_path, pictures=shown)
        (held,) = weights_of((tmp_path / LITERT).read_bytes())
        interpreter = Interpreter(model_path=str(tmp_path / "chosen"))
        interpreter.allocate_tensors()
        wanted = [each for each in interpreter.get_tensor_details() if tuple(each["shape"]) == held.shape]
        assert any(np.allclose(interpreter.get_tensor(each["index"]), held, atol=1e-6) for each in wanted)

    def test_layers_with_many_inputs_and_depthwise_ones_stay(self, rng, tmp_path, monkeypatch):
        from keras import layers, models

        monkeypatch.setattr("training.rounding._MOST_INPUTS", 20)
        both = models.Sequential([layers.DepthwiseConv2D(3), layers.Conv2D(8, 3)])
        write_both_forms(network(both), tmp_path, rounded=False)
        content = (tmp_path / LITERT).read_bytes()
        (tmp_path / "chosen").write_bytes(with_weights_for_8_bits(content, pictures(rng, 4)))
        shown = pictures(rng, 4)
        assert np.array_equal(LiteRtNetwork(tmp_path / "chosen")(shown), LiteRtNetwork(tmp_path / LITERT)(shown))
