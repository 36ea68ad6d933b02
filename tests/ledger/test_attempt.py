"""Deciding a chunk: what commands ask for besides is loaded, and what they begin is taken for new."""

from __future__ import annotations

import gc
import sys
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import msgspec
import pytest

from infra.postgres import Urls
from ledger import Journal, execute, open_journal
from ledger.domain.bank.alias import Alias
from ledger.domain.cash.allocation import AllocateReceipt
from ledger.domain.cash.customer_credit import ApplyCredit
from ledger.domain.cash.refund import ApproveRefund, RequestRefund
from ledger.domain.cash.reversal import ReverseAllocation
from ledger.domain.disputes_and_relief.write_off import ApproveWriteOff, RequestWriteOff, ReverseWriteOff
from ledger.domain.fact import Command, NewFact
from ledger.domain.receivables.account import AccountOpened
from ledger.domain.receivables.credit_lines import LineToCredit
from ledger.domain.receivables.credit_note import IssueCreditNote
from ledger.domain.receivables.invoice import IssueInvoice
from ledger.domain.receivables.invoice_parts import PayerAsked
from ledger.domain.receivables.number_series import OpenSeries
from ledger.execution.attempt import Attempt
from ledger.execution.interpreter import at_full_speed
from ledger.journal.known_streams import Known
from tests.kit.care import declare_bank_account
from tests.kit.submissions import (
    DAY,
    allocation,
    filled,
    invoice,
    opened,
    receipt,
    recorded_of,
    requested,
    statuses,
    submit,
)


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        yield opened(journal)


