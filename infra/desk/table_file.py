"""Writes the rows of a report into a file, table by table: CSV for people and spreadsheets, Parquet for analysts.

A spreadsheet takes a cell that begins with one of some signs for a formula and runs it, even if the file has it in
quotes. So a text that begins with one gets an apostrophe in CSV, after which spreadsheets read text. Source: OWASP, CSV
Injection.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from infra.desk.problems import Problem, Stopped, quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from projections.reports.report import Column

FORMS: Final = (".csv", ".parquet")
_FORMULA: Final = r"^([=+\-@\t\r\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}])"


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


def without_formulas(table: pa.Table) -> pa.Table:
    """Return a table with an apostrophe before each text that a spreadsheet would run."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for number, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            plain = pc.replace_substring_regex(table.column(number), _FORMULA, r"'\1")
            table = table.set_column(number, field, plain)
    return table


class _Spreadsheet:
    """Writes tables as CSV, with no cell that a spreadsheet would run."""

    def __init__(self, file: BinaryIO, schema: pa.Schema) -> None:
        from pyarrow import csv

        self._writer = csv.CSVWriter(file, schema)

    def __enter__(self) -> _Spreadsheet:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def write_table(self, table: pa.Table) -> None:
        self._writer.write_table(without_formulas(table))


def _writer(form: str, file: BinaryIO, schema: pa.Schema) -> Any:
    if form == ".csv":
        return _Spreadsheet(file, schema)
    from pyarrow import parquet

    return parquet.ParquetWriter(file, schema)
