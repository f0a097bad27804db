"""FER2013 (Goodfellow et al. 2013) with the FER+ votes (Barsoum et al. 2016), as four packed PNG sheets and `labels.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emocam.domain.emotions import FER7

SPLITS = ("Training", "PublicTest", "PrivateTest")
VOTES = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF")
# The column of VOTES for each class of FER7. Contempt, unknown and NF have no counterpart among the seven.
_VOTE_OF_CLASS = tuple(VOTES.index({"angry": "anger", "happy": "happiness", "sad": "sadness"}.get(name, name)) for name in FER7)
SIDE, _COLUMNS, _PER_SHEET = 48, 120, 9000


@dataclass(frozen=True, slots=True)
class FaceDataset:
    """Grey face pictures with labels, in file order.

    images: (N, 48, 48) uint8. labels: (N,) int, index into `FER7`. votes: (N, 10) int, FER+ taggers per column of `VOTES`.
    splits: (N,) str, one of `SPLITS`.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    votes: NDArray[np.int64]
    splits: NDArray[np.str_]

    def where(self, mask: NDArray[np.bool_]) -> FaceDataset:
        return FaceDataset(self.images[mask], self.labels[mask], self.votes[mask], self.splits[mask])

    def split(self, name: str) -> FaceDataset:
        return self.where(self.splits == name)

    def __len__(self) -> int:
        return len(self.labels)


def load_sheets(folder: Path) -> FaceDataset:
    """Read `faces_*.png` and `labels.csv`. Raises FileNotFoundError where a file is missing."""
    with open(folder / "labels.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    Image.MAX_IMAGE_PIXELS = None
    sheets = []
    for number in range(-(-len(rows) // _PER_SHEET)):
        sheet = np.asarray(Image.open(folder / f"faces_{number}.png"))
        lines = sheet.shape[0] // SIDE
        faces = sheet.reshape(lines, SIDE, _COLUMNS, SIDE).swapaxes(1, 2).reshape(-1, SIDE, SIDE)
        sheets.append(faces[:_PER_SHEET])
    return FaceDataset(
        images=np.concatenate(sheets)[: len(rows)],
        labels=np.array([int(row["emotion"]) for row in rows]),
        votes=np.array([[int(row[column]) for column in VOTES] for row in rows]),
        splits=np.array([row["usage"] for row in rows]),
    )


def vote_distribution(data: FaceDataset) -> NDArray[np.float32]:
    """(N, 7) FER+ votes as a distribution over `FER7`; the one-hot label where nobody voted for any of the seven."""
    votes = data.votes[:, _VOTE_OF_CLASS].astype(np.float32)
    total = votes.sum(axis=1, keepdims=True)
    return np.where(total > 0, votes / np.maximum(total, 1), one_hot(data)).astype(np.float32)


def one_hot(data: FaceDataset) -> NDArray[np.float32]:
    return np.eye(len(FER7), dtype=np.float32)[data.labels]


def is_face(data: FaceDataset) -> NDArray[np.bool_]:
    """(N,) False where at least half of the taggers said that the picture shows no face."""
    return data.votes[:, VOTES.index("NF")] * 2 < np.maximum(data.votes.sum(axis=1), 1)


def equals_any(images: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(N,) True where a picture of `images` is equal, byte for byte, to one of `others`."""
    known = {picture.tobytes() for picture in others}
    return np.array([picture.tobytes() in known for picture in images])


def without_test_duplicates(data: FaceDataset) -> FaceDataset:
    """The Training split without the pictures that PublicTest or PrivateTest also hold."""
    training = data.split("Training")
    return training.where(~equals_any(training.images, data.where(data.splits != "Training").images))
