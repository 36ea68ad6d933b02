"""A credit note credits a whole invoice or some lines; credited amounts that had been paid become customer credit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, Literal

from ledger.domain.balance import effective_day
from ledger.domain.chart_of_accounts import Leg, pair
from ledger.domain.duty import Act
from ledger.domain.fact import (
    DatedCommand,
    Decision,
    Envelope,
    Fact,
    NewFact,
    State,
    States,
    stream_of,
)
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import credit_created
from ledger.domain.receivables.credit_lines import LineToCredit, by_item, by_line, is_all, part_of
from ledger.domain.receivables.credit_use import recall_items, with_recalls_paid
from ledger.domain.receivables.difference import credited_open, holding_from
from ledger.domain.receivables.invoice import Invoice, InvoiceCredited, invoice_of
from ledger.domain.receivables.invoice_parts import CreditedItem, CreditedLine, tax_legs
from ledger.domain.receivables.item import Item, item_of, mirrored
from ledger.domain.receivables.item_facts import ItemCredited, ItemPart
from ledger.domain.receivables.mark import require_payers
from ledger.domain.receivables.number_series import series_of
from ledger.domain.refusals import Refused

Mode = Literal["full", "lines"]

# Facts


class CreditNoteIssued(Fact, frozen=True):
    """A credit note was issued for one invoice, with a number of its own; its lines have the invoice's tax codes."""

    credit_note_id: str
    series: str
    number: int
    invoice_id: str
    currency: str
    mode: Mode
    lines: tuple[CreditedLine, ...]
    rounding_minor: int
    items: tuple[CreditedItem, ...]
    reason_code: str
    unit: str | None
    tax_role: str


class CreditExcessMoved(Fact, frozen=True):
    """An excess that had become customer credit reduces the item's open amount after all.

    The payment for which the item was credited in excess was taken off the item, so nobody has paid the excess.
    """

    credit_note_id: str
    item_id: str
    account_id: str
    amount_minor: int
    currency: str
    ar_role: str


CreditNoteFact = CreditNoteIssued | CreditExcessMoved

# State


class CreditNote(State, frozen=True):
    """An issued credit note."""

    issued: CreditNoteIssued


# Evolve


def evolve(state: CreditNote | None, fact: CreditNoteFact, on: date) -> CreditNote:
    """The credit note, which stays as it was issued; what became of its excess is the item's state."""
    match fact:
        case CreditNoteIssued():
            assert state is None, "a credit note is issued only once"
            return CreditNote(issued=fact)
        case CreditExcessMoved():
            assert state is not None, "a credit note's first fact is CreditNoteIssued"
            return state
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


# Commands


class IssueCreditNote(DatedCommand, frozen=True):
    """Credit some lines of an invoice or, if `lines` is empty, all that is not yet credited, paid or not.

    Each line says of which item it is; one credit note may credit the items of several payers.
    """

    credit_note_id: str
    series: str
    invoice_id: str
    reason_code: str
    lines: tuple[LineToCredit, ...] = ()

    def streams(self) -> tuple[str, ...]:
        """The credit note, its series and the invoice."""
        return (
            stream_of("creditnote", self.credit_note_id),
            stream_of("series", self.series),
            stream_of("invoice", self.invoice_id),
        )

    def more(self, states: States) -> tuple[str, ...]:
        """The invoice's items, their payers' accounts, and the receipts that left a small difference on an item."""
        invoice = states.get(stream_of("invoice", self.invoice_id))
        owed = invoice.owed if isinstance(invoice, Invoice) else ()
        accounts = (stream_of("account", one.account_id) for one in owed)
        items = (state for state in states.values() if isinstance(state, Item))
        receipts = (item.difference.document for item in items if item.difference is not None)
        return (*(stream_of("item", one.item_id) for one in owed), *accounts, *receipts, *recall_items(states))


# Decide


def issue(states: States, command: IssueCreditNote, envelope: Envelope) -> Decision:
    """Credit at most what is not yet credited of each line and item.

    A credit note for all of it brings the invoice to exactly zero. What an erased payer owed is not credited. It takes
    effect when all its amounts are open, or paid and so in excess, and not before the invoice.
    """
    stream = stream_of("creditnote", command.credit_note_id)
    if states.get(stream) is not None:
        raise Refused("fact_already_recorded", command.credit_note_id)
    invoice = invoice_of(states, command.invoice_id)
    items = {one.item_id: item_of(states, one.item_id) for one in invoice.owed}
    lines, rounding, credited = _in_full(invoice, items) if not command.lines else _by_line(invoice, items, command)
    if not lines or not credited:
        raise Refused("amount_exceeds_creditable", command.invoice_id)
    require_payers(states, (one.account_id for one in credited))
    series = series_of(states, command.series)
    issued = CreditNoteIssued(
        credit_note_id=command.credit_note_id,
        series=command.series,
        number=series.next,
        invoice_id=command.invoice_id,
        currency=invoice.currency,
        mode="lines" if command.lines else "full",
        lines=lines,
        rounding_minor=rounding,
        items=credited,
        reason_code=command.reason_code,
        unit=invoice.care_unit,
        tax_role=invoice.tax_role,
    )
    holding = (day for one in credited for day in holding_from(items[one.item_id], one))
    on = effective_day(command.on, envelope.occurred_on, invoice.issued_on, *holding)
    decided = (
        series.take(stream, on),
        NewFact(stream, issued, on),
        *(new for one in credited for new in credited_open(items[one.item_id], one, stream, on)),
        *_mirrors(issued, on),
        *_excess(issued, stream, on),
    )
    for account_id in dict.fromkeys(one.account_id for one in credited if one.excess_minor):
        decided = with_recalls_paid(states, decided, account_id)
    return decided


