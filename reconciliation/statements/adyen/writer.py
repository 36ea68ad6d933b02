"""Writes Adyen's settlement details report as Adyen does, for the demo's card provider and for tests of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reconciliation.statements.delimited import write_rows
from reconciliation.statements.values import in_currency

_COLUMNS: Final = (
    "Company Account", "Merchant Account", "Psp Reference", "Merchant Reference", "Payment Method", "Creation Date",
    "TimeZone", "Type", "Modification Reference", "Gross Currency", "Gross Debit (GC)", "Gross Credit (GC)",
    "Exchange Rate", "Net Currency", "Net Debit (NC)", "Net Credit (NC)", "Commission (NC)", "Markup (NC)",
    "Scheme Fees (NC)", "Interchange (NC)", "Payment Method Variant", "Modification Merchant Reference", "Batch Number",
    *(f"Reserved{number}" for number in range(4, 11)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AdyenEntry:
    """An entry of a batch; `gross_minor` is signed, and what Adyen takes of it is a commission or a split of fees.

    `paid_minor` is what the payer paid, if that is in another currency.
    """

    type: str
    gross_minor: int
    payment: str = ""
    modification: str = ""
    reference: str = ""
    modification_reference: str = ""
    commission_minor: int = 0
    split_minor: tuple[int, int, int] = (0, 0, 0)
    paid_minor: int | None = None
    paid_currency: str = ""
    created_at: datetime = datetime(2026, 9, 14, 12, 0)  # noqa: DTZ001  the zone stands in a column of its own
    zone: str = "CEST"


@dataclass(frozen=True, slots=True)
class AdyenBatch:
    """The entries of a batch of a merchant account in one settlement currency."""

    number: int
    entries: Sequence[AdyenEntry]
    merchant: str = "Kliniken_POS"
    currency: str = "SEK"


def write_adyen(batches: Iterable[AdyenBatch], company: str = "Kliniken") -> bytes:
    """Write the report of some batches."""
    table: list[Sequence[str]] = [_COLUMNS]
    table += [_cells(one, batch, company) for batch in batches for one in batch.entries]
    return write_rows(table, newline="\n").encode()


def _cells(one: AdyenEntry, batch: AdyenBatch, company: str) -> tuple[str, ...]:
    fees = (one.commission_minor, *one.split_minor)
    net = one.gross_minor - sum(fees)
    paid, currency = one.paid_minor, one.paid_currency
    if paid is None:
        paid, currency = one.gross_minor, batch.currency
    gross = ("", "") if not one.payment else _sides(paid, currency)
    rate = "1" if currency == batch.currency else "0.0123456789"
    return (
        company, batch.merchant, one.payment, one.reference, "visa" if one.payment else "",
        one.created_at.strftime("%Y-%m-%d %H:%M:%S"), one.zone, one.type, one.modification,
        currency if one.payment else "", *gross, rate if one.payment else "", batch.currency,
        *_sides(net, batch.currency), *(in_currency(fee, batch.currency) if fee else "" for fee in fees),
        "visadebit" if one.payment else "", one.modification_reference, str(batch.number), *[""] * 7,
    )  # fmt: skip


def _sides(minor: int, currency: str) -> tuple[str, str]:
    """An amount in the column for debits or in the one for credits."""
    return (in_currency(-minor, currency), "") if minor < 0 else ("", in_currency(minor, currency))
