"""A network's LiteRT form, on the CPU."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emocam.adapters.quiet import native_stderr_to_log
from emocam.domain.errors import ModelError

_LARGEST_BATCH = 8
_LARGE_BATCH = 3


class LiteRtNetwork:
    """One interpreter per batch size met: to change the size of one costs more than to run it. For one thread at a time."""

    device = "CPU (LiteRT)"

    def __init__(self, path: Path) -> None:
        """Raises ModelError where the file is missing or broken."""
        try:
            self._content = path.read_bytes()
        except OSError as error:
            raise ModelError(
                "The model {path} can't be read ({reason}); install emocam again.", path=path, reason=error.strerror
            ) from None
        self._path = path
        self._interpreters: dict[int, tuple[Any, int, int]] = {}
        self._interpreter(1)

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.concatenate(
            [self._run(batch[start : start + _LARGEST_BATCH]) for start in range(0, len(batch), _LARGEST_BATCH)]
        )

    def _run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        interpreter, at_input, at_output = self._interpreter(len(batch))
        interpreter.set_tensor(at_input, batch)
        interpreter.invoke()
        return np.array(interpreter.get_tensor(at_output), np.float32)

    def _interpreter(self, size: int) -> tuple[Any, int, int]:
        """The one for batches of this size, and the indices of its input and output, which cost more to ask for each time."""
        if size not in self._interpreters:
            from ai_edge_litert.interpreter import Interpreter

            try:
                with native_stderr_to_log():
                    interpreter = Interpreter(model_content=self._content, num_threads=_threads(size))
                    entry = interpreter.get_input_details()[0]
                    interpreter.resize_tensor_input(entry["index"], [size, *entry["shape"][1:]])
                    interpreter.allocate_tensors()
            except (ValueError, RuntimeError) as error:
                raise ModelError(
                    "{path} is no LiteRT model that runs here ({reason}); export it again.", path=self._path, reason=error
                ) from None
            self._interpreters[size] = interpreter, entry["index"], interpreter.get_output_details()[0]["index"]
        return self._interpreters[size]

    def close(self) -> None:
        self._interpreters.clear()


def _threads(size: int) -> int:
    """A second thread pays from a few faces on; for less it takes more from the other stages than it gives."""
    return 2 if size >= _LARGE_BATCH and (os.cpu_count() or 1) > 1 else 1
