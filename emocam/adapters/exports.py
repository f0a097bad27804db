"""What can be made of a session at any time: a table as CSV, JSON or Parquet. The extension picks the format."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from emocam.adapters.columns import Column, columns, rows
from emocam.adapters.csv_sink import CsvSink
from emocam.adapters.session_file import SessionReader
from emocam.domain.errors import SessionFileError

_PARQUET_BATCH = 10_000


def export(session: Path, out: Path) -> int:
    """Write `out` from `session` and return the number of rows. An older `out` is replaced only once the new one is whole.

    Raises SessionFileError where the session can't be read, the extension is not known or `out` can't be written.
    """
    writer = WRITERS.get(out.suffix.lower())
    if writer is None:
        raise SessionFileError(f"emocam can't export {out.name}; end the name in {', '.join(WRITERS)}.")
    reader = SessionReader(session)
    part = out.with_name(f".{out.name}.part")
    try:
        count = writer(reader, part, columns(reader.classes, reader.started_at, reader.uncertain_below))
        part.replace(out)
    except OSError as error:
        raise SessionFileError(f"{out} can't be written ({error.strerror}); choose another place.") from None
    finally:
        part.unlink(missing_ok=True)
        reader.close()
    return count


def _csv(reader: SessionReader, out: Path, table: tuple[Column, ...]) -> int:
    sink = CsvSink(out, table)
    count = 0
    for observation, marker in reader.observations_with_markers():
        sink.write(observation, marker)
        count += max(1, len(observation.readings))
    sink.close()
    return count


def _json(reader: SessionReader, out: Path, table: tuple[Column, ...]) -> int:
    count = 0
    with open(out, "w", encoding="utf-8") as file:
        head: Mapping[str, object] = {
            "session": reader.meta,
            "markers": [
                {"time_s": each.start_s, "end_s": each.end_s, "label": each.label} for each in reader.annotations.markers
            ],
            "units": {column.name: column.unit for column in table},
        }
        file.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "rows": [')
        for observation, marker in reader.observations_with_markers():
            for row in rows(observation, marker):
                cells = {column.name: column.get(row) for column in table}
                rounded = {
                    column.name: round(cell, column.digits)
                    if isinstance(cell := cells[column.name], float) and column.digits is not None
                    else cell
                    for column in table
                }
                file.write((",\n  " if count else "\n  ") + json.dumps(rounded, ensure_ascii=False))
                count += 1
        file.write("\n ]\n}\n")
    return count


def _parquet(reader: SessionReader, out: Path, table: tuple[Column, ...]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = {"frame", "face_id"}
    schema = pa.schema(
        [
            (column.name, pa.int64() if column.name in whole else pa.float64() if column.digits else pa.string())
            for column in table
        ]
    ).with_metadata({f"emocam.{key}": value for key, value in reader.meta.items()})
    count = 0
    batch: list[dict[str, object]] = []
    with pq.ParquetWriter(out, schema) as writer:
        for observation, marker in reader.observations_with_markers():
            batch.extend({column.name: column.get(row) for column in table} for row in rows(observation, marker))
            if len(batch) >= _PARQUET_BATCH:
                writer.write_table(pa.Table.from_pylist(batch, schema))
                count += len(batch)
                batch.clear()
        writer.write_table(pa.Table.from_pylist(batch, schema))
    return count + len(batch)


WRITERS: Mapping[str, Callable[[SessionReader, Path, tuple[Column, ...]], int]] = {
    ".csv": _csv,
    ".json": _json,
    ".parquet": _parquet,
}
