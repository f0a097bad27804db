"""Sharpness-aware minimisation (Foret et al. 2021): steps by the gradient at the worst place near the weights, not at them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf


class SharpnessAware(keras.Model):
    """A network of Keras with the same layers that is trained so. The way to the worst place is found on half of each batch,
    which costs half as much and sees other pictures than the step (as in Foret et al.'s m-sharpness)."""

    def __init__(self, network: keras.Model, radius: float) -> None:
        super().__init__(inputs=network.inputs, outputs=network.outputs, name=network.name)
        self._radius = radius

    def train_step(self, data: tuple[tf.Tensor, ...]) -> dict[str, Any]:
        pictures, wanted, counts = keras.utils.unpack_x_y_sample_weight(data)
        half = tf.maximum(tf.shape(pictures)[0] // 2, 1)
        weights = [weight.value for weight in self.trainable_variables]
        with _statistics_at_rest(self), tf.GradientTape() as tape:
            weighed = None if counts is None else counts[:half]
            loss = self.compute_loss(y=wanted[:half], y_pred=self(pictures[:half], training=True), sample_weight=weighed)
        uphill = tape.gradient(loss, weights)
        scale = self._radius / (tf.linalg.global_norm(uphill) + 1e-12)
        steps = [tf.convert_to_tensor(each) * scale for each in uphill]
        for weight, step in zip(weights, steps, strict=True):
            weight.assign_add(step)
        with tf.GradientTape() as tape:
            said = self(pictures, training=True)
            loss = self.compute_loss(y=wanted, y_pred=said, sample_weight=counts)
        gradient = tape.gradient(loss, weights)
        for weight, step in zip(weights, steps, strict=True):
            weight.assign_sub(step)
        self.optimizer.apply(gradient, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(pictures)[0])
        return self.compute_metrics(pictures, wanted, said, sample_weight=counts)


@contextmanager
def _statistics_at_rest(network: keras.Model) -> Iterator[None]:
    """Batch normalisation does not take note of what it sees meanwhile."""
    layers = list(_normalisations(network))
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.momentum = 1.0
    try:
        yield
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum


def _normalisations(network: keras.Model) -> Iterator[keras.layers.BatchNormalization]:
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from _normalisations(layer)
        elif isinstance(layer, keras.layers.BatchNormalization):
            yield layer
