"""The facts of an item: why it is owed, when it is due, and what became of it. Some of them are mirrors of a
document's facts.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from ledger.domain.approval import Undone
from ledger.domain.fact import Fact, Mirror, Part
from ledger.domain.receivables.account import Payer
from ledger.domain.receivables.item_collected import ItemCollected, ItemCollectionEnded
from ledger.domain.terms.entity import VatMethod

# A recall is owed because customer credit was paid out, and then the payment that it came from was taken away.
Kind = Literal["principal", "recall"]
# Nobody writes to a minor without a known guardian, or to a dead payer; the estate is a matter for a person. Nobody
# writes about an item for which enough of the payer's money waits with us, nor about a small difference that
# is left of it, nor about what a direct debit is to bring, until the bank has answered.
Suppression = Literal[
    "paid",
    "money_waits",
    "small_rest",
    "bank_not_loaded",
    "bank_differs",
    "not_a_patient",
    "held",
    "collected",
    "minor",
    "dead",
    "erased",
]


class ItemPart(Part, frozen=True):
    """The part of an item that is owed for one line of its document, with net and tax in minor units."""

    line_id: int
    net_minor: int
    tax_minor: int
    tax_code: str


class Due(Part, frozen=True):
    """An amount of an item and the day on which it is due."""

    on: date
    amount_minor: int


class ItemTerms(Part, frozen=True):
    """The terms of an item; a field is null if nothing was agreed about it.

    The VAT method is the entity's on the day of issue: it says when the tax of the item is due.
    """

    law: str
    interest_rule: str | None = None
    reminder_fee_agreed: bool | None = None
    vat_method: VatMethod = "invoice"


class ItemRaised(Mirror, frozen=True):
    """Mirrors InvoiceIssued or CustomerCreditReclaimed: a document makes a payer owe an amount.

    The amount is the sum of the amounts of `due`. It is the sum of the parts and of the item's share of the document's
    rounding; `parts` is empty if the document has no lines. `unit` is the care unit.
    """

    item_id: str
    kind: Kind
    document: str
    parent: str | None
    account_id: str
    payer: Payer
    parts: tuple[ItemPart, ...]
    amount_minor: int
    currency: str
    arose_on: date
    due: tuple[Due, ...]
    terms: ItemTerms
    unit: str | None = None


class ItemAllocated(Mirror, frozen=True):
    """Mirrors ReceiptAllocated or CustomerCreditApplied: money was applied to the item."""

    allocation_id: str
    document: str
    amount_minor: int
    currency: str


class ItemDeallocated(Mirror, frozen=True):
    """Mirrors AllocationReversed or CustomerCreditReleased: the amount is open on the item again.

    `because` says whether the bank took the money back: no fee is charged for the time in which the item was paid.
    """

    allocation_id: str
    document: str
    because: Undone
    amount_minor: int
    currency: str


class ItemCredited(Mirror, frozen=True):
    """Mirrors CreditNoteIssued: the open amount was reduced.

    If more was credited than was open, the excess became customer credit. `parts` are what was credited of which line.
    """

    credit_note_id: str
    amount_minor: int
    excess_minor: int
    currency: str
    parts: tuple[ItemPart, ...]


class ItemExcessMoved(Mirror, frozen=True):
    """Mirrors CreditExcessMoved: an excess that had become customer credit reduces the open amount after all."""

    credit_note_id: str
    amount_minor: int
    currency: str


class ItemWrittenOff(Mirror, frozen=True):
    """Mirrors WriteOffApproved or RecoveryReversed: the open amount is given up as a loss; the claim can still exist.

    `document` and `allocation_id` name the recovery that was reversed; both are null for the write-off itself.
    """

    write_off_id: str
    document: str | None
    allocation_id: str | None
    amount_minor: int
    currency: str


class ItemRestored(Mirror, frozen=True):
    """Mirrors WriteOffReversed or LossRecovered: the amount is open on the item again.

    If an allocation recovers the loss, `document` is its receipt's stream; both are null if the write-off was reversed.
    """

    write_off_id: str
    document: str | None
    allocation_id: str | None
    amount_minor: int
    currency: str


class ItemDifferenceClosed(Mirror, frozen=True):
    """Mirrors DifferenceClosed: a small amount that the payment left open is not asked for any more."""

    allocation_id: str
    document: str
    amount_minor: int
    currency: str


class ItemDifferenceReopened(Mirror, frozen=True):
    """Mirrors DifferenceReopened: the amount is open on the item again. `document` is the receipt's stream."""

    allocation_id: str
    document: str
    because: Undone
    amount_minor: int
    currency: str


