"""Pictures of the test splits that a training split also holds: equal, or nearly so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.datasets.faces import TRAINING, FaceDataset, fitted

_SIDE = 16
# Correlation: of 24 pairs just above it all were one photograph, cut or compressed anew; just above 0.94, 20 of 24.
_NEAR = 0.95
_BLOCK = 256


@dataclass(frozen=True, slots=True, eq=False)
class Duplicates:
    """exact, near: (N,) bool over a dataset. For a training picture, whether a test split holds it too; for one of a test
    split, whether the training split does. near leaves out what is exact. keys: (N,) int64, equal for equal pictures."""

    exact: NDArray[np.bool_]
    near: NDArray[np.bool_]
    keys: NDArray[np.int64]

    @property
    def any(self) -> NDArray[np.bool_]:
        return self.exact | self.near


def find_duplicates(data: FaceDataset) -> Duplicates:
    """Across the border between the Training split and the other two. A mirrored picture counts as near."""
    training = data.splits == TRAINING
    keys, vectors = _seen_once(data)
    exact = np.isin(keys, np.intersect1d(keys[training], keys[~training]))
    inside, outside = np.flatnonzero(training), np.flatnonzero(~training)
    near = np.zeros(len(data), bool)
    if len(inside) and len(outside):
        known = vectors[inside].T
        for start in range(0, len(outside), _BLOCK):
            block = outside[start : start + _BLOCK]
            here = vectors[block]
            mirrored = here.reshape(-1, _SIDE, _SIDE)[:, :, ::-1].reshape(len(here), -1)
            for version in (here, mirrored):
                alike = version @ known > _NEAR
                near[block] |= alike.any(axis=1)
                near[inside] |= alike.any(axis=0)
    return Duplicates(exact, near & ~exact, keys)


def _seen_once(data: FaceDataset) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(N,) equal for equal pictures, and (N, pixels) of the small ones; every picture is loaded once."""
    keys, vectors = [], []
    for batch in data.batches(48, 1):
        keys += [hash(bytes(picture)) for picture in batch]
        small = np.stack([fitted(picture[..., 0], _SIDE, 1) for picture in batch])
        vectors.append(_normal(small[..., 0].astype(np.float32)))
    return np.array(keys, np.int64), np.concatenate(vectors)


def _normal(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, pixels) of mean 0 and length 1, so that a product of two is their correlation; 0 for a picture without contrast."""
    flat = images.reshape(len(images), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.where(length > _SIDE, flat / np.maximum(length, 1), 0).astype(np.float32)
