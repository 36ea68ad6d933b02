"""Reads the first block of Klarna's settlement report: the totals of the settlement, and its payout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Final

from ledger.domain.money import decimals_of
from reconciliation.statements.delimited import Columns, Row
from reconciliation.statements.findings import Findings
from reconciliation.statements.klarna.columns import EFFECTS
from reconciliation.statements.problems import refuse
from reconciliation.statements.values import to_day, to_minor

_BALANCES: Final = frozenset({"opening_debt_balance", "closing_debt_balance"})
_AGAIN = "fetch the report again, as Klarna made it"


@dataclass(frozen=True, slots=True)
class Summary:
    """The totals of one settlement in minor units, and what they belong to; amounts that are not stated are absent."""

    number: int
    totals: dict[str, int]
    paid_minor: int | None
    opening_debt_minor: int | None
    closing_debt_minor: int | None
    currency: str | None
    decimals: int
    reference: str | None
    paid_on: date | None
    merchant: str | None
    raw_position: str

    @property
    def has_balances(self) -> bool:
        """Whether the report states our debt to Klarna before and after the settlement."""
        return self.opening_debt_minor is not None and self.closing_debt_minor is not None

    @property
    def settled_minor(self) -> int | None:
        """What the transactions sum to, as the totals say it: without the debt that the payout paid or added to."""
        if self.paid_minor is None or not self.has_balances:
            return self.paid_minor
        return self.paid_minor + self.totals.get("repay", 0) - self.totals.get("deposit", 0)

    @property
    def tax_is_beside(self) -> bool:
        """Whether the tax on fees was taken beside the fees; otherwise fees include it."""
        return bool(self.totals.get("tax"))


def read_summary(number: int, names: Columns, row: Row, zone: tzinfo | None, findings: Findings) -> Summary:
    """Read the row of totals; problems: amount_unreadable, amount_too_precise, column_missing, currency_unknown,
    date_unreadable.
    """
    cells = dict(zip(names.names, map(str.strip, row.cells), strict=False))
    currency = cells.get("settlement_currency", "").upper()
    decimals = decimals_of(currency)
    if decimals is None:
        told = f"the settlement's currency must be a code of ISO 4217: {_AGAIN}"
        findings.add(refuse("currency_unknown", told, row.raw_position, number))
    amounts: dict[str, int] = {}
    for name, text in cells.items():
        if text and (name.startswith("total_") or name.endswith("_debt_balance")):
            minor = _amount(name, text, decimals or 0, row, number, findings)
            if minor is not None:
                amounts[name] = minor
    paid_on = to_day(cells.get("payout_date", "").replace(" ", "T", 1), zone)
    if paid_on is None:
        told = f"payout_date must be YYYY-MM-DD, with or without a time: {_AGAIN}"
        findings.add(refuse("date_unreadable", told, row.raw_position, number))
    if "total_settlement_amount" not in amounts:
        told = f"the totals have no total_settlement_amount: {_AGAIN}"
        findings.add(refuse("amount_unreadable", told, row.raw_position, number))
    if len(_BALANCES & amounts.keys()) == 1:
        told = f"the totals have only one of {' and '.join(sorted(_BALANCES))}: {_AGAIN}"
        findings.add(refuse("column_missing", told, row.raw_position, number))
    return Summary(
        number,
        {name: amounts[f"total_{name}_amount"] for name in EFFECTS if f"total_{name}_amount" in amounts},
        amounts.get("total_settlement_amount"),
        amounts.get("opening_debt_balance"),
        amounts.get("closing_debt_balance"),
        currency or None,
        decimals or 0,
        cells.get("payment_reference") or None,
        paid_on,
        cells.get("merchant_id") or None,
        row.raw_position,
    )


def _amount(name: str, text: str, decimals: int, row: Row, number: int, findings: Findings) -> int | None:
    minor, exact = to_minor(text, decimals)
    if minor is None or not exact:
        told = (
            f"{name} must be a number with a decimal point, at most {decimals} decimals and 10^15 minor units: {_AGAIN}"
        )
        code = "amount_unreadable" if minor is None else "amount_too_precise"
        findings.add(refuse(code, told, row.raw_position, number))
        return None
    return minor
