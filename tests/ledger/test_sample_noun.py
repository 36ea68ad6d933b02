"""A noun more is a module more: registered, it is decided, recorded, remembered, posted, said and refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from infra.postgres import Urls
from ledger import Journal, Outcome, execute, open_journal
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.chart_of_accounts import Leg
from ledger.domain.fact import Command
from ledger.domain.noun import Change
from ledger.journal.codec import CODEC, UnreadableFact
from tests.kit.book import Book, dated
from tests.kit.care import open_account
from tests.kit.sample_noun import GROWN, AskDeposit, BillDeposit, Deposit, DepositAsked, DepositBilled
from tests.kit.submissions import DAY, invoice, opened, rehearse, submit

DUE = date(2026, 10, 31)
ASK = AskDeposit(deposit_id="d1", account_id="anna", invoice_id="1", amount_minor=500_00, due_on=DUE)
BILL = BillDeposit(deposit_id="d1")


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic", GROWN) as journal:
        yield opened(journal)


def do(journal: Journal, command: Command, key: str) -> Outcome:
    return execute(journal, submit(command, key))


def test_it_is_decided_recorded_and_read_again(journal: Journal):
    assert do(journal, ASK, "ask").status == "done"

    found = journal.read(["deposit-d1", "item-d1.1"])
    (asked,) = found["deposit-d1"]
    assert asked.fact == DepositAsked(
        deposit_id="d1", account_id="anna", invoice_id="1", amount_minor=500_00, currency="SEK"
    )
    assert GROWN.remember("deposit-d1", None, dated(asked.fact)) == Deposit(asked=asked.fact, billed=False)
    assert [GROWN.changes(one.fact) for one in found["item-d1.1"]] == [
        (Change("item", "raised", 500_00, "SEK", "deposit-d1"),)
    ]


def test_its_facts_post_say_something_and_have_an_amount(journal: Journal):
    do(journal, ASK, "ask")
    ((asked,), _) = journal.read(["deposit-d1", "item-d1.1"]).values()

    assert GROWN.legs(asked.fact) == (Leg("ar_patient", 500_00, "SEK"), Leg("refunds_payable", -500_00, "SEK"))
    assert GROWN.sentence(asked.fact) == "Deposit asked for, before invoice 1"
    assert (GROWN.amount_minor(asked.fact), GROWN.currency(asked.fact)) == (500_00, "SEK")
    assert GROWN.title("deposit-d1") == "Deposit"


def test_its_refusals_are_said(journal: Journal):
    unknown = do(journal, BILL, "bill")
    do(journal, ASK, "ask")
    again = do(journal, ASK, "ask again")

    assert (unknown.code, unknown.sentence) == ("deposit_unknown", "There is no deposit with that id. (d1)")
    assert (again.code, again.sentence) == ("deposit_already_asked", "The deposit was asked for already. (d1)")
    assert do(journal, BILL, "bill").code == "invoice_unknown"


def test_its_rule_sees_what_it_asks_for_besides(journal: Journal):
    assert {one.status for one in execute(journal, [submit(ASK, "ask"), invoice("1")])} == {"done"}

    assert do(journal, BILL, "bill").status == "done"
    assert do(journal, BILL, "bill again").status == "nothing_new"
    billed = journal.read(["deposit-d1"])["deposit-d1"][1]
    assert (billed.fact, billed.envelope.occurred_on) == (DepositBilled(invoice_id="1"), DAY)


@pytest.mark.parametrize("step", [execute, rehearse])
def test_what_an_earlier_command_of_its_chunk_says_is_asked_for_is_loaded_when_its_turn_comes(journal: Journal, step):
    # Only the deposit, which is not there yet, says which invoice it secures.
    assert execute(journal, invoice("1")).status == "done"

    outcomes = step(journal, [submit(ASK, "ask"), submit(BILL, "bill")])

    assert [one.status for one in outcomes] == ["done", "done"]


def test_who_does_not_know_it_cannot_read_it_and_says_so(journal: Journal, database_urls: Urls):
    do(journal, ASK, "ask")

    with (
        open_journal(database_urls.writer, "clinic") as other,
        pytest.raises(UnreadableFact, match="no fact with the stored name DepositAsked"),
    ):
        other.read(["deposit-d1"])
    assert "deposit" not in CATALOGUE.nouns
    assert CODEC.catalogue is CATALOGUE


def test_a_book_in_memory_knows_it_too():
    book = Book(GROWN).given(open_account("anna")).given(ASK)
    assert book.balances() == {"ar_patient": 500_00, "refunds_payable": -500_00}
    book.when(ASK).refused("deposit_already_asked")
