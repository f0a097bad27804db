"""The tables over all files: `summary.csv`, `failed.csv` and `groups.csv`. `docs/many-files.md` explains their columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from emocam.adapters.columns import Cell
from emocam.adapters.table_file import first_line, write_table
from emocam.batch.groups_file import GroupsFile, Row
from emocam.batch.measures import FileSummary, file_measures
from emocam.domain.errors import SessionFileError
from emocam.domain.groups import Estimate, hedges_g, mean, pearson, standard_deviation

RESULTS = ("file,face_id,face_name,duration_s,", "file,reason\n", "measure,statistic,group,against,")
_MEAN = "mean of files; interval by Student's t"
_G = "Hedges' g of files; normal interval, variance of Hedges and Olkin (1985)"
_R = "Pearson's r over files; interval by Fisher's z"


def write_summary(path: Path, files: Sequence[FileSummary], classes: Sequence[str]) -> None:
    """A row per file and face; one without a face where a file shows none. classes: those of the model."""
    header = ["file", "face_id", "face_name", "duration_s", "present_s", "missing_s"]
    header += [f"above_{name}" for name in classes] + [f"mean_{name}" for name in classes]
    header += ["dominant", "episodes", "transitions", "expressiveness"]
    write_table(path, header, (row for file in files for row in _summary_rows(file)))


def _summary_rows(file: FileSummary) -> Iterator[list[Cell]]:
    for face in file.faces:
        summary = face.summary
        yield [
            file.name,
            face.face,
            face.name,
            file.duration_s,
            summary.present_s,
            summary.missing_s,
            *summary.above,
            *summary.mean,
            summary.leading or None,
            len(summary.episodes),
            summary.changes,
            summary.expressiveness,
        ]
    if not file.faces:
        none: list[Cell] = [None] * (2 * len(file.classes) + 1)
        yield [file.name, None, None, file.duration_s, 0.0, file.duration_s, *none, 0, 0, None]


def write_failures(path: Path, failures: Mapping[str, str]) -> None:
    """The file and its sentence; the header alone where nothing failed, so that no older list stays."""
    write_table(path, ["file", "reason"], failures.items())


def write_groups(path: Path, files: Sequence[FileSummary], rows: Mapping[str, Row], table: GroupsFile) -> None:
    """rows: of the files that have one. A row per measure and statistic, an empty cell for what can't be told."""
    header = ["measure", "statistic", "group", "against", "covariate", "n", "value", "low", "high", "sd", "method"]
    write_table(path, header, _group_rows(files, rows, table))


def remove_table(path: Path) -> None:
    """One of an earlier run; nothing else that is called so, such as somebody's own groups."""
    try:
        if first_line(path).startswith(RESULTS):
            path.unlink()
    except OSError as error:
        raise SessionFileError(f"{path} is of an earlier run and can't be removed ({error}); remove it.") from None


def _group_rows(files: Sequence[FileSummary], rows: Mapping[str, Row], table: GroupsFile) -> Iterator[list[Cell]]:
    values = {file.name: file_measures(file) for file in files if file.name in rows}
    names = list(dict.fromkeys(measure for measures in values.values() for measure in measures))
    for measure in names:
        known = {file: value for file, found in values.items() if not math.isnan(value := found.get(measure, math.nan))}
        groups = {group: [value for file, value in known.items() if rows[file].group == group] for group in table.groups}
        for group, members in groups.items():
            yield _row(measure, "mean", group, "", "", mean(members), standard_deviation(members), _MEAN)
        for group in table.groups[1:]:
            first = table.groups[0]
            yield _row(measure, "hedges_g", group, first, "", hedges_g(groups[first], groups[group]), math.nan, _G)
        for covariate in table.covariates:
            pairs = [
                (rows[file].covariates[covariate], value) for file, value in known.items() if covariate in rows[file].covariates
            ]
            found = pearson([pair[0] for pair in pairs], [pair[1] for pair in pairs])
            yield _row(measure, "pearson_r", "", "", covariate, found, math.nan, _R)


def _row(
    measure: str, statistic: str, group: str, against: str, covariate: str, found: Estimate, deviation: float, method: str
) -> list[Cell]:
    return [
        measure,
        statistic,
        group,
        against,
        covariate,
        found.n,
        found.value,
        found.low,
        found.high,
        deviation,
        method,
    ]
