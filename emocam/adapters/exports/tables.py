"""The rows of a recording as CSV, JSON and Parquet. The columns are those of `columns.py`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from emocam.adapters.columns import Cell, Column, Row, columns, rows
from emocam.adapters.csv_sink import CsvSink
from emocam.adapters.exports.job import ExportJob
from emocam.adapters.exports.resample import resampled
from emocam.domain.summary import frame_lengths
from emocam.domain.vision import Observation

_PARQUET_BATCH = 10_000


def write_csv(job: ExportJob, out: Path, ending: str) -> tuple[int, str]:
    sink = CsvSink(out, _columns(job), job.out)
    count = 0
    try:
        for observation, marker in _observations(job):
            sink.write(observation, marker)
            count += max(1, len(observation.readings))
    finally:
        sink.close()
    return count, _rows_said(count)


def write_json(job: ExportJob, out: Path, ending: str) -> tuple[int, str]:
    table = _columns(job)
    head = {
        "session": job.reader.meta,
        "faces": [{"face_id": person, "name": job.annotations.person(person).name} for person in job.people],
        "markers": [{"time_s": each.start_s, "end_s": each.end_s, "label": each.label} for each in job.markers],
        "units": {column.name: column.unit for column in table},
    }
    count = 0
    with open(out, "w", encoding="utf-8") as file:
        file.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "rows": [')
        for row in _rows(job):
            cells = {column.name: _rounded(column.get(row), column.digits) for column in table}
            file.write((",\n  " if count else "\n  ") + json.dumps(cells, ensure_ascii=False))
            count += 1
        file.write("\n ]\n}\n")
    return count, _rows_said(count)


def write_parquet(job: ExportJob, out: Path, ending: str) -> tuple[int, str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = _columns(job)
    whole = {"frame", "face_id"}
    schema = pa.schema(
        [
            (column.name, pa.int64() if column.name in whole else pa.float64() if column.digits else pa.string())
            for column in table
        ]
    ).with_metadata({f"emocam.{key}": value for key, value in job.reader.meta.items()})
    count = 0
    batch: list[dict[str, Cell]] = []
    with pq.ParquetWriter(out, schema) as writer:
        for row in _rows(job):
            batch.append({column.name: column.get(row) for column in table})
            if len(batch) >= _PARQUET_BATCH:
                writer.write_table(pa.Table.from_pylist(batch, schema))
                count += len(batch)
                batch.clear()
        writer.write_table(pa.Table.from_pylist(batch, schema))
    count += len(batch)
    return count, _rows_said(count)


def _columns(job: ExportJob) -> tuple[Column, ...]:
    """One more, with names, where somebody has one."""
    table = columns(job.classes, job.reader.started_at, job.reader.uncertain_below)
    names = {person: job.annotations.person(person).name for person in job.people}
    if not any(names.values()):
        return table

    def name(row: Row) -> Cell:
        return None if row.reading is None else names.get(row.reading.track_id) or None

    return (*table, Column("face_name", "text", None, name))


def _observations(job: ExportJob) -> Iterator[tuple[Observation, str]]:
    """Each with the labels of its markers, as one text."""
    found, step_s = job.observations(), job.selection.step_s
    if step_s is not None:
        readings = job.recording.readings
        lengths = dict(zip(readings.frames.tolist(), frame_lengths(readings.times).tolist(), strict=True))
        found = resampled(found, job.start_s, job.end_s, step_s, lengths)
    for observation, labels in found:
        yield observation, "; ".join(labels)


def _rows(job: ExportJob) -> Iterator[Row]:
    for observation, marker in _observations(job):
        yield from rows(observation, marker)


def _rounded(cell: Cell, digits: int | None) -> Cell:
    return round(cell, digits) if isinstance(cell, float) and digits is not None else cell


def _rows_said(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"
