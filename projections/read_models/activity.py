"""Activity: the sub-ledger's own lines, counted from the items', receipts' and accounts' facts, never from postings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.account import (
    CustomerCreditApplied,
    CustomerCreditCreated,
    CustomerCreditRefunded,
    CustomerCreditRestored,
    CustomerCreditWithdrawn,
)
from ledger.domain.fact import Fact
from ledger.domain.invoice import (
    AllocationApplied,
    AllocationWithdrawn,
    BalanceWrittenOff,
    InvoiceCredited,
    InvoiceIssued,
    WriteOffReversed,
)
from ledger.domain.invoice_parts import ar_role_of
from ledger.domain.receipt import (
    AllocationReversed,
    ReceiptAllocated,
    ReceiptIdentified,
    ReceiptRecorded,
    applied_minor,
)
from projections.read_models.model import Lines, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class Activity(Row, frozen=True):
    """A line of the sub-ledger.

    One sign rule for every side: above zero the payer owes more, below zero less, so that a plain sum is what
    a payer owes net, and the sum of a role is that of its control account. `side` is item, unallocated (money
    received that settles nothing yet) or credit (customer credit); `document` is the stream of the document
    that the line comes from. A receipt is the account's that the last of its lines names, known from there on.
    """

    ledger_position: int
    line: int
    fact: str
    stream: str
    version: int
    account_id: str | None
    invoice_id: str | None
    share: int | None
    receipt_id: str | None
    side: str
    role: str
    amount_minor: int
    currency: str
    document: str
    occurred_on: date
    accounting_date: date


def lines(recorded: Recorded, rows: Rows) -> tuple[Activity, ...]:
    """The lines of one fact; `rows` are the read rows of its stream, which know the payer and the currency."""
    return _LINES[type(recorded.fact)](recorded, recorded.fact, rows)


def _line(
    recorded: Recorded,
    side: str,
    role: str,
    amount_minor: int,
    currency: str,
    document: str,
    account_id: str | None,
    invoice_id: str | None = None,
    share: int | None = None,
    receipt_id: str | None = None,
    number: int = 1,
) -> Activity:
    envelope = recorded.envelope
    return Activity(
        recorded.position,
        number,
        type(recorded.fact).__name__,
        recorded.stream,
        recorded.version,
        account_id,
        invoice_id,
        share,
        receipt_id,
        side,
        role,
        amount_minor,
        currency,
        document,
        envelope.occurred_on,
        envelope.accounting_date,
    )


def _issued(recorded: Recorded, fact: InvoiceIssued, rows: Rows) -> tuple[Activity, ...]:
    return tuple(
        _line(
            recorded,
            "item",
            ar_role_of(share.payer),
            share.amount_minor,
            fact.currency,
            recorded.stream,
            share.account_id,
            fact.invoice_id,
            share.share,
            number=number,
        )
        for number, share in enumerate(fact.shares, 1)
    )


def _item(
    recorded: Recorded,
    fact: AllocationApplied | AllocationWithdrawn | BalanceWrittenOff | WriteOffReversed,
    rows: Rows,
    amount_minor: int,
    document: str,
) -> tuple[Activity, ...]:
    """A change of one share, on the control account that its payer's kind decides."""
    id = _id(recorded.stream)
    role = ar_role_of(rows[(id, fact.share)].payer)
    noun, _, source = document.partition("-")
    receipt = source if noun == "receipt" else None
    return (
        _line(recorded, "item", role, amount_minor, fact.currency, document, fact.account_id, id, fact.share, receipt),
    )


def _applied(recorded: Recorded, fact: AllocationApplied, rows: Rows) -> tuple[Activity, ...]:
    return _item(recorded, fact, rows, -fact.amount_minor, fact.source)


def _withdrawn(recorded: Recorded, fact: AllocationWithdrawn, rows: Rows) -> tuple[Activity, ...]:
    return _item(recorded, fact, rows, fact.amount_minor, fact.source)


def _written_off(recorded: Recorded, fact: BalanceWrittenOff, rows: Rows) -> tuple[Activity, ...]:
    return _item(recorded, fact, rows, -fact.amount_minor, f"writeoff-{fact.write_off_id}")


