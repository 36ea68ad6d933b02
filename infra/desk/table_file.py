"""Writes the rows of a report into a file, table by table: CSV for people and spreadsheets, Parquet for analysts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from infra.desk.problems import Problem, Stopped, quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from projections.reports.report import Column

FORMS: Final = (".csv", ".parquet")


def write_pages(path: Path, columns: Sequence[Column], pages: Iterable[pa.Table]) -> int:
    """Write the tables one after the other into a new file, and return the number of rows.

    Amounts are integers in minor units, beside their currency. Raises Stopped if the form is unknown, or if there is a
    file of that name.
    """
    from ledger.disk import unnamed
    from projections.reports.report import table_of

    if path.suffix not in FORMS:
        raise Stopped(Problem("file_form_unknown", f"{quoted(path.name)} must end in {' or '.join(FORMS)}"))
    if path.exists():
        raise Stopped(Problem("file_exists", f"{path} already exists; name a new file"))
    written = 0
    with unnamed(path.resolve().parent) as new:
        with _writer(path.suffix, new.file, table_of((), columns).schema) as writer:
            for page in pages:
                writer.write_table(page)
                written += page.num_rows
        new.take_name(path.resolve())
    return written


def _writer(form: str, file: BinaryIO, schema: pa.Schema) -> Any:
    if form == ".csv":
        from pyarrow import csv

        return csv.CSVWriter(file, schema)
    from pyarrow import parquet

    return parquet.ParquetWriter(file, schema)
