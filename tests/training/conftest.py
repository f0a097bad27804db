import csv

import numpy as np
import pytest
from PIL import Image

from training.datasets.fer2013 import VOTES


def _face(label: int, rng: np.random.Generator) -> np.ndarray:
    """A picture that tells its class by where it is bright, with noise."""
    picture = rng.normal(110, 25, (48, 48))
    picture[6 * label : 6 * label + 10, 8:40] += 90
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def sheets(tmp_path_factory):
    """Four hundred made-up pictures in the layout of the FER2013 sheets; one is both for training and for testing."""
    folder = tmp_path_factory.mktemp("fer")
    rng = np.random.default_rng(3)
    labels = [int(number) for number in rng.integers(0, 7, 400)]
    usages = ["Training"] * 300 + ["PublicTest"] * 50 + ["PrivateTest"] * 50
    pictures = [_face(label, rng) for label in labels]
    pictures[350], labels[350] = pictures[0], labels[0]
    sheet = np.zeros((-(-len(pictures) // 120) * 48, 120 * 48), np.uint8)
    for place, picture in enumerate(pictures):
        row, column = divmod(place, 120)
        sheet[row * 48 : row * 48 + 48, column * 48 : column * 48 + 48] = picture
    Image.fromarray(sheet).save(folder / "faces_0.png")
    vote = dict(zip(range(7), ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"), strict=True))
    with open(folder / "labels.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["index", "emotion", "usage", *VOTES])
        for index, (label, usage) in enumerate(zip(labels, usages, strict=True)):
            votes = dict.fromkeys(VOTES, 0) | {vote[label]: 8, "contempt": 2}
            if index == 1:
                votes = dict.fromkeys(VOTES, 0) | {"NF": 10}
            writer.writerow([index, label, usage, *votes.values()])
    return folder
