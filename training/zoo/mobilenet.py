"""MobileNet 1.0 (Howard et al. 2017): 3.2 M parameters. By default it sees the 48x48 grey face enlarged to 96x96.

The enlargement is part of the network, so that the app hands it the very pixels it was trained on: FER2013 has no finer ones.
Centred as the weights of `training.pretrained.vggface2_mobilenet` want it.
"""

from functools import partial

import keras

from training.zoo._transfer import around, caffe_centred

build = partial(
    around, keras.applications.MobileNet, name="mobilenet", prepare=caffe_centred, swap=True, enlarged=96, dropout=0.4
)
