"""A recipe: everything that decides what a run makes, as one small TOML file in `training/recipes/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from training.errors import TrainingError

RECIPES = Path(__file__).parent / "recipes"


@dataclass(frozen=True, slots=True)
class Recipe:
    """name: the file's. summary, published: for people; what this was, and what it was published to reach.

    task: of `training.tasks`. pictures: at most so many, balanced over the classes; 0 for all there are.
    family, network: a module of `training.zoo`, and the arguments of its `build`. side, colour: of the pictures it is given.
    start_from: runs, in the folder beside this one, whose best weights are the start, of several their mean (Wortsman et al.
    2022); none for random ones.
    frozen_epochs: with the layer `backbone` fixed, before the `epochs` in which all is trained.
    schedule: cosine to zero after `warmup_epochs`; plateau divides the rate by three when validation stands still for three
    epochs; constant. patience: epochs without a better validation after which training ends; 0 never.
    votes: share of the taggers' distribution in the target, the rest is the label. class_weights: rare classes count for more.
    located: share of the pictures that are shown as the app would cut them out (`training.located`), anew in each epoch.
    teachers: runs, in the folder beside this one, whose mean probabilities for the clean picture and its mirror image take the
    share `distillation` of the target (Hinton et al. 2015). framings: how many they are asked of, those two and else random
    ones, a little turned, scaled and shifted; so what a mean over many knows is taught to one look. same_view: they are asked
    of each picture as it was changed for the student, anew in each epoch, not of the clean one once (Beyer et al. 2022).
    sharpness: radius within which the worst weights are looked for (`training.sharpness`); 0 for plain descent.
    loss: softmax cross-entropy, or binary, on a single output.
    two_answers: beside the label, the network also says how taggers' votes would fall, with as many outputs again. Its first
    outputs are for FER2013's label, the others for FER+'s votes; both count the same.
    """

    name: str
    summary: str
    family: str
    epochs: int
    published: str = ""
    task: str = "fer7"
    pictures: int = 0
    network: Mapping[str, Any] = field(default_factory=dict)
    side: int = 48
    colour: Literal["grey", "rgb"] = "grey"
    start_from: tuple[str, ...] = ()
    frozen_epochs: int = 0
    batch: int = 64
    optimizer: Literal["adamw", "adam"] = "adamw"
    learning_rate: float = 1.5e-3
    schedule: Literal["cosine", "plateau", "constant"] = "cosine"
    warmup_epochs: float = 2.0
    patience: int = 0
    weight_decay: float = 0.02
    votes: float = 0.0
    teachers: tuple[str, ...] = ()
    distillation: float = 0.0
    framings: int = 2
    same_view: bool = False
    sharpness: float = 0.0
    class_weights: bool = False
    augmentation: float = 0.0
    located: float = 0.0
    loss: Literal["softmax", "binary"] = "softmax"
    two_answers: bool = False
    precision: str = "float32"
    seed: int = 7

    @property
    def channels(self) -> int:
        return 1 if self.colour == "grey" else 3

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def but_for(self, *keys: str) -> dict[str, Any]:
        """What decides what a run makes, to compare two recipes by: without `keys` and what is for people."""
        return {key: value for key, value in asdict(self).items() if key not in ("summary", "published", *keys)}


# Keys that there were, and what they were in every recipe of ours: the recipes of old runs still hold them.
_FORMER: Mapping[str, Any] = {"frozen_learning_rate": 1e-3, "label_smoothing": 0.0}
# The lowest and highest value of each number; whole numbers are those whose bounds are.
_NUMBERS: Mapping[str, tuple[float, float]] = {
    "epochs": (1, 10_000),
    "pictures": (0, 10**9),
    "side": (8, 1024),
    "frozen_epochs": (0, 10_000),
    "batch": (1, 65_536),
    "learning_rate": (1e-9, 10.0),
    "warmup_epochs": (0.0, 10_000.0),
    "patience": (0, 10_000),
    "weight_decay": (0.0, 10.0),
    "votes": (0.0, 1.0),
    "distillation": (0.0, 1.0),
    "framings": (2, 1000),
    "sharpness": (0.0, 10.0),
    "augmentation": (0.0, 2.0),
    "located": (0.0, 1.0),
    "seed": (0, 2**31 - 1),
}
_KINDS: Mapping[str, tuple[Any, str]] = {
    "summary": (str, "a text"),
    "published": (str, "a text"),
    "task": (str, "a text"),
    "family": (str, "a text"),
    "network": (Mapping, "a table"),
    "same_view": (bool, "true or false"),
    "class_weights": (bool, "true or false"),
    "two_answers": (bool, "true or false"),
}
_CHOICES = {
    "colour": ("grey", "rgb"),
    "optimizer": ("adamw", "adam"),
    "schedule": ("cosine", "plateau", "constant"),
    "loss": ("softmax", "binary"),
    "precision": ("float32", "mixed_bfloat16"),
}


def load_recipe(name_or_path: str) -> Recipe:
    """A recipe by its name or its path. Raises TrainingError, which names the recipes or the keys there are."""
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = RECIPES / f"{name_or_path}.toml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in RECIPES.glob("*.toml")))
        raise TrainingError(f"There is no recipe {name_or_path!r}; there are {known}, or give the path of your own.")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        if "name" in content:
            raise TrainingError(f"{path} has a name in it; a recipe is called like its file, so take that line out.")
        recipe = recipe_of({"name": path.stem, **content})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        raise TrainingError(f"{path} is no recipe ({error}); docs/training.md says what one holds.") from None
    if bool(recipe.teachers) != bool(recipe.distillation):  # Not in `recipe_of`: runs that were so made can still be measured.
        has, lacks = ("teachers", "distillation") if recipe.teachers else ("distillation", "teachers")
        raise TrainingError(f"The recipe {recipe.name} has {has} but no {lacks}, so nothing is taught; give both or neither.")
    if recipe.same_view and not recipe.teachers:
        raise TrainingError(f"The recipe {recipe.name} has same_view but no teachers; give both, or leave it out.")
    if recipe.framings > 2 and (recipe.same_view or not recipe.teachers):
        raise TrainingError(
            f"The recipe {recipe.name} has framings = {recipe.framings}, which takes teachers without same_view; leave it out."
        )
    return recipe


def recipe_of(content: Mapping[str, Any]) -> Recipe:
    """Raises TrainingError where a key is not known or one that must be there is missing."""
    content = {key: value for key, value in content.items() if key not in _FORMER or value != _FORMER[key]}
    known = {entry.name for entry in fields(Recipe)}
    wrong = sorted(set(content) - known)
    if wrong:
        raise TrainingError(
            f"The recipe {content.get('name')} has the unknown key {wrong[0]!r}; known are {', '.join(sorted(known))}."
        )
    missing = sorted({"summary", "family", "epochs"} - set(content))
    if missing:
        raise TrainingError(f"The recipe {content.get('name')} lacks {missing[0]!r}; add it.")
    for key, value in content.items():
        if fault := _fault(key, value):
            raise TrainingError(f"The recipe {content['name']} has {key} = {value!r}; {fault}.")
    runs = {"teachers": tuple(content.get("teachers", ())), "start_from": _names(content.get("start_from", ()))}
    recipe = Recipe(**{**content, **runs})
    if recipe.two_answers and (recipe.loss == "binary" or recipe.class_weights):
        raise TrainingError(
            f"The recipe {recipe.name} has two answers; that goes with neither a binary loss nor class weights."
        )
    return recipe


def _names(start: str | Sequence[str]) -> tuple[str, ...]:
    """Of one run, as a text, or of several."""
    return ((start,) if start else ()) if isinstance(start, str) else tuple(start)


def _fault(key: str, value: Any) -> str:
    """What is wrong with a value; empty where nothing is."""
    if key in _CHOICES and value not in _CHOICES[key]:
        return f"choose {', '.join(_CHOICES[key])}"
    if key in _KINDS:
        kind, words = _KINDS[key]
        return "" if isinstance(value, kind) else f"it must be {words}"
    if key in ("teachers", "start_from"):
        listed = isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
        if key == "teachers":
            return "" if listed else "it must be a list of names"
        return "" if listed or isinstance(value, str) else "it must be a name or a list of names"
    if key in _NUMBERS:
        low, high = _NUMBERS[key]
        whole = isinstance(low, int)
        fits = not isinstance(value, bool) and isinstance(value, int if whole else int | float) and low <= value <= high
        return "" if fits else f"it must be a {'whole ' if whole else ''}number from {low:g} to {high:g}"
    return ""
