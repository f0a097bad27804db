"""Weights that 8 bits can hold, chosen so that what a network says changes least: GPTQ (Frantar et al. 2023)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from ai_edge_litert.tools import flatbuffer_utils
from numpy.typing import NDArray

_STEPS = 127  # On each side of zero: symmetric, a scale per output.
_DAMPING = 0.01  # Of the mean square of what flows in, as in the paper.
_BLOCK = 128  # Inputs whose errors are carried over to the rest at once, as in the paper: a tenth of the time.
_MOST_INPUTS = 2048  # The largest matrix to be inverted; layers with more keep the nearest values.
_SAME = 0


def with_weights_for_8_bits(model: bytes, pictures: NDArray[np.float32]) -> bytes:
    """The LiteRT form `model`, still in floating point, with other weights: of convolutions, depthwise ones aside, and of dense
    layers. Each is a whole step of the scale that its output gets in 8 bits, so that rounding to those moves it no further.

    pictures: (N, side, side, channels) in 0..255, a hundred or more of those that it was trained with. An output's weights are
    rounded one after another, and those still to come make up for the error, going by how what flows in varies together.
    """
    graph = flatbuffer_utils.read_model_from_bytearray(bytearray(model))
    found = list(_layers(graph))
    for layer, moments in zip(found, _moments(model, found, pictures), strict=True):
        buffer = graph.buffers[layer.buffer]
        weights = np.frombuffer(bytes(buffer.data), np.float32).reshape(layer.outputs, -1)
        buffer.data = np.frombuffer(rounded(weights, moments).tobytes(), np.uint8)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(graph))


def rounded(weights: NDArray[np.float32], moments: NDArray[np.float64]) -> NDArray[np.float32]:
    """weights: (outputs, inputs). moments: (inputs, inputs), the sum of x xᵀ over what flows in."""
    scale = np.abs(weights).max(axis=1).astype(np.float64) / _STEPS
    scale[scale == 0] = 1
    order = np.argsort(-np.diag(moments), kind="stable")  # What matters most first, while others can still make up for it.
    given = moments[np.ix_(order, order)].copy()
    given[np.diag_indices_from(given)] += _DAMPING * max(float(np.diag(moments).mean()), np.finfo(np.float32).tiny)
    carry = np.linalg.cholesky(np.linalg.inv(given)).T
    left = weights[:, order].astype(np.float64)
    largest = np.abs(left).argmax(axis=1)
    whole = np.sign(left[np.arange(len(left)), largest]) * _STEPS
    result = np.empty_like(left)
    for first in range(0, len(order), _BLOCK):
        end = min(first + _BLOCK, len(order))
        errors = np.empty((len(left), end - first))
        for place in range(first, end):
            steps = np.clip(np.round(left[:, place] / scale), -_STEPS, _STEPS)
            result[:, place] = np.where(largest == place, whole, steps) * scale  # The largest says what the scale is.
            error = errors[:, place - first] = (left[:, place] - result[:, place]) / carry[place, place]
            left[:, place + 1 : end] -= np.outer(error, carry[place, place + 1 : end])
        left[:, end:] -= errors @ carry[first:end, end:]
    return result[:, np.argsort(order)].astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Layer:
    """entry: the tensor that flows in. buffer: of the weights. outputs: how many. The rest: how a convolution goes over the
    picture; a dense layer takes what there is, as a convolution of one place does."""

    entry: int
    buffer: int
    outputs: int
    kernel: tuple[int, int] = (1, 1)
    strides: tuple[int, int] = (1, 1)
    padding: str = "VALID"

    def seen(self, flowing: NDArray[np.float32]) -> NDArray[np.float32]:
        """(places, inputs): what one output is computed of, for each place."""
        if (self.kernel, self.strides) != ((1, 1), (1, 1)):
            sizes, strides = (1, *self.kernel, 1), (1, *self.strides, 1)
            flowing = tf.image.extract_patches(flowing, sizes, strides, (1, 1, 1, 1), self.padding).numpy()
        return flowing.reshape(-1, flowing.shape[-1])


def _layers(graph: flatbuffer_utils.ModelT) -> Iterator[_Layer]:
    main = graph.subgraphs[0]
    for step in main.operators:
        kind, options = flatbuffer_utils.opcode_to_name(graph, step.opcodeIndex), step.builtinOptions
        if kind not in ("CONV_2D", "FULLY_CONNECTED"):
            continue
        weights = main.tensors[step.inputs[1]]
        outputs, *shape = (int(side) for side in weights.shape)
        if np.prod(shape) > _MOST_INPUTS or graph.buffers[weights.buffer].data is None:
            continue
        if kind == "FULLY_CONNECTED":
            yield _Layer(step.inputs[0], weights.buffer, outputs)
        elif (options.dilationHFactor, options.dilationWFactor) == (1, 1):
            padding = "SAME" if options.padding == _SAME else "VALID"
            strides = options.strideH, options.strideW
            yield _Layer(step.inputs[0], weights.buffer, outputs, (shape[0], shape[1]), strides, padding)


def _moments(model: bytes, layers: list[_Layer], pictures: NDArray[np.float32]) -> list[NDArray[np.float64]]:
    """Of each layer the sum of x xᵀ over every place of every picture."""
    interpreter = Interpreter(
        model_content=model,
        experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,  # Those keep nothing on the way.
    )
    interpreter.allocate_tensors()
    entry = interpreter.get_input_details()[0]["index"]
    sums = [np.zeros(()) for _ in layers]
    for picture in pictures:
        interpreter.set_tensor(entry, picture[None])
        interpreter.invoke()
        for at, layer in enumerate(layers):
            seen = layer.seen(interpreter.get_tensor(layer.entry))
            sums[at] = sums[at] + (seen.T @ seen).astype(np.float64)
    return sums
