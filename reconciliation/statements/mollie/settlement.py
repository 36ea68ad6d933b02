"""The settlement object of Mollie's API, as it is decoded, with the names that it has there.

Source: Mollie, API reference, Get settlement.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Amount(msgspec.Struct, frozen=True):
    """An amount of money in major units, with up to four decimals."""

    currency: str
    value: str


class Sum(msgspec.Struct, frozen=True, rename="camel"):
    """What the transactions of one kind, or their costs, sum to within a month."""

    description: str | None = None
    method: str | None = None
    count: int | None = None
    amount_net: Amount | None = None
    amount_vat: Amount | None = None
    amount_gross: Amount | None = None


class Month(msgspec.Struct, frozen=True):
    """The sums of one month: what came in less what went back, and what it cost."""

    revenue: list[Sum] = []
    costs: list[Sum] = []


class Settlement(msgspec.Struct, frozen=True, rename="camel"):
    """One settlement; Mollie writes an empty object as an empty list."""

    resource: str
    id: str
    status: str | None = None
    amount: Amount | None = None
    reference: str | None = None
    balance_id: str | None = None
    settled_at: str | None = None
    created_at: str | None = None
    mode: str | None = None
    periods: dict[str, dict[str, Month] | list[Any]] | list[Any] | None = None


class Listed(msgspec.Struct, frozen=True):
    """The settlements of a list, each still to be decoded, so that not all are in memory as objects."""

    settlements: list[msgspec.Raw]


class SettlementList(msgspec.Struct, frozen=True):
    """A list of settlements; a file of one settlement has no list."""

    embedded: Listed | None = msgspec.field(name="_embedded", default=None)
