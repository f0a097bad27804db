"""What dropout draws: from the seed and the number of the epoch alone, so that a run that was cut off goes on the same."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import numpy as np


class SeedEachEpoch(keras.callbacks.Callback):
    """Starts the random numbers of every layer anew in each epoch; Keras does not write theirs with the weights."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._seed = seed

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        for place, generator in enumerate(_generators(self.model)):
            start = np.random.SeedSequence((self._seed, epoch, place)).generate_state(2) >> 1  # Below 2^31.
            generator.state.assign(start.astype(generator.state.dtype))


def _generators(network: keras.Model) -> Iterator[keras.random.SeedGenerator]:
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from _generators(layer)
        elif isinstance(generator := getattr(layer, "seed_generator", None), keras.random.SeedGenerator):
            yield generator
