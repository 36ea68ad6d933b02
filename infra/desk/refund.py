"""The use cases of refunds, which pay customer credit back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from infra.desk import names
from infra.desk.amounts import minor_units
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.doubted_credit import require_undoubted
from infra.desk.first_time import first_time
from infra.desk.terms import only_currency

if TYPE_CHECKING:
    from ledger.domain.rails import Rail


def request(
    desk: Desk,
    account: str,
    amount: str,
    currency: str | None,
    reason: str,
    occasion: Occasion,
    payee_ref: str | None = None,
    id: str | None = None,
) -> Done:
    """Request a refund of an account's customer credit; another person must approve the refund."""
    from ledger.domain.cash.refund import RequestRefund

    account_id, refund_id = names.account(desk, account), desk.id(id, occasion)
    terms = first_time(desk, occasion.key).terms
    currency = only_currency(desk, terms, currency, "the refund's currency")
    command = RequestRefund(
        refund_id=refund_id,
        account_id=account_id,
        amount_minor=minor_units(amount, currency),
        currency=currency,
        reason_code=reason,
        payee_ref=payee_ref,
    )
    return desk.with_amount(desk.record(command, occasion, refund_id=refund_id), f"refund-{refund_id}", "account_id")


def compared(desk: Desk) -> list[dict[str, Any]]:
    """Return for each clearing account and currency what the refunds owe, and what was posted up to whatever day."""
    from ledger.domain.cash.refund_state import UNDER_WAY

    posted: dict[tuple[str, str], int] = {}
    for row in desk.books.report("trial-balance", date.max).table.to_pylist():
        if row["role"] in UNDER_WAY:
            posted[row["role"], row["currency"]] = -row["balance_minor"]
    owed: dict[tuple[str, str], int] = dict.fromkeys(posted, 0)
    for one in desk.books.store.now.refunds():
        if one["waits_for"] is not None:
            for role, amount in zip(UNDER_WAY, (one["payable_minor"], one["transit_minor"]), strict=True):
                key = role, one["currency"]
                owed[key] = owed.get(key, 0) + amount
    return [
        {
            "name": role,
            "currency": currency,
            "refunds_minor": amount,
            "ledger_minor": posted.get((role, currency), 0),
            "difference_minor": amount - posted.get((role, currency), 0),
        }
        for (role, currency), amount in sorted(owed.items())
    ]


def approve(desk: Desk, refund: str, occasion: Occasion) -> Done:
    """Approve a refund that somebody else requested, if its account has no payment that may be in the book twice."""
    from ledger.domain.cash.refund import ApproveRefund

    desk.require_for(ApproveRefund)
    id = names.refund(desk, refund, "requested")
    require_undoubted(desk, id)
    return desk.with_amount(
        desk.record(ApproveRefund(refund_id=id), occasion, refund_id=id), f"refund-{id}", "account_id"
    )


def reject(desk: Desk, refund: str, reason: str, occasion: Occasion) -> Done:
    """Reject a refund that somebody else requested."""
    from ledger.domain.cash.refund import RejectRefund

    id = names.refund(desk, refund, "requested")
    return desk.with_amount(
        desk.record(RejectRefund(refund_id=id, reason_code=reason), occasion, refund_id=id),
        f"refund-{id}",
        "account_id",
    )


def cancel(desk: Desk, refund: str, reason: str, occasion: Occasion) -> Done:
    """Cancel a refund that has not been sent; the account has its customer credit again."""
    from ledger.domain.cash.refund import CancelRefund

    id = names.refund(desk, refund, "requested", "approved")
    return desk.with_amount(
        desk.record(CancelRefund(refund_id=id, reason_code=reason), occasion, refund_id=id),
        f"refund-{id}",
        "account_id",
    )


def send(desk: Desk, refund: str, rail: Rail, end_to_end_id: str | None, occasion: Occasion) -> Done:
    """Record that an approved refund's payment order was sent to the bank, by default under the refund's own id."""
    from ledger.domain.cash.refund_payment import SendRefund
    from ledger.domain.cash.refund_state import order_id

    id = names.refund(desk, refund, "approved")
    command = SendRefund(refund_id=id, rail=rail, end_to_end_id=end_to_end_id)
    sent = desk.record(command, occasion, refund_id=id)
    return sent._replace(more={"end_to_end_id": end_to_end_id or order_id(id)})


def settle(desk: Desk, refund: str, bank_ref: str | None, occasion: Occasion) -> Done:
    """Record that the bank paid a refund."""
    from ledger.domain.cash.refund_payment import SettleRefund

    id = names.refund(desk, refund, "sent")
    return desk.record(SettleRefund(refund_id=id, bank_ref=bank_ref), occasion, refund_id=id)


def fail(desk: Desk, refund: str, reason: str, occasion: Occasion) -> Done:
    """Record that the bank could not pay a refund; the account gets its customer credit back."""
    from ledger.domain.cash.refund_payment import FailRefund

    id = names.refund(desk, refund, "sent", "settled")
    return desk.record(FailRefund(refund_id=id, reason_code=reason), occasion, refund_id=id)


def return_(desk: Desk, refund: str, reason: str, occasion: Occasion, amount: str | None = None) -> Done:
    """Record that money of a paid refund came back, all or an amount; the account gets as much customer credit back."""
    from ledger.domain.cash.refund_payment import ReturnRefund

    id = names.refund(desk, refund, "settled")
    minor = None if amount is None else minor_units(amount, _currency(desk, id))
    command = ReturnRefund(refund_id=id, reason_code=reason, amount_minor=minor)
    return desk.record(command, occasion, refund_id=id)


def resume(desk: Desk, refund: str, reason: str, occasion: Occasion) -> Done:
    """Take back that a refund failed or came back, as far as only people said so; its credit is used again."""
    from ledger.domain.cash.refund_resumption import ResumeRefund

    id = names.refund(desk, refund, "failed", "returned", "settled")
    return desk.record(ResumeRefund(refund_id=id, reason_code=reason), occasion, refund_id=id)


def _currency(desk: Desk, refund_id: str) -> str:
    from ledger.domain.cash.refund_facts import RefundRequested

    requested, *_ = desk.facts([f"refund-{refund_id}"])
    assert isinstance(requested, RefundRequested)
    return requested.currency
