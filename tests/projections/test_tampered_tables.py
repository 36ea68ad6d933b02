"""Read tables that somebody changed by hand: no report that reads what was changed ties out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest

from infra.postgres import Urls
from ledger.domain.receivables.number_series import OpenSeries
from tests.kit.care import invoice, line, open_account
from tests.kit.clinic import Clinic, clinic_on

VISIT, DUE = date(2024, 6, 3), date(2024, 7, 3)


@pytest.fixture
def clinic(database_urls: Urls, tmp_path: Path) -> Iterator[Clinic]:
    """A book with an invoice of 250.00 that a patient and the region owe in part."""
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        clinic.do(
            OpenSeries(series="inv", first=1001),
            open_account("p1"),
            open_account("r1", "region"),
            invoice("1", line(1, 180_00), line(2, 70_00), payers={"p1": 180_00, "r1": 70_00}),
            on=VISIT,
        )
        yield clinic


# What is open is counted of the items, and line by line of the activity: each of the two shows where it was changed.
TAMPERED = {
    "UPDATE clinic.items SET open_minor = open_minor + 1 WHERE item_id = '1.2'": ("aging", "tie-out"),
    # Read by reports once their block of positions is over.
    "UPDATE clinic.gl_sums SET debit_minor = debit_minor - 1 WHERE role = 'ar_payer'": (),
    "UPDATE clinic.activity SET amount_minor = amount_minor + 1 WHERE item_id = '1.2'": ("open-items",),
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_a_table_that_was_tampered_with_does_not_tie(clinic: Clinic, database_urls: Urls, statement: str):
    assert clinic.books.report("aging", DUE).tied
    with psycopg.connect(database_urls.writer) as connection:
        connection.execute(statement.encode())
    for report in (clinic.books.report(name, DUE) for name in TAMPERED[statement]):
        assert {(one.name, one.difference_minor) for one in report.controls if one.difference_minor} == {
            ("ar_payer", -1)
        }
    assert not clinic.books.parity().equal


def test_an_item_missing_from_its_table_is_missed_and_its_money_still_listed(clinic: Clinic, database_urls: Urls):
    clinic.books.follow()
    with psycopg.connect(database_urls.writer) as connection:
        connection.execute("DELETE FROM clinic.items WHERE item_id = '1.2'")
    missed = [(one.name, one.difference_minor) for one in clinic.books.report("aging", DUE).controls]
    assert ("ar_payer", 70_00) in missed
    listed = clinic.books.report("open-items", DUE)
    assert listed.tied
    assert sum(row["open_minor"] for row in listed.table.to_pylist()) == 250_00
