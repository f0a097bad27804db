"""The user's table of files: which group each is in, and numbers that belong to it."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from emocam.adapters.csv_sink import FORMULA_STARTS
from emocam.domain.errors import EmocamError

_SEPARATORS = ",;\t"
_EXCELS_OWN = re.compile(r'"?sep=([^\w\s"]|\t)"?[,;\s]*$', re.IGNORECASE)  # A first line that names the separator.


@dataclass(frozen=True, slots=True)
class Row:
    """group: empty for none. covariates: by their column, those with a number in them."""

    file: str
    group: str
    covariates: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class GroupsFile:
    """groups: in the order of the rows; the first one is what others are compared with. covariates: the columns that hold
    numbers. remarks: sentences about what is left out."""

    rows: tuple[Row, ...]
    groups: tuple[str, ...]
    covariates: tuple[str, ...]
    remarks: tuple[str, ...]


def read_groups(path: Path) -> GroupsFile:
    """The columns `file` and `group`, and any others as covariates; separated by commas, semicolons or tabs.

    Raises EmocamError where it can't be read or says two things of one file.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as text:
            lines = text.readlines()
    except OSError as error:
        raise EmocamError(f"{path} can't be read ({error.strerror}); check the name.") from None
    except UnicodeDecodeError:
        raise EmocamError(f"{path} is not a text in UTF-8; save it as CSV UTF-8.") from None
    lines = lines[next((place for place, line in enumerate(lines) if line.strip()), len(lines)) :]
    try:
        told = _EXCELS_OWN.match(lines[0]) if lines else None
        separator, lines = (told[1], lines[1:]) if told else (_separator(lines), lines)
        header, *records = [
            [cell.strip() for cell in record] for record in csv.reader(lines, delimiter=separator, strict=True) if any(record)
        ]
    except csv.Error as error:
        raise EmocamError(f"{path} can't be read as a table ({error}); check its quotes.") from None
    except ValueError:
        raise EmocamError(f"{path} is empty; it needs a header with the columns file and group.") from None
    columns = [name.casefold() for name in header]
    if double := [name for name, count in Counter(columns).items() if name and count > 1]:
        raise EmocamError(f"{path} has the column {double[0]} twice; remove one.")
    if missing := [name for name in ("file", "group") if name not in columns]:
        raise EmocamError(f"{path} has no column {' and no column '.join(missing)}; its first line must name them.")
    others = [(place, header[place]) for place, name in enumerate(columns) if name not in ("file", "group", "")]
    if long := next((record for record in records if any(record[len(header) :])), None):
        raise EmocamError(
            f"The row of {long[0] or 'no file'} in {path} has more cells than the header has columns; write numbers with a "
            "point, or have semicolons between the cells."
        )
    table = [record + [""] * (len(header) - len(record)) for record in records]
    names = [_name(record[columns.index("file")]) for record in table]
    if twice := [name for name, count in Counter(names).items() if name and count > 1]:
        raise EmocamError(f"{path} names {twice[0]} {names.count(twice[0])} times; leave one row of it.")
    remarks, kept = [], []
    for place, name in others:
        texts = [record[place] for record in table if record[place]]
        wrong = [cell for cell in texts if math.isnan(_number(cell, separator))]
        if texts and len(wrong) == len(texts):
            remarks.append(f"The column {name} of {path.name} holds no numbers and is left out.")
            continue
        if wrong:
            remarks.append(f"{wrong[0]!r} in the column {name} of {path.name} is no number; {len(wrong)} such left out.")
        if texts:
            kept.append((place, name))
    rows = []
    for record, file in zip(table, names, strict=True):
        numbers = {name: number for place, name in kept if not math.isnan(number := _number(record[place], separator))}
        if file:
            rows.append(Row(file, record[columns.index("group")], numbers))
    if without := [row.file for row in rows if not row.group]:
        remarks.append(f"No group is given for {some(without)}, so no group counts it.")
    groups = tuple(dict.fromkeys(row.group for row in rows if row.group))
    return GroupsFile(tuple(rows), groups, tuple(name for _, name in kept), tuple(remarks))


def match(rows: Sequence[Row], files: Sequence[str]) -> tuple[dict[str, Row], list[str]]:
    """The row of each of `files` that has one, and sentences about what is without a partner.

    A row names a file by its path within the sources, or by its name alone where only one file has that.
    """
    by_name: dict[str, list[str]] = {}
    for file in files:
        by_name.setdefault(_composed(PurePosixPath(file).name), []).append(file)
    known = {_composed(file): file for file in files}
    found: dict[str, Row] = {}
    unknown, unclear, again = [], [], []
    for row in sorted(rows, key=lambda row: row.file not in known):  # A whole path goes before a name alone.
        places = [known[row.file]] if row.file in known else by_name.get(row.file, [])
        if len(places) > 1:
            unclear.append(row.file)
        elif not places:
            unknown.append(row.file)
        elif places[0] in found:
            again.append(row.file)
        else:
            found[places[0]] = row
    missing = [file for file in files if file not in found]
    remarks = []
    if unknown:
        remarks.append(f"The groups file names what is not among the recordings: {some(unknown)}.")
    if unclear:
        remarks.append(f"Several recordings have the same name, so the groups file must give the folder too: {some(unclear)}.")
    if again:
        remarks.append(
            f"The groups file names these twice, and the row with the folder counts; remove the other one: {some(again)}."
        )
    if missing:
        remarks.append(f"The groups file says nothing of {some(missing)}.")
    return found, remarks


def _separator(lines: Sequence[str]) -> str:
    """The one with which the header has the columns; else the one that its line has most of, to say what is missing."""
    if not lines:
        return ","
    for sign in _SEPARATORS:
        header = next(csv.reader(lines, delimiter=sign), [])
        if {"file", "group"} <= {cell.strip().casefold() for cell in header}:
            return sign
    return max(_SEPARATORS, key=lines[0].count)


def _name(cell: str) -> str:
    """A file as the sources name it, also where the cell comes from a table of ours, with a sign that keeps it a text."""
    plain = cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_STARTS else cell
    return _composed(plain.replace("\\", "/").removeprefix("./"))


def _composed(name: str) -> str:
    """The same name has the same letters: some disks keep an ë as e and two dots."""
    return normalize("NFC", name)


def some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


def _number(cell: str, separator: str) -> float:
    """NaN for what is none. Where commas separate nothing, one is a decimal comma."""
    if "_" in cell:
        return math.nan  # A code, which Python would read as a number.
    try:
        number = float(cell if separator == "," else cell.replace(",", "."))
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan
