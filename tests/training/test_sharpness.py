"""Steps by the gradient at the worst place near the weights."""

import keras
import numpy as np
import pytest

from training.sharpness import SharpnessAware


def line(weight, *, normalised=False):
    face = keras.Input((1,))
    layer = keras.layers.Dense(1, use_bias=False)
    x = keras.layers.BatchNormalization(name="bn")(face) if normalised else face
    network = keras.Model(face, layer(x))
    layer.set_weights([np.array([[weight]], np.float32)])
    return network


def test_a_step_is_that_of_the_worst_place_on_the_first_half_of_the_batch():
    network = SharpnessAware(line(1.0), radius=0.5)
    network.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    network.train_on_batch(np.array([[1.0], [2.0]], np.float32), np.zeros((2, 1), np.float32))
    # Of w² on the first picture the gradient is 2 w, uphill; so the worst place within 0.5 of 1 is 1.5. There, on both,
    # the mean of (1 w)² and (2 w)² has the gradient 5 w.
    assert network.get_weights()[0].item() == pytest.approx(1 - 0.1 * 5 * 1.5)


def test_a_single_picture_and_weights_of_classes_do():
    network = SharpnessAware(line(1.0), radius=0.5)
    network.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    network.train_on_batch(np.ones((1, 1), np.float32), np.zeros((1, 1), np.float32), sample_weight=np.array([2.0], np.float32))
    assert network.get_weights()[0].item() == pytest.approx(1 - 0.1 * 4 * 1.5)


def test_normalisation_notes_what_it_sees_once_and_plain_weights_fit():
    plain = line(1.0, normalised=True)
    network = SharpnessAware(plain, radius=0.5)
    network.compile(optimizer=keras.optimizers.SGD(0.0), loss="mse")
    pictures = np.array([[0.0], [4.0]], np.float32)
    network.train_on_batch(pictures, np.zeros((2, 1), np.float32))
    layer = network.get_layer("bn")
    assert layer.momentum == 0.99
    assert np.asarray(layer.moving_mean).item() == pytest.approx(0.01 * 2)
    assert [each.tolist() for each in plain.get_weights()] == [each.tolist() for each in network.get_weights()]
