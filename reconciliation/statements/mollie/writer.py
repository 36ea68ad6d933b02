"""Writes settlements as Mollie's API gives them, for the demo and for tests of the reader.

Source: Mollie, API reference, Get settlement and List settlements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from reconciliation.statements.mollie.settlement import Amount, Listed, Month, Settlement, SettlementList, Sum


@dataclass(frozen=True, slots=True)
class MollieSum:
    """What a number of transactions or their costs sum to, in major units with four decimals, and the tax beside it."""

    description: str
    method: str | None
    net: Decimal
    tax: Decimal | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class MollieMonth:
    """The sums of one month."""

    revenue: Sequence[MollieSum] = ()
    costs: Sequence[MollieSum] = ()


@dataclass(frozen=True, slots=True)
class MollieSettlement:
    """A settlement; its months are by (year, month), and `paid` is what reaches the bank account."""

    settlement_id: str
    reference: str
    paid: str
    settled_at: str | None
    months: Mapping[tuple[int, int], MollieMonth] = field(default_factory=dict)
    currency: str = "EUR"
    balance_id: str | None = "bal_1"
    status: str = "paidout"


def write_mollie(settlements: Sequence[MollieSettlement]) -> bytes:
    """Write one settlement as an object, or several as a list."""
    found = [msgspec.Raw(msgspec.json.encode(_settlement(one))) for one in settlements]
    return msgspec.json.encode(found[0] if len(found) == 1 else SettlementList(Listed(found)))


def _settlement(one: MollieSettlement) -> Settlement:
    years: dict[str, dict[str, Month] | list[Any]] = {}
    for (year, month), sums in one.months.items():
        months = years.setdefault(str(year), {})
        assert isinstance(months, dict)
        months[f"{month:02}"] = Month(
            revenue=[_sum(each, one.currency) for each in sums.revenue],
            costs=[_sum(each, one.currency) for each in sums.costs],
        )
    return Settlement(
        "settlement",
        one.settlement_id,
        one.status,
        Amount(one.currency, one.paid),
        one.reference,
        one.balance_id,
        one.settled_at,
        periods=years or [],
    )


def _sum(one: MollieSum, currency: str) -> Sum:
    net, tax = Amount(currency, f"{one.net:.4f}"), None if one.tax is None else Amount(currency, f"{one.tax:.4f}")
    return Sum(one.description, one.method, one.count, net, tax, Amount(currency, f"{one.net + (one.tax or 0):.4f}"))