@pytest.fixture
def reads(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> list[Collection[str]]:
    """What is read from here on, read by read; a stream that is known is `newer` and its name."""
    asked: list[Collection[str]] = []
    newer = Journal.newer

    def noted(self: Journal, streams: Collection[str], known: Known) -> Any:
        asked.append((*streams, *(f"newer {stream}" for stream in known.versions)))
        return newer(self, streams, known)

    monkeypatch.setattr(Journal, "newer", noted)
    return asked


def refund(id: str, amount_minor: int) -> RequestRefund:
    return RequestRefund(
        refund_id=id, account_id="anna", amount_minor=amount_minor, currency="SEK", reason_code="OVERPAID"
    )


# What is asked for besides


def test_what_commands_ask_for_besides_is_read_once_for_all_of_them(journal: Journal, reads: list[Collection[str]]):
    execute(journal, [one for number in range(20) for one in (invoice(str(number)), receipt(f"r{number}"))])
    reads.clear()

    asked = [requested(f"a{number}", f"r{number}", f"{number}.1") for number in range(20)]
    assert set(statuses(journal, asked)) == {"done"}

    assert len(reads) == 2
    # The terms say how small a difference is closed.
    assert set(reads[0]) == {"entity-terms", "newer person-anna"} | {
        f"{kind}{number}{end}" for kind, end in (("receipt-r", ""), ("request-", ".1")) for number in range(20)
    }
    assert set(reads[1]) == {"account-anna", *(f"item-{number}.1" for number in range(20))}


def test_a_command_that_names_all_it_needs_is_one_read(journal: Journal, reads: list[Collection[str]]):
    execute(journal, [invoice("1"), receipt("r")])
    reads.clear()

    assert statuses(journal, [allocation("a", "r", "1", credit_account="anna")]) == ["done"]

    (asked,) = reads
    assert set(asked) == {"entity-terms", "newer person-anna", "receipt-r", "item-1.1", "account-anna"}


# What is taken for new


def test_what_a_command_begins_is_not_read(journal: Journal, reads: list[Collection[str]]):
    asked = [invoice("1"), invoice("2"), receipt("r"), requested("a", "r", "1.1")]

    assert set(statuses(journal, asked)) == {"done"}

    assert not {"invoice-1", "invoice-2", "receipt-r"} & {stream for one in reads for stream in one}


def test_what_is_there_already_is_found_by_the_conflict_and_the_others_are_recorded(journal: Journal):
    execute(journal, [invoice("1"), receipt("r")])

    again = filled(invoice("1", 30_000), key="another")
    other = filled(receipt("r", 30_000), key="yet-another")
    assert statuses(journal, [invoice("2"), again, other, receipt("s")]) == [
        "done",
        "invoice_already_issued",
        "fact_already_recorded",
        "done",
    ]


def test_a_refusal_is_the_same_whether_its_stream_was_read_or_not(journal: Journal):
    execute(journal, [invoice("1")])
    malformed = msgspec.structs.replace(invoice("1").command, due_on=date(2020, 1, 1))

    assert statuses(journal, [submit(malformed, "another")]) == ["invoice_already_issued"]


def test_who_names_what_another_failed_to_begin_sees_what_is_there(journal: Journal):
    execute(journal, [invoice("1"), receipt("r")])
    nothing = filled(receipt("r", 0), key="another")

    assert statuses(journal, [nothing, requested("a", "r", "1.1")]) == ["fact_already_recorded", "done"]


def test_an_invoice_sent_again_beside_a_payment_of_its_item_is_told_as_known(journal: Journal):
    execute(journal, [invoice("1"), receipt("r")])

    assert statuses(journal, [requested("a", "r", "1.1"), invoice("1")]) == ["done", "nothing_new"]
    assert statuses(journal, [receipt("s"), requested("b", "s", "1.1"), filled(invoice("1"), key="another")]) == [
        "done",
        "done",
        "invoice_already_issued",
    ]


def test_the_collector_rests_for_a_large_chunk_only_and_works_again(journal: Journal, monkeypatch: pytest.MonkeyPatch):
    before = sys.getswitchinterval()
    at_work: list[bool] = []
    decide = Attempt.decide

    def noted(self: Attempt, *given: Any) -> bool:
        at_work.append(gc.isenabled())
        return decide(self, *given)

    monkeypatch.setattr(Attempt, "decide", noted)
    execute(journal, [receipt(f"r{number}") for number in range(501)])
    assert at_work == [False, False]
    assert gc.isenabled()
    assert sys.getswitchinterval() == before
    execute(journal, [receipt("s")])
    assert at_work[2:] == [True]


def test_of_several_chunks_at_once_the_last_one_wakes_the_collector():
    with at_full_speed(True):
        with at_full_speed(True), at_full_speed(False):
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_every_rule_sees_what_it_asks_for_besides(journal: Journal):
    execute(journal, [invoice("1"), invoice("2"), receipt("r", 30_000)])
    steps: list[tuple[Command, str]] = [
        (AllocateReceipt(allocation_id="a", receipt_id="r", request_id="1.1"), "anna"),
        (
            RequestRefund(refund_id="f", account_id="anna", amount_minor=1, currency="SEK", reason_code="OVERPAID"),
            "anna",
        ),
        (ApproveRefund(refund_id="f"), "bo"),
        (RequestWriteOff(write_off_id="w", item_id="2.1", reason_code="UNECONOMIC"), "anna"),
        (ApproveWriteOff(write_off_id="w"), "bo"),
        (ReverseWriteOff(write_off_id="w", reason_code="PAID"), "bo"),
        (IssueCreditNote(credit_note_id="c", series="INV", invoice_id="2", reason_code="SERVICE"), "anna"),
    ]
    for command, actor in steps:
        asked = filled(submit(command, type(command).__name__), actor=f"person:{actor}")
        assert statuses(journal, [asked]) == ["done"], command
    # What the refund took of the credit is not there to be taken back.
    taken_back = submit(ReverseAllocation(allocation_id="a", receipt_id="r"), "reverse")
    assert statuses(journal, [taken_back]) == ["amount_exceeds_credit"]


def test_what_an_earlier_command_of_the_chunk_makes_is_seen_by_a_later_one_that_asks_for_it(journal: Journal):
    write_off = submit(RequestWriteOff(write_off_id="w", item_id="2.1", reason_code="UNECONOMIC"), "ask")
    chunk = [
        invoice("1"),
        receipt("r", 20_000),
        requested("a", "r", "1.1"),
        requested("b", "r", "1.1"),
        submit(ReverseAllocation(allocation_id="a", receipt_id="r"), "reverse"),
        requested("c", "r", "1.1"),
        invoice("2"),
        write_off,
        filled(submit(ApproveWriteOff(write_off_id="w"), "approve"), actor="person:bo"),
        submit(IssueCreditNote(credit_note_id="n", series="INV", invoice_id="2", reason_code="SERVICE"), "credit"),
        submit(ReverseWriteOff(write_off_id="w", reason_code="PAID"), "back"),
        submit(IssueCreditNote(credit_note_id="m", series="INV", invoice_id="2", reason_code="SERVICE"), "credit 2"),
    ]

    assert statuses(journal, chunk) == [
        "done", "done", "done", "amount_exceeds_unallocated", "done", "done",
        "done", "done", "done", "write_off_in_force", "done", "done",
    ]  # fmt: skip
    assert [len(journal.read([f"item-{number}.1"])[f"item-{number}.1"]) for number in (1, 2)] == [4, 4]


def test_a_command_is_asked_again_until_it_names_nothing_new(journal: Journal):
    # The receipt leads to the item, that to its credit note and its account, and that to the other item.
    paid = [invoice("1"), invoice("2"), receipt("r", 20_000), requested("a", "r", "1.1")]
    credited = submit(IssueCreditNote(credit_note_id="c", series="INV", invoice_id="1", reason_code="S"), "credit")
    used = submit(ApplyCredit(allocation_id="u", account_id="anna", item_id="2.1"), "use")
    back = submit(ReverseAllocation(allocation_id="a", receipt_id="r"), "reverse")

    assert statuses(journal, [*paid, credited, used]) == ["done"] * 6
    assert statuses(journal, [back]) == ["done"]

    streams = ["item-1.1", "item-2.1", "creditnote-c", "account-anna"]
    last = {stream: type(facts[-1].fact).__name__ for stream, facts in journal.read(streams).items()}
    assert last == {
        "item-1.1": "ItemExcessMoved",
        "item-2.1": "ItemDeallocated",
        "creditnote-c": "CreditExcessMoved",
        "account-anna": "CustomerCreditReleased",
    }


@pytest.mark.parametrize("first", ["done", "receipt_unknown"])
def test_two_commands_of_one_key_ask_each_for_their_own(journal: Journal, first: str):
    execute(journal, [invoice("1"), invoice("2"), receipt("r"), receipt("s")])
    chunk = [requested("same", "r" if first == "done" else "none", "1.1"), requested("same", "s", "2.1")]

    assert statuses(journal, chunk) == [first, "key_reused" if first == "done" else "done"]


def test_an_account_asked_for_twice_is_remembered_once(journal: Journal):
    two = IssueInvoice(
        invoice_id="two",
        series="INV",
        currency="SEK",
        issued_on=DAY,
        due_on=DAY,
        lines=invoice("x").command.lines,  # type: ignore[attr-defined]
        payers=(PayerAsked("anna", 10_000), PayerAsked("anna", 15_000)),
    )
    execute(journal, [submit(two, "two"), receipt("r", 26_000), receipt("s", 1)])
    execute(journal, [requested("a", "r", "two.1"), requested("b", "s", "two.2")])

    # The credit that both payers' accounts show is one account's.
    credited = IssueCreditNote(
        credit_note_id="c", series="INV", invoice_id="two", reason_code="S", lines=(LineToCredit(1, 100),)
    )
    assert statuses(journal, [submit(credited, "credit")]) == ["done"]
    refund = RequestRefund(
        refund_id="f", account_id="anna", amount_minor=16_101, currency="SEK", reason_code="OVERPAID"
    )
    assert statuses(journal, [submit(refund, "too much")]) == ["amount_exceeds_credit"]


def test_a_fact_outside_of_what_was_asked_for_is_never_recorded(journal: Journal, monkeypatch: pytest.MonkeyPatch):
    def astray(*given: Any) -> tuple[NewFact, ...]:
        opened_again = AccountOpened(account_id="other", payer="patient")
        return (NewFact("account-other", opened_again), NewFact("account-other", opened_again))

    before = journal.stable_position()
    monkeypatch.setitem(journal.catalogue.rules, OpenSeries, astray)
    with pytest.raises(AssertionError, match="AccountOpened is in a stream that its command did not name"):
        execute(journal, submit(OpenSeries(series="S"), "astray"))
    assert recorded_of(journal, before) == []


def test_what_a_command_needs_is_asked_again_after_others_of_its_chunk(journal: Journal):
    numbers = ((Alias("9990003", "bankgiro"),), (Alias("5050109", "bankgiro"),))
    first, second = (declare_bank_account("b1", aliases=one) for one in numbers)
    assert execute(journal, submit(first, "k1")).status == "done"
    # The second command gives the number up that only the first one has given.
    outcomes = execute(journal, [submit(second, "k2"), submit(first, "k3")])
    assert [one.status for one in outcomes] == ["done", "done"]
