"""What an item's facts say: why it is owed, until when, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ledger.domain.fact import Fact, Part
from ledger.domain.receivables.account import Payer

Kind = Literal["principal"]
Suppression = Literal["PAID", "STALE_FEED", "NOT_PATIENT", "HELD"]


class ItemPart(Part, frozen=True):
    """What of an item is owed for one line of its document, net and tax in minor units."""

    line_id: int
    net_minor: int
    tax_minor: int
    tax_code: str


class Due(Part, frozen=True):
    """By which day how much of an item is to be paid."""

    on: date
    amount_minor: int


class ItemTerms(Part, frozen=True):
    """On which terms an item was agreed; null where nothing was laid down."""

    law: str
    interest_rule: str | None = None
    reminder_fee_agreed: bool | None = None


class ItemRaised(Fact, frozen=True):
    """A document made a payer owe an amount; its `due` days sum to it.

    `parts` are null where the document does not say which payer owes what of its lines.
    """

    item_id: str
    kind: Kind
    document: str
    parent: str | None
    account_id: str
    payer: Payer
    parts: tuple[ItemPart, ...] | None
    amount_minor: int
    currency: str
    arose_on: date
    due: tuple[Due, ...]
    terms: ItemTerms


class ItemAllocated(Fact, frozen=True):
    """Money was applied: the item's side of a receipt's allocation, or of customer credit."""

    allocation_id: str
    source: str
    amount_minor: int
    currency: str


class ItemDeallocated(Fact, frozen=True):
    """An allocation was taken back; the item is open again by the same amount."""

    allocation_id: str
    source: str
    amount_minor: int
    currency: str


class ItemCredited(Fact, frozen=True):
    """A credit note took off what was open, and what was paid already: the excess is customer credit."""

    credit_note_id: str
    amount_minor: int
    excess_minor: int
    currency: str


class ItemWrittenOff(Fact, frozen=True):
    """What was open was given up as a loss; the claim itself may live on."""

    write_off_id: str
    amount_minor: int
    currency: str


class ItemRestored(Fact, frozen=True):
    """A write-off was taken back; the item is open again by the same amount."""

    write_off_id: str
    amount_minor: int
    currency: str


class HoldPlaced(Fact, frozen=True):
    """The item is not asked for while the hold lasts; `until` is its last day, null until it is lifted."""

    hold_id: str
    reason_code: str
    until: date | None


class HoldLifted(Fact, frozen=True):
    """A hold ended before its time, or one without an end ended."""

    hold_id: str
    reason_code: str


class ReminderSent(Fact, frozen=True):
    """A reminder was decided for sending, with all that was known when it was decided.

    `balance_minor` is what the book showed open, at `ledger_position`, with every bank file loaded through
    `bank_loaded_through`: proof of what was known.
    """

    level: int
    channel: str
    balance_minor: int
    currency: str
    due_on: date
    ledger_position: int
    bank_loaded_through: date


class ReminderSuppressed(Fact, frozen=True):
    """A reminder that was due was not sent, and why."""

    level: int
    on: date
    why: Suppression


ItemFact = (
    ItemRaised
    | ItemAllocated
    | ItemDeallocated
    | ItemCredited
    | ItemWrittenOff
    | ItemRestored
    | HoldPlaced
    | HoldLifted
    | ReminderSent
    | ReminderSuppressed
)
