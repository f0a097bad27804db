"""What a dataset holds: counts, samples, duplicates, and what could not be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from emocam.adapters.opencv import cv2
from training.datasets.duplicates import find_duplicates
from training.datasets.faces import SPLITS, TEST, TRAINING, VALIDATION, FaceDataset, fitted, png_of

_SAMPLES, _SIDE = 12, 72


def overview(data: FaceDataset) -> str:
    """Text, a table of counts and some sentences."""
    counts = data.counts()
    lines = [f"{'class':<12}" + "".join(f"{split:>13}" for split in SPLITS) + f"{'together':>13}"]
    for name in data.classes:
        numbers = [counts[split][name] for split in SPLITS]
        lines.append(f"{name:<12}" + "".join(f"{number:>13}" for number in [*numbers, sum(numbers)]))
    sums = [sum(counts[split].values()) for split in SPLITS]
    lines.append(f"{'together':<12}" + "".join(f"{number:>13}" for number in [*sums, sum(sums)]))
    duplicates = find_duplicates(data)
    inside = data.splits == TRAINING
    lines.append("")
    for kind, mask in (("equal to", duplicates.exact), ("nearly equal to", duplicates.near)):
        outside = ", ".join(f"{int((mask & (data.splits == split)).sum())} of {split}" for split in SPLITS if split != TRAINING)
        lines.append(
            f"Training pictures {kind} a test picture: {int((mask & inside).sum())}; test pictures concerned: {outside}."
        )
    of_test, of_validation = (duplicates.keys[data.splits == split] for split in (TEST, VALIDATION))
    of_both = int(np.isin(of_test, of_validation).sum())
    lines.append(f"Pictures of {TEST} that equal one of {VALIDATION}, by which checkpoints are chosen: {of_both}.")
    if data.votes is not None:
        lines.append("FER+ votes are there.")
    return "\n".join([*lines, *(remarks(data, most=len(data.skipped)) or ["Skipped: 0."])])


def remarks(data: FaceDataset, most: int = 20) -> list[str]:
    """What is amiss with a dataset: classes without pictures, and what could not be read, `most` of it by name; empty where
    nothing is."""
    counts = data.counts()
    lines = [
        f"No picture in {split} of: {', '.join(missing)}."
        for split in SPLITS
        if (missing := [name for name in data.classes if counts[split][name] == 0])
    ]
    if data.skipped:
        lines.append(f"Skipped: {len(data.skipped)}.")
    lines += [f"  {name}: {reason}" for name, reason in data.skipped[:most]]
    if len(data.skipped) > most:
        lines.append(f"  … and {len(data.skipped) - most} more; `python -m training data` lists all")
    return lines


def draw_samples(data: FaceDataset, out: Path, *, seed: int = 7) -> None:
    """A PNG with a row of random pictures per class, named at the left."""
    rng = np.random.default_rng(seed)
    rows = []
    for label, name in enumerate(data.classes):
        places = rng.permutation(np.flatnonzero(data.labels == label))[:_SAMPLES]
        faces = [fitted(data.pictures[int(place)], _SIDE, 3) for place in places]
        faces += [np.full((_SIDE, _SIDE, 3), 255, np.uint8)] * (_SAMPLES - len(faces))
        title = np.full((_SIDE, 110, 3), 255, np.uint8)
        cv2.putText(title, name, (6, _SIDE // 2 + 5), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (20, 20, 20), 1, cv2.LINE_AA)
        rows.append(np.hstack([title, *faces]))
    out.write_bytes(png_of(np.vstack(rows)))
