"""Labelled face pictures, wherever they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from emocam.adapters.opencv import cv2
from training.errors import TrainingError

TRAINING, VALIDATION, TEST = SPLITS = ("Training", "PublicTest", "PrivateTest")  # FER2013's names, for every dataset.


class Pictures(Protocol):
    """Pictures that are loaded one at a time, so that a dataset may be larger than the memory."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        """(H, W) grey or (H, W, 3) RGB, uint8."""

    def take(self, places: NDArray[np.intp]) -> Pictures: ...


@dataclass(frozen=True, slots=True, eq=False)
class PicturesInMemory:
    """images: (N, H, W) or (N, H, W, 3) uint8."""

    images: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        return self.images[index]

    def take(self, places: NDArray[np.intp]) -> PicturesInMemory:
        return PicturesInMemory(self.images[places])


@dataclass(frozen=True, slots=True, eq=False)
class PictureFiles:
    """paths: (N,) of files that OpenCV reads."""

    paths: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        return read_picture(self.paths[index])

    def take(self, places: NDArray[np.intp]) -> PictureFiles:
        return PictureFiles(self.paths[places])


@dataclass(frozen=True, slots=True, eq=False)
class FaceDataset:
    """pictures: N of them, in the order of the source. labels: (N,) int, index into `classes`. splits: (N,) str of `SPLITS`.
    names: (N,) str, the file or row. soft: (N, classes) float32, what taggers said as a distribution; one-hot where nobody
    was asked. votes: (N, 10) int, FER+ taggers per column of `fer2013.VOTES`, None where there are none.
    taught: (N, classes) float32, what teachers said; None where none were asked. taught_votes: the same of their second answer,
    that to FER+'s votes; None where none has one.
    located: N pictures of the same faces as the app would cut them out; None where that was not asked for.
    skipped: names that could not be read, each with the reason. source: where it was read from."""

    pictures: Pictures
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    splits: NDArray[np.str_]
    names: NDArray[np.str_]
    soft: NDArray[np.float32]
    votes: NDArray[np.int64] | None = None
    taught: NDArray[np.float32] | None = None
    taught_votes: NDArray[np.float32] | None = None
    located: Pictures | None = None
    skipped: tuple[tuple[str, str], ...] = ()
    source: str = ""

    def __len__(self) -> int:
        return len(self.labels)

    def where(self, mask: NDArray[np.bool_] | NDArray[np.intp]) -> FaceDataset:
        """Some of them: by a mask, or by their places."""
        places = np.flatnonzero(mask) if mask.dtype == bool else np.asarray(mask, np.intp)
        return replace(
            self,
            pictures=self.pictures.take(places),
            labels=self.labels[places],
            splits=self.splits[places],
            names=self.names[places],
            soft=self.soft[places],
            votes=None if self.votes is None else self.votes[places],
            taught=None if self.taught is None else self.taught[places],
            taught_votes=None if self.taught_votes is None else self.taught_votes[places],
            located=None if self.located is None else self.located.take(places),
        )

    def split(self, name: str) -> FaceDataset:
        return self.where(self.splits == name)

    def counts(self) -> dict[str, dict[str, int]]:
        """Pictures per split and class."""
        return {
            split: {
                name: int(((self.splits == split) & (self.labels == place)).sum()) for place, name in enumerate(self.classes)
            }
            for split in SPLITS
        }

    def fingerprint(self) -> str:
        """The same for the same pictures with the same labels in the same splits, in whatever order."""
        each = []
        for place, (label, split) in enumerate(zip(self.labels.tolist(), self.splits.tolist(), strict=True)):
            picture = self.pictures[place]
            told = f"{self.classes[label]} {split} {picture.shape} ".encode()
            each.append(hashlib.blake2b(told + picture.tobytes(), digest_size=16).digest())
        return hashlib.blake2b(b"".join(sorted(each)), digest_size=16).hexdigest()

    def batches(self, side: int, channels: int, size: int = 128) -> Iterator[NDArray[np.uint8]]:
        """(size, side, side, channels) uint8, in order."""
        for start in range(0, len(self), size):
            yield np.stack([fitted(self.pictures[i], side, channels) for i in range(start, min(start + size, len(self)))])


def one_hot(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """(N, classes)"""
    return np.eye(classes, dtype=np.float32)[labels]


def read_picture(path: Path) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 RGB. Raises TrainingError where it is no picture."""
    try:
        content = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise TrainingError(f"{path} can't be read ({error.strerror}).") from None
    try:
        picture = cv2.imdecode(content, cv2.IMREAD_COLOR_RGB) if len(content) else None
    except cv2.error:  # It says that it is larger than any picture.
        picture = None
    if picture is None:
        raise TrainingError(f"{path} is not a picture that can be read.")
    return np.asarray(picture, np.uint8)


def png_of(picture: NDArray[np.uint8]) -> bytes:
    """The content of a PNG file. picture: (H, W, 3) RGB."""
    return bytes(cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1])


def fitted(picture: NDArray[np.uint8], side: int, channels: int) -> NDArray[np.uint8]:
    """(side, side, channels): scaled, and made grey or threefold as wanted."""
    if channels == 1 and picture.ndim == 3:
        picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    if picture.shape[:2] != (side, side):
        shrinks = picture.shape[0] > side
        picture = np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR))
    if picture.ndim == 2:
        picture = np.repeat(picture[..., None], channels, axis=2)
    return picture
