"""The calibration that belongs to a run: fitted once, on its own validation split, and kept in its folder."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.datasets.faces import VALIDATION, FaceDataset, one_hot
from training.errors import TrainingError
from training.metrics import Calibration, fit_calibration
from training.trainer import CALIBRATION, kept_facts, of_the_same, prepare, run_recipe, write_json

if TYPE_CHECKING:
    from training.models import OpenModel

_FEWEST = 200  # Pictures; on fewer, a temperature and a bias per class would be fitted to chance.


def as_it_stands(classes: int, answers: int) -> tuple[tuple[Calibration, ...], str]:
    """No calibration, for each answer, and what that was fitted on."""
    return (Calibration(1.0, (0.0,) * classes),) * answers, "nothing"


def read_calibrations(run: Path) -> tuple[tuple[Calibration, ...], str] | None:
    """Of each answer, and what they were fitted on; None where the run has none yet."""
    path = run / CALIBRATION
    if not path.is_file():
        return None
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        answers = tuple(Calibration(each["temperature"], tuple(each["bias"])) for each in kept["answers"])
        return answers, str(kept["calibrated_on"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{path} can't be read ({error}); delete it, and evaluate the run on its own pictures.") from None


def own_pictures(run: Path, data: FaceDataset) -> FaceDataset | None:
    """Those of `data` that the run takes, where that is what it was trained with; else None."""
    recipe = run_recipe(run)
    if recipe.two_answers and data.votes is None:
        return None
    taken = prepare(recipe, data)
    return taken if of_the_same(taken, kept_facts(run)) else None


def calibrated(run: Path, model: OpenModel, own: FaceDataset) -> OpenModel:
    """`model`, which is that of `run`, with the run's own calibration: where it has none yet, that is fitted and kept now.
    own: the pictures that the run takes, see `own_pictures`."""
    if (kept := read_calibrations(run)) is not None:  # Maybe by another process since the run was opened.
        return replace(model, calibrations=kept[0], calibrated_on=kept[1], remark="")
    validation = own.split(VALIDATION)
    count = len(model.classes)
    calibrations, on = as_it_stands(count, len(model.calibrations))
    if len(validation) >= _FEWEST:
        logits = np.split(model.logits(validation), len(calibrations), axis=1)
        wanted = (one_hot(validation.labels, count), validation.soft)  # The second of an answer to the votes.
        calibrations, on = tuple(map(fit_calibration, logits, wanted)), VALIDATION
    answers = [asdict(each) for each in calibrations]
    write_json(run / CALIBRATION, {"calibrated_on": on, "pictures": len(validation), "answers": answers})
    return replace(model, calibrations=calibrations, calibrated_on=on, remark="")
