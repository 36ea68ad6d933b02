"""Every fact in double entry: legs by role, debit above zero, summing to zero in each currency."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.domain.account import CustomerCreditApplied
from ledger.domain.bank_movement import BankMovementClassified
from ledger.domain.credit_note import CreditNoteIssued
from ledger.domain.fact import Fact, Part
from ledger.domain.invoice import BalanceWrittenOff, InvoiceIssued, WriteOffReversed
from ledger.domain.invoice_parts import ar_role_of
from ledger.domain.receipt import AllocationReversed, ReceiptAllocated, ReceiptRecorded, applied_minor
from ledger.domain.refund import RefundApproved, RefundFailed, RefundSent


class Leg(Part, frozen=True):
    """One side of a posting: the account's role, the amount (debit above zero, credit below), the currency."""

    role: str
    amount_minor: int
    currency: str


def legs(fact: Fact) -> tuple[Leg, ...]:
    """The posting of a fact; nothing for a fact that moves no money.

    One fact posts, its counterparts on other streams do not: ReceiptAllocated posts, AllocationApplied is
    the item's side of it. So the sub-ledger and the general ledger are two counts of the same money.
    """
    post = _POSTINGS.get(type(fact))
    if post is None:
        return ()
    return tuple(leg for leg in post(fact) if leg.amount_minor)


def _invoice_issued(fact: InvoiceIssued) -> tuple[Leg, ...]:
    receivables = tuple(Leg(ar_role_of(share.payer), share.amount_minor, fact.currency) for share in fact.shares)
    net = sum(line.amount_minor for line in fact.lines)
    vat = sum(line.vat_minor for line in fact.lines)
    return (
        *receivables,
        Leg("revenue", -net, fact.currency),
        Leg("vat_output", -vat, fact.currency),
        Leg("rounding", -fact.rounding_minor, fact.currency),
    )


def _credit_note_issued(fact: CreditNoteIssued) -> tuple[Leg, ...]:
    net = sum(line.amount_minor for line in fact.lines)
    vat = sum(line.vat_minor for line in fact.lines)
    receivables = tuple(Leg(share.ar_role, -share.open_minor, fact.currency) for share in fact.shares)
    excess = sum(share.excess_minor for share in fact.shares)
    return (
        Leg("revenue", net, fact.currency),
        Leg("vat_output", vat, fact.currency),
        Leg("rounding", fact.rounding_minor, fact.currency),
        *receivables,
        Leg("customer_credit", -excess, fact.currency),
    )


def _receipt_recorded(fact: ReceiptRecorded) -> tuple[Leg, ...]:
    return _pair("bank", "unallocated", fact.amount_minor, fact.currency)


def _receipt_allocated(fact: ReceiptAllocated) -> tuple[Leg, ...]:
    items = tuple(Leg(target.ar_role, -target.amount_minor, fact.currency) for target in fact.targets)
    credit = Leg("customer_credit", -fact.credit_minor, fact.currency)
    return (Leg("unallocated", applied_minor(fact), fact.currency), *items, credit)


def _allocation_reversed(fact: AllocationReversed) -> tuple[Leg, ...]:
    items = tuple(Leg(target.ar_role, target.amount_minor, fact.currency) for target in fact.targets)
    credit = Leg("customer_credit", fact.credit_minor, fact.currency)
    return (Leg("unallocated", -applied_minor(fact), fact.currency), *items, credit)


def _customer_credit_applied(fact: CustomerCreditApplied) -> tuple[Leg, ...]:
    return _pair("customer_credit", fact.ar_role, fact.amount_minor, fact.currency)


def _bank_movement_classified(fact: BankMovementClassified) -> tuple[Leg, ...]:
    return _pair("bank", fact.role, fact.amount_minor, fact.currency)


def _balance_written_off(fact: BalanceWrittenOff) -> tuple[Leg, ...]:
    return _pair("write_off_loss", fact.ar_role, fact.amount_minor, fact.currency)


def _write_off_reversed(fact: WriteOffReversed) -> tuple[Leg, ...]:
    return _pair(fact.ar_role, "write_off_loss", fact.amount_minor, fact.currency)


def _refund_approved(fact: RefundApproved) -> tuple[Leg, ...]:
    return _pair("customer_credit", "refunds_payable", fact.amount_minor, fact.currency)


def _refund_sent(fact: RefundSent) -> tuple[Leg, ...]:
    return _pair("refunds_payable", "cash_in_transit", fact.amount_minor, fact.currency)


def _refund_failed(fact: RefundFailed) -> tuple[Leg, ...]:
    return _pair("cash_in_transit", "customer_credit", fact.amount_minor, fact.currency)


def _pair(debit: str, credit: str, amount_minor: int, currency: str) -> tuple[Leg, ...]:
    return (Leg(debit, amount_minor, currency), Leg(credit, -amount_minor, currency))


_POSTINGS: Final[dict[type[Fact], Callable[[Any], tuple[Leg, ...]]]] = {
    InvoiceIssued: _invoice_issued,
    CreditNoteIssued: _credit_note_issued,
    ReceiptRecorded: _receipt_recorded,
    ReceiptAllocated: _receipt_allocated,
    AllocationReversed: _allocation_reversed,
    CustomerCreditApplied: _customer_credit_applied,
    BankMovementClassified: _bank_movement_classified,
    BalanceWrittenOff: _balance_written_off,
    WriteOffReversed: _write_off_reversed,
    RefundApproved: _refund_approved,
    RefundSent: _refund_sent,
    RefundFailed: _refund_failed,
}
