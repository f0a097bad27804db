"""ResNet50 (He et al. 2016): 23.6 M parameters in the backbone."""

from functools import partial

import keras

from training.zoo._transfer import around, caffe_centred

IMAGENET = "ResNet50"
build = partial(around, keras.applications.ResNet50, name="resnet50", prepare=caffe_centred, swap=True, dense=256, dropout=0.5)
