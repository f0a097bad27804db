"""VGG16 (Simonyan and Zisserman 2015): 14.7 M parameters in the backbone."""

from functools import partial

import keras

from training.zoo._transfer import around, caffe_centred

IMAGENET = "VGG16"
build = partial(around, keras.applications.VGG16, name="vgg16", prepare=caffe_centred, swap=True, dense=256, dropout=0.5)
