"""A Keras network, compiled, on the GPU where there is one. Importing TensorFlow takes seconds: only who asks for it pays."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emocam.domain.errors import ModelError


class KerasNetwork:
    """For one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Raises ModelError where the file is missing or Keras can't load it."""
        if not path.is_file():
            raise ModelError("The model {path} is missing; install emocam again.", path=path)
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        try:
            import keras
            import tensorflow as tf
        except ImportError:
            raise ModelError(
                "The Keras back end needs TensorFlow, which is not installed; run `pip install tensorflow`."
            ) from None
        try:
            model = keras.models.load_model(path, compile=False)
        except (ValueError, OSError, TypeError) as error:
            raise ModelError("Keras can't load {path} ({reason}); export the model again.", path=path, reason=error) from None
        self.device = "GPU (Keras)" if tf.config.list_physical_devices("GPU") else "CPU (Keras)"
        signature = [tf.TensorSpec((None, *model.input_shape[1:]), tf.float32)]
        self._call = tf.function(lambda batch: model(batch, training=False), input_signature=signature)

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self._call(batch), np.float32)

    def close(self) -> None:
        """TensorFlow gives its memory back with the process only."""
