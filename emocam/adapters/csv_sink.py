"""The emotion timeline as CSV: UTF-8, RFC 4180, a row per analysed frame and face."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emocam.adapters.columns import Cell, Column, rows
from emocam.domain.errors import SessionFileError
from emocam.domain.vision import Observation

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class CsvSink:
    """Writes as it goes; what was flushed stays, whatever happens to the process. called: what people know the file by, where
    `path` is a draft of it. Raises SessionFileError."""

    def __init__(self, path: Path, columns: tuple[Column, ...], called: Path | None = None) -> None:
        self._path, self._columns = called or path, columns
        try:
            self._file = open(path, "w", newline="", encoding="utf-8")  # noqa: SIM115  # closed by close()
        except OSError as error:
            raise SessionFileError(
                "{path} can't be written ({reason}); choose another place or close what uses it.",
                path=self._path,
                reason=error.strerror,
            ) from None
        self._writer = csv.writer(self._file)
        self._writer.writerow([text(column.name, None) for column in columns])

    def write(self, observation: Observation, marker: str = "") -> None:
        with self._told():
            for row in rows(observation, marker):
                self._writer.writerow([text(column.get(row), column.digits) for column in self._columns])

    def flush(self) -> None:
        with self._told():
            if not self._file.closed:
                self._file.flush()

    def close(self) -> None:
        with self._told():
            if not self._file.closed:
                try:
                    self._file.flush()
                    os.fsync(self._file.fileno())
                finally:
                    self._file.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SessionFileError(
                "{path} can't be written any more ({reason}); make room on the disk or choose another place.",
                path=self._path,
                reason=error.strerror,
            ) from None


def text(cell: Cell, digits: int | None) -> str:
    """A cell as it stands in the file. A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.{digits if digits is not None else 6}f}"
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return "'" + cell
    return str(cell)
