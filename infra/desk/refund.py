"""Refunds at the desk: customer credit going back to the payer."""

from __future__ import annotations

from infra.desk import names
from infra.desk.amounts import minor_units
from infra.desk.desk import Desk, Done, Entry


def request(
    desk: Desk,
    account: str,
    amount: str,
    currency: str,
    reason: str,
    entry: Entry,
    payee_ref: str | None = None,
    id: str | None = None,
) -> Done:
    """Ask to pay customer credit of an account back; another person approves it."""
    from ledger.domain.cash.refund import RequestRefund

    account_id, refund_id = names.account(desk.books, account), desk.id(id, entry)
    command = RequestRefund(
        refund_id=refund_id,
        account_id=account_id,
        amount_minor=minor_units(amount, currency),
        currency=currency,
        reason_code=reason,
        payee_ref=payee_ref,
    )
    return desk.record(command, entry, refund_id=refund_id)


def approve(desk: Desk, refund: str, entry: Entry) -> Done:
    """Approve a refund another asked for."""
    from ledger.domain.cash.refund import ApproveRefund

    id = names.refund(desk.books, refund)
    return desk.record(ApproveRefund(refund_id=id), entry, refund_id=id)


def reject(desk: Desk, refund: str, reason: str, entry: Entry) -> Done:
    """Reject a refund another asked for."""
    from ledger.domain.cash.refund import RejectRefund

    id = names.refund(desk.books, refund)
    return desk.record(RejectRefund(refund_id=id, reason_code=reason), entry, refund_id=id)


def send(desk: Desk, refund: str, rail: str, end_to_end_id: str, entry: Entry) -> Done:
    """Say that an approved refund's payment order went to the bank."""
    from ledger.domain.cash.refund import SendRefund

    id = names.refund(desk.books, refund)
    command = SendRefund(refund_id=id, rail=rail, end_to_end_id=end_to_end_id)
    return desk.record(command, entry, refund_id=id)


def settle(desk: Desk, refund: str, bank_ref: str | None, entry: Entry) -> Done:
    """Say that the bank paid a sent refund."""
    from ledger.domain.cash.refund import SettleRefund

    id = names.refund(desk.books, refund)
    return desk.record(SettleRefund(refund_id=id, bank_ref=bank_ref), entry, refund_id=id)


def fail(desk: Desk, refund: str, reason: str, entry: Entry) -> Done:
    """Say that the bank could not pay a sent refund; the customer credit is back on the account."""
    from ledger.domain.cash.refund import FailRefund

    id = names.refund(desk.books, refund)
    return desk.record(FailRefund(refund_id=id, reason_code=reason), entry, refund_id=id)
