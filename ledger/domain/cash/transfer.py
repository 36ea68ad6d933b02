"""The transfer of a payment to the entity for which it was meant: the payer paid another entity's bank account.

Each entity records its half in its own journal, in the stream of the transfer. The entity that received the money moves
it from `unallocated` to what it owes other entities. The other entity records a receipt, which it claims from the
first. The transfer is complete when both have done so. The stream of the entity that gets the money decides: there the
transfer either arrives or is declined, once and for ever. So a transfer is cancelled only after it was declined, and
money is never in both books or in none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, Final

from ledger.domain.cash.receipt import receipt_of
from ledger.domain.cash.receipt_facts import ReceiptRecorded
from ledger.domain.cash.receipt_reclassification import moved_to
from ledger.domain.cash.transfer_facts import (
    Quoted,
    TransferArrived,
    TransferBegun,
    TransferCancelled,
    TransferCompleted,
    TransferDeclined,
    TransferFact,
)
from ledger.domain.cash.transfer_state import Status, Transfer, evolve, known_by, payment_of
from ledger.domain.chart_of_accounts import DUE_TO_ENTITIES, UNALLOCATED
from ledger.domain.day_amounts import newest
from ledger.domain.duty import Act
from ledger.domain.fact import (
    Command,
    Decision,
    Envelope,
    Fact,
    NewFact,
    States,
    stream_of,
)
from ledger.domain.money import require_positive
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS
from ledger.domain.terms.entity import require_kept

# Commands


class _OfTransfer(Command, frozen=True, kw_only=True):
    transfer_id: str

    def streams(self) -> tuple[str, ...]:
        """The transfer."""
        return (stream_of("transfer", self.transfer_id),)


class BeginTransfer(_OfTransfer, frozen=True, kw_only=True):
    """Owe unallocated money of a receipt to another entity; without an amount, all that is unallocated."""

    receipt_id: str
    entity: str
    reason_code: str
    amount_minor: int | None = None

    def streams(self) -> tuple[str, ...]:
        """The transfer and the receipt."""
        return (stream_of("transfer", self.transfer_id), stream_of("receipt", self.receipt_id))


class ReceiveTransfer(_OfTransfer, frozen=True, kw_only=True):
    """Record the payment that another entity received for us, as that entity's transfer says."""

    begins: ClassVar[int] = 2
    # The other entity looked at the day by terms of its own, and its money is not refused here.
    most_ahead: ClassVar[int | None] = 366
    most_back: ClassVar[int | None] = 36_500

    entity: str
    amount_minor: int
    currency: str
    quoted: Quoted

    def streams(self) -> tuple[str, ...]:
        """The transfer, its receipt, and the terms."""
        return (stream_of("transfer", self.transfer_id), stream_of("receipt", self.transfer_id), TERMS)

    def days_said(self) -> tuple[date, ...]:
        """The day from which the money is owed."""
        return (self.quoted.booked_on,)


class DeclineTransfer(_OfTransfer, frozen=True, kw_only=True):
    """Promise another entity that its transfer never arrives, so that it can cancel it."""

    entity: str


class CompleteTransfer(_OfTransfer, frozen=True):
    """Record that the other entity has the payment."""


class CancelTransfer(_OfTransfer, frozen=True, kw_only=True):
    """Make the money of a transfer that the other entity declined unallocated again."""

    reason_code: str

    def more(self, states: States) -> tuple[str, ...]:
        """The receipt."""
        state = states.get(stream_of("transfer", self.transfer_id))
        receipt_id = state.receipt_id if isinstance(state, Transfer) else None
        return () if receipt_id is None else (stream_of("receipt", receipt_id),)


# Decide


def begin(states: States, command: BeginTransfer, envelope: Envelope) -> Decision:
    """Move the money on the first days from which it is unallocated; the same transfer again changes nothing."""
    id = command.transfer_id
    state = states.get(stream_of("transfer", id))
    if isinstance(state, Transfer):
        same = (state.entity, state.receipt_id) == (command.entity, command.receipt_id)
        if same and command.amount_minor in (None, state.amount_minor):
            return ()
        raise Refused("fact_already_recorded", id)
    receipt = receipt_of(states, command.receipt_id)
    paid, left = receipt.payment, receipt.unallocated_minor
    amount = left if command.amount_minor is None else command.amount_minor
    if not left or amount > left:
        raise Refused("amount_exceeds_unallocated", command.receipt_id)
    require_positive((amount,), command.receipt_id)
    roles, parts = (UNALLOCATED, DUE_TO_ENTITIES), tuple(receipt.balance.parts_of(amount, paid.booked_on))
    begun = TransferBegun(
        transfer_id=id,
        entity=command.entity,
        receipt_id=command.receipt_id,
        amount_minor=amount,
        currency=paid.currency,
        quoted=Quoted(max(on for on, _ in parts), paid.reference, paid.reference_kind, paid.reference_valid),
        reason_code=command.reason_code,
    )
    moved = (moved_to(receipt, command.receipt_id, roles, command.reason_code, part, on) for on, part in parts)
    return (*moved, NewFact(stream_of("transfer", id), begun))


