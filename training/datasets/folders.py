"""Pictures in class folders: `train/CLASS/*` and `test/CLASS/*`, or just `CLASS/*`, which is then split here."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emocam.domain.emotions import FER7
from training.datasets.faces import SPLITS, TEST, TRAINING, VALIDATION, FaceDataset, PictureFiles, one_hot, read_picture
from training.errors import TrainingError

_ALIASES = {
    "anger": "angry",
    "disgusted": "disgust",
    "fearful": "fear",
    "happiness": "happy",
    "sadness": "sad",
    "surprised": "surprise",
    "not_happy": "not happy",
    "nothappy": "not happy",
}
_SPLIT_FOLDERS = {
    "train": TRAINING,
    "training": TRAINING,
    "val": VALIDATION,
    "valid": VALIDATION,
    "validation": VALIDATION,
    "dev": VALIDATION,
    "publictest": VALIDATION,
    "test": TEST,
    "testing": TEST,
    "eval": TEST,
    "evaluation": TEST,
    "privatetest": TEST,
}
_SHARE = 0.1  # Of the pictures, for validation, and for the test.
_FEW = 4  # So many of a class are all for training.


def load_folders(root: Path, *, seed: int = 7) -> FaceDataset:
    """Classes are the folders' names, in FER2013's order where they are its own, else by the alphabet.

    A split that has no folder is cut from the training one, about a tenth of each class. Which pictures those are follows from
    each one's own content and `seed`, so that no model is measured on what it was trained with, also after pictures were
    added or taken away; in a class of fewer than about fifty one may move. Files that are no pictures, and what lies in no
    class folder, are skipped and listed.
    Raises TrainingError where there are fewer than two classes with pictures.
    """
    split_folders = {path: _SPLIT_FOLDERS[path.name.lower()] for path in _folders(root) if path.name.lower() in _SPLIT_FOLDERS}
    roots = split_folders or {root: TRAINING}
    files = [
        (file, _class_name(folder.name), split)
        for place, split in roots.items()
        for folder in _folders(place)
        for file in sorted(folder.rglob("*"))
        if not file.is_dir() and not file.name.startswith(".")
    ]
    skipped = [
        (str(path.relative_to(root)), "in no class folder")
        for place in sorted({root, *roots})
        for path in sorted(place.iterdir())
        if path.is_file() and not path.name.startswith(".")
    ]
    beside = [path for path in _folders(root) if path not in split_folders] if split_folders else []
    skipped += [(f"{path.name}/", "a folder that is called like no split") for path in beside]
    good = []
    for entry in files:
        try:
            read_picture(entry[0])
        except TrainingError:
            skipped.append((str(entry[0].relative_to(root)), "not a picture that can be read"))
        else:
            good.append(entry)
    found = {name for _, name, _ in good}
    if len(found) < 2:
        raise TrainingError(f"{root} has pictures of {len(found)} classes; make a folder for each of at least two classes.")
    classes = tuple(name for name in FER7 if name in found) if found <= set(FER7) else tuple(sorted(found))
    labels = np.array([classes.index(name) for _, name, _ in good])
    splits = _cut(np.array([split for _, _, split in good]), labels, [file for file, _, _ in good], seed)
    paths = np.array([file for file, _, _ in good], object)
    names = np.array([str(file.relative_to(root)) for file, _, _ in good])
    return FaceDataset(
        PictureFiles(paths), labels, classes, splits, names, one_hot(labels, len(classes)), skipped=tuple(skipped)
    )


def _cut(splits: NDArray[np.str_], labels: NDArray[np.int64], files: list[Path], seed: int) -> NDArray[np.str_]:
    splits = splits.astype(f"<U{max(map(len, SPLITS))}")
    missing = [name for name in (VALIDATION, TEST) if not (splits == name).any()]
    if not missing:
        return splits
    drawn = np.array([_drawn(file, seed) if split == TRAINING else 1.0 for file, split in zip(files, splits, strict=True)])
    for name in missing:
        place = (VALIDATION, TEST).index(name)
        for label in np.unique(labels):
            left = (splits == TRAINING) & (labels == label)
            chosen = left & (drawn >= place * _SHARE) & (drawn < (place + 1) * _SHARE)
            if not chosen.any() and left.sum() > _FEW:  # Of a small class it may have been none.
                chosen = left & (drawn == drawn[left].min())
            splits[chosen] = name
    return splits


def _drawn(file: Path, seed: int) -> float:
    """A number from 0 to 1, as if drawn at random, that stays with the picture."""
    digest = hashlib.blake2b(file.read_bytes(), digest_size=8, key=str(seed).encode()).digest()
    return int.from_bytes(digest) / 2**64


def _folders(place: Path) -> list[Path]:
    return sorted(path for path in place.iterdir() if path.is_dir() and not path.name.startswith("."))


def _class_name(folder: str) -> str:
    name = folder.strip().lower()
    return _ALIASES.get(name, name)