def _write_off_reversed(recorded: Recorded, fact: WriteOffReversed, rows: Rows) -> tuple[Activity, ...]:
    return _item(recorded, fact, rows, fact.amount_minor, f"writeoff-{fact.write_off_id}")


def _credited(recorded: Recorded, fact: InvoiceCredited, rows: Rows) -> tuple[Activity, ...]:
    return tuple(
        _line(
            recorded,
            "item",
            share.ar_role,
            -share.open_minor,
            fact.currency,
            f"creditnote-{fact.credit_note_id}",
            share.account_id,
            _id(recorded.stream),
            share.share,
            number=number,
        )
        for number, share in enumerate(fact.shares, 1)
        if share.open_minor
    )


def _unallocated(
    recorded: Recorded, amount_minor: int, currency: str, account_id: str | None = None
) -> tuple[Activity, ...]:
    stream = recorded.stream
    side = "unallocated"
    return (_line(recorded, side, side, amount_minor, currency, stream, account_id, receipt_id=_id(stream)),)


def _received(recorded: Recorded, fact: ReceiptRecorded, rows: Rows) -> tuple[Activity, ...]:
    return _unallocated(recorded, -fact.amount_minor, fact.currency)


def _identified(recorded: Recorded, fact: ReceiptIdentified, rows: Rows) -> tuple[Activity, ...]:
    return _unallocated(recorded, 0, only(rows, recorded).currency, fact.account_id)


def _allocated(recorded: Recorded, fact: ReceiptAllocated, rows: Rows) -> tuple[Activity, ...]:
    return _unallocated(recorded, applied_minor(fact), fact.currency, fact.account_id)


def _allocation_reversed(recorded: Recorded, fact: AllocationReversed, rows: Rows) -> tuple[Activity, ...]:
    return _unallocated(recorded, -applied_minor(fact), fact.currency)


def _credit(recorded: Recorded, amount_minor: int, currency: str, document: str) -> tuple[Activity, ...]:
    account = _id(recorded.stream)
    return (_line(recorded, "credit", "customer_credit", amount_minor, currency, document, account),)


def _credit_created(recorded: Recorded, fact: CustomerCreditCreated, rows: Rows) -> tuple[Activity, ...]:
    return _credit(recorded, -fact.amount_minor, fact.currency, fact.source)


def _credit_withdrawn(recorded: Recorded, fact: CustomerCreditWithdrawn, rows: Rows) -> tuple[Activity, ...]:
    return _credit(recorded, fact.amount_minor, fact.currency, fact.source)


def _credit_applied(recorded: Recorded, fact: CustomerCreditApplied, rows: Rows) -> tuple[Activity, ...]:
    return _credit(recorded, fact.amount_minor, fact.currency, recorded.stream)


def _credit_refunded(recorded: Recorded, fact: CustomerCreditRefunded, rows: Rows) -> tuple[Activity, ...]:
    return _credit(recorded, fact.amount_minor, fact.currency, f"refund-{fact.refund_id}")


def _credit_restored(recorded: Recorded, fact: CustomerCreditRestored, rows: Rows) -> tuple[Activity, ...]:
    return _credit(recorded, -fact.amount_minor, fact.currency, f"refund-{fact.refund_id}")


def _id(stream: str) -> str:
    return stream.partition("-")[2]


_LINES: Final[dict[type[Fact], Callable[[Recorded, Any, Rows], tuple[Activity, ...]]]] = {
    InvoiceIssued: _issued,
    AllocationApplied: _applied,
    AllocationWithdrawn: _withdrawn,
    InvoiceCredited: _credited,
    BalanceWrittenOff: _written_off,
    WriteOffReversed: _write_off_reversed,
    ReceiptRecorded: _received,
    ReceiptIdentified: _identified,
    ReceiptAllocated: _allocated,
    AllocationReversed: _allocation_reversed,
    CustomerCreditCreated: _credit_created,
    CustomerCreditWithdrawn: _credit_withdrawn,
    CustomerCreditApplied: _credit_applied,
    CustomerCreditRefunded: _credit_refunded,
    CustomerCreditRestored: _credit_restored,
}

ACTIVITY: Final = Lines("activity", Activity, tuple(_LINES), lines)
