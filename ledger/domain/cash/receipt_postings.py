"""What the facts of a receipt post in the general ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ledger.domain.cash.receipt_facts import (
    AllocationReversed,
    RecallReversed,
    ReceiptAllocated,
    ReceiptRecalled,
    ReceiptReclassified,
    ReceiptRecorded,
    ReceiptVoided,
    applied_minor,
)
from ledger.domain.chart_of_accounts import UNTIL_PAID_OUT, Leg, beside_bank, pair
from ledger.domain.fact import Fact
from ledger.domain.receivables.difference_facts import DifferenceClosed, DifferenceReopened


def _received_legs(fact: ReceiptRecorded) -> tuple[Leg, ...]:
    paid = fact.payment
    if paid.by_hand and paid.held_by is None:
        return pair(UNTIL_PAID_OUT[paid.rail], "unallocated", paid.amount_minor, paid.currency)
    if paid.by_transfer:
        return pair("due_from_entities", "unallocated", paid.amount_minor, paid.currency)
    return pair(paid.money_role, "unallocated", paid.amount_minor, paid.currency, paid.bank_account)


def _allocated_legs(fact: ReceiptAllocated | AllocationReversed) -> tuple[Leg, ...]:
    sign = 1 if isinstance(fact, ReceiptAllocated) else -1
    return (
        Leg("unallocated", sign * applied_minor(fact), fact.currency),
        *(Leg(target.ar_role, -sign * target.amount_minor, fact.currency) for target in fact.targets),
        Leg("customer_credit", -sign * fact.credit_minor, fact.currency),
    )


def _recalled_legs(fact: ReceiptRecalled) -> tuple[Leg, ...]:
    return pair("unallocated", fact.role, fact.amount_minor, fact.currency)


def _not_recalled_legs(fact: RecallReversed) -> tuple[Leg, ...]:
    return pair(fact.role, "unallocated", fact.amount_minor, fact.currency)


def _difference_legs(fact: DifferenceClosed | DifferenceReopened) -> tuple[Leg, ...]:
    sign = 1 if isinstance(fact, DifferenceClosed) else -1
    return pair("rounding", fact.ar_role, sign * fact.amount_minor, fact.currency)


def _reclassified_legs(fact: ReceiptReclassified) -> tuple[Leg, ...]:
    account = fact.provider_account or fact.bank_account
    return (
        beside_bank(fact.from_role, fact.amount_minor, fact.currency, account),
        beside_bank(fact.role, -fact.amount_minor, fact.currency, account),
    )


def _voided_legs(fact: ReceiptVoided) -> tuple[Leg, ...]:
    amount, currency = fact.amount_minor, fact.currency
    return (Leg("unallocated", amount, currency), Leg(fact.role, -amount, currency, fact.provider_account))


LEGS: Final[Mapping[type[Fact], Callable[[Any], tuple[Leg, ...]]]] = {
    ReceiptRecorded: _received_legs,
    ReceiptAllocated: _allocated_legs,
    AllocationReversed: _allocated_legs,
    ReceiptRecalled: _recalled_legs,
    RecallReversed: _not_recalled_legs,
    ReceiptReclassified: _reclassified_legs,
    ReceiptVoided: _voided_legs,
    DifferenceClosed: _difference_legs,
    DifferenceReopened: _difference_legs,
}