class MoneyWaiting(Part, frozen=True):
    """Money with us that is not applied and may be for an item: its document's stream, how much of it, since when.

    The document is a receipt, the account that has customer credit, or an approved refund that is not sent.
    """

    document: str
    amount_minor: int
    since_on: date


class TaxPart(Part, frozen=True):
    """A part of a loss, a recovery or a payment by tax code: the net and its tax, in minor units, without rounding."""

    tax_code: str
    net_minor: int
    tax_minor: int


class TaxRelieved(Fact, frozen=True):
    """The tax in a loss is not owed; below zero, it is owed again because the loss was reversed or recovered.

    It follows the item's written-off amount. `role` is the account role of the loss or the recovery, which was posted
    with its tax and rounding under `posted_code`, where the rounding stays; `tax_role` is that of the tax. `document`
    caused it. Source: ML 2023:200, 7 kap. 43 § and 8 kap. 16 §, on losses of customers.
    """

    document: str
    role: str
    tax_role: str
    currency: str
    unit: str | None
    posted_code: str | None
    parts: tuple[TaxPart, ...]


class TaxFellDue(Fact, frozen=True):
    """The tax of what was settled is due, with the cash method; below zero, it is not due any more.

    It follows the item's settled amount. `document` caused it, or the end of the fiscal year if there is none. Source:
    ML 2023:200, 7 kap., on the cash method (bokslutsmetoden).
    """

    document: str | None
    currency: str
    unit: str | None
    parts: tuple[TaxPart, ...]


class UnpaidTaxDue(Fact, frozen=True):
    """From the last day of a fiscal year on, all tax of the item is due, whether it is paid or not.

    What is due is posted by `TaxFellDue`. Source: ML 2023:200, 7 kap., on the cash method (bokslutsmetoden).
    """

    through_on: date


class HoldPlaced(Fact, frozen=True):
    """No reminder is sent while the hold lasts; `until_on` is its last day, null if it lasts until it is lifted."""

    hold_id: str
    reason_code: str
    until_on: date | None


class HoldLifted(Fact, frozen=True):
    """Somebody ended a hold early, or ended a hold that had no last day."""

    hold_id: str
    reason_code: str


class ReminderSent(Fact, frozen=True):
    """A reminder was sent; as proof, the fact keeps what was known then.

    `addressed_to` is the account to whose payer it was sent: the item's, or that of a minor's guardian. `balance_minor`
    was the open amount; of it, `waiting_minor` was covered by `money` that waited, so only `asked_minor` was asked for.
    The book was known up to `ledger_position`, and all bank files that matter to the item up to `bank_loaded_through`.
    """

    level: int
    channel: str
    addressed_to: str
    balance_minor: int
    waiting_minor: int
    asked_minor: int
    money: tuple[MoneyWaiting, ...]
    currency: str
    due_on: date
    ledger_position: int
    bank_loaded_through: date


class ReminderSuppressed(Fact, frozen=True):
    """A reminder that was due was not sent; `why` is the reason, and `money` the money that waits if that is why."""

    level: int
    on: date
    why: Suppression
    money: tuple[MoneyWaiting, ...] = ()


ItemFact = (
    ItemRaised
    | ItemAllocated
    | ItemDeallocated
    | ItemCredited
    | ItemExcessMoved
    | ItemWrittenOff
    | ItemRestored
    | ItemDifferenceClosed
    | ItemDifferenceReopened
    | TaxRelieved
    | TaxFellDue
    | UnpaidTaxDue
    | ItemCollected
    | ItemCollectionEnded
    | HoldPlaced
    | HoldLifted
    | ReminderSent
    | ReminderSuppressed
)
