"""Writes Stripe's reports as Stripe does, for the demo's card provider and for tests of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from reconciliation.statements.delimited import write_rows
from reconciliation.statements.values import in_currency

_COLUMNS: Final = (
    "balance_transaction_id", "created_utc", "available_on_utc", "currency", "gross", "fee", "net",
    "reporting_category", "source_id", "description", "customer_facing_amount", "customer_facing_currency",
    "payment_intent_id", "charge_id", "payment_metadata[invoice]", "refund_metadata[refund_id]",
)  # fmt: skip
_OF_PAYOUT: Final = ("automatic_payout_id", "automatic_payout_effective_at_utc")


@dataclass(frozen=True, slots=True)
class StripeTransaction:
    """A transaction of the balance; times are in UTC."""

    number: str
    category: str
    gross_minor: int
    fee_minor: int = 0
    currency: str = "SEK"
    created_at: datetime = datetime(2026, 9, 14, 10, 0, tzinfo=UTC)
    available_at: datetime | None = None
    source: str = ""
    charge: str = ""
    intent: str = ""
    description: str = ""
    invoice: str = ""
    refund: str = ""
    paid_minor: int | None = None
    paid_currency: str = ""


@dataclass(frozen=True, slots=True)
class StripePayout:
    """A payout with the transactions that it pays out; its own transaction is what they leave."""

    number: str
    created_at: datetime
    effective_at: datetime
    transactions: Sequence[StripeTransaction]
    description: str = "STRIPE PAYOUT"


def write_stripe_payouts(payouts: Iterable[StripePayout]) -> bytes:
    """Write the itemized report of automatic payouts."""
    table: list[Sequence[str]] = [(*_OF_PAYOUT, *_COLUMNS)]
    for payout in payouts:
        of_payout = (payout.number, _written(payout.effective_at))
        table += [(*of_payout, *_cells(one)) for one in (*payout.transactions, *_paid(payout))]
    return write_rows(table).encode()


def write_stripe_activity(transactions: Iterable[StripeTransaction]) -> bytes:
    """Write the itemized report of the balance's activity."""
    return write_rows([_COLUMNS, *map(_cells, transactions)]).encode()


def _paid(payout: StripePayout) -> list[StripeTransaction]:
    """The transactions that take what was paid out from the balance, one in each currency."""
    left: dict[str, int] = {}
    for one in payout.transactions:
        left[one.currency] = left.get(one.currency, 0) + one.gross_minor - one.fee_minor
    return [
        StripeTransaction(
            f"txn_{payout.number}_{currency.lower()}",
            "payout",
            -minor,
            currency=currency,
            created_at=payout.created_at,
            available_at=payout.effective_at,
            source=payout.number,
            description=payout.description,
        )
        for currency, minor in left.items()
    ]


def _cells(one: StripeTransaction) -> tuple[str, ...]:
    money = [
        in_currency(minor, one.currency) for minor in (one.gross_minor, one.fee_minor, one.gross_minor - one.fee_minor)
    ]
    paid = "" if one.paid_minor is None else in_currency(one.paid_minor, one.paid_currency)
    available = _written(one.available_at) if one.available_at else ""
    return (
        one.number, _written(one.created_at), available, one.currency.lower(), *money, one.category, one.source,
        one.description, paid, one.paid_currency.lower(), one.intent, one.charge, one.invoice, one.refund,
    )  # fmt: skip


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
