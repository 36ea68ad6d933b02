"""Which payout a receipt is: its money was nobody's payment to us, but what a payment provider sent to our bank.

It was so from the bank's day on, and corrects a recorded voucher. The amounts need not agree: what was sent and has not
arrived, or the other way round, stays on the way, where reports show it. If it was wrong, the money comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Final

from ledger.domain.cash.payout import Payout, PayoutArrived, PayoutMovementRemoved
from ledger.domain.cash.receipt import Receipt, receipt_of
from ledger.domain.cash.receipt_reclassification import moved_to
from ledger.domain.chart_of_accounts import PAYOUTS_IN_TRANSIT, UNALLOCATED
from ledger.domain.day_amounts import newest
from ledger.domain.fact import Command, Decision, Envelope, NewFact, States, stream_of
from ledger.domain.money import require_positive
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# Commands


class ReclassifyReceiptAsPayout(Command, frozen=True):
    """Say that a receipt, or an amount of it, is a payout that arrived, or with `back` that none of it is."""

    receipt_id: str
    payout_id: str
    reason_code: str
    amount_minor: int | None = None
    back: bool = False

    def streams(self) -> tuple[str, ...]:
        """The receipt and the payout."""
        return (stream_of("receipt", self.receipt_id), stream_of("payout", self.payout_id))


# Decide


def as_payout(states: States, command: ReclassifyReceiptAsPayout, envelope: Envelope) -> Decision:
    """Move the money on the first days from which it is unallocated; back on the days on which it was moved."""
    receipt = receipt_of(states, command.receipt_id)
    payout = states.get(stream_of("payout", command.payout_id))
    if not isinstance(payout, Payout):
        raise Refused("payout_unknown", command.payout_id)
    if command.back:
        return _back(receipt, command, payout)
    _require_payout(receipt, command, payout)
    left = receipt.unallocated_minor
    amount = left if command.amount_minor is None else command.amount_minor
    if not left or amount > left:
        raise Refused("amount_exceeds_unallocated", command.receipt_id)
    require_positive((amount,), command.receipt_id)
    roles, parts = (UNALLOCATED, PAYOUTS_IN_TRANSIT), receipt.balance.parts_of(amount, receipt.payment.booked_on)
    return _moved(receipt, command, payout, roles, parts, partial(PayoutArrived, payout_ref=None))


def _require_payout(receipt: Receipt, command: ReclassifyReceiptAsPayout, payout: Payout) -> None:
    payment = receipt.payment
    if payment.by_hand or payment.by_transfer or payment.held_by is not None:
        raise Refused("receipt_not_at_bank", command.receipt_id)
    if payment.currency != payout.currency:
        raise Refused("payout_in_other_currency", command.payout_id)
    if receipt.allocations:
        raise Refused("receipt_is_allocated", command.receipt_id)


def _back(receipt: Receipt, command: ReclassifyReceiptAsPayout, payout: Payout) -> Decision:
    """Bring back all that is the payout's."""
    moved = receipt.elsewhere.get(stream_of("payout", command.payout_id), ())
    if not moved:
        raise Refused("receipt_not_of_payout", command.receipt_id)
    if command.amount_minor is not None:
        raise Refused("payout_back_in_part", command.receipt_id)
    roles, parts = (PAYOUTS_IN_TRANSIT, UNALLOCATED), newest(moved, sum(amount for _, amount in moved))
    return _moved(receipt, command, payout, roles, parts, partial(PayoutMovementRemoved, side="arrived"))


def _moved(
    receipt: Receipt,
    command: ReclassifyReceiptAsPayout,
    payout: Payout,
    roles: tuple[str, str],
    parts: Iterable[tuple[date, int]],
    fact: Callable[..., PayoutArrived | PayoutMovementRemoved],
) -> Decision:
    """Each of these amounts moves from one role to the other on its day, and the payout is told by `fact`."""
    id, stream, account = command.receipt_id, stream_of("payout", command.payout_id), payout.provider_account
    decided: list[NewFact] = []
    for on, part in parts:
        decided.append(moved_to(receipt, id, roles, command.reason_code, part, on, (command.payout_id, account)))
        told = fact(part_id=id, provider_account=account, amount_minor=part, currency=payout.currency)
        decided.append(NewFact(stream, told, on, corrects=True))
    return tuple(decided)


# Registration

NOUN: Final = Noun(
    "receipt_as_payout",
    rules={ReclassifyReceiptAsPayout: as_payout},
    duties={ReclassifyReceiptAsPayout: ("finance", "bank-day")},
    refusals={
        "payout_back_in_part": (
            "All that is a payout of a receipt's money comes back at once: leave out the amount, then say again how "
            "much of it is the payout's."
        ),
        "receipt_is_allocated": (
            "Some of the receipt's money is allocated, so it is somebody's payment and no payout. If that is wrong, "
            "reverse the allocation first."
        ),
        "receipt_not_at_bank": (
            "No bank of ours received the receipt's money, so it is no payout that arrived there. What a person "
            "recorded by mistake is voided."
        ),
        "receipt_not_of_payout": "No money of the receipt is that payout's.",
    },
)
