"""A noun registers itself: one that only tests know is recorded, posted, shown, told and refused like any other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.postgres import Urls
from ledger import Envelope, Outcome, Submission, execute
from ledger.domain.fact import Command
from ledger.domain.nouns import NOUNS
from ledger.domain.receivables.number_series import OpenSeries
from ledger.sealing import SealFolders
from projections import Books, Report, open_books, rebuild
from tests.house.source import modules
from tests.kit import sample_noun
from tests.kit.book import dated
from tests.kit.care import allocate, invoice, open_account, receipt
from tests.kit.sample_noun import GROWN, SAMPLE, AskDeposit, BillDeposit
from tests.kit.sealed_books import SealedBooks

ASKED, PAID, BILLED = date(2024, 6, 1), date(2024, 7, 10), date(2024, 8, 1)
DEPOSIT = AskDeposit(deposit_id="d1", account_id="p1", invoice_id="1", amount_minor=500_00, due_on=date(2024, 6, 30))


def do(books: Books, on: date, *commands: Command) -> list[Outcome]:
    """Execute commands on a day."""
    at = datetime(2024, 8, 1, 8, tzinfo=UTC)
    last = books.journal.stable_position()
    return execute(
        books.journal,
        [
            Submission(
                command,
                Envelope(
                    occurred_on=on,
                    accounting_date=on,
                    recorded_at=at,
                    actor="person:anna",
                    key=f"{last}-{number}",
                ),
            )
            for number, command in enumerate(commands)
        ],
    )


@pytest.fixture
def books(database_urls: Urls) -> Iterator[Books]:
    """A deposit of 500.00 asked for in June, and 200.00 of it paid in July."""
    with open_books(database_urls.writer, "clinic", GROWN) as books:
        opening = (OpenSeries(series="inv", first=1001), open_account("p1"), open_account("p2"))
        asked = do(books, ASKED, *opening, DEPOSIT)
        paid = do(books, PAID, receipt("r", 200_00), allocate("r", "d1"))
        assert {one.status for one in (*asked, *paid)} == {"done"}
        yield books


def rows(report: Report, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a report that ties."""
    assert report.tied, report.controls
    return [tuple(row[name] for name in columns) for row in report.table.to_pylist()]


def test_its_facts_are_recorded_and_read_again(books: Books):
    (asked,) = books.journal.read(["deposit-d1"])["deposit-d1"]
    assert isinstance(asked.fact, SAMPLE.fact_classes[0])
    assert (asked.version, asked.name) == (1, "DepositAsked")
    assert GROWN.nouns["deposit"] is SAMPLE
    state = GROWN.remember("deposit-d1", None, dated(asked.fact))
    assert state == sample_noun.Deposit(asked=asked.fact, billed=False)


def test_it_is_posted_and_the_two_counts_tie(books: Books):
    for day, ledger in ((ASKED, 500_00), (PAID, 300_00)):
        balances = {row[0]: row[1] for row in rows(books.report("trial-balance", day), "role", "balance_minor")}
        assert (balances["ar_patient"], balances["refunds_payable"]) == (ledger, -500_00)
        assert rows(books.report("tie-out", day), "role", "ledger_minor", "shown_minor", "difference_minor") == [
            ("ar_patient", ledger, ledger, 0),
            *[("unallocated", 0, 0, 0)] * (day == PAID),
        ]
    posted = books.store.at(PAID, books.store.position()).ledger().to_pylist()
    assert {row["role"]: row["debit_minor"] - row["credit_minor"] for row in posted} == {
        "ar_patient": 300_00,
        "bank": 200_00,
        "refunds_payable": -500_00,
        "unallocated": 0,
    }


def test_what_it_raises_ages_is_paid_and_can_be_listed(books: Books):
    assert rows(
        books.report("open-items", PAID), "item_id", "payer", "due_on", "paid_minor", "open_minor", "invoice_id"
    ) == [("d1.1", "patient", date(2024, 6, 30), 200_00, 300_00, None)]
    aging = rows(books.report("aging", PAID), "payer", "d1_30_minor", "total_minor")
    aged = [row for row in aging if row[0] != "total"]
    assert aged == [("patient", 300_00, 300_00)]
    assert books.store.now.account("p1")["balances"][0]["open_minor"] == 300_00
    (item,) = books.store.now.items("p1", open_only=False).to_pylist()
    assert (item["item_id"], item["document"]) == ("d1.1", "deposit-d1")


def test_a_statement_calls_it_by_its_title_and_has_the_right_balance(books: Books):
    report = books.report("account-statement", PAID, account="p1")
    shown = rows(
        report,
        "occurred_on",
        "text",
        "debit_minor",
        "credit_minor",
        "balance_minor",
    )
    assert shown == [(ASKED, "Deposit", 500_00, 0, 500_00), (PAID, "Payment", 0, 200_00, 300_00)]


def test_its_history_is_told_in_its_own_words(books: Books):
    billed = do(books, BILLED, invoice("1", issued_on=BILLED, due_on=BILLED), BillDeposit(deposit_id="d1"))
    assert [one.status for one in billed] == ["done", "done"]
    told = rows(books.report("history", subject="deposit-d1"), "text", "amount_minor", "currency", "occurred_on")
    assert told == [
        ("Deposit asked for, before invoice 1", 500_00, "SEK", ASKED),
        ("Care billed with invoice 1", None, None, BILLED),
    ]
    of_account = rows(books.report("history", subject="p1"), "stream", "fact")
    assert ("deposit-d1", "DepositAsked") in of_account
    assert ("item-d1.1", "HoldPlaced") in of_account


def test_it_is_refused_in_its_own_words(books: Books):
    again, unknown, of_nobody = do(
        books,
        PAID,
        DEPOSIT,
        BillDeposit(deposit_id="d2"),
        AskDeposit(deposit_id="d2", account_id="ghost", invoice_id="1", amount_minor=1, due_on=PAID),
    )
    assert (again.code, again.sentence) == ("deposit_already_asked", "The deposit was asked for already. (d1)")
    assert (unknown.code, unknown.sentence) == ("deposit_unknown", "There is no deposit with that id. (d2)")
    assert of_nobody.code == "account_not_open"
    assert books.journal.read(["deposit-d2"]) == {}


def test_the_read_tables_are_rebuilt_with_it(books: Books, database_urls: Urls):
    books.follow()
    assert books.parity().equal
    assert rebuild(books.journal, database_urls.owner, "clinic").equal
    assert rows(books.report("aging", PAID), "total_minor")[-1] == (300_00,)


def test_it_is_sealed_with_what_it_posts(books: Books, database_urls: Urls, tmp_path: Path):
    sealed = SealedBooks(books.journal, database_urls, SealFolders.of("clinic", tmp_path))
    checkpoint = sealed.seal().checkpoint
    assert checkpoint is not None
    totals = {account: minor for _, account, minor in checkpoint.totals}
    assert totals == {"1510": 300_00, "1930": 200_00, "2495": -500_00}
    assert sealed.findings() == []


def test_no_file_of_the_program_knows_it():
    names = {one.__name__ for one in (*SAMPLE.fact_classes, *SAMPLE.rules)} | SAMPLE.refusals.keys()
    assert len(names) == 6
    assert not [(module.name, name) for module in modules() for name in names if name in module.text]
    assert SAMPLE not in NOUNS
