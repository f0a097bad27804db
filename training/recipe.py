"""A recipe: everything that decides what a run makes, as one small TOML file in `training/recipes/`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

RECIPES = Path(__file__).parent / "recipes"


@dataclass(frozen=True, slots=True)
class Recipe:
    """name and summary: for people. family: a module of `training.zoo`. votes: share of the FER+ distribution in the target,
    the rest is the FER2013 label. start_from: the recipe whose best weights, in the run folder beside this one, are the
    start; none for random ones. learning_rate: its peak, after `warmup_epochs`, then a cosine to zero."""

    name: str
    summary: str
    family: str
    epochs: int
    batch: int = 64
    learning_rate: float = 1.5e-3
    warmup_epochs: float = 2.0
    weight_decay: float = 0.02
    votes: float = 0.35
    augmentation: float = 1.0
    precision: str = "float32"
    start_from: str = ""
    seed: int = 7


def load_recipe(name_or_path: str) -> Recipe:
    """A recipe by its name or its path. Raises FileNotFoundError, which names the recipes there are."""
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = RECIPES / f"{name_or_path}.toml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in RECIPES.glob("*.toml")))
        raise FileNotFoundError(f"no recipe {name_or_path!r}; there are: {known}")
    return Recipe(name=path.stem, **tomllib.loads(path.read_text(encoding="utf-8")))
