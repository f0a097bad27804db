"""MobileNet 1.0 (Howard et al. 2017): 3.2 M parameters. By default it sees the 48x48 grey face enlarged to 96x96.

The enlargement is part of the network, so that the app hands it the very pixels it was trained on: FER2013 has no finer ones.
Centred as the weights of `training.pretrained.vggface2_mobilenet` want it.
"""

from functools import partial

import keras
import numpy as np
from keras import layers

from training.zoo import BACKBONE, CENTRED
from training.zoo._contrast import EVEN
from training.zoo._transfer import around, caffe_centred

build = partial(
    around, keras.applications.MobileNet, name="mobilenet", prepare=caffe_centred, swap=True, enlarged=96, dropout=0.4
)


def lean(network: keras.Model) -> keras.Model:
    """The same function of a grey picture in less time; any other network as it is.

    Three equal channels need not be made, centred and rounded, only to be added up by the first convolution: that takes the one
    there is, with the sum of its kernels, and what it would have said of a black picture is added to what it says.
    """
    names = [layer.name for layer in network.layers]
    if network.name != "mobilenet" or not {CENTRED, BACKBONE} <= set(names) or network.input.shape[-1] != 1:
        return network
    first, normalisation, *rest = network.get_layer(BACKBONE).layers[1:]
    before = EVEN if EVEN in names else names[0]
    evened = network.get_layer(before).output
    centred = keras.Model(evened, network.get_layer(CENTRED).output)
    black = np.zeros((1, *network.input.shape[1:]), np.float32)
    of_black = np.asarray(normalisation(first(centred(black, training=False)), training=False))

    gamma, _, _, variance = normalisation.get_weights()
    kernel = first.get_weights()[0].sum(axis=2, keepdims=True) * gamma / np.sqrt(variance + normalisation.epsilon)
    convolution = layers.Conv2D(first.filters, first.kernel_size, first.strides, first.padding, use_bias=False)
    face = keras.Input(network.input.shape[1:], name=names[0])
    x: keras.KerasTensor = keras.Model(network.input, evened)(face)
    for layer in network.layers[names.index(before) + 1 : names.index(CENTRED)]:
        x = x if isinstance(layer, layers.Concatenate) else layer(x)
    x = convolution(x)
    convolution.set_weights([kernel])
    x = keras.ops.add(x, keras.ops.convert_to_tensor(of_black))
    for layer in (*rest, *network.layers[names.index(BACKBONE) + 1 :]):
        x = layer(x)
    return keras.Model(face, x, name=network.name)
