"""The use cases of refunds, which pay customer credit back."""

from __future__ import annotations

from typing import Final

from infra.desk import names
from infra.desk.amounts import minor_units
from infra.desk.desk import Desk, Done, Listed, Occasion

# The statuses in which a refund waits for a person or for the bank.
_WAITING: Final = ("requested", "approved", "sent")


def request(
    desk: Desk,
    account: str,
    amount: str,
    currency: str,
    reason: str,
    occasion: Occasion,
    payee_ref: str | None = None,
    id: str | None = None,
) -> Done:
    """Request a refund of an account's customer credit; another person must approve the refund."""
    from ledger.domain.cash.refund import RequestRefund

    account_id, refund_id = names.account(desk, account), desk.id(id, occasion)
    command = RequestRefund(
        refund_id=refund_id,
        account_id=account_id,
        amount_minor=minor_units(amount, currency),
        currency=currency,
        reason_code=reason,
        payee_ref=payee_ref,
    )
    return desk.with_amount(desk.record(command, occasion, refund_id=refund_id), f"refund-{refund_id}", "account_id")


def waiting(desk: Desk) -> Listed:
    """List the refunds that wait for approval, for their payment order, or for the bank."""
    position = desk.books.follow()
    return Listed([one for one in desk.books.store.now.refunds() if one["status"] in _WAITING], position)


def approve(desk: Desk, refund: str, occasion: Occasion) -> Done:
    """Approve a refund that somebody else requested."""
    from ledger.domain.cash.refund import ApproveRefund

    id = names.refund(desk, refund)
    return desk.with_amount(
        desk.record(ApproveRefund(refund_id=id), occasion, refund_id=id), f"refund-{id}", "account_id"
    )


def reject(desk: Desk, refund: str, reason: str, occasion: Occasion) -> Done:
    """Reject a refund that somebody else requested."""
    from ledger.domain.cash.refund import RejectRefund

    id = names.refund(desk, refund)
    return desk.with_amount(
        desk.record(RejectRefund(refund_id=id, reason_code=reason), occasion, refund_id=id),
        f"refund-{id}",
        "account_id",
    )


def cancel(desk: Desk, refund: str, reason: str, occasion: Occasion) -> Done:
    """Cancel a refund that has not been sent; the account has its customer credit again."""
    from ledger.domain.cash.refund import CancelRefund

    id = names.refund(desk, refund)
    return desk.with_amount(
        desk.record(CancelRefund(refund_id=id, reason_code=reason), occasion, refund_id=id),
        f"refund-{id}",
        "account_id",
    )


def send(desk: Desk, refund: str, rail: str, end_to_end_id: str | None, occasion: Occasion) -> Done:
    """Record that an approved refund's payment order was sent to the bank, by default with the refund's id."""
    from ledger.domain.cash.refund_payment import SendRefund

    id = names.refund(desk, refund)
    command = SendRefund(refund_id=id, rail=rail, end_to_end_id=id if end_to_end_id is None else end_to_end_id)
    return desk.record(command, occasion, refund_id=id)


def settle(desk: Desk, refund: str, bank_ref: str | None, occasion: Occasion) -> Done:
    """Record that the bank paid a refund."""
    from ledger.domain.cash.refund_payment import SettleRefund

    id = names.refund(desk, refund)
    return desk.record(SettleRefund(refund_id=id, bank_ref=bank_ref), occasion, refund_id=id)


def fail(desk: Desk, refund: str, reason: str, occasion: Occasion) -> Done:
    """Record that the bank could not pay a refund; the account gets its customer credit back."""
    from ledger.domain.cash.refund_payment import FailRefund

    id = names.refund(desk, refund)
    return desk.record(FailRefund(refund_id=id, reason_code=reason), occasion, refund_id=id)


def return_(desk: Desk, refund: str, reason: str, occasion: Occasion) -> Done:
    """Record that the money of a paid refund came back; the account gets its customer credit back."""
    from ledger.domain.cash.refund_payment import ReturnRefund

    id = names.refund(desk, refund)
    return desk.record(ReturnRefund(refund_id=id, reason_code=reason), occasion, refund_id=id)