def receive(states: States, command: ReceiveTransfer, envelope: Envelope) -> Decision:
    """Record the receipt once, on the day from which the other entity owes it."""
    id, state = command.transfer_id, states.get(stream_of("transfer", command.transfer_id))
    arrived = TransferArrived(
        transfer_id=id,
        entity=command.entity,
        amount_minor=command.amount_minor,
        currency=command.currency,
        quoted=command.quoted,
    )
    if isinstance(state, Transfer):
        if state == known_by(arrived, id, "arrived"):
            return ()
        raise Refused("transfer_declined" if state.status == "declined" else "fact_already_recorded", id)
    if states.get(stream_of("receipt", id)) is not None:
        raise Refused("fact_already_recorded", id)
    require_kept(states, command.currency)
    require_positive((command.amount_minor,), id)
    payment = payment_of(command.amount_minor, command.currency, command.quoted)
    recorded = ReceiptRecorded(receipt_id=id, payment=payment)
    return (
        NewFact(stream_of("receipt", id), recorded, payment.booked_on, corrects=True),
        NewFact(stream_of("transfer", id), arrived),
    )


def decline(states: States, command: DeclineTransfer, envelope: Envelope) -> Decision:
    """Refused once the payment has arrived: then it is in our books, and only another transfer brings it back."""
    (stream,) = command.streams()
    state = states.get(stream)
    if isinstance(state, Transfer):
        if state.status == "declined":
            return ()
        raise Refused("transfer_arrived", command.transfer_id)
    return (NewFact(stream, TransferDeclined(transfer_id=command.transfer_id, entity=command.entity)),)


def complete(states: States, command: CompleteTransfer, envelope: Envelope) -> Decision:
    """The other entity has the payment."""
    (stream,) = command.streams()
    return (
        ()
        if _sent(states, command, "completed")
        else (NewFact(stream, TransferCompleted(transfer_id=command.transfer_id)),)
    )


def cancel(states: States, command: CancelTransfer, envelope: Envelope) -> Decision:
    """Bring the money back on the days on which it was moved."""
    id = command.transfer_id
    state = states.get(stream_of("transfer", id))
    if _sent(states, command, "cancelled"):
        return ()
    assert isinstance(state, Transfer)
    assert state.receipt_id is not None
    receipt, paid = receipt_of(states, state.receipt_id), state.payment
    parts = newest(receipt.elsewhere[DUE_TO_ENTITIES], paid.amount_minor)
    roles = (DUE_TO_ENTITIES, UNALLOCATED)
    moved = (moved_to(receipt, state.receipt_id, roles, command.reason_code, part, on) for on, part in parts)
    cancelled = TransferCancelled(
        transfer_id=id, amount_minor=paid.amount_minor, currency=paid.currency, reason_code=command.reason_code
    )
    return (*moved, NewFact(stream_of("transfer", id), cancelled))


def _sent(states: States, command: CompleteTransfer | CancelTransfer, status: Status) -> bool:
    """Whether our transfer already has this status; refused if it does not exist or ended otherwise."""
    state = states.get(stream_of("transfer", command.transfer_id))
    if not isinstance(state, Transfer) or state.status in ("arrived", "declined"):
        raise Refused("transfer_unknown", command.transfer_id)
    if state.status not in ("under_way", status):
        raise Refused("transfer_ended", command.transfer_id)
    return state.status == status


# Registration

_SENTENCES: Final[dict[type[Fact], Callable[[Any], str]]] = {
    TransferBegun: lambda fact: f"Transfer to entity {fact.entity} begun ({fact.reason_code})",
    TransferArrived: lambda fact: f"Payment that entity {fact.entity} received for us",
    TransferDeclined: lambda fact: f"Transfer of entity {fact.entity} declined, because it is cancelled",
    TransferCompleted: lambda fact: "Recorded by the other entity",
    TransferCancelled: lambda fact: f"Transfer cancelled ({fact.reason_code})",
}

NOUN: Final = Noun(
    "transfer",
    facts=TransferFact,
    evolve=evolve,
    acts={
        TransferBegun: Act("transfer"),
        TransferArrived: Act("transfer_arrival"),
        TransferCancelled: Act("transfer_cancellation"),
    },
    rules={
        BeginTransfer: begin,
        ReceiveTransfer: receive,
        DeclineTransfer: decline,
        CompleteTransfer: complete,
        CancelTransfer: cancel,
    },
    duties=dict.fromkeys(
        (BeginTransfer, ReceiveTransfer, DeclineTransfer, CompleteTransfer, CancelTransfer), ("finance",)
    ),
    refusals={
        "transfer_arrived": (
            "The other entity has recorded the payment, so the transfer cannot be cancelled: complete it with "
            "`reskontra transfer continue`. To bring the money back, let that entity transfer it."
        ),
        "transfer_declined": (
            "The transfer was being cancelled: end that with `reskontra transfer cancel`, and begin a new one."
        ),
        "transfer_ended": "The transfer is complete or cancelled already.",
        "transfer_unknown": "The entity has sent no transfer with that id.",
    },
    sentences=_SENTENCES,
    title="Transfer",
)
