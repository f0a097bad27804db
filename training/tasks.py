"""What is to be told apart: label maps from the classes of the data to those of a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from emocam.domain.emotions import FER7
from training.datasets.faces import SPLITS, FaceDataset, one_hot
from training.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Task:
    """classes: each with the classes of the data that it stands for; what is in none of them is left out."""

    classes: Mapping[str, tuple[str, ...]]


OWN = "own"
TASKS: Mapping[str, Task] = {
    "fer7": Task({name: (name,) for name in FER7}),
    "happy": Task(
        {"not happy": ("not happy", *(name for name in FER7 if name != "happy")), "happy": ("happy",)},
    ),
    "happysad": Task({"happy": ("happy",), "sad": ("sad",)}),
    "four": Task({name: (name,) for name in ("happy", "sad", "surprise", "neutral")}),
}


def task_named(name: str) -> Task:
    """Raises TrainingError where there is none of that name."""
    if name not in TASKS:
        raise TrainingError(f"There is no task {name!r}; choose {', '.join(TASKS)} or {OWN}.")
    return TASKS[name]


def for_task(data: FaceDataset, name: str) -> FaceDataset:
    """`data` with the classes of a task; `own` keeps them. Raises TrainingError where the data knows fewer than two of them."""
    if name == OWN:
        return data
    task = task_named(name)
    groups = np.zeros((len(data.classes), len(task.classes)), np.float32)
    for place, sources in enumerate(task.classes.values()):
        for source in sources:
            if source in data.classes:
                groups[data.classes.index(source), place] = 1
    if (groups.sum(axis=0) > 0).sum() < 2:
        raise TrainingError(
            f"The task {name} tells {', '.join(task.classes)} apart, but the data has {', '.join(data.classes)}; "
            f"choose another task, or {OWN}."
        )
    chosen = data.where(groups[data.labels].sum(axis=1) > 0)
    soft = chosen.soft @ groups
    labels = groups[chosen.labels].argmax(axis=1)
    total = soft.sum(axis=1, keepdims=True)
    hard = one_hot(labels, len(task.classes))
    soft = np.where(total > 0, soft / np.maximum(total, 1e-6), hard).astype(np.float32)
    return replace(chosen, labels=labels, classes=tuple(task.classes), soft=soft)


def in_order(data: FaceDataset, classes: tuple[str, ...]) -> FaceDataset:
    """`data` with its own classes in another order; as it is where they are others."""
    if set(classes) != set(data.classes):
        return data
    order = [data.classes.index(name) for name in classes]
    return replace(data, classes=classes, labels=np.argsort(order)[data.labels], soft=data.soft[:, order])


def balanced(data: FaceDataset, total: int, seed: int) -> FaceDataset:
    """At most `total` pictures, as many of each class that a split holds, in the proportion of the splits."""
    rng = np.random.default_rng(seed)
    share = min(1.0, total / len(data))
    places = []
    for split in SPLITS:
        members = [np.flatnonzero((data.splits == split) & (data.labels == label)) for label in range(len(data.classes))]
        wanted = round((data.splits == split).sum() * share / len(data.classes))
        count = min([wanted, *(len(member) for member in members if len(member))])
        places += [rng.permutation(member)[:count] for member in members]
    return data.where(np.sort(np.concatenate(places)))
