"""Refunds: customer credit being paid back, and the status of each."""

from __future__ import annotations

import typing
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

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
    RefundResumed,
    RefundReturned,
    RefundSent,
    RefundSettled,
)
from ledger.domain.cash.refund_state import order_id, owed_by, status_resumed, status_returned, waits_for
from projections.read_models.model import Index, Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class Refund(Row, frozen=True):
    """A refund; the bank's line for it repeats its `end_to_end_id`."""

    refund_id: Annotated[str, "The refund."]
    account_id: Annotated[str, "Account whose customer credit is paid back."]
    payee_ref: Annotated[str | None, "Random id of the payee in the vault; null if nobody gave one."]
    amount_minor: Annotated[int, "Amount, minor units."]
    currency: Annotated[str, "ISO 4217 code of the amount."]
    status: Annotated[str, "requested, approved, rejected, cancelled, sent, settled, failed or returned."]
    reason_code: Annotated[str, "Reason code of the request."]
    requester: Annotated[str, "Who requested the refund."]
    on_behalf_of: Annotated[
        str | None, "Who asked the requester for it, if anybody did; that person cannot approve it."
    ]
    approver: Annotated[str | None, "Who approved or rejected the refund."]
    rail: Annotated[str | None, "Rail by which the refund was sent."]
    end_to_end_id: Annotated[
        str,
        "Identity of the payment order, which the bank's line repeats; before the sending, the default one.",
    ]
    order_file: Annotated[str | None, "Hash of the file that ordered the payment; null if no file of ours did."]
    since: Annotated[date, "Day of the last step."]
    payable_minor: Annotated[int, "Amount that is owed to the payer and not sent, minor units."]
    transit_minor: Annotated[
        int,
        "Amount that is sent and not booked by the bank, minor units; below zero if the bank has paid what must come "
        "back.",
    ]
    waits_for: Annotated[str | None, "approval, payment_order, bank_payment or bank_return; null at the end."]
    paid_minor: Annotated[int, "Amount that lines of the bank paid, minor units."]
    brought_back_minor: Annotated[int, "Amount that lines of the bank brought back, minor units."]
    returned_minor: Annotated[int, "Amount that came back, as people or the bank's lines said, minor units."]
    ended_reason_code: Annotated[
        str | None, "Why it was rejected, cancelled, failed or returned, such as the bank's code; null otherwise."
    ]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Refund, ...]:
    """The refund with one more fact applied."""
    fact: Any = recorded.fact
    if isinstance(fact, RefundRequested):
        return (_requested(fact, recorded),)
    refund: Refund = only(rows, recorded)
    replace = msgspec.structs.replace
    if isinstance(fact, RefundMovementAdded | RefundMovementRemoved):
        refund = _line(refund, fact)
    else:
        on = recorded.envelope.occurred_on
        # What never came back did not do so on its own day, and the refund may have taken steps since then.
        since = max(refund.since, on) if isinstance(fact, RefundResumed) else on
        refund = replace(_step(refund, fact), since=since)
    payable, transit = owed_by(fact)
    moved = replace(refund, payable_minor=refund.payable_minor + payable, transit_minor=refund.transit_minor + transit)
    return (replace(moved, waits_for=waits_for(moved.status, moved.transit_minor)),)


def _line(refund: Refund, fact: RefundMovementAdded | RefundMovementRemoved) -> Refund:
    replace = msgspec.structs.replace
    added = isinstance(fact, RefundMovementAdded)
    # A line that was something else paid and brought back nothing.
    amount = fact.amount_minor if added else -fact.amount_minor
    if fact.amount_minor > 0:
        return replace(refund, brought_back_minor=refund.brought_back_minor + amount)
    # Without the bank's line, the refund waits for the bank again.
    status = "sent" if refund.status == "settled" and not added else refund.status
    return replace(refund, paid_minor=refund.paid_minor - amount, status=status)


def _step(refund: Refund, fact: Any) -> Refund:
    replace = msgspec.structs.replace
    match fact:
        case RefundApproved():
            return replace(refund, status="approved", approver=fact.approver)
        case RefundRejected():
            return replace(refund, status="rejected", approver=fact.approver, ended_reason_code=fact.reason_code)
        case RefundCancelled():
            return replace(refund, status="cancelled", ended_reason_code=fact.reason_code)
        case RefundSent():
            order = {"end_to_end_id": fact.end_to_end_id, "order_file": fact.order_file}
            return replace(refund, status="sent", rail=fact.rail, **order)
        case RefundSettled():
            return replace(refund, status="settled")
        case RefundFailed():
            return replace(refund, status="failed", ended_reason_code=fact.reason_code)
        case RefundReturned():
            returned = refund.returned_minor + fact.amount_minor
            status = status_returned(returned, refund.amount_minor)
            return replace(refund, status=status, returned_minor=returned, ended_reason_code=fact.reason_code)
        case RefundResumed():
            returned = max(0, refund.returned_minor - fact.amount_minor)
            why = refund.ended_reason_code if returned else None
            return replace(refund, status=status_resumed(fact), returned_minor=returned, ended_reason_code=why)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _requested(fact: RefundRequested, recorded: Recorded) -> Refund:
    return Refund(
        refund_id=fact.refund_id,
        account_id=fact.account_id,
        payee_ref=fact.payee_ref,
        amount_minor=fact.amount_minor,
        currency=fact.currency,
        status="requested",
        reason_code=fact.reason_code,
        requester=fact.requester,
        on_behalf_of=fact.on_behalf_of,
        approver=None,
        rail=None,
        end_to_end_id=order_id(fact.refund_id),
        order_file=None,
        since=recorded.envelope.occurred_on,
        payable_minor=0,
        transit_minor=0,
        waits_for=waits_for("requested", 0),
        paid_minor=0,
        brought_back_minor=0,
        returned_minor=0,
        ended_reason_code=None,
    )


REFUNDS: Final = Keyed(
    "refunds",
    "Customer credit being paid back to payers.",
    Refund,
    ("refund_id",),
    typing.get_args(RefundFact),
    evolve,
    indexes=(Index(("account_id",)), Index(("end_to_end_id",))),
)
