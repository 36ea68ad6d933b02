"""Receipts: every payment received, the account of its payer, and its unallocated amount."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.cash import receipt as domain
from ledger.domain.cash.receipt_facts import (
    IdentificationWithdrawn,
    ReceiptFound,
    ReceiptIdentified,
    ReceiptReclassified,
    ReceiptRecorded,
)
from ledger.domain.chart_of_accounts import UNALLOCATED
from ledger.domain.references import PADDING
from projections.read_models.model import Index, Keyed, Row, Rows, Share, only, span

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.noun import Change


class Receipt(Row, frozen=True):
    """A received payment and its unallocated amount; `raw_position` is the payment's place in the `file`."""

    receipt_id: Annotated[str, "The receipt."]
    rail: Annotated[str, "How it was paid: bank_transfer, bankgiro, plusgiro, cash, transfer, or a provider's rail."]
    bank_account: Annotated[str, "Our bank account that received the money."]
    amount_minor: Annotated[int, "Amount received, minor units."]
    unallocated_minor: Annotated[int, "Unallocated amount, minor units."]
    recalled_minor: Annotated[int, "Amount that the bank took back, minor units."]
    reclassified_minor: Annotated[int, "Amount booked on other account roles because it was no payment, minor units."]
    voided_minor: Annotated[int, "Amount that a person had recorded by mistake, minor units."]
    reclassified_to: Annotated[str | None, "Account role of the last of these amounts; null if there is none."]
    currency: Annotated[str, "ISO 4217 code of all amounts in the row."]
    booked_on: Annotated[date, "Booking day at the bank."]
    value_on: Annotated[date | None, "Value day at the bank."]
    reference: Annotated[str | None, "Normalised reference quoted by the payer."]
    reference_kind: Annotated[str | None, "Recognised kind of reference."]
    reference_valid: Annotated[
        bool | None, "Whether the reference's check digits are right; null if there are no check digits."
    ]
    account_id: Annotated[
        str | None, "Account of the payer: identified, else the only one of the allocations in force; null if unknown."
    ]
    identified: Annotated[bool, "Whether a person has said whose payment it is."]
    movement_id: Annotated[
        str | None,
        "Bank movement to which the receipt belongs. Other receipts and parts can belong to the same movement.",
    ]
    movement_minor: Annotated[
        int | None, "Amount of the whole bank movement, minor units: the sum of its receipts and parts."
    ]
    line_key: Annotated[str | None, "Identity of the bank's line, or of a detail of the line."]
    file: Annotated[str | None, "Hash of the file that contains the line."]
    raw_position: Annotated[str | None, "Where in the file the line is."]
    statement_no: Annotated[int | None, "Number of the statement within the file, from 1."]
    bank_id_key: Annotated[str | None, "Hash of the account and of the movement's id at the bank."]
    end_to_end_key: Annotated[str | None, "Hash of the account and of the end-to-end id."]
    in_detail: Annotated[bool, "Whether the file only shows payments in detail, and statements book the money itself."]
    held_by: Annotated[str | None, "Rail of the payment provider that holds the money; null if a bank has it."]
    payment_ref: Annotated[str | None, "The payment provider's id of the payment; null if a bank has the money."]
    recorded_at_position: Annotated[int, "Position in the journal at which the receipt was recorded."]
    first_on: Annotated[date, "First day on which the receipt's balance changed."]
    last_on: Annotated[date, "Last day on which the receipt's balance changed."]
    last_position: Annotated[int, "Journal position of the fact that last changed the receipt's balance."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Receipt, ...]:
    """The receipt with one more fact applied."""
    fact = recorded.fact
    if isinstance(fact, ReceiptRecorded | ReceiptFound):
        return (_recorded(fact, recorded),)
    receipt = only(rows, recorded)
    for change in _CHANGES[type(fact)](fact):
        receipt = _changed(receipt, change, recorded)
    if isinstance(fact, ReceiptIdentified | IdentificationWithdrawn):
        receipt = msgspec.structs.replace(receipt, identified=isinstance(fact, ReceiptIdentified))
    if isinstance(fact, ReceiptReclassified):
        left = None if receipt.reclassified_minor == 0 else receipt.reclassified_to
        role = left if fact.role == UNALLOCATED else fact.role
        receipt = msgspec.structs.replace(receipt, reclassified_to=role)
    return (receipt,)


def _recorded(fact: ReceiptRecorded | ReceiptFound, recorded: Recorded) -> Receipt:
    paid, on = fact.payment, recorded.envelope.occurred_on
    # Positional arguments in the order of the fields: keyword arguments would take eight times as long.
    return Receipt(
        fact.receipt_id,
        paid.rail,
        paid.bank_account,
        paid.amount_minor,
        paid.amount_minor,
        0,
        0,
        0,
        None,
        paid.currency,
        paid.booked_on,
        paid.value_on,
        paid.reference,
        paid.reference_kind,
        paid.reference_valid,
        None,
        False,
        paid.movement_id,
        paid.movement_minor,
        paid.line_key,
        paid.file,
        paid.raw_position,
        paid.statement_no,
        paid.bank_id_key,
        paid.end_to_end_key,
        paid.in_detail,
        paid.held_by,
        paid.payment_ref,
        recorded.position,
        on,
        on,
        recorded.position,
    )


def _changed(receipt: Receipt, change: Change, recorded: Recorded) -> Receipt:
    # A change below zero means that the payer owes less; the unallocated amount rises by as much.
    return msgspec.structs.replace(
        receipt,
        unallocated_minor=receipt.unallocated_minor - change.amount_minor,
        recalled_minor=receipt.recalled_minor + (change.amount_minor if change.effect == "recalled" else 0),
        reclassified_minor=receipt.reclassified_minor + (change.amount_minor if change.effect in _ELSEWHERE else 0),
        voided_minor=receipt.voided_minor + (change.amount_minor if change.effect == "voided" else 0),
        account_id=change.account_id,
        **span(receipt, recorded),
    )


def share(receipt: Receipt) -> Share:
    """What the receipt adds to the balance of the identified payer's account: its unallocated amount."""
    return Share(receipt.account_id, receipt.currency, 0, 0, receipt.unallocated_minor)


# The reference without the zeros with which payers and banks pad it, in SQL.
PLAIN: Final = f"regexp_replace(reference, '{PADDING}', '\\1')"
_CHANGES: Final = domain.NOUN.changes
_ELSEWHERE: Final = ("reclassified", "withdrawn", "never_received")

RECEIPTS: Final = Keyed(
    "receipts",
    "Every payment received.",
    Receipt,
    ("receipt_id",),
    tuple(_CHANGES),
    evolve,
    share,
    revision=3,
    indexes=(
        Index(("account_id",), "account_id IS NOT NULL"),
        Index(("booked_on",), "unallocated_minor <> 0"),
        # An invoice that is issued asks whether somebody paid it already.
        Index(("reference",), "unallocated_minor <> 0 AND reference IS NOT NULL"),
        Index((PLAIN,), "unallocated_minor <> 0 AND reference IS NOT NULL"),
        Index(("file",), "file IS NOT NULL"),
        Index(("bank_account", "booked_on")),
        # By these, a settlement and a person find the payments at a provider that are recorded already.
        Index(("bank_id_key",), "held_by IS NOT NULL"),
        Index(("end_to_end_key",), "held_by IS NOT NULL AND end_to_end_key IS NOT NULL"),
        Index(("last_on",)),
        Index(("last_position",)),
    ),
)
