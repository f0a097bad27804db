"""A table as CSV, in its place only once it is whole: UTF-8, RFC 4180, an empty cell for what there is not."""

from __future__ import annotations

import contextlib
import csv
import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from emocam.adapters.columns import Cell
from emocam.adapters.csv_sink import text
from emocam.adapters.paths import draft_for
from emocam.domain.errors import EmocamError, SessionFileError

TIMELINES = ("frame,time_s,",)  # How those begin that emocam writes.
_DIGITS = 6


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Numbers with six decimals, NaN as an empty cell; bytes of a file's name that are no text as escapes.

    Raises SessionFileError; an older file is left alone then.
    """
    part = draft_for(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "w", newline="", encoding="utf-8", errors="backslashreplace") as file:
            writer = csv.writer(file)
            writer.writerow([text(cell, None) for cell in header])
            for row in rows:
                writer.writerow(["" if isinstance(cell, float) and math.isnan(cell) else text(cell, _DIGITS) for cell in row])
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise SessionFileError(
            "{path} can't be written ({reason}); choose another place or close what uses it.", path=path, reason=error.strerror
        ) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def refuse_to_replace(tables: Iterable[Path], ours: tuple[str, ...]) -> None:
    """Raises EmocamError where one of them is somebody's own: begins otherwise than `ours` and has something in it."""
    for table in tables:
        try:
            first = first_line(table)
        except OSError:
            continue  # Which is told when it is to be written.
        if first and not first.startswith(ours):
            raise EmocamError(
                "{table} was not written by emocam, or was changed since, and would be overwritten; "
                "move it, or give another folder.",
                table=table,
            )


def first_line(path: Path) -> str:
    """Empty where there is no file. Raises OSError."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # Somebody's own may be in another encoding.
            return file.readline()
    except FileNotFoundError:
        return ""
