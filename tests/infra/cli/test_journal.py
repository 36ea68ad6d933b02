"""The journal as a person asks for it: on the screen, and in files for spreadsheets and analysts."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.infra.cli.clinic import BOOKED_ON, Clinic


def test_each_posting_is_there_once_with_its_voucher_and_ties_to_the_ledger(loaded: Clinic):
    answer = loaded.reskontra.json(f"journal --as-of {BOOKED_ON}")
    rows = answer["rows"]
    assert answer["ok"]
    assert [row["number"] for row in rows if row["line"] == 1] == list(range(1, rows[-1]["number"] + 1))
    assert {(one["name"], one["difference_minor"]) for one in answer["totals"]} == {("debit", 0), ("credit", 0)}
    first, second = rows[:2]
    assert (first["account"], first["debit_minor"], first["credit_minor"]) == ("1510", 150_00, 0)
    assert (second["account"], second["credit_minor"], second["document"]) == ("3004", 150_00, first["document"])
    later = loaded.reskontra.json(f"journal --as-of {BOOKED_ON} --from {BOOKED_ON}")["rows"]
    assert later == [row for row in rows if row["accounting_date"] == str(BOOKED_ON)]


def test_a_correction_of_a_recorded_voucher_names_it(loaded: Clinic):
    reskontra = loaded.reskontra
    (waiting, *_) = reskontra.json("movement list")["rows"]
    reskontra(f"movement reclassify {waiting['part_id']} --role suppliers --reason INVOICE_77")
    rows = reskontra.json("journal")["rows"]
    assert {row["corrects"] for row in rows} == {None, f"movement-{waiting['part_id']}@1"}
    corrected = [row for row in rows if row["corrects"]]
    assert [(row["account"], row["debit_minor"] - row["credit_minor"]) for row in corrected] == [
        ("2999", -70_00),
        ("2440", 70_00),
    ]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_all_lines_are_written_into_a_file(loaded: Clinic, tmp_path: Path, form: str):
    path = tmp_path / f"journal.{form}"
    rows = loaded.reskontra.json("journal")["rows"]
    said = loaded.reskontra(f"journal --write {path}")
    assert said.out.startswith(f"wrote {len(rows)} lines to {path}")
    if form == "csv":
        with path.open(encoding="utf-8", newline="") as file:
            written = list(csv.DictReader(file))
        assert [(one["account"], int(one["debit_minor"])) for one in written] == [
            (row["account"], row["debit_minor"]) for row in rows
        ]
    else:
        assert [one["text"] for one in pq.read_table(path).to_pylist()] == [row["text"] for row in rows]
    assert loaded.reskontra(f"journal --write {path} --json", code=1).codes == ["file_exists"]
    assert loaded.reskontra(f"journal --write {path}.xlsx --json", code=1).codes == ["file_form_unknown"]
