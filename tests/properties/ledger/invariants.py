"""What holds in a book after any commands, told from its facts alone and compared with its states.

The numbers are those of the ledger's list of invariants. Each check takes a book and raises AssertionError.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeVar

import msgspec

from ledger.domain.account import Account, CustomerCreditApplied
from ledger.domain.bank_file import FileIngested, FileRejected
from ledger.domain.bank_movement import BankMovementClassified
from ledger.domain.catalogue import NOUNS, noun_of, remember
from ledger.domain.credit_note import CreditNoteIssued
from ledger.domain.fact import Fact, State
from ledger.domain.invoice import (
    AllocationApplied,
    AllocationWithdrawn,
    Invoice,
    InvoiceIssued,
)
from ledger.domain.invoice_parts import CreditedLine, InvoiceLine, ar_role_of
from ledger.domain.number_series import NumberTaken, SeriesOpened
from ledger.domain.postings import legs
from ledger.domain.receipt import AllocationReversed, Receipt, ReceiptAllocated, ReceiptRecorded, applied_minor
from ledger.domain.refund import Refund
from ledger.domain.reminder import ReminderSent
from tests.kit.book import Book

CURRENCIES: Final = ("SEK", "EUR")
S = TypeVar("S", bound=State)
F = TypeVar("F", bound=Fact)


class ItemKey(NamedTuple):
    """One share of an invoice."""

    invoice_id: str
    share: int


def states_of(book: Book, kind: type[S]) -> Iterator[S]:
    return (state for state in book.states.values() if isinstance(state, kind))


def facts_of(book: Book, kind: type[F]) -> Iterator[F]:
    return (new.fact for new in book.log if isinstance(new.fact, kind))


def invoice_id_of(stream: str) -> str:
    return stream.partition("-")[2]


def every_posting_sums_to_zero(book: Book) -> None:
    """I1."""
    for stream, fact in book.log:
        sums: Counter[str] = Counter()
        for leg in legs(fact):
            sums[leg.currency] += leg.amount_minor
        assert not any(sums.values()), f"{type(fact).__name__} of {stream} is out by {dict(sums)}"


def the_trial_balance_is_zero(book: Book) -> None:
    """I2."""
    for currency in CURRENCIES:
        balances = book.balances(currency)
        assert sum(balances.values()) == 0, f"{currency}: {balances}"


def sub_ledgers_equal_their_control_accounts(book: Book) -> None:
    """I3."""
    for currency in CURRENCIES:
        kept: Counter[str] = Counter()
        for invoice in states_of(book, Invoice):
            for share, open_minor in zip(invoice.shares, invoice.open_minor, strict=True):
                if invoice.currency == currency:
                    kept[ar_role_of(share.payer)] += open_minor
                    kept["write_off_loss"] += invoice.written_off_on(share.share)
        for receipt in states_of(book, Receipt):
            kept["unallocated"] -= receipt.unallocated_minor * (receipt.recorded.currency == currency)
        for account in states_of(book, Account):
            kept["customer_credit"] -= account.credit_in(currency)
        for refund in states_of(book, Refund):
            where = {"approved": "refunds_payable", "sent": "cash_in_transit", "settled": "cash_in_transit"}
            if refund.standing in where and refund.requested.currency == currency:
                kept[where[refund.standing]] -= refund.requested.amount_minor
        balances = book.balances(currency)
        for role in ("ar_patient", "ar_payer", "unallocated", "customer_credit", "refunds_payable", "write_off_loss"):
            assert kept[role] == balances.get(role, 0), f"{role} {currency}: {kept[role]} is not {balances.get(role)}"
        assert kept["cash_in_transit"] == balances.get("cash_in_transit", 0)


def allocations_stay_within_their_receipt_and_their_item(book: Book) -> None:
    """I4; what receipts and credit give is what items get."""
    given: Counter[ItemKey] = Counter()
    got: Counter[ItemKey] = Counter()
    left: Counter[str] = Counter()
    for stream, fact in book.log:
        match fact:
            case ReceiptRecorded():
                left[stream] += fact.amount_minor
            case ReceiptAllocated() | AllocationReversed():
                sign = 1 if isinstance(fact, ReceiptAllocated) else -1
                left[stream] -= sign * applied_minor(fact)
                assert left[stream] >= 0, f"{stream} is allocated {-left[stream]} more than it brought"
                for target in fact.targets:
                    given[ItemKey(target.invoice_id, target.share)] += sign * target.amount_minor
            case CustomerCreditApplied():
                given[ItemKey(fact.invoice_id, fact.share)] += fact.amount_minor
            case AllocationApplied():
                got[ItemKey(invoice_id_of(stream), fact.share)] += fact.amount_minor
            case AllocationWithdrawn():
                got[ItemKey(invoice_id_of(stream), fact.share)] -= fact.amount_minor
    assert +given == +got
    for invoice in facts_of(book, InvoiceIssued):
        for share in invoice.shares:
            paid = got[ItemKey(invoice.invoice_id, share.share)]
            assert 0 <= paid <= share.amount_minor, f"{invoice.invoice_id} got {paid} of {share.amount_minor}"


def nothing_is_below_zero_and_excess_is_money_that_was_paid(book: Book) -> None:
    """I5."""
    for invoice in states_of(book, Invoice):
        assert min(invoice.open_minor) >= 0, f"{invoice.invoice_id} is open by {invoice.open_minor}"
    for receipt in states_of(book, Receipt):
        assert receipt.unallocated_minor >= 0
    for account in states_of(book, Account):
        assert min(account.credit.values(), default=0) >= 0, f"{account.account_id} has {account.credit}"
    paid: Counter[ItemKey] = Counter()
    for stream, fact in book.log:
        match fact:
            case AllocationApplied():
                paid[ItemKey(invoice_id_of(stream), fact.share)] += fact.amount_minor
            case AllocationWithdrawn():
                paid[ItemKey(invoice_id_of(stream), fact.share)] -= fact.amount_minor
            case CreditNoteIssued():
                for share in fact.shares:
                    key = ItemKey(fact.invoice_id, share.share)
                    assert share.excess_minor <= max(paid[key], 0), f"{fact.credit_note_id} gives what nobody paid"
                    paid[key] -= share.excess_minor


def shares_sum_to_what_was_billed_and_credited(book: Book) -> None:
    """I7."""
    for issued in facts_of(book, InvoiceIssued):
        owed = sum(share.amount_minor for share in issued.shares)
        assert owed == _total(issued.lines) + issued.rounding_minor, f"{issued.invoice_id} is shared out as {owed}"
    for note in facts_of(book, CreditNoteIssued):
        taken = sum(share.open_minor + share.excess_minor for share in note.shares)
        assert taken == _total(note.lines) + note.rounding_minor, f"{note.credit_note_id} takes {taken} back"


def numbers_have_no_gap(book: Book) -> None:
    """I8; each number is the one its document bears."""
    upcoming: dict[str, int] = {}
    holders: dict[str, tuple[str, int]] = {}
    for _, fact in book.log:
        if isinstance(fact, SeriesOpened):
            upcoming[fact.series] = fact.first
        if isinstance(fact, NumberTaken):
            assert fact.number == upcoming[fact.series], f"{fact.series} gave {fact.number}"
            assert fact.holder not in holders, f"{fact.holder} took two numbers"
            upcoming[fact.series] += 1
            holders[fact.holder] = (fact.series, fact.number)
    borne = {f"invoice-{one.invoice_id}": (one.series, one.number) for one in facts_of(book, InvoiceIssued)}
    borne |= {f"creditnote-{one.credit_note_id}": (one.series, one.number) for one in facts_of(book, CreditNoteIssued)}
    assert borne == holders


def no_more_is_credited_than_was_billed(book: Book) -> None:
    """I9, by line, VAT and share; the credit that takes the last of the shares takes the last of the lines."""
    for issued in facts_of(book, InvoiceIssued):
        net = {line.line_id: line.amount_minor for line in issued.lines}
        vat = {line.line_id: line.vat_minor for line in issued.lines}
        left = {share.share: share.amount_minor for share in issued.shares}
        rounding = issued.rounding_minor
        for note in facts_of(book, CreditNoteIssued):
            if note.invoice_id != issued.invoice_id:
                continue
            rounding -= note.rounding_minor
            for line in note.lines:
                net[line.line_id] -= line.amount_minor
                vat[line.line_id] -= line.vat_minor
            for share in note.shares:
                left[share.share] -= share.open_minor + share.excess_minor
        rest = (*net.values(), *vat.values(), *left.values())
        assert min(rest) >= 0, f"{issued.invoice_id} is credited beyond what was billed: {rest}"
        if not any(left.values()):
            assert rounding == 0, f"{issued.invoice_id} is credited but for {rounding} of rounding"
            assert not any(rest), f"{issued.invoice_id} is credited but for its lines: {rest}"


def facts_alone_give_the_states(book: Book) -> None:
    """I10: folded anew from their stored bytes; of a series the newest fact is enough."""
    streams: defaultdict[str, list[Fact]] = defaultdict(list)
    for stream, fact in book.log:
        streams[stream].append(msgspec.json.decode(msgspec.json.encode(fact), type=type(fact)))
    for stream, facts in streams.items():
        assert remember(stream, None, facts) == book.states[stream], f"{stream} is remembered otherwise"
        if noun_of(stream).newest_is_enough:
            assert NOUNS["series"].evolve(None, facts[-1]) == book.states[stream]


def the_same_line_or_file_is_booked_once(book: Book) -> None:
    """I12."""
    lines = [fact.line_key for fact in facts_of(book, ReceiptRecorded)]
    lines += [fact.line_key for fact in facts_of(book, BankMovementClassified)]
    assert len(set(lines)) == len(lines), f"of {len(lines)} bank lines in the book {len(set(lines))} differ"
    being_loaded: set[str] = set()
    for _, fact in book.log:
        if isinstance(fact, FileIngested):
            assert fact.sha256 not in being_loaded, "a file was opened for loading twice"
            being_loaded.add(fact.sha256)
        if isinstance(fact, FileRejected):
            assert fact.sha256 not in being_loaded, "a file in the book was rejected"


def nobody_is_reminded_without_need(book: Book) -> None:
    """I14, as far as holds go: of what is open, when due, with the bank loaded, a patient, once a level."""
    states: dict[str, State | None] = {}
    sent: set[tuple[str, int, int]] = set()
    for stream, fact in book.log:
        if isinstance(fact, ReminderSent):
            invoice = states[stream]
            assert isinstance(invoice, Invoice)
            assert 0 < fact.balance_minor == invoice.open_on(fact.share), f"{stream} was reminded of what is not open"
            assert invoice.ar_role(fact.share) == "ar_patient"
            assert fact.bank_loaded_through >= invoice.due_on, f"{stream} was reminded before the bank was loaded"
            assert (stream, fact.share, fact.level) not in sent, f"{stream} was reminded twice at a level"
            sent.add((stream, fact.share, fact.level))
        if stream.startswith("invoice-"):
            states[stream] = remember(stream, states.get(stream), (fact,))


def _total(lines: tuple[InvoiceLine, ...] | tuple[CreditedLine, ...]) -> int:
    return sum(line.amount_minor + line.vat_minor for line in lines)


INVARIANTS: Final[dict[str, Callable[[Book], None]]] = {
    "I1": every_posting_sums_to_zero,
    "I2": the_trial_balance_is_zero,
    "I3": sub_ledgers_equal_their_control_accounts,
    "I4": allocations_stay_within_their_receipt_and_their_item,
    "I5": nothing_is_below_zero_and_excess_is_money_that_was_paid,
    "I7": shares_sum_to_what_was_billed_and_credited,
    "I8": numbers_have_no_gap,
    "I9": no_more_is_credited_than_was_billed,
    "I10": facts_alone_give_the_states,
    "I12": the_same_line_or_file_is_booked_once,
    "I14": nobody_is_reminded_without_need,
}

# What was wrong once is still told by the log, so that these need not be asked after every command.
READ_FROM_THE_START: Final = frozenset({"I10", "I12", "I14"})
