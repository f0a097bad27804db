"""The light on a face evened out within the network."""

import keras
import numpy as np
import pytest

from training.models import write_both_forms
from training.zoo import CENTRED
from training.zoo._contrast import EVEN, even
from training.zoo.mobilenet import build

pytestmark = pytest.mark.filterwarnings("ignore")  # Keras, TensorFlow and the LiteRT converter warn of each other.

RNG = np.random.default_rng(4)
FACE = np.s_[:, 8:44, 10:38]


def evened(pictures):
    inputs = keras.Input(pictures.shape[1:])
    return np.asarray(keras.Model(inputs, even(inputs))(pictures))


@pytest.fixture
def face():
    """(1, 48, 48, 1): a face of soft light before a white wall."""
    picture = np.full((1, 48, 48, 1), 250.0, np.float32)
    picture[FACE] = RNG.uniform(60, 120, picture[FACE].shape)
    return picture


def test_light_and_contrast_of_the_face_are_the_common_ones(face):
    found = evened(face)[FACE]
    assert found.mean() == pytest.approx(140, abs=0.1)
    assert found.std() == pytest.approx(45, abs=0.1)


@pytest.mark.parametrize(("times", "more"), [(0.5, 0), (1.0, 60), (1.4, -20)])
def test_other_light_and_contrast_make_no_difference(face, times, more):
    assert np.allclose(evened(times * face + more)[FACE], evened(face)[FACE], atol=0.01)


def test_what_is_around_the_face_makes_no_difference_to_it(face):
    dark = face.copy()
    dark[:, :8] = dark[:, :, :10] = 0
    assert np.allclose(evened(dark)[FACE], evened(face)[FACE], atol=0.01)
    assert (evened(dark)[:, :8] == 0).all()


def test_each_picture_is_evened_out_by_itself(face):
    both = evened(np.concatenate([face, 0.6 * face]))
    assert np.allclose(both[0][FACE[1:]], both[1][FACE[1:]], atol=0.01)


@pytest.mark.parametrize("value", [0, 120, 255])
def test_a_picture_of_nothing_stays_one(value):
    flat = np.full((1, 48, 48, 1), value, np.float32)
    assert np.allclose(evened(flat), 140)
    faint = flat + RNG.normal(0, 0.5, flat.shape).astype(np.float32)
    assert evened(faint)[FACE].std() < 4


def test_colours_keep_their_balance():
    picture = RNG.uniform(80, 110, (1, 48, 48, 3)).astype(np.float32) + np.float32([0, 20, 40])
    found = evened(picture)[FACE]
    assert found[..., 2].mean() - found[..., 0].mean() > 50
    assert found.mean() == pytest.approx(140, abs=2)


def test_a_network_with_it_is_one_file_that_needs_no_training_package(face, tmp_path):
    network = build(even_contrast=True, enlarged=32)
    names = [layer.name for layer in network.layers]
    assert names.index(EVEN) < names.index(CENTRED)
    keras_form, lite = write_both_forms(network, tmp_path, rounded=False)
    assert np.allclose(keras_form(face), keras_form(0.5 * face + 20), atol=1e-3)
    assert np.allclose(lite(face), keras_form(face), atol=1e-4)
