"""The figures of `domain/summary.py` as a table: a row per face."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

from emocam.adapters.columns import Cell
from emocam.adapters.csv_sink import text
from emocam.adapters.exports.job import ExportJob
from emocam.domain.summary import Summary

_DIGITS = 4


def write_summary(job: ExportJob, out: Path, ending: str) -> tuple[int, str]:
    with open(out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        nobody = job.summary()
        writer.writerow([text(name, None) for name, _ in summary_cells(job, 0, nobody)])
        for person, summary in job.summaries():
            writer.writerow(
                [
                    text(None if isinstance(cell, float) and math.isnan(cell) else cell, _DIGITS)
                    for _, cell in summary_cells(job, person, summary)
                ]
            )
    count = len(job.people)
    return count, "1 face" if count == 1 else f"{count} faces"


def summary_cells(job: ExportJob, person: int, summary: Summary) -> Iterator[tuple[str, Cell]]:
    """Name and value of each column. NaN: there is none, as of a face that was never seen."""
    yield "face_id", person
    yield "face_name", job.annotations.person(person).name
    yield "from_s", job.start_s
    yield "to_s", job.end_s
    yield "threshold", job.rules.threshold
    yield "present_s", summary.present_s
    yield "missing_s", summary.missing_s
    yield "first_s", summary.first_s
    yield "last_s", summary.last_s
    yield "dominant", summary.leading
    yield "expressiveness", summary.expressiveness
    for what, shares in (("mean", summary.mean), ("above", summary.above), ("dominant", summary.dominant)):
        for name, share in zip(summary.classes, shares, strict=True):
            yield f"{what}_{name}", share
    for name in summary.classes:
        yield f"episodes_{name}", sum(episode.label == name for episode in summary.episodes)
    for name in summary.classes:
        yield f"episodes_s_{name}", sum((each.duration_s for each in summary.episodes if each.label == name), 0.0)
    yield "transitions", summary.changes
    for before, row in zip(summary.classes, summary.transitions, strict=True):
        for after, count in zip(summary.classes, row, strict=True):
            if before != after:
                yield f"{before}_to_{after}", count
