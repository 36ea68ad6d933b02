"""Refunds: customer credit being paid back, and the status of each."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.cash.refund_facts import (
    RefundApproved,
    RefundCancelled,
    RefundFact,
    RefundFailed,
    RefundMovementAdded,
    RefundMovementRemoved,
    RefundRejected,
    RefundRequested,
    RefundReturned,
    RefundSent,
    RefundSettled,
)
from projections.read_models.model import Index, Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class Refund(Row, frozen=True):
    """A refund; the bank's line for it repeats its `end_to_end_id`."""

    refund_id: Annotated[str, "The refund."]
    account_id: Annotated[str, "Account whose customer credit is paid back."]
    amount_minor: Annotated[int, "Amount, minor units."]
    currency: Annotated[str, "ISO 4217 code of the amount."]
    status: Annotated[str, "requested, approved, rejected, cancelled, sent, settled, failed or returned."]
    reason_code: Annotated[str, "Reason code of the request."]
    requester: Annotated[str, "Who requested the refund."]
    approver: Annotated[str | None, "Who approved or rejected the refund."]
    rail: Annotated[str | None, "Rail by which the refund was sent."]
    end_to_end_id: Annotated[str | None, "Identity of the payment order, which the bank's line repeats."]
    paid: Annotated[bool, "Whether a line of the bank shows the payment."]
    brought_back: Annotated[bool, "Whether a line of the bank brought the money back."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Refund, ...]:
    """The refund with one more fact applied."""
    fact = recorded.fact
    replace = msgspec.structs.replace
    match fact:
        case RefundRequested():
            return (_requested(fact),)
        case RefundApproved():
            return (replace(only(rows, recorded), status="approved", approver=fact.approver),)
        case RefundRejected():
            return (replace(only(rows, recorded), status="rejected", approver=fact.approver),)
        case RefundCancelled():
            return (replace(only(rows, recorded), status="cancelled"),)
        case RefundSent():
            return (replace(only(rows, recorded), status="sent", rail=fact.rail, end_to_end_id=fact.end_to_end_id),)
        case RefundSettled():
            return (replace(only(rows, recorded), status="settled"),)
        case RefundFailed():
            return (replace(only(rows, recorded), status="failed"),)
        case RefundReturned():
            return (replace(only(rows, recorded), status="returned"),)
        case RefundMovementAdded():
            line = {"paid": True} if fact.amount_minor < 0 else {"brought_back": True}
            return (replace(only(rows, recorded), **line),)
        case RefundMovementRemoved():
            refund = only(rows, recorded)
            if fact.amount_minor > 0:
                return (replace(refund, brought_back=False),)
            # Without the bank's line, the refund waits for the bank again.
            status = "sent" if refund.status == "settled" else refund.status
            return (replace(refund, paid=False, status=status),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _requested(fact: RefundRequested) -> Refund:
    return Refund(
        refund_id=fact.refund_id,
        account_id=fact.account_id,
        amount_minor=fact.amount_minor,
        currency=fact.currency,
        status="requested",
        reason_code=fact.reason_code,
        requester=fact.requester,
        approver=None,
        rail=None,
        end_to_end_id=None,
        paid=False,
        brought_back=False,
    )


REFUNDS: Final = Keyed(
    "refunds",
    "Customer credit being paid back to payers.",
    Refund,
    ("refund_id",),
    typing.get_args(RefundFact),
    evolve,
    indexes=(Index(("account_id",)), Index(("coalesce(end_to_end_id, refund_id)",))),
)
