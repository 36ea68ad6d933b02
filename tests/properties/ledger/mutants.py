"""Rules and postings made wrong on purpose: each turns one invariant red, or the invariant proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec
import pytest
from msgspec.structs import replace

from ledger.domain import bank_movement, credit_note, invoice_parts, postings, receipt, reminder
from ledger.domain.bank_file import FileIngested, IngestFile
from ledger.domain.catalogue import NOUNS
from ledger.domain.credit_note import CreditNoteIssued
from ledger.domain.fact import Command, Decision, Fact, NewFact, State, States
from ledger.domain.invoice import AllocationWithdrawn, BalanceWrittenOff, Invoice, InvoiceCredited, InvoiceIssued
from ledger.domain.invoice_parts import CreditedShare
from ledger.domain.number_series import NumberTaken, Series
from ledger.domain.postings import Leg
from ledger.domain.receipt import AllocationReversed, Receipt, ReceiptAllocated, ReceiptRecorded, RecordReceipt
from ledger.domain.rulebook import RULES, Rule

Monkey = pytest.MonkeyPatch


class Mutant(NamedTuple):
    """What was made wrong, which invariant must say so, and how to make it wrong."""

    what: str
    invariant: str
    make: Callable[[Monkey], None]


def _posts(monkey: Monkey, fact: type[Fact], post: Callable[[Any], tuple[Leg, ...]]) -> None:
    monkey.setitem(postings._POSTINGS, fact, post)


def _remembers(monkey: Monkey, noun: str, evolve: Callable[[Any, Any], State]) -> None:
    monkey.setitem(NOUNS, noun, NOUNS[noun]._replace(evolve=evolve))


def _decides(monkey: Monkey, command: type[Command], rule: Rule) -> None:
    monkey.setitem(RULES, command, rule)


# Postings


def _rounding_on_the_wrong_side(monkey: Monkey) -> None:
    right = postings._POSTINGS[InvoiceIssued]
    flip = {"rounding": -1}
    _posts(
        monkey,
        InvoiceIssued,
        lambda fact: tuple(replace(leg, amount_minor=flip.get(leg.role, 1) * leg.amount_minor) for leg in right(fact)),
    )


def _a_write_off_posts_one_side(monkey: Monkey) -> None:
    _posts(monkey, BalanceWrittenOff, lambda fact: (Leg("write_off_loss", fact.amount_minor, fact.currency),))


def _all_receivables_on_one_control_account(monkey: Monkey) -> None:
    right = postings._POSTINGS[ReceiptAllocated]
    names = {"ar_payer": "ar_patient"}
    _posts(
        monkey,
        ReceiptAllocated,
        lambda fact: tuple(replace(leg, role=names.get(leg.role, leg.role)) for leg in right(fact)),
    )


def _credit_notes_always_post_customer_credit(monkey: Monkey) -> None:
    right = postings._POSTINGS[CreditNoteIssued]
    names = {"ar_patient": "customer_credit"}
    _posts(
        monkey,
        CreditNoteIssued,
        lambda fact: tuple(replace(leg, role=names.get(leg.role, leg.role)) for leg in right(fact)),
    )


def _a_bank_return_is_booked_on_unallocated(monkey: Monkey) -> None:
    monkey.setattr(bank_movement, "_KEPT_BY_OTHER_FACTS", frozenset())


# What is remembered


def _a_receipt_forgets_what_it_gave(monkey: Monkey) -> None:
    def evolve(state: Receipt | None, fact: Fact) -> State:
        after = receipt.evolve(state, fact)  # type: ignore[arg-type]
        if isinstance(fact, ReceiptAllocated):
            return msgspec.structs.replace(after, unallocated_minor=after.recorded.amount_minor)
        return after

    _remembers(monkey, "receipt", evolve)


def _an_item_forgets_what_it_got(monkey: Monkey) -> None:
    def open_on(self: Invoice, number: int) -> int:
        return self.share(number).amount_minor

    monkey.setattr(Invoice, "open_on", open_on)


def _a_reversal_reopens_twice(monkey: Monkey) -> None:
    right = NOUNS["invoice"].evolve

    def evolve(state: Invoice | None, fact: Fact) -> State:
        return right(right(state, fact), fact) if isinstance(fact, AllocationWithdrawn) else right(state, fact)

    _remembers(monkey, "invoice", evolve)


def _a_series_skips_a_number(monkey: Monkey) -> None:
    right = NOUNS["series"].evolve

    def evolve(state: Series | None, fact: Fact) -> State:
        after = right(state, fact)
        assert isinstance(after, Series)
        return msgspec.structs.replace(after, next=after.next + (after.next % 5 == 0))

    _remembers(monkey, "series", evolve)


def _a_series_counts_instead_of_reading(monkey: Monkey) -> None:
    right = NOUNS["series"].evolve

    def evolve(state: Series | None, fact: Fact) -> State:
        after = right(state, fact)
        upcoming = 1 if state is None else state.next + isinstance(fact, NumberTaken)
        return msgspec.structs.replace(after, next=upcoming)

    _remembers(monkey, "series", evolve)


def _lines_stay_creditable(monkey: Monkey) -> None:
    right = NOUNS["invoice"].evolve

    def evolve(state: Invoice | None, fact: Fact) -> State:
        after = right(state, fact)
        if isinstance(fact, InvoiceCredited) and isinstance(state, Invoice):
            return msgspec.structs.replace(after, creditable_lines=state.creditable_lines)
        return after

    _remembers(monkey, "invoice", evolve)


# Rules


def _a_credit_note_takes_more_than_is_open(monkey: Monkey) -> None:
    def of_share(invoice: Invoice, number: int, amount_minor: int) -> CreditedShare:
        share = invoice.share(number)
        return CreditedShare(number, share.account_id, invoice.ar_role(number), amount_minor, 0)

    monkey.setattr(credit_note, "_of_share", of_share)


def _a_written_off_item_is_credited_as_if_paid(monkey: Monkey) -> None:
    monkey.setattr(Invoice, "written_off_on", lambda self, number: 0)


def _the_last_credit_forgets_the_rounding(monkey: Monkey) -> None:
    right = credit_note._in_full
    monkey.setattr(credit_note, "_in_full", lambda invoice: (right(invoice)[0], 0, right(invoice)[2]))


def _anything_is_an_invoice(monkey: Monkey) -> None:
    monkey.setattr(invoice_parts, "require_sound", lambda lines, shares, rounding_minor, invoice_id: None)


def _a_line_is_booked_each_time_it_is_seen(monkey: Monkey) -> None:
    def record(states: States, command: RecordReceipt) -> Decision:
        return (NewFact(command.streams()[0], ReceiptRecorded(**msgspec.structs.asdict(command))),)

    _decides(monkey, RecordReceipt, record)


def _a_file_is_opened_each_time_it_is_seen(monkey: Monkey) -> None:
    def ingest(states: States, command: IngestFile) -> Decision:
        return (NewFact(command.streams()[0], FileIngested(**msgspec.structs.asdict(command))),)

    _decides(monkey, IngestFile, ingest)


def _reminders_ignore(why: reminder.Suppression) -> Callable[[Monkey], None]:
    def make(monkey: Monkey) -> None:
        right = reminder._suppression

        def suppression(item: reminder.Remindable, command: reminder.RemindInvoice) -> reminder.Suppression | None:
            found = right(item, command)
            return None if found == why and command.bank_loaded_through is not None else found

        monkey.setattr(reminder, "_suppression", suppression)

    return make


def _an_allocation_is_taken_back_without_its_credit(monkey: Monkey) -> None:
    right = postings._POSTINGS[AllocationReversed]
    _posts(
        monkey,
        AllocationReversed,
        lambda fact: right(msgspec.structs.replace(fact, credit_minor=0)),
    )


MUTANTS: Final[tuple[Mutant, ...]] = (
    Mutant("rounding is posted on the wrong side", "I1", _rounding_on_the_wrong_side),
    Mutant("a write-off posts the loss only", "I2", _a_write_off_posts_one_side),
    Mutant("a region's receipt is posted to patients' receivables", "I3", _all_receivables_on_one_control_account),
    Mutant("a credit note posts customer credit for an unpaid item", "I3", _credit_notes_always_post_customer_credit),
    Mutant("a bank's return is booked on unallocated receipts", "I3", _a_bank_return_is_booked_on_unallocated),
    Mutant("a reversal forgets the customer credit it took", "I3", _an_allocation_is_taken_back_without_its_credit),
    Mutant("a reversed allocation reopens the item twice", "I3", _a_reversal_reopens_twice),
    Mutant("a receipt forgets what it gave", "I4", _a_receipt_forgets_what_it_gave),
    Mutant("an item forgets what it got", "I4", _an_item_forgets_what_it_got),
    Mutant("a credit note takes more than is open", "I5", _a_credit_note_takes_more_than_is_open),
    Mutant("a written-off item is credited as if it were paid", "I5", _a_written_off_item_is_credited_as_if_paid),
    Mutant("shares may sum to anything", "I7", _anything_is_an_invoice),
    Mutant("a series skips a number", "I8", _a_series_skips_a_number),
    Mutant("lines stay creditable after a credit", "I9", _lines_stay_creditable),
    Mutant("the last credit forgets the rounding", "I9", _the_last_credit_forgets_the_rounding),
    Mutant("a series counts instead of reading its newest fact", "I10", _a_series_counts_instead_of_reading),
    Mutant("a bank line is booked each time it is seen", "I12", _a_line_is_booked_each_time_it_is_seen),
    Mutant("a file is opened each time it is seen", "I12", _a_file_is_opened_each_time_it_is_seen),
    Mutant("a paid item is reminded of", "I14", _reminders_ignore("PAID")),
    Mutant("a region is reminded", "I14", _reminders_ignore("NOT_PATIENT")),
    Mutant("a reminder does not wait for the bank", "I14", _reminders_ignore("STALE_FEED")),
)
