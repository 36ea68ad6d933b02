"""Refunds: customer credit on its way back to the payer, and where each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from ledger.domain.refund import (
    RefundApproved,
    RefundFailed,
    RefundRejected,
    RefundRequested,
    RefundSent,
    RefundSettled,
)
from projections.read_models.model import Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class Refund(Row, frozen=True):
    """A refund; `end_to_end_id` is the one that comes back on the bank's line."""

    refund_id: str
    account_id: str
    amount_minor: int
    currency: str
    standing: str
    reason_code: str
    requester: str
    approver: str | None
    rail: str | None
    end_to_end_id: str | None


def evolve(rows: Rows, recorded: Recorded) -> tuple[Refund, ...]:
    """The refund after one more fact."""
    fact = recorded.fact
    replace = msgspec.structs.replace
    match fact:
        case RefundRequested():
            return (_requested(fact),)
        case RefundApproved():
            return (replace(only(rows, recorded), standing="approved", approver=fact.approver),)
        case RefundRejected():
            return (replace(only(rows, recorded), standing="rejected", approver=fact.approver),)
        case RefundSent():
            return (replace(only(rows, recorded), standing="sent", rail=fact.rail, end_to_end_id=fact.end_to_end_id),)
        case RefundSettled():
            return (replace(only(rows, recorded), standing="settled"),)
        case RefundFailed():
            return (replace(only(rows, recorded), standing="failed"),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _requested(fact: RefundRequested) -> Refund:
    return Refund(
        refund_id=fact.refund_id,
        account_id=fact.account_id,
        amount_minor=fact.amount_minor,
        currency=fact.currency,
        standing="requested",
        reason_code=fact.reason_code,
        requester=fact.requester,
        approver=None,
        rail=None,
        end_to_end_id=None,
    )


REFUNDS: Final = Keyed(
    "refunds",
    Refund,
    ("refund_id",),
    (RefundRequested, RefundApproved, RefundRejected, RefundSent, RefundSettled, RefundFailed),
    evolve,
)
