"""Of several things of one amount, a command means those of which something is left for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.desk import names
from infra.desk.desk import Desk
from infra.desk.possible import left, unallocated, waits_for_receipt
from infra.desk.problems import Stopped
from infra.postgres import Urls
from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.receivables.number_series import OpenSeries
from projections import open_books
from tests.infra.desk.test_names import DAY, FIRST, SECOND, at, record
from tests.kit.care import allocate, invoice, open_account, receipt


@pytest.fixture
def desk(database_urls: Urls) -> Iterator[Desk]:
    """Two invoices of a payer, of 250.00 each."""
    with open_books(database_urls.writer, "clinic") as books:
        record(books, OpenSeries(series="inv", first=1001), open_account("acc-one"))
        record(books, invoice(FIRST, payers={"acc-one": 250_00}), invoice(SECOND, payers={"acc-one": 250_00}))
        yield at(books)


def test_of_receipts_of_an_amount_those_are_meant_of_which_something_is_left(desk: Desk):
    record(desk.books, receipt("20240710-77aa01", 250_00), receipt("20240712-77cc04", 250_00))
    record(desk.books, allocate("20240710-77aa01", FIRST, allocation_id="alloc-a"))
    with pytest.raises(Stopped, match="77aa01"):
        names.receipt(desk, "amount:250.00")
    assert names.receipt(desk, "amount:250.00", unallocated) == "20240712-77cc04"
    record(desk.books, allocate("20240712-77cc04", SECOND, allocation_id="alloc-b"))
    # If nothing is left of any, each may be meant, so that the rule says why it cannot be.
    with pytest.raises(Stopped, match="77cc04"):
        names.receipt(desk, "amount:250.00", unallocated)


def test_of_movements_of_an_amount_a_recall_means_a_debit_that_waits(desk: Desk):
    for id, amount_minor, role in (
        ("m-1", 7_00, "bank_suspense"),
        ("m-2", -7_00, "suppliers"),
        ("m-3", -7_00, "recalls"),
    ):
        line = BankLine(bank_account="b1", amount_minor=amount_minor, currency="SEK", booked_on=DAY)
        record(desk.books, ClassifyMovement(part_id=id, line=line, role=role, rule="r"))
    assert names.movement(desk, "amount:7.00", waits_for_receipt) == "m-3"
    with pytest.raises(Stopped, match="3 bank movements"):
        names.movement(desk, "amount:7.00", left)
