"""A table over runs: what each reached, and what it was published to reach."""

from __future__ import annotations

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.errors import TrainingError
from training.history import read_history
from training.trainer import EVALUATION, kept_facts, read_kept, run_recipe


def table(runs: Sequence[Path]) -> str:
    """Markdown, a line per recipe: the mean over its seeds, with the standard deviation where there are several. A run that is
    not called like its recipe is named. What was not evaluated, such as a start, is named below. Raises TrainingError where
    nothing was.
    """
    # The same recipe and pictures but for the seed; what was trained for fewer epochs is another, and a seed counts once.
    groups: dict[str, list[tuple[Path, dict[str, Any]]]] = defaultdict(list)
    seen: Counter[str] = Counter()
    missing = [run for run in runs if not (run / EVALUATION).is_file()]
    for run in runs:
        if run in missing:
            continue
        recipe, facts = run_recipe(run), kept_facts(run)
        alike = json.dumps([recipe.but_for("seed"), facts.get("classes"), facts.get("data")])
        seen[f"{alike} {recipe.seed}"] += 1
        groups[f"{alike} {seen[f'{alike} {recipe.seed}']}"].append((run, read_kept(run / EVALUATION)))
    if not groups:
        raise TrainingError(f"{runs[0]} was not evaluated; run `python -m training evaluate {runs[0]} --data …` first.")
    lines = [
        "| recipe | seeds | accuracy | without duplicates | … and near ones | balanced | macro-F1 | ROC-AUC | ECE | FER+ "
        "| parameters | epochs | minutes | published |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for members in groups.values():
        recipe = run_recipe(members[0][0])
        history = [read_history(run) for run, _ in members]
        cells = [
            f"`{recipe.name}`" + "".join(f" ({run.name})" for run, _ in members if not run.name.startswith(recipe.name)),
            ", ".join(str(run_recipe(run).seed) for run, _ in members),
            *(_share(members, key) for key in ("accuracy", "accuracy_without_duplicates", "accuracy_without_near_duplicates")),
            _share(members, "balanced_accuracy"),
            *(_number(members, key) for key in ("macro_f1", "roc_auc", "ece")),
            _share(members, "ferplus_majority_accuracy"),
            f"{members[0][1]['parameters'] / 1e6:.2f} M",
            f"{statistics.mean(len(rows) for rows in history):.0f}",
            f"{statistics.mean(sum(row['seconds'] for row in rows) for rows in history) / 60:.0f}",
            recipe.published or "–",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    if missing:
        lines += ["", f"Not evaluated: {', '.join(run.name for run in missing)}."]
    return "\n".join(lines)


def _share(members: list[tuple[Path, dict[str, Any]]], key: str) -> str:
    return _spread([100 * summary[key] for _, summary in members if summary.get(key) is not None], 1, " %")


def _number(members: list[tuple[Path, dict[str, Any]]], key: str) -> str:
    return _spread([summary[key] for _, summary in members if summary.get(key) is not None], 3, "")


def _spread(values: list[float], digits: int, unit: str) -> str:
    if not values:
        return "–"
    spread = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.{digits}f}{spread}{unit}"
