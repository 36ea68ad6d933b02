"""What a receipt's money was, if it was nobody's payment to us: a supplier's refund, or money received in error.

It was so from the bank's day on, and corrects a recorded voucher. If that was wrong, the money comes back, and it never
was so. A payment that the bank never got, because files show it twice, is withdrawn: what it raised has its money no
more, and it is nobody's. It raised the account of details; on an account without statements, it raised the bank's
ledger account itself.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.bank.bookable_roles import BOOKABLE
from ledger.domain.bank.file import BankFile
from ledger.domain.cash.receipt import Receipt, receipt_of
from ledger.domain.cash.receipt_facts import Payment, ReceiptReclassified
from ledger.domain.chart_of_accounts import BANK, DUE_TO_ENTITIES, UNALLOCATED, UNTIL_PAID_OUT, roles_of
from ledger.domain.day_amounts import newest
from ledger.domain.fact import (
    Command,
    Decision,
    Envelope,
    NewFact,
    States,
    known_stream,
    stream_of,
)
from ledger.domain.money import require_positive
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# What waits to be explained is a movement; a receipt's money waits on `unallocated`. Only a transfer makes us owe money
# to another entity.
_ROLES: Final = (BOOKABLE | {BANK}) - {*roles_of("suspense", "difference"), DUE_TO_ENTITIES}

# Commands


class ReclassifyReceipt(Command, frozen=True):
    """Say on which ledger account unallocated money of a receipt belongs, or with `back` that it does not.

    Without an amount, it is all that is unallocated, or all that is on that account. The role `bank` says that the bank
    never got the money, which only a file in detail has shown.
    """

    receipt_id: str
    role: str
    reason_code: str
    amount_minor: int | None = None
    back: bool = False

    def streams(self) -> tuple[str, ...]:
        """The receipt."""
        return (stream_of("receipt", self.receipt_id),)

    def more(self, states: States) -> tuple[str, ...]:
        """The file that brought the money, if the bank never got it."""
        receipt = states.get(known_stream("receipt", self.receipt_id))
        if self.role != BANK or not isinstance(receipt, Receipt) or receipt.payment.file is None:
            return ()
        return (stream_of("file", receipt.payment.file),)


# Decide


def reclassify(states: States, command: ReclassifyReceipt, envelope: Envelope) -> Decision:
    """Move the money on the first days from which it is unallocated; back on the days on which it was moved."""
    receipt = receipt_of(states, command.receipt_id)
    moved = receipt.elsewhere.get(command.role, ())
    # What a person recorded by mistake is voided; it does not leave the account that it raised.
    if command.role not in _ROLES or (receipt.payment.by_hand and command.role == UNTIL_PAID_OUT[receipt.payment.rail]):
        raise Refused("role_not_for_receipts", command.receipt_id)
    if command.role == BANK and not _raised_by_details(states, receipt.payment):
        raise Refused("payment_on_statement", command.receipt_id)
    most = sum(amount for _, amount in moved) if command.back else receipt.unallocated_minor
    amount = most if command.amount_minor is None else command.amount_minor
    if not most or amount > most:
        raise Refused("amount_not_on_role" if command.back else "amount_exceeds_unallocated", command.receipt_id)
    require_positive((amount,), command.receipt_id)
    parts = newest(moved, amount) if command.back else receipt.balance.parts_of(amount, receipt.payment.booked_on)
    from_role, role = (command.role, UNALLOCATED) if command.back else (UNALLOCATED, command.role)
    return tuple(
        moved_to(receipt, command.receipt_id, (from_role, role), command.reason_code, part, on) for on, part in parts
    )


def _raised_by_details(states: States, payment: Payment) -> bool:
    """Whether a file in detail brought the money to the bank's ledger account, because no statement would."""
    file = states.get(known_stream("file", payment.file)) if payment.file else None
    return not payment.in_detail and isinstance(file, BankFile) and payment.statement_no in file.without_balances


def moved_to(
    receipt: Receipt,
    receipt_id: str,
    roles: tuple[str, str],
    reason_code: str,
    amount_minor: int,
    on: date,
    payout: tuple[str, str] | None = None,
) -> NewFact:
    """The fact that moves a receipt's money from the first of two account roles to the second.

    `payout` is the payout that it is, and our account at the payment provider.
    """
    from_role, role = roles
    payout_id, provider_account = payout or (None, None)
    fact = ReceiptReclassified(
        account_id=receipt.account_id,
        bank_account=receipt.payment.bank_account,
        amount_minor=amount_minor,
        currency=receipt.payment.currency,
        from_role=from_role,
        role=role,
        reason_code=reason_code,
        payout_id=payout_id,
        provider_account=provider_account,
    )
    return NewFact(stream_of("receipt", receipt_id), fact, on, corrects=True)


# Registration

NOUN: Final = Noun(
    "receipt_reclassification",
    rules={ReclassifyReceipt: reclassify},
    duties={ReclassifyReceipt: ("finance", "bank-day")},
    refusals={
        "amount_not_on_role": "The account role has less of the receipt's money, or none.",
        "payment_on_statement": (
            "The payment cannot be withdrawn: the bank's statements, or the cash counted, have its money. If it was "
            "nobody's payment, say with --role what it was, such as suppliers; if it goes back, request a refund."
        ),
        "role_not_for_receipts": (
            "A receipt's money cannot be booked on that account role: it is not in the chart, or only other kinds of "
            "facts may post to it, or a person recorded that the money is there; such a receipt is voided. Money that "
            "waits to be explained stays unallocated."
        ),
    },
)
