"""What holds in a book after any commands, told from its facts alone and compared with its states.

The numbers are those of the ledger's list of invariants. Each check takes a book and raises AssertionError.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from ledger.domain.bank.file import FileIngested, FileRejected
from ledger.domain.bank.movement import Movement
from ledger.domain.bank.movement_facts import MovementClassified
from ledger.domain.cash.recall import CLEARS
from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.receipt_facts import (
    AllocationReversed,
    RecallReversed,
    ReceiptAllocated,
    ReceiptFound,
    ReceiptRecalled,
    ReceiptReclassified,
    ReceiptRecorded,
    ReceiptVoided,
    applied_minor,
)
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.chart_of_accounts import control_roles
from ledger.domain.fact import Dated, Fact, State
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.credit_facts import CustomerCreditApplied, CustomerCreditReleased
from ledger.domain.receivables.credit_note import CreditNoteIssued
from ledger.domain.receivables.invoice import InvoiceIssued
from ledger.domain.receivables.invoice_parts import BilledLine, CreditedLine
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import ItemAllocated, ItemDeallocated, ItemRaised
from ledger.domain.receivables.number_series import NumberTaken, SeriesOpened
from tests.kit.book import Book, noun_of
from tests.properties.ledger import refund_invariants as of_refunds
from tests.properties.ledger.daily_invariants import (
    facts_of,
    nothing_is_below_zero_and_excess_is_money_that_was_paid,
    states_of,
)
from tests.properties.ledger.difference_invariants import differences_are_small_and_go_with_their_payment
from tests.properties.ledger.reminder_invariants import nobody_is_reminded_without_need
from tests.properties.ledger.tax_invariants import tax_follows_its_item

# The roles whose balance is the sum of what states keep.
KEPT: Final = (*control_roles(), "write_off_loss", "recovered_losses", *CLEARS)
CURRENCIES: Final = ("SEK", "EUR")
S = TypeVar("S", bound=State)
F = TypeVar("F", bound=Fact)


def every_posting_sums_to_zero(book: Book) -> None:
    """I1."""
    for stream, fact, *_ in book.log:
        sums: Counter[str] = Counter()
        for leg in CATALOGUE.legs(fact):
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
        for item in states_of(book, Item):
            if item.raised.currency == currency:
                kept[item.ar_role] += item.open_minor
                recovered = sum(days.latest for lost in item.recovered.values() for days in lost.values())
                kept["write_off_loss"] += item.written_off_minor + recovered
                kept["recovered_losses"] -= recovered
                # Losses and recoveries are net of the tax that is not owed, or owed again (I20).
                for (role, _, what), posted in item.taxed.items():
                    kept[role] -= (
                        posted.latest if what == "tax" and role in ("write_off_loss", "recovered_losses") else 0
                    )
        for receipt in states_of(book, Receipt):
            kept["unallocated"] -= receipt.unallocated_minor * (receipt.payment.currency == currency)
        for account in states_of(book, Account):
            kept["customer_credit"] -= account.credit_in(currency).latest
        for movement in states_of(book, Movement):
            if movement.role in CLEARS and movement.line.currency == currency:
                kept[movement.role] -= movement.left_minor
        balances = book.balances(currency)
        for role in KEPT:
            assert kept[role] == balances.get(role, 0), f"{role} {currency}: {kept[role]} is not {balances.get(role)}"


def changes_give_the_states_and_the_control_accounts(book: Book) -> None:
    """I3, fact by fact: what a stream's changes sum to is its state's balance, and all of them what was posted."""
    for currency in CURRENCIES:
        of_stream: Counter[str] = Counter()
        of_balance: Counter[str] = Counter()
        for stream, fact, *_ in book.log:
            for change in CATALOGUE.changes(fact):
                if change.currency == currency:
                    of_stream[stream] += change.amount_minor
                    of_balance[change.balance] += change.amount_minor
        for stream, state in book.states.items():
            kept = _kept(state, currency)
            assert of_stream[stream] == kept, f"{stream} changed by {of_stream[stream]} and is {kept} {currency}"
        balances = book.balances(currency)
        for balance in ("item", "receipt", "credit"):
            posted = sum(balances.get(role, 0) for role in control_roles(balance))
            assert of_balance[balance] == posted, f"{balance} {currency}: {of_balance[balance]} is not {posted}"


def _kept(state: State, currency: str) -> int:
    """The balance of a stream, above zero where the payer owes."""
    match state:
        case Item():
            return state.open_minor * (state.raised.currency == currency)
        case Receipt():
            return -state.unallocated_minor * (state.payment.currency == currency)
        case Account():
            return -state.credit_in(currency).latest
        case _:
            return 0


def allocations_stay_within_their_receipt_and_their_item(book: Book) -> None:
    """I4; what receipts and credit give is what items get."""
    given: Counter[str] = Counter()
    got: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for stream, fact, *_ in book.log:
        match fact:
            case ReceiptRecorded() | ReceiptFound():
                left[stream] += fact.payment.amount_minor
            case ReceiptAllocated() | AllocationReversed():
                sign = 1 if isinstance(fact, ReceiptAllocated) else -1
                left[stream] -= sign * applied_minor(fact)
                assert left[stream] >= 0, f"{stream} is allocated {-left[stream]} more than it brought"
                for target in fact.targets:
                    given[f"item-{target.item_id}"] += sign * target.amount_minor
            case ReceiptReclassified(role="unallocated") | RecallReversed():
                left[stream] += fact.amount_minor
            case ReceiptRecalled() | ReceiptReclassified() | ReceiptVoided():
                left[stream] -= fact.amount_minor
                assert left[stream] >= 0, f"{stream} gives back {-left[stream]} more than it has"
            case CustomerCreditApplied():
                given[f"item-{fact.item_id}"] += fact.amount_minor
            case CustomerCreditReleased():
                given[f"item-{fact.item_id}"] -= fact.amount_minor
            case ItemAllocated():
                got[stream] += fact.amount_minor
            case ItemDeallocated():
                got[stream] -= fact.amount_minor
    assert +given == +got
    for raised in facts_of(book, ItemRaised):
        paid = got[f"item-{raised.item_id}"]
        assert 0 <= paid <= raised.amount_minor, f"{raised.item_id} got {paid} of {raised.amount_minor}"


# The largest amount by which the law rounds a share.
_HALF_A_KRONA = 50


def items_sum_to_what_was_billed_and_credited(book: Book) -> None:
    """I7."""
    raised: Counter[str] = Counter()
    for item in facts_of(book, ItemRaised):
        raised[item.document] += item.amount_minor
        assert sum(due.amount_minor for due in item.due) == item.amount_minor
        if item.document.startswith("invoice-"):
            parts = sum(part.net_minor + part.tax_minor for part in item.parts)
            assert abs(item.amount_minor - parts) <= _HALF_A_KRONA, f"{item.item_id} is owed for {parts}"
    for issued in facts_of(book, InvoiceIssued):
        owed = sum(one.amount_minor for one in issued.owed)
        assert owed == _total(issued.lines) + issued.rounding_minor, f"{issued.invoice_id} is owed as {owed}"
        assert owed == raised[f"invoice-{issued.invoice_id}"], f"{issued.invoice_id} raised other items than it says"
    for note in facts_of(book, CreditNoteIssued):
        taken = sum(one.open_minor + one.excess_minor for one in note.items)
        assert taken == _total(note.lines) + note.rounding_minor, f"{note.credit_note_id} takes {taken} back"


def numbers_have_no_gap(book: Book) -> None:
    """I8; each number is the one its document bears."""
    upcoming: dict[str, int] = {}
    holders: dict[str, tuple[str, int]] = {}
    for _, fact, *_ in book.log:
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
    """I9, by line, VAT and item; the credit that takes the last of the items takes the last of the lines."""
    for issued in facts_of(book, InvoiceIssued):
        # Of a discount, which is below zero, what is left is never above zero.
        signs = {line.line_id: -1 if line.net_minor < 0 else 1 for line in issued.lines}
        net = {line.line_id: signs[line.line_id] * line.net_minor for line in issued.lines}
        vat = {line.line_id: signs[line.line_id] * line.tax_minor for line in issued.lines}
        left = {one.item_id: one.amount_minor for one in issued.owed}
        rounding = issued.rounding_minor
        for note in facts_of(book, CreditNoteIssued):
            if note.invoice_id != issued.invoice_id:
                continue
            rounding -= note.rounding_minor
            for line in note.lines:
                net[line.line_id] -= signs[line.line_id] * line.net_minor
                vat[line.line_id] -= signs[line.line_id] * line.tax_minor
            for one in note.items:
                left[one.item_id] -= one.open_minor + one.excess_minor
        rest = (*net.values(), *vat.values(), *left.values())
        assert min(rest) >= 0, f"{issued.invoice_id} is credited beyond what was billed: {rest}"
        if not any(left.values()):
            assert rounding == 0, f"{issued.invoice_id} is credited but for {rounding} of rounding"
            assert not any(rest), f"{issued.invoice_id} is credited but for its lines: {rest}"


def facts_alone_give_the_states(book: Book) -> None:
    """I10: folded anew from their stored bytes; of a series the newest fact is enough."""
    streams: defaultdict[str, list[Dated]] = defaultdict(list)
    for stream, fact, on, _ in book.log:
        assert on is not None
        streams[stream].append(Dated(msgspec.json.decode(msgspec.json.encode(fact), type=type(fact)), on))
    for stream, facts in streams.items():
        assert CATALOGUE.remember(stream, None, facts) == book.states[stream], f"{stream} is remembered otherwise"
        if noun_of(CATALOGUE, stream).newest_is_enough:
            assert CATALOGUE.remember(stream, None, facts[-1:]) == book.states[stream]


def the_same_line_or_file_is_booked_once(book: Book) -> None:
    """I12."""
    lines = [fact.payment.line_key for fact in facts_of(book, ReceiptRecorded)]
    lines += [fact.line.line_key for fact in facts_of(book, MovementClassified)]
    lines = [line for line in lines if line is not None]
    assert len(set(lines)) == len(lines), f"of {len(lines)} bank lines in the book {len(set(lines))} differ"
    being_loaded: set[str] = set()
    for _, fact, *_ in book.log:
        if isinstance(fact, FileIngested):
            assert fact.sha256 not in being_loaded, "a file was opened for loading twice"
            being_loaded.add(fact.sha256)
        if isinstance(fact, FileRejected):
            assert fact.sha256 not in being_loaded, "a file in the book was rejected"


def _total(lines: tuple[BilledLine, ...] | tuple[CreditedLine, ...]) -> int:
    return sum(line.net_minor + line.tax_minor for line in lines)


INVARIANTS: Final[dict[str, Callable[[Book], None]]] = {
    "I1": every_posting_sums_to_zero,
    "I2": the_trial_balance_is_zero,
    "I3": sub_ledgers_equal_their_control_accounts,
    "I3 by changes": changes_give_the_states_and_the_control_accounts,
    "I4": allocations_stay_within_their_receipt_and_their_item,
    "I5": nothing_is_below_zero_and_excess_is_money_that_was_paid,
    "I7": items_sum_to_what_was_billed_and_credited,
    "I8": numbers_have_no_gap,
    "I9": no_more_is_credited_than_was_billed,
    "I10": facts_alone_give_the_states,
    "I12": the_same_line_or_file_is_booked_once,
    "I14": nobody_is_reminded_without_need,
    "I15": of_refunds.refunds_reserve_what_they_ask_for_and_what_is_there,
    "I16": of_refunds.refunds_under_way_sum_to_the_clearing_accounts,
    "I18": of_refunds.movements_are_where_they_say_and_belong_to_what_they_name,
    "I19": differences_are_small_and_go_with_their_payment,
    "I20": tax_follows_its_item,
    "I17": of_refunds.the_steps_and_lines_of_a_refund_say_what_is_under_way,
}

# What was wrong once is still told by the log, so that these need not be asked after every command.
READ_FROM_THE_START: Final = frozenset({"I10", "I12", "I14"})
