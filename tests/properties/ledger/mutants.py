"""Rules and postings made wrong on purpose: each turns one invariant red, or the invariant proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final, NamedTuple

import pytest
from msgspec.structs import replace

from ledger.domain.balance import Balance
from ledger.domain.bank import bookable_roles
from ledger.domain.bank.file import FileIngested, IngestFile
from ledger.domain.cash import receipt, way_back
from ledger.domain.cash.receipt import Receipt, RecordReceipt
from ledger.domain.cash.receipt_facts import AllocationReversed, ReceiptAllocated, ReceiptRecorded
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.chart_of_accounts import CHART, Leg, pair
from ledger.domain.disputes_and_relief.write_off_facts import WriteOffApproved
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, State, States
from ledger.domain.noun import Change, Rule
from ledger.domain.receivables import credit_note, invoice
from ledger.domain.receivables.credit_note import CreditNoteIssued
from ledger.domain.receivables.invoice import Invoice, InvoiceCredited, InvoiceIssued
from ledger.domain.receivables.invoice_parts import CreditedItem
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import ItemAllocated, ItemCredited, ItemDeallocated, ItemRestored
from ledger.domain.receivables.number_series import NumberTaken, Series
from tests.properties.ledger import way_back_mutants

Monkey = pytest.MonkeyPatch


class Mutant(NamedTuple):
    """What was made wrong, which invariant must say so, and how to make it wrong."""

    what: str
    invariant: str
    make: Callable[[Monkey], None]


def _posts(monkey: Monkey, fact: type[Fact], post: Callable[[Any], tuple[Leg, ...]]) -> None:
    monkey.setitem(CATALOGUE.posting, fact, post)


def _changes(monkey: Monkey, fact: type[Fact], change: Callable[[Any], tuple[Change, ...]]) -> None:
    monkey.setitem(CATALOGUE.changing, fact, change)


def _remembers(monkey: Monkey, noun: str, evolve: Callable[[Any, Any, date], State]) -> None:
    monkey.setitem(CATALOGUE._evolve, noun, evolve)


def _decides(monkey: Monkey, command: type[Command], rule: Rule) -> None:
    monkey.setitem(CATALOGUE.rules, command, rule)


# Postings


def _rounding_on_the_wrong_side(monkey: Monkey) -> None:
    right = CATALOGUE.posting[InvoiceIssued]
    flip = {"rounding": -1}
    _posts(
        monkey,
        InvoiceIssued,
        lambda fact: tuple(replace(leg, amount_minor=flip.get(leg.role, 1) * leg.amount_minor) for leg in right(fact)),
    )


def _a_write_off_posts_one_side(monkey: Monkey) -> None:
    _posts(monkey, WriteOffApproved, lambda fact: (Leg("write_off_loss", fact.amount_minor, fact.currency),))


def _all_receivables_on_one_control_account(monkey: Monkey) -> None:
    right = CATALOGUE.posting[ReceiptAllocated]
    names = {"ar_payer": "ar_patient"}
    _posts(
        monkey,
        ReceiptAllocated,
        lambda fact: tuple(replace(leg, role=names.get(leg.role, leg.role)) for leg in right(fact)),
    )


def _credit_notes_always_post_customer_credit(monkey: Monkey) -> None:
    right = CATALOGUE.posting[CreditNoteIssued]
    names = {"ar_patient": "customer_credit"}
    _posts(
        monkey,
        CreditNoteIssued,
        lambda fact: tuple(replace(leg, role=names.get(leg.role, leg.role)) for leg in right(fact)),
    )


def _a_bank_return_is_booked_on_unallocated(monkey: Monkey) -> None:
    monkey.setattr(bookable_roles, "BOOKABLE", frozenset(row.role for row in CHART))


# What is remembered


def _a_receipt_forgets_what_it_gave(monkey: Monkey) -> None:
    def evolve(state: Receipt | None, fact: Fact, on: date) -> State:
        after = receipt.evolve(state, fact, on)  # type: ignore[arg-type]
        if isinstance(fact, ReceiptAllocated):
            return replace(after, balance=Balance(((on, after.payment.amount_minor),)))
        return after

    _remembers(monkey, "receipt", evolve)


def _an_item_forgets_what_it_got(monkey: Monkey) -> None:
    right = CATALOGUE._evolve["item"]
    forgets = (ItemAllocated, ItemDeallocated)
    _remembers(monkey, "item", lambda state, fact, on: state if isinstance(fact, forgets) else right(state, fact, on))
    monkey.setitem(way_back._EVOLVE, "item", CATALOGUE._evolve["item"])


def _a_reversal_reopens_twice(monkey: Monkey) -> None:
    right = CATALOGUE._evolve["item"]

    def evolve(state: Item | None, fact: Fact, on: date) -> State:
        return right(right(state, fact, on), fact, on) if isinstance(fact, ItemDeallocated) else right(state, fact, on)

    _remembers(monkey, "item", evolve)


def _a_series_skips_a_number(monkey: Monkey) -> None:
    right = CATALOGUE._evolve["series"]

    def evolve(state: Series | None, fact: Fact, on: date) -> State:
        after = right(state, fact, on)
        assert isinstance(after, Series)
        return replace(after, next=after.next + (after.next % 5 == 0))

    _remembers(monkey, "series", evolve)


def _a_series_counts_instead_of_reading(monkey: Monkey) -> None:
    right = CATALOGUE._evolve["series"]

    def evolve(state: Series | None, fact: Fact, on: date) -> State:
        after = right(state, fact, on)
        upcoming = 1 if state is None else state.next + isinstance(fact, NumberTaken)
        return replace(after, next=upcoming)

    _remembers(monkey, "series", evolve)


def _lines_stay_creditable(monkey: Monkey) -> None:
    right = CATALOGUE._evolve["invoice"]

    def evolve(state: Invoice | None, fact: Fact, on: date) -> State:
        after = right(state, fact, on)
        if isinstance(fact, InvoiceCredited) and isinstance(state, Invoice):
            return replace(after, creditable_lines=state.creditable_lines)
        return after

    _remembers(monkey, "invoice", evolve)


# Rules


def _a_credit_note_takes_more_than_is_open(monkey: Monkey) -> None:
    def of_item(item: Item, amount_minor: int, parts: Iterable[Any]) -> CreditedItem:
        return CreditedItem(item.raised.item_id, item.raised.account_id, item.ar_role, amount_minor, 0, ())

    monkey.setattr(credit_note, "_of_item", of_item)


def _a_written_off_item_is_credited_as_if_paid(monkey: Monkey) -> None:
    monkey.setattr(Item, "written_off_minor", property(lambda self: 0))


def _the_last_credit_forgets_the_rounding(monkey: Monkey) -> None:
    right = credit_note._in_full
    monkey.setattr(
        credit_note, "_in_full", lambda invoice, items: (right(invoice, items)[0], 0, right(invoice, items)[2])
    )


def _anything_is_an_invoice(monkey: Monkey) -> None:
    monkey.setattr(invoice, "require_sound", lambda lines, payers, rounding_minor, invoice_id: None)


def _an_invoice_raises_the_first_payers_item_alone(monkey: Monkey) -> None:
    def issue(states: States, command: invoice.IssueInvoice, envelope: Envelope) -> Decision:
        decided = invoice.issue(states, command, envelope)
        return tuple(new for new in decided if not new.stream.startswith("item-") or new.stream.endswith(".1"))

    _decides(monkey, invoice.IssueInvoice, issue)


def _a_line_is_booked_each_time_it_is_seen(monkey: Monkey) -> None:
    def record(states: States, command: RecordReceipt, envelope: Envelope) -> Decision:
        recorded = ReceiptRecorded(receipt_id=command.receipt_id, payment=command.payment)
        return (NewFact(command.streams()[0], recorded),)

    _decides(monkey, RecordReceipt, record)


def _a_file_is_opened_each_time_it_is_seen(monkey: Monkey) -> None:
    def ingest(states: States, command: IngestFile, envelope: Envelope) -> Decision:
        return (NewFact(command.streams()[0], FileIngested(sha256=command.sha256, file=command.file)),)

    _decides(monkey, IngestFile, ingest)


def _an_allocation_is_taken_back_without_its_credit(monkey: Monkey) -> None:
    right = CATALOGUE.posting[AllocationReversed]
    _posts(monkey, AllocationReversed, lambda fact: right(replace(fact, credit_minor=0)))


# What is changed


def _money_applied_makes_an_item_more_open(monkey: Monkey) -> None:
    right = CATALOGUE.changing[ItemAllocated]
    _changes(
        monkey,
        ItemAllocated,
        lambda fact: tuple(change._replace(amount_minor=-change.amount_minor) for change in right(fact)),
    )


def _a_write_off_taken_back_changes_nothing(monkey: Monkey) -> None:
    monkey.delitem(CATALOGUE.changing, ItemRestored)


def _a_credit_after_payment_makes_an_item_less_open(monkey: Monkey) -> None:
    right = CATALOGUE.changing[ItemCredited]
    _changes(
        monkey,
        ItemCredited,
        lambda fact: right(replace(fact, amount_minor=fact.amount_minor + fact.excess_minor)),
    )


def _an_allocation_forgets_the_credit_it_made(monkey: Monkey) -> None:
    right = CATALOGUE.changing[ReceiptAllocated]
    _changes(monkey, ReceiptAllocated, lambda fact: right(replace(fact, credit_minor=0)))


def _an_item_posts_what_its_document_posted(monkey: Monkey) -> None:
    _posts(monkey, ItemAllocated, lambda fact: pair("unallocated", "ar_patient", fact.amount_minor, fact.currency))


MUTANTS: Final[tuple[Mutant, ...]] = (
    Mutant("rounding is posted on the wrong side", "I1", _rounding_on_the_wrong_side),
    Mutant("a write-off posts the loss only", "I2", _a_write_off_posts_one_side),
    Mutant("a region's receipt is posted to patients' receivables", "I3", _all_receivables_on_one_control_account),
    Mutant("a credit note posts customer credit for an unpaid item", "I3", _credit_notes_always_post_customer_credit),
    Mutant("a bank's return is booked on unallocated receipts", "I3", _a_bank_return_is_booked_on_unallocated),
    Mutant("a reversal forgets the customer credit it took", "I3", _an_allocation_is_taken_back_without_its_credit),
    Mutant("a reversed allocation reopens the item twice", "I3", _a_reversal_reopens_twice),
    Mutant("money applied makes an item more open", "I3 by changes", _money_applied_makes_an_item_more_open),
    Mutant("a write-off taken back changes nothing", "I3 by changes", _a_write_off_taken_back_changes_nothing),
    Mutant("the excess of a credit makes less open", "I3 by changes", _a_credit_after_payment_makes_an_item_less_open),
    Mutant("an allocation forgets the credit it made", "I3 by changes", _an_allocation_forgets_the_credit_it_made),
    Mutant("an item posts what its document posted", "I3 by changes", _an_item_posts_what_its_document_posted),
    Mutant("a receipt forgets what it gave", "I4", _a_receipt_forgets_what_it_gave),
    Mutant("an item forgets what it got", "I4", _an_item_forgets_what_it_got),
    Mutant("a credit note takes more than is open", "I5", _a_credit_note_takes_more_than_is_open),
    Mutant("a written-off item is credited as if it were paid", "I5", _a_written_off_item_is_credited_as_if_paid),
    Mutant("an excess stays customer credit", "I5", way_back_mutants.an_excess_stays_customer_credit),
    Mutant("a recall always has the bank's day", "I5", way_back_mutants.a_recall_always_has_the_banks_day),
    Mutant("a recall leaves its debit unassigned", "I3", way_back_mutants.a_recall_leaves_its_debit_unassigned),
    Mutant("a difference stays closed", "I19", way_back_mutants.a_difference_stays_closed),
    Mutant("payers may owe anything", "I7", _anything_is_an_invoice),
    Mutant("the second payer owes nothing", "I7", _an_invoice_raises_the_first_payers_item_alone),
    Mutant("a series skips a number", "I8", _a_series_skips_a_number),
    Mutant("lines stay creditable after a credit", "I9", _lines_stay_creditable),
    Mutant("the last credit forgets the rounding", "I9", _the_last_credit_forgets_the_rounding),
    Mutant("a series counts instead of reading its newest fact", "I10", _a_series_counts_instead_of_reading),
    Mutant("a bank line is booked each time it is seen", "I12", _a_line_is_booked_each_time_it_is_seen),
    Mutant("a file is opened each time it is seen", "I12", _a_file_is_opened_each_time_it_is_seen),
)
