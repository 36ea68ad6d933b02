"""Each transaction of a settlement is one entry, and what is only charged is a fee that is booked once."""

from __future__ import annotations

from datetime import date

import polars as pl
import pyarrow as pa
import pytest

from reconciliation.matching.settlements import entries, keyed
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import LINES, STATEMENTS, Line, Statement

DAY = date(2026, 9, 10)


def entries_of(*lines: Line) -> pl.DataFrame:
    heads, rows = Rows(STATEMENTS), Rows(LINES)
    heads.add([Statement(1, account="cards", currency="SEK", statement_id="po_1")])
    rows.add(lines)
    found = heads.table().append_column("rail", pa.array(["card"]))
    return keyed(entries(rows.table(), found, date(2024, 1, 1), date(2026, 12, 31)))


def line(number: int, kind: str, amount: int | None, charges: int | None, tax: int | None = None) -> Line:
    return Line(
        1, number, 0, DAY, DAY, amount, "SEK", bank_ref=f"t{number}", kind=kind, charges_minor=charges,
        charges_tax_minor=tax,
    )  # fmt: skip


@pytest.mark.parametrize(("charges", "kind"), [(250, "fee"), (-250, "fee_returned")])
def test_charges_without_an_amount_are_a_fee(charges, kind):
    (found,) = entries_of(line(1, "payment", 0, charges, charges // 5)).to_dicts()
    assert (found["kind"], found["amount_minor"], found["charges_minor"]) == (kind, -charges, 0)
    assert found["charges_tax_minor"] is None


def test_charges_of_a_transaction_stay_with_it():
    (found,) = entries_of(line(1, "payment", 30_000, 550, 110)).to_dicts()
    assert [found[name] for name in ("kind", "amount_minor", "charges_minor", "charges_tax_minor")] == [
        "payment",
        30_000,
        550,
        110,
    ]


def test_heads_and_what_is_worth_nothing_are_no_entries():
    nothing = [line(1, "settlement", 0, 300), line(2, "carried_over", 900, None), line(3, "payment", 0, None)]
    assert entries_of(*nothing).is_empty()


def test_a_transaction_has_the_same_key_whatever_its_amount():
    one, other = entries_of(line(1, "payment", 300, None)), entries_of(line(1, "payment", 350, None))
    assert one["key"].to_list() == other["key"].to_list()
