"""By how much each fact of a receipt changes its balance, which is below zero while some of it is unallocated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.domain.cash.receipt_facts import (
    AllocationReversed,
    IdentificationWithdrawn,
    RecallReversed,
    ReceiptAllocated,
    ReceiptFound,
    ReceiptIdentified,
    ReceiptRecalled,
    ReceiptReclassified,
    ReceiptRecorded,
    ReceiptVoided,
    applied_minor,
)
from ledger.domain.chart_of_accounts import BANK, BANK_DETAILS, UNALLOCATED
from ledger.domain.fact import Fact
from ledger.domain.noun import Change, Effect


def _received(fact: ReceiptRecorded | ReceiptFound) -> tuple[Change, ...]:
    return (Change("receipt", "received", -fact.payment.amount_minor, fact.payment.currency),)


def _identified(fact: ReceiptIdentified | IdentificationWithdrawn) -> tuple[Change, ...]:
    return (Change("receipt", "identified", 0, fact.currency, account_id=fact.account_id),)


def _allocated(fact: ReceiptAllocated) -> tuple[Change, ...]:
    return (Change("receipt", "allocated", applied_minor(fact), fact.currency, account_id=fact.account_id),)


def _reversed(fact: AllocationReversed) -> tuple[Change, ...]:
    return (Change("receipt", "allocated", -applied_minor(fact), fact.currency, account_id=fact.account_id),)


def _recalled(fact: ReceiptRecalled) -> tuple[Change, ...]:
    return (Change("receipt", "recalled", fact.amount_minor, fact.currency, account_id=fact.account_id),)


def _not_recalled(fact: RecallReversed) -> tuple[Change, ...]:
    return (Change("receipt", "recalled", -fact.amount_minor, fact.currency, account_id=fact.account_id),)


def _reclassified(fact: ReceiptReclassified) -> tuple[Change, ...]:
    sign = 1 if fact.from_role == UNALLOCATED else -1
    moved = {fact.from_role, fact.role}
    effect: Effect = "withdrawn" if BANK_DETAILS in moved else "never_received" if BANK in moved else "reclassified"
    return (Change("receipt", effect, sign * fact.amount_minor, fact.currency, account_id=fact.account_id),)


def _voided(fact: ReceiptVoided) -> tuple[Change, ...]:
    return (Change("receipt", "voided", fact.amount_minor, fact.currency, account_id=fact.account_id),)


CHANGES: Final[dict[type[Fact], Callable[[Any], tuple[Change, ...]]]] = {
    ReceiptRecorded: _received,
    ReceiptFound: _received,
    ReceiptIdentified: _identified,
    IdentificationWithdrawn: _identified,
    ReceiptAllocated: _allocated,
    AllocationReversed: _reversed,
    ReceiptRecalled: _recalled,
    RecallReversed: _not_recalled,
    ReceiptReclassified: _reclassified,
    ReceiptVoided: _voided,
}
