"""Tables in files: no text of a CSV file is run by a spreadsheet, and Parquet has texts as they are."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from infra.desk.table_file import without_formulas, write_pages
from projections.reports.report import Column

TEXTS = ['=HYPERLINK("http://x","y")', "+46", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1", "Åsa", "a=1", "", None]
COLUMNS = (Column("name", "name", "text", "The name."), Column("amount_minor", "amount", "money", "The amount."))


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(kind: pa.DataType) -> None:
    amounts = pa.array([-5] * len(TEXTS), pa.int64())
    table = pa.table({"name": pa.array(TEXTS, kind), "amount_minor": amounts})
    plain = without_formulas(table)
    assert plain.schema == table.schema
    assert plain["name"].to_pylist() == [f"'{one}" for one in TEXTS[:7]] + TEXTS[7:]
    assert plain["amount_minor"].combine_chunks() == amounts


def test_only_csv_is_changed(tmp_path: Path) -> None:
    page = pa.table({"name": pa.array(["=1"]), "amount_minor": pa.array([-5], pa.int64())})
    for form in ("csv", "parquet"):
        write_pages(tmp_path / f"x.{form}", COLUMNS, [page])
    assert (tmp_path / "x.csv").read_text("utf-8").splitlines()[1] == '"\'=1",-5'
    assert pq.read_table(tmp_path / "x.parquet").to_pylist() == [{"name": "=1", "amount_minor": -5}]
