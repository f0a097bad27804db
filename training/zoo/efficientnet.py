"""EfficientNet B0 (Tan and Le 2019): 4.0 M parameters in the backbone, which does its own scaling of 0..255."""

from functools import partial

import keras

from training.zoo._transfer import around

IMAGENET = "EfficientNetB0"
build = partial(around, keras.applications.EfficientNetB0, name="efficientnet", prepare=lambda x: x, dropout=0.3)
