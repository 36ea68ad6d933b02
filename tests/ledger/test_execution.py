"""Executing commands on PostgreSQL: batches, refusals, idempotency, conflicts and gapless numbers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from infra.postgres import Urls
from ledger import Envelope, Submission, execute, open_journal
from ledger.domain.account import OpenAccount
from ledger.domain.cash_application import AllocateReceipt, Item
from ledger.domain.fact import Command
from ledger.domain.invoice import IssueInvoice
from ledger.domain.invoice_parts import InvoiceLine, ShareAsked
from ledger.domain.number_series import NumberTaken, OpenSeries
from ledger.domain.receipt import RecordReceipt
from ledger.journal import Journal, JournalUnavailable

DAY = date(2026, 10, 1)


@pytest.fixture
def journal(database_urls: Urls):
    with open_journal(database_urls.writer, "clinic") as journal:
        yield journal


def submit(command: Command, key: str) -> Submission:
    recorded_at = datetime(2026, 10, 1, 8, tzinfo=UTC)
    return Submission(
        command,
        Envelope(occurred_on=DAY, accounting_date=DAY, recorded_at=recorded_at, actor="user:anna", key=key),
    )


def invoice(id: str, amount_minor: int = 25_000) -> Submission:
    line = InvoiceLine(1, "visit", DAY, amount_minor, "exempt", 0)
    command = IssueInvoice(
        invoice_id=id,
        series="INV",
        currency="SEK",
        issued_on=DAY,
        due_on=date(2026, 10, 31),
        lines=(line,),
        shares=(ShareAsked("anna", amount_minor),),
    )
    return submit(command, f"issue-{id}")


def receipt(id: str, amount_minor: int) -> Submission:
    command = RecordReceipt(
        receipt_id=id, rail="cash", bank_account="1", amount_minor=amount_minor, currency="SEK", booked_on=DAY
    )
    return submit(command, f"receipt-{id}")


def allocation(id: str, receipt_id: str, invoice_id: str, credit_account: str | None = None) -> Submission:
    command = AllocateReceipt(
        allocation_id=id, receipt_id=receipt_id, items=(Item(invoice_id),), credit_account=credit_account
    )
    return submit(command, f"allocate-{id}")


@pytest.fixture
def opened(journal: Journal) -> Journal:
    for one in (OpenSeries(series="INV", first=1001), OpenAccount(account_id="anna", payer="patient")):
        assert execute(journal, submit(one, type(one).__name__)).status == "done"
    return journal


def test_a_refused_command_changes_nothing_and_does_not_stop_the_others(opened: Journal):
    before = opened.stable_position()

    outcomes = execute(opened, [invoice("1"), allocation("a", "none", "1"), invoice("2")])

    assert [outcome.status for outcome in outcomes] == ["done", "refused", "done"]
    assert outcomes[1].code == "receipt_unknown"
    assert {fact.envelope.key for fact in opened.follow(before, 100)} == {"issue-1", "issue-2"}


def test_a_batch_may_be_asked_to_stop_at_the_first_refusal(opened: Journal):
    outcomes = execute(opened, [invoice("1"), allocation("a", "none", "1"), invoice("2")], stop_on_refusal=True)

    assert [outcome.status for outcome in outcomes] == ["done", "refused"]
    assert "invoice-2" not in opened.read(["invoice-2"])


def test_commands_of_a_batch_build_on_the_ones_before_them(opened: Journal):
    outcomes = execute(
        opened, [invoice("1"), receipt("r", 20_000), allocation("a", "r", "1"), allocation("b", "r", "1")]
    )

    assert [(outcome.status, outcome.code) for outcome in outcomes[2:]] == [
        ("done", None),
        ("refused", "amount_exceeds_unallocated"),
    ]


def test_the_same_key_again_returns_the_first_answer(opened: Journal):
    first = execute(opened, invoice("1"))
    again = execute(opened, [invoice("1"), invoice("2")])[0]

    assert first.status == "done"
    assert again.status == "nothing_new"
    assert (again.first_position, again.last_position) == (first.first_position, first.last_position)


def test_the_same_key_with_another_command_is_refused(opened: Journal):
    execute(opened, invoice("1", 100))

    assert execute(opened, invoice("1", 200)).code == "key_reused"


def test_a_batch_over_many_chunks_is_recorded_once(opened: Journal):
    batch = [invoice(str(number)) for number in range(25)]

    outcomes = execute(opened, batch, chunk=10)

    assert {outcome.status for outcome in outcomes} == {"done"}
    assert {outcome.status for outcome in execute(opened, batch, chunk=7)} == {"nothing_new"}


def test_an_answer_lost_on_the_way_is_found_again(opened: Journal, monkeypatch: pytest.MonkeyPatch):
    append = Journal.append

    def lost(self: Journal, *given: object) -> object:
        append(self, *given)  # type: ignore[arg-type]
        raise JournalUnavailable("the connection was lost after the commit")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "append", lost)
        with pytest.raises(JournalUnavailable):
            execute(opened, invoice("1"))

    assert execute(opened, invoice("1")).status == "nothing_new"


def test_two_who_spend_the_same_receipt_at_once_cannot_both(opened: Journal, database_urls: Urls):
    execute(opened, [receipt("r", 25_000), *(invoice(str(number)) for number in range(8))])

    with ThreadPoolExecutor(8) as pool, open_journal(database_urls.writer, "clinic") as other:
        journals = [opened, other] * 4
        outcomes = list(pool.map(lambda n: execute(journals[n], allocation(f"a{n}", "r", str(n))), range(8)))

    assert sorted(outcome.status for outcome in outcomes) == ["done"] + ["refused"] * 7
    applied = [fact for fact in opened.follow(0, 1000) if fact.name == "AllocationApplied"]
    assert len(applied) == 1


def test_numbers_of_a_series_have_no_gap_with_many_issuers_at_once(opened: Journal):
    with ThreadPoolExecutor(4) as pool:
        batches = [[invoice(f"{issuer}-{number}") for number in range(10)] for issuer in range(8)]
        outcomes = [outcome for batch in pool.map(lambda b: execute(opened, b, chunk=3), batches) for outcome in batch]

    assert {outcome.status for outcome in outcomes} == {"done"}
    numbers = [fact.fact.number for fact in opened.read_all("series-INV") if isinstance(fact.fact, NumberTaken)]
    assert numbers == list(range(1001, 1081))


def test_a_malformed_id_is_said_to_be_malformed(opened: Journal):
    assert execute(opened, receipt("no spaces", 100)).code == "id_malformed"
