"""The facts of customer credit that mirror no other: it is applied, released, claimed back or reserved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.domain.approval import Undone
from ledger.domain.chart_of_accounts import Leg, pair
from ledger.domain.fact import Fact
from ledger.domain.noun import Change


class CustomerCreditApplied(Fact, frozen=True):
    """Customer credit was applied to an item."""

    allocation_id: str
    item_id: str
    amount_minor: int
    currency: str
    ar_role: str


class CustomerCreditReleased(Fact, frozen=True):
    """Customer credit that had been applied to an item was released, wholly or in part; the item is open again."""

    allocation_id: str
    because: Undone
    item_id: str
    amount_minor: int
    currency: str
    ar_role: str


class CustomerCreditReclaimed(Fact, frozen=True):
    """Customer credit that had been paid out turned out not to be the payer's; the payer owes it as an item.

    `document` is the stream of the document whose money was taken away, such as the recalled receipt.
    """

    item_id: str
    document: str
    amount_minor: int
    currency: str
    ar_role: str


class RefundReserved(Fact, frozen=True):
    """A requested refund reserved customer credit of the account; the credit is still there, but no longer free."""

    refund_id: str
    amount_minor: int
    currency: str


class RefundReservationEnded(Fact, frozen=True):
    """A refund was given up before it was approved, or gave way; the credit that it had reserved is free again.

    It gives way to money that goes back, and then reserves the credit again on the day on which it used it.
    """

    refund_id: str
    amount_minor: int
    currency: str


def _applied(fact: CustomerCreditApplied) -> tuple[Change, ...]:
    return (Change("credit", "applied", fact.amount_minor, fact.currency),)


def _released(fact: CustomerCreditReleased) -> tuple[Change, ...]:
    return (Change("credit", "applied", -fact.amount_minor, fact.currency),)


def _reclaimed(fact: CustomerCreditReclaimed) -> tuple[Change, ...]:
    return (Change("credit", "granted", -fact.amount_minor, fact.currency, fact.document),)


def _applied_legs(fact: CustomerCreditApplied) -> tuple[Leg, ...]:
    return pair("customer_credit", fact.ar_role, fact.amount_minor, fact.currency)


def _opened_legs(fact: CustomerCreditReleased | CustomerCreditReclaimed) -> tuple[Leg, ...]:
    return pair(fact.ar_role, "customer_credit", fact.amount_minor, fact.currency)


CHANGES: Final[dict[type[Fact], Callable[[Any], tuple[Change, ...]]]] = {
    CustomerCreditApplied: _applied,
    CustomerCreditReleased: _released,
    CustomerCreditReclaimed: _reclaimed,
}
LEGS: Final[dict[type[Fact], Callable[[Any], tuple[Leg, ...]]]] = {
    CustomerCreditApplied: _applied_legs,
    CustomerCreditReleased: _opened_legs,
    CustomerCreditReclaimed: _opened_legs,
}
SENTENCES: Final[dict[type[Fact], Callable[[Any], str]]] = {
    RefundReserved: lambda fact: f"Customer credit reserved for refund {fact.refund_id}",
    RefundReservationEnded: lambda fact: f"Customer credit no longer reserved for refund {fact.refund_id}",
    CustomerCreditApplied: lambda fact: f"Customer credit applied to item {fact.item_id}",
    CustomerCreditReleased: lambda fact: f"Customer credit released from item {fact.item_id} ({fact.because})",
    CustomerCreditReclaimed: lambda fact: f"Customer credit paid out is claimed back as item {fact.item_id}",
}

REFUSALS: Final = {
    "amount_exceeds_credit": (
        "The account has less free customer credit than that, or none; `reskontra customer-credit list` shows what "
        "accounts have. What a requested refund reserves or an item has got of it is free again after `reskontra "
        "refund cancel` or `customer-credit release`. Money that is only identified as the account's becomes credit "
        "with `reskontra allocate RECEIPT --credit-account ACCOUNT`; `reskontra receipts` lists it."
    ),
}