Credited = tuple[tuple[CreditedLine, ...], int, tuple[CreditedItem, ...]]


def _in_full(invoice: Invoice, items: Mapping[str, Item]) -> Credited:
    lines = tuple(one for _, one in sorted(invoice.creditable_lines.items()) if one.net_minor or one.tax_minor)
    owing = (one for one in items.values() if one.creditable_minor)
    credited = tuple(_of_item(one, one.creditable_minor, one.creditable_parts) for one in owing)
    return lines, invoice.creditable_rounding_minor, credited


def _by_line(invoice: Invoice, items: Mapping[str, Item], command: IssueCreditNote) -> Credited:
    wanted = by_item(command.lines, invoice)
    amounts = {item_id: sum(line.amount_minor for line in lines) for item_id, lines in wanted.items()}
    # A credit note for all that is left also credits the rounding, so that lines and items reach zero together.
    creditable = {item_id: item.creditable_minor for item_id, item in items.items()}
    if is_all(amounts, creditable, sum(one.net_minor + one.tax_minor for one in invoice.creditable_lines.values())):
        return _in_full(invoice, items)
    parts = {item_id: tuple(part_of(items[item_id], one) for one in lines) for item_id, lines in wanted.items()}
    for item_id, amount in amounts.items():
        if amount > creditable[item_id]:
            raise Refused("amount_exceeds_creditable", item_id)
    credited = tuple(_of_item(items[item_id], amount, parts[item_id]) for item_id, amount in amounts.items())
    return by_line(one for of_item in parts.values() for one in of_item), 0, credited


def _of_item(item: Item, amount_minor: int, parts: Iterable[ItemPart | CreditedLine]) -> CreditedItem:
    # A written-off amount was never paid: crediting it would create customer credit out of nothing.
    if amount_minor > item.creditable_minor - item.written_off_minor:
        raise Refused("write_off_in_force", item.raised.item_id)
    closed = 0 if item.difference is None else item.difference.amount_minor
    opened = min(item.open_minor + closed, amount_minor)
    return CreditedItem(
        item_id=item.raised.item_id,
        account_id=item.raised.account_id,
        ar_role=item.ar_role,
        open_minor=opened,
        excess_minor=amount_minor - opened,
        parts=tuple(ItemPart(one.line_id, one.net_minor, one.tax_minor, one.tax_code) for one in parts),
    )


def _mirrors(issued: CreditNoteIssued, on: date) -> Iterator[NewFact]:
    credited = InvoiceCredited(
        credit_note_id=issued.credit_note_id,
        currency=issued.currency,
        lines=issued.lines,
        rounding_minor=issued.rounding_minor,
        items=issued.items,
    )
    yield NewFact(stream_of("invoice", issued.invoice_id), credited, on)
    for one in issued.items:
        of_item = ItemCredited(
            credit_note_id=issued.credit_note_id,
            amount_minor=one.open_minor,
            excess_minor=one.excess_minor,
            currency=issued.currency,
            parts=one.parts,
        )
        yield mirrored(one.item_id, of_item, on)


def _excess(issued: CreditNoteIssued, document: str, on: date) -> Iterator[NewFact]:
    for one in issued.items:
        if one.excess_minor:
            yield credit_created(one.account_id, one.excess_minor, issued.currency, document, on)


# Registration


def _posted(fact: CreditNoteIssued) -> tuple[Leg, ...]:
    return (
        *tax_legs(fact.lines, fact.currency, 1, fact.tax_role, fact.unit),
        Leg("rounding", fact.rounding_minor, fact.currency),
        *(Leg(one.ar_role, -one.open_minor, fact.currency) for one in fact.items),
        Leg("customer_credit", -sum(one.excess_minor for one in fact.items), fact.currency),
    )


def _excess_posted(fact: CreditExcessMoved) -> tuple[Leg, ...]:
    return pair("customer_credit", fact.ar_role, fact.amount_minor, fact.currency)


NOUN: Final = Noun(
    "creditnote",
    facts=CreditNoteFact,
    evolve=evolve,
    acts={CreditNoteIssued: Act("credit", limited=True, about=lambda fact: f"invoice-{fact.invoice_id}")},
    rules={IssueCreditNote: issue},
    duties={IssueCreditNote: ("billing", "manager", "finance")},
    legs={CreditNoteIssued: _posted, CreditExcessMoved: _excess_posted},
    amounts={CreditNoteIssued: lambda fact: sum(one.open_minor + one.excess_minor for one in fact.items)},
    refusals={
        "amount_exceeds_creditable": (
            "The amount exceeds what can still be credited of the line, or all of it is credited already; `reskontra "
            "credit-note list --invoice NUMBER` shows the credit notes of the invoice."
        )
    },
    sentences={
        CreditNoteIssued: lambda fact: (
            f"Credit note {fact.series} {fact.number} on invoice {fact.invoice_id} ({fact.reason_code})"
        ),
        CreditExcessMoved: lambda fact: f"Excess moved from customer credit back to item {fact.item_id}",
    },
    title="Credit note",
)
