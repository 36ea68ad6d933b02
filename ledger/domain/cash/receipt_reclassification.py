"""What a receipt's money was, if it was nobody's payment to us: a supplier's refund, or money received in error.

It was so from the bank's day on, but it corrects a recorded voucher, so it counts in the ledger on the day of its
discovery. If that was wrong, the money comes back, and it never was so. A payment of which no statement has the money,
because files show it twice, is withdrawn: its money goes back to the account of details, and is nobody's any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from ledger.domain.bank.movement import BOOKABLE
from ledger.domain.cash.receipt import Receipt, receipt_of
from ledger.domain.cash.receipt_facts import ReceiptReclassified
from ledger.domain.chart_of_accounts import UNALLOCATED, roles_of
from ledger.domain.fact import Command, Decision, Envelope, NewFact, States, require_reason, stream_of
from ledger.domain.money import require_positive
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# What waits to be explained is a movement; a receipt's money waits on `unallocated`.
_ROLES: Final = BOOKABLE - {*roles_of("suspense", "difference")}

# Commands


class ReclassifyReceipt(Command, frozen=True):
    """Say on which ledger account unallocated money of a receipt belongs, or with `back` that it does not.

    Without an amount, it is all that is unallocated, or all that is on that account.
    """

    receipt_id: str
    role: str
    reason_code: str
    amount_minor: int | None = None
    back: bool = False

    def streams(self) -> tuple[str, ...]:
        """The receipt."""
        return (stream_of("receipt", self.receipt_id),)


# Decide


def reclassify(states: States, command: ReclassifyReceipt, envelope: Envelope) -> Decision:
    """Move the money on the first days from which it is unallocated; back on the days on which it was moved."""
    require_reason(command.reason_code, command.receipt_id)
    receipt = receipt_of(states, command.receipt_id)
    moved = receipt.elsewhere.get(command.role, ())
    if command.role not in _ROLES:
        raise Refused("role_not_for_receipts", command.receipt_id)
    most = sum(amount for _, amount in moved) if command.back else receipt.unallocated_minor
    amount = most if command.amount_minor is None else command.amount_minor
    if not most or amount > most:
        raise Refused("amount_not_on_role" if command.back else "amount_exceeds_unallocated", command.receipt_id)
    require_positive((amount,), command.receipt_id)
    parts = _newest(moved, amount) if command.back else receipt.balance.parts_of(amount, receipt.payment.booked_on)
    from_role, role = (command.role, UNALLOCATED) if command.back else (UNALLOCATED, command.role)
    return tuple(_moved(receipt, command, from_role, role, part, on) for on, part in parts)


def _newest(moved: tuple[tuple[date, int], ...], amount_minor: int) -> Iterator[tuple[date, int]]:
    for on, there in reversed(moved):
        part = min(there, amount_minor)
        amount_minor -= part
        if part:
            yield on, part


def _moved(
    receipt: Receipt, command: ReclassifyReceipt, from_role: str, role: str, amount_minor: int, on: date
) -> NewFact:
    fact = ReceiptReclassified(
        account_id=receipt.account_id,
        bank_account=receipt.payment.bank_account,
        amount_minor=amount_minor,
        currency=receipt.payment.currency,
        from_role=from_role,
        role=role,
        reason_code=command.reason_code,
    )
    return NewFact(stream_of("receipt", command.receipt_id), fact, on, corrects=True)


# Registration

NOUN: Final = Noun(
    "receipt_reclassification",
    rules={ReclassifyReceipt: reclassify},
    refusals={
        "amount_not_on_role": "The account role has less of the receipt's money, or none.",
        "role_not_for_receipts": (
            "A receipt's money cannot be booked on that account role: it is not in the chart, or only other kinds of "
            "facts may post to it. Money that waits to be explained stays unallocated."
        ),
    },
)
