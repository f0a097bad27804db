"""Readers: each gives a `FaceDataset`. `open_dataset` finds out which one a path needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from training.datasets.faces import FaceDataset
from training.datasets.fer2013 import find_csv, load_csv, load_sheets
from training.datasets.folders import load_folders
from training.errors import TrainingError


def open_dataset(path: Path) -> FaceDataset:
    """The packed sheets, a FER2013 CSV (with `fer2013new.csv` of FER+ beside it, if it is there), or class folders.

    Raises TrainingError where `path` is none of those.
    """
    return replace(_read(path), source=str(path.resolve()))


def _read(path: Path) -> FaceDataset:
    if not path.exists():
        raise TrainingError(f"There is no {path}; check the name.")
    if (path / "labels.csv").is_file() and (path / "faces_0.png").is_file():
        return load_sheets(path)
    if (csv := find_csv(path)) is not None:
        return load_csv(csv)
    if path.is_dir():
        return load_folders(path)
    raise TrainingError(
        f"{path} holds no faces to learn from; give a FER2013 CSV, the packed sheets or a folder of class folders."
    )
