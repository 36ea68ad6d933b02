"""The reminder run on real books: it sees what happens meanwhile; whom it missed or asked in vain is counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from infra.postgres import Urls
from ledger.domain.cash.identification import IdentifyReceipt
from ledger.domain.dunning import reminder
from ledger.domain.receivables.number_series import OpenSeries
from reconciliation import reminder_run
from reconciliation.reminded import Reminded
from reconciliation.reminder_run import remind_due
from tests.kit import calculator, care
from tests.kit.clinic import ACCOUNT, ISSUED, PRICE, Clinic, statement
from tests.kit.older_program import older_program

DUE = ISSUED + timedelta(days=30)
CREDIT = (
    care.receipt("over", 2 * PRICE, booked_on=DUE, bank_account=ACCOUNT),
    care.allocate("over", "i-0", rest_to="patient-0"),
)


@pytest.fixture
def due(clinic: Clinic) -> Clinic:
    """Two invoices of the first patient and one of each other are due, and the bank is loaded."""
    another = care.invoice(
        "j", care.line(1, PRICE), payers={"patient-0": PRICE}, issued_on=ISSUED, due_on=DUE, series="INV"
    )
    clinic.do(another)
    clinic.load(statement([], on=DUE), on=DUE)
    return clinic


def run(clinic: Clinic, on: date = DUE, **given: Any) -> Reminded:
    return remind_due(clinic.books, clinic.desk, on, clinic.at, "job:reminders", **given)


def decided(done: Reminded) -> dict[str, str]:
    return {one.item_id: one.why or one.decision for one in done.items}


def wrong(clinic: Clinic, urls: Urls) -> list[tuple[str, str]]:
    """What the calculator finds, from the raw facts, after a run on the due day."""
    with psycopg.connect(urls.reader, autocommit=True) as raw:
        found = calculator.misdirected(raw, [(DUE, clinic.books.journal.stable_position())])
    return [(what, item) for what, item, _ in found]


def test_credit_that_arises_while_the_run_reads_is_seen(
    due: Clinic, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
):
    right = reminder_run.execute

    def execute(*given: Any) -> Any:
        due.do(*CREDIT, on=DUE)
        return right(*given)

    monkeypatch.setattr(reminder_run, "execute", execute)
    done = run(due)
    assert {decided(done)[item] for item in ("i-0.1", "j.1")} == {"paid", "money_waits"}
    assert (done.missed, wrong(due, database_urls)) == (0, [])


def test_money_that_is_used_while_the_run_reads_does_not_count(due: Clinic, monkeypatch: pytest.MonkeyPatch):
    due.do(care.receipt("r", PRICE, booked_on=DUE, bank_account=ACCOUNT), on=DUE)
    due.do(IdentifyReceipt(receipt_id="r", account_id="patient-0"), on=DUE)
    assert decided(run(due, rehearsed=True))["i-0.1"] == "money_waits"
    right = reminder_run.execute

    def execute(*given: Any) -> Any:
        due.do(IdentifyReceipt(receipt_id="r", account_id="patient-1"), on=DUE)
        return right(*given)

    monkeypatch.setattr(reminder_run, "execute", execute)
    assert decided(run(due))["i-0.1"] == "sent"


def test_a_run_that_knows_more_is_not_refused_and_one_that_knows_the_same_records_nothing(due: Clinic):
    stale = DUE + timedelta(days=1)
    first, again = run(due, stale), run(due, stale)
    assert {one.why for one in first.items} == {"bank_not_loaded"}
    assert (first.recorded, again.recorded, first.missed) == (len(first.items), 0, len(first.items))
    assert [(one.bank_account, one.through_on) for one in first.lagging] == [(ACCOUNT, DUE)]
    due.load(statement([], statement_id="S2", on=stale), on=stale)
    later = run(due, stale)
    assert (later.sent, later.refused, later.lagging, later.missed) == (len(first.items), 0, (), 0)


def test_the_calculator_finds_whom_a_run_asked_in_vain_and_whom_it_missed(
    due: Clinic, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
):
    due.do(*CREDIT, on=DUE)
    assert ("overdue and nobody reminded", "i-1.1") in wrong(due, database_urls)
    assert "j.1" not in {item for _, item in wrong(due, database_urls)}
    monkeypatch.setattr(reminder, "waiting", lambda states, item, to, may_pay: ())
    assert decided(run(due))["j.1"] == "sent"
    assert wrong(due, database_urls) == [("reminded of money that was there", "j.1")]


def test_a_reminder_whose_money_was_there_is_counted_from_then_on(due: Clinic):
    due.do(care.receipt("r", PRICE, booked_on=DUE, bank_account=ACCOUNT), on=DUE)
    done = run(due)
    # Nobody knew whose money it was.
    assert (done.sent, done.reminded_with_money) == (len(done.items), 0)
    due.do(IdentifyReceipt(receipt_id="r", account_id="patient-1"), on=DUE)
    assert run(due).reminded_with_money == 1
    due.do(care.allocate("r", "i-1"), on=DUE)
    assert run(due).reminded_with_money == 1


def test_what_is_paid_after_its_reminder_was_no_reminder_in_vain(due: Clinic):
    run(due)
    paid_on = DUE + timedelta(days=2)
    due.do(care.receipt("r", PRICE, booked_on=paid_on, bank_account=ACCOUNT), on=paid_on)
    due.do(care.allocate("r", "i-1"), on=paid_on)
    assert run(due).reminded_with_money == 0


def test_nobody_is_reminded_while_the_read_tables_lack_facts(due: Clinic):
    paid = care.receipt("r", PRICE, booked_on=DUE, bank_account=ACCOUNT)
    with older_program():
        due.do(replace(paid, payment=replace(paid.payment, reference="RF\0")), on=DUE)
    done = run(due)
    assert (done.set_aside, done.sent, done.suppressed, done.missed) == (1, 0, 0, len(done.items))
    assert {one.why for one in done.items} == {"facts_set_aside"}


@pytest.mark.parametrize(("series", "kind"), [("INV", "ocr"), ("quoted", "rf")])
def test_a_receipt_that_quotes_the_request_with_zeros_before_it_keeps_the_reminder_back(
    due: Clinic, series: str, kind: Any
):
    if series == "quoted":
        due.do(OpenSeries(series=series, reference_kind=kind), on=ISSUED)
    billed = care.invoice(
        "k", care.line(1, PRICE), payers={"patient-0": PRICE}, issued_on=ISSUED, due_on=DUE, series=series
    )
    due.do(billed, on=ISSUED)
    (asked,) = [row for row in due.books.report("open-items", DUE).table.to_pylist() if row["item_id"] == "k.1"]
    ours: str = asked["reference"]
    padded = f"{ours[:4]}0000{ours[4:]}" if kind == "rf" else f"0000{ours}"
    paid = care.receipt("r", PRICE, booked_on=DUE, bank_account=ACCOUNT)
    due.do(replace(paid, payment=replace(paid.payment, reference=padded, reference_kind=kind)), on=DUE)
    assert decided(run(due))["k.1"] == "money_waits"
