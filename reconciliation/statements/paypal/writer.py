"""Writes PayPal's settlement report as PayPal does, for the demo's wallet and for tests of the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from reconciliation.statements.delimited import write_rows

_COLUMNS: Final = (
    "Transaction ID", "Invoice ID", "PayPal Reference ID", "PayPal Reference ID Type", "Transaction Event Code",
    "Transaction Initiation Date", "Transaction Completion Date", "Transaction Debit or Credit",
    "Gross Transaction Amount", "Gross Transaction Currency", "Fee Debit or Credit", "Fee Amount", "Fee Currency",
    "Custom Field", "Consumer ID", "Payment Tracking ID", "Store ID", "Bank Reference ID", "Credit Transactional Fee",
    "Credit Promotional Fee", "Credit Term",
)  # fmt: skip
# Payable and other balances, which the reader does not need.
_FURTHER: Final = ("CR", "0") * 4


@dataclass(frozen=True, slots=True)
class PayPalTransaction:
    """A transaction; `gross_minor` is signed, and a positive fee is taken from us."""

    number: str
    code: str
    gross_minor: int
    fee_minor: int = 0
    currency: str = "SEK"
    fee_currency: str = ""
    invoice: str = ""
    other: str = ""
    custom: str = ""
    tracking: str = ""
    bank: str = ""
    completed_at: datetime = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PayPalSection:
    """The transactions of an account in a period, and the available balances before them."""

    transactions: Sequence[PayPalTransaction]
    opening_minor: Mapping[str, int] = field(default_factory=dict)
    account: str = "MERCHANT123"
    begins_at: datetime = datetime(2026, 9, 17, 0, 0, tzinfo=UTC)
    ends_at: datetime = datetime(2026, 9, 17, 23, 59, 59, tzinfo=UTC)


def write_paypal(section: PayPalSection, most_rows: int = 1_000_000) -> list[bytes]:
    """Write the report of one section, in as many parts as its rows need."""
    body = [("SB", *_cells(one)) for one in section.transactions]
    parts = [body[start : start + most_rows] for start in range(0, len(body), most_rows)] or [[]]
    begins, ends, account = _written(section.begins_at), _written(section.ends_at), section.account
    files = []
    for number, part in enumerate(parts, 1):
        table: list[Sequence[str]] = [("RH", ends, "A", account, "009", "")] if number == 1 else []
        table += [("FH", f"{number:02d}"), ("SH", begins, ends, account, ""), ("CH", *_COLUMNS), *part]
        if number == len(parts):
            footers = _footers(section)
            table += [("SF", *one) for one in footers] + [("SC", str(len(body)))]
            table += [("RF", *one) for one in footers] + [("RC", str(len(body)))]
        files.append(write_rows([*table, ("FF", str(len(part)))]).encode())
    return files


def _footers(section: PayPalSection) -> list[tuple[str, ...]]:
    """For each currency: the sums of what came in and went out, gross and fees, and the balances around them."""
    moved = [(one.currency, one.gross_minor, 0) for one in section.transactions]
    moved += [(one.fee_currency or one.currency, -one.fee_minor, 1) for one in section.transactions if one.fee_minor]
    found = []
    for currency in dict.fromkeys((*section.opening_minor, *(one[0] for one in moved))):
        sums = [
            sum(abs(minor) for of, minor, fee in moved if of == currency and fee == kind and (minor > 0) == credit)
            for kind in (0, 1)
            for credit in (True, False)
        ]
        opening = section.opening_minor.get(currency, 0)
        closing = opening + sum(minor for of, minor, _ in moved if of == currency)
        rows = sum(one.currency == currency for one in section.transactions)
        balances = (*_sided(opening), *_sided(closing), *_FURTHER)
        found.append((currency, *map(str, sums), *balances, str(rows)))
    return found


def _cells(one: PayPalTransaction) -> tuple[str, ...]:
    fee = (*_sided(-one.fee_minor), one.fee_currency or one.currency) if one.fee_minor else ("", "", "")
    at = _written(one.completed_at)
    return (
        one.number, one.invoice, one.other, "TXN" if one.other else "", one.code, at, at, *_sided(one.gross_minor),
        one.currency, *fee, one.custom, "", one.tracking, "", one.bank, "", "", "",
    )  # fmt: skip


def _sided(minor: int) -> tuple[str, str]:
    return ("DR" if minor < 0 else "CR"), str(abs(minor))


def _written(at: datetime) -> str:
    return at.strftime("%Y/%m/%d %H:%M:%S %z")
