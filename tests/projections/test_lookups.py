"""Looking up what the read tables say: items, receipts, holds and accounts, and what matching asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from infra.postgres import Urls
from ledger.domain.fact import NewFact
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.receivables.request import PaymentRequested
from ledger.domain.references import ocr
from projections import ReadStore, follow
from tests.kit.care import allocate, hold, invoice, lift, open_account, receipt
from tests.kit.currencies import keeping
from tests.projections.memory_journal import Log

DAY = date(2024, 7, 10)
FIRST, SECOND = ocr("10011"), ocr("10021")


@pytest.fixture
def store(database_urls: Urls) -> Iterator[ReadStore]:
    with ReadStore(database_urls.writer, "clinic") as store:
        yield store


@pytest.fixture
def log() -> Log:
    """Two invoices of p1, one paid too late and too much, one open; an unknown payment."""
    return Log().do(
        OpenSeries(series="inv", first=1001),
        open_account("p1"),
        open_account("quiet"),
        invoice("1", due_on=date(2024, 7, 3)),
        invoice("2", due_on=date(2024, 8, 3)),
        receipt("r", 300_00),
        allocate("r", "1", rest_to="p1"),
        receipt("s", 99_00),
        on=DAY,
    )


@pytest.fixture
def clinic(log: Log, store: ReadStore) -> ReadStore:
    follow(log, store)
    return store


def test_requests_are_found_by_reference_whether_anything_is_open_or_not(clinic: ReadStore):
    found = clinic.matching.by_reference([FIRST, SECOND, "no such reference"], 2)
    assert found["reference"].to_pylist() == [FIRST, SECOND]
    assert found["request_id"].to_pylist() == found["item_id"].to_pylist() == ["1.1", "2.1"]
    assert found["open_minor"].to_pylist() == [0, 250_00]
    assert found["due_on"].to_pylist() == [date(2024, 7, 3), date(2024, 8, 3)]
    assert found.schema.metadata is None
    assert all(field.metadata is None for field in found.schema)
    assert clinic.matching.by_reference([], 2).num_rows == 0


def test_a_request_for_several_items_is_found_once_with_all_that_is_open(log: Log, store: ReadStore):
    log.do(invoice("3"), on=DAY)
    both = PaymentRequested(
        request_id="both",
        document="invoice-3",
        account_id="p1",
        reference="RF1",
        reference_kind="rf",
        items=("3.1", "2.1", "1.1"),
        pay_to=None,
    )
    log.add(NewFact("request-both", both), log.recorded[-1].envelope)
    follow(log, store)
    (found,) = store.matching.by_reference(["RF1"], 2).to_pylist()
    assert (found["request_id"], found["account_id"], found["of"]) == ("both", "p1", 1)
    assert found["item_id"] == "3.1"
    assert (found["open_minor"], found["due_on"]) == (500_00, date(2024, 7, 3))


def test_requests_with_one_reference_are_counted_and_open_ones_come_first(log: Log, store: ReadStore):
    for item in ("1.1", "2.1"):
        made = next(one for one in log.recorded if one.stream == f"request-{item}")
        again = PaymentRequested(
            request_id=f"again-{item}",
            document=made.fact.document,
            account_id="p1",
            reference="RF1",
            reference_kind="rf",
            items=(item,),
            pay_to=None,
        )
        log.add(NewFact(f"request-again-{item}", again), made.envelope)
    follow(log, store)
    found = store.matching.by_reference(["RF1"], 2).to_pylist()
    assert [(row["request_id"], row["open_minor"], row["of"]) for row in found] == [
        ("again-2.1", 250_00, 2),
        ("again-1.1", 0, 2),
    ]
    assert store.matching.by_reference(["RF1"], 1)["of"].to_pylist() == [2]


def test_candidates_have_exactly_the_amount_and_the_oldest_due_comes_first(log: Log, store: ReadStore):
    log.do(invoice("3", due_on=date(2024, 7, 3)), invoice("4", due_on=date(2024, 9, 3)), on=DAY)
    log.do(keeping("EUR"), on=DAY)
    log.do(invoice("5", currency="EUR"), on=DAY)
    follow(log, store)
    found = store.matching.by_amount([("SEK", 250_00), ("SEK", 0)], 2)
    assert [(row["item_id"], row["of"]) for row in found.to_pylist()] == [("3.1", 3), ("2.1", 3)]


def test_items_are_found_by_their_invoices_number_open_ones_first(clinic: ReadStore):
    found = clinic.matching.by_number([1001, 1002, 1003], 2).to_pylist()
    assert [(row["number"], row["item_id"], row["open_minor"], row["of"]) for row in found] == [
        (1001, "1.1", 0, 1),
        (1002, "2.1", 250_00, 1),
    ]
    assert clinic.matching.by_number([], 2).num_rows == 0


def test_of_some_receipts_those_that_wait_are_found(clinic: ReadStore):
    assert clinic.matching.waiting_among(["r", "s", "t"])["receipt_id"].to_pylist() == ["s"]


def test_items_are_listed_by_account_and_due_day(clinic: ReadStore):
    assert clinic.now.items()["item_id"].to_pylist() == ["2.1"]
    assert clinic.now.items("p1", due_by=date(2024, 8, 2), open_only=False)["item_id"].to_pylist() == ["1.1"]
    assert clinic.now.items("quiet").num_rows == 0


def test_holds_are_listed_until_they_are_lifted_the_oldest_first(log: Log, store: ReadStore):
    log.do(hold("2", date(2024, 9, 1), "b"), hold("2", hold_id="a"), on=date(2024, 7, 9))
    log.do(hold("1", hold_id="a"), on=date(2024, 7, 8))
    log.do(lift("2", "a"), on=DAY)
    follow(log, store)
    assert [(hold["item_id"], hold["hold_id"], hold["until_on"]) for hold in store.now.holds()] == [
        ("1.1", "a", None),
        ("2.1", "b", date(2024, 9, 1)),
    ]


def test_receipts_are_listed_while_unallocated(clinic: ReadStore):
    assert clinic.now.receipts()["receipt_id"].to_pylist() == ["s"]
    assert clinic.now.receipts("p1", unallocated_only=False)["receipt_id"].to_pylist() == ["r"]
    assert clinic.now.receipts()["unallocated_minor"].to_pylist() == [99_00]
    assert clinic.now.receipts("quiet", unallocated_only=False).num_rows == 0


def test_accounts_without_money_are_seen_too(clinic: ReadStore):
    assert clinic.now.account("p1")["balances"] == [
        {
            "account_id": "p1",
            "currency": "SEK",
            "payer": "patient",
            "open_minor": 250_00,
            "credit_minor": 50_00,
            "open_items": 1,
            "unallocated_minor": 0,
        }
    ]
    assert clinic.now.account("quiet")["balances"] == []
    assert clinic.now.account("none") is None
