"""Weights that others trained, brought into the form of our own families; one file per source."""

from __future__ import annotations

import re
import tarfile
import zipfile
from pathlib import Path

import keras
import numpy as np

from training import zoo
from training.datasets.faces import TRAINING, FaceDataset
from training.errors import TrainingError
from training.trainer import BEST


def make_start(name: str, archive: Path, data: FaceDataset, out: Path) -> Path:
    """Write a network with the weights of `archive` into the folder `out`, where recipes look for a start, and return its path.

    data: faces for the statistics where the weights come without. Raises TrainingError.
    """
    if not archive.is_file():
        raise TrainingError(f"There is no package {archive}; docs/training.md says where to get it.")
    keras.utils.set_random_seed(7)
    try:
        network = _converted(name, archive, data)
    except (KeyError, ValueError, tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
        raise TrainingError(f"{archive} is not the package that {name} is made from ({error}); see docs/training.md.") from None
    out.mkdir(parents=True, exist_ok=True)
    network.save_weights(out / BEST)
    return out / BEST


def _converted(name: str, archive: Path, data: FaceDataset) -> keras.Model:
    if name == "vggface2-mobilenet":
        from training.pretrained import vggface2_mobilenet

        network = zoo.family("mobilenet").build()
        faces = data.split(TRAINING)
        faces = faces.where(np.arange(len(faces)) % 64 == 0)
        vggface2_mobilenet.convert(archive, network, np.concatenate([*faces.batches(48, 1)])[..., 0])
    elif match := re.fullmatch(r"efficientnet-lite([012])-imagenet", name):
        from training.pretrained import efficientnet_lite

        network = zoo.family("efficientnet_lite").build(variant=int(match[1]))
        efficientnet_lite.convert(efficientnet_lite.read_weights(archive), network)
    elif name == "facenet":
        from training.pretrained import facenet

        network = zoo.family("inception_resnet").build()
        facenet.convert(facenet.read_weights(archive), network)
    else:
        raise TrainingError(
            f"There is no start {name!r}; there are vggface2-mobilenet, facenet and efficientnet-lite0-imagenet to "
            "-lite2-imagenet."
        )
    return network
