"""Open items: one payer's share of each invoice ever issued, what was paid, credited and written off, what is open."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from ledger.domain.invoice import (
    AllocationApplied,
    AllocationWithdrawn,
    BalanceWrittenOff,
    InvoiceCredited,
    InvoiceIssued,
    WriteOffReversed,
)
from ledger.domain.invoice_parts import Share
from ledger.domain.reminder import ReminderSent
from projections.read_models.model import Keyed, Row, Rows, Standing, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class OpenItem(Row, frozen=True):
    """A share of an invoice, open or closed; original = paid + credited + written off + open.

    `credited_minor` is what credit notes took off the open balance: what was paid already became customer
    credit and stays paid here.
    """

    invoice_id: str
    share: int
    account_id: str
    payer: str
    currency: str
    series: str
    number: int
    reference: str
    reference_kind: str
    issued_on: date
    due_on: date
    original_minor: int
    paid_minor: int
    credited_minor: int
    written_off_minor: int
    open_minor: int
    reminded_level: int | None
    reminded_on: date | None
    care_unit: str | None
    opened_at_position: int


def evolve(rows: Rows, recorded: Recorded) -> tuple[OpenItem, ...]:
    """The shares of an invoice that one more fact changed."""
    fact = recorded.fact
    match fact:
        case InvoiceIssued():
            return tuple(_opened(fact, share, recorded.position) for share in fact.shares)
        case AllocationApplied():
            return (_changed(rows[id_of(recorded), fact.share], paid=fact.amount_minor),)
        case AllocationWithdrawn():
            return (_changed(rows[id_of(recorded), fact.share], paid=-fact.amount_minor),)
        case InvoiceCredited():
            invoice_id = id_of(recorded)
            return tuple(_changed(rows[invoice_id, one.share], credited=one.open_minor) for one in fact.shares)
        case BalanceWrittenOff():
            return (_changed(rows[id_of(recorded), fact.share], written_off=fact.amount_minor),)
        case WriteOffReversed():
            return (_changed(rows[id_of(recorded), fact.share], written_off=-fact.amount_minor),)
        case ReminderSent():
            reminded_on = recorded.envelope.occurred_on
            item = rows[id_of(recorded), fact.share]
            return (msgspec.structs.replace(item, reminded_level=fact.level, reminded_on=reminded_on),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _opened(fact: InvoiceIssued, share: Share, position: int) -> OpenItem:
    # In the order of the fields: by name, making it would take eight times as long.
    return OpenItem(
        fact.invoice_id,
        share.share,
        share.account_id,
        share.payer,
        fact.currency,
        fact.series,
        fact.number,
        share.reference,
        share.reference_kind,
        fact.issued_on,
        fact.due_on,
        share.amount_minor,
        0,
        0,
        0,
        share.amount_minor,
        None,
        None,
        fact.care_unit,
        position,
    )


def _changed(item: OpenItem, paid: int = 0, credited: int = 0, written_off: int = 0) -> OpenItem:
    return msgspec.structs.replace(
        item,
        paid_minor=item.paid_minor + paid,
        credited_minor=item.credited_minor + credited,
        written_off_minor=item.written_off_minor + written_off,
        open_minor=item.open_minor - paid - credited - written_off,
    )


def standing(item: OpenItem) -> Standing:
    """What is open on it, and whether it counts as an open item."""
    return Standing(item.account_id, item.currency, item.open_minor, 1 if item.open_minor else 0, 0)


OPEN_ITEMS: Final = Keyed(
    "open_items",
    OpenItem,
    ("invoice_id", "share"),
    (
        InvoiceIssued,
        AllocationApplied,
        AllocationWithdrawn,
        InvoiceCredited,
        BalanceWrittenOff,
        WriteOffReversed,
        ReminderSent,
    ),
    evolve,
    standing,
)
