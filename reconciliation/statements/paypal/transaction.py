"""Reads one row of the body of PayPal's report: a transaction, with its fee."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, tzinfo
from typing import Final, NamedTuple

from ledger.domain.money import decimals_of
from reconciliation.statements.delimited import Columns, Row
from reconciliation.statements.findings import Findings
from reconciliation.statements.paypal.events import kind_of
from reconciliation.statements.problems import refuse
from reconciliation.statements.references import Reference
from reconciliation.statements.settlements import refer, taken
from reconciliation.statements.shape import Line
from reconciliation.statements.values import to_day, to_minor

NEEDED: Final = (
    "Transaction ID", "Invoice ID", "PayPal Reference ID", "PayPal Reference ID Type", "Transaction Event Code",
    "Transaction Initiation Date", "Transaction Completion Date", "Transaction Debit or Credit",
    "Gross Transaction Amount", "Gross Transaction Currency", "Fee Debit or Credit", "Fee Amount", "Fee Currency",
)  # fmt: skip
_READ: Final = (*NEEDED, "Custom Field", "Payment Tracking ID", "Bank Reference ID")
_INSTANT: Final = re.compile(r"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d) ?([+-]\d\d):?(\d\d)")
# PayPal has no decimals for these, unlike ISO 4217, and does not say how the report writes them.
_WITHOUT_DECIMALS: Final = frozenset({"HUF", "TWD"})


class Money(NamedTuple):
    """A transaction's gross amount and its fee, both as they change our balance."""

    gross_minor: int
    currency: str
    fee_minor: int
    fee_currency: str


def to_instant(written: str) -> str:
    """A date and time of the report (2024/08/20 00:01:17 -0700) as ISO 8601; anything else as it is."""
    found = _INSTANT.fullmatch(written.strip())
    return f"{found[1]}-{found[2]}-{found[3]}T{found[4]}{found[5]}:{found[6]}" if found else written


def signed(side: str, written: str) -> int | None:
    """An amount in minor units with the sign of its side, CR or DR; None if one of the two cannot be read."""
    minor = to_minor(written, 0)[0] if written.isascii() and written.isdigit() else None
    return None if minor is None or side not in ("CR", "DR") else minor * (1 if side == "CR" else -1)


class Found(NamedTuple):
    """A transaction's money, and its lines: one, or two if its fee was taken in another currency."""

    money: Money
    lines: list[Line]


class Transactions:
    """Reads the rows of a section, whose header row (CH) says where everything stands."""

    def __init__(self, columns: Columns, zone: tzinfo | None, findings: Findings) -> None:
        self._pick, self._zone, self._findings = columns.picker(_READ), zone, findings

    def read(self, row: Row) -> Found | None:
        """Read a row; None if its money cannot be read.

        Problems: currency_unknown, layout_unknown, amount_unreadable, date_unreadable, kind_unknown.
        """
        (
            number, invoice, other, other_type, code, initiated, completed, side, gross, currency, fee_side, fee,
            fee_currency, custom, tracking, bank,
        ) = self._pick(row.cells)  # fmt: skip
        money = self._money((side, gross, currency), (fee_side, fee, fee_currency or currency), row.raw_position)
        if money is None:
            return None
        line = Line(0, 0, 0, currency=money.currency, raw_position=row.raw_position, bank_code=code or None)
        line.booked_on = self._day(line, completed or initiated)
        known = kind_of(code, money.gross_minor)
        if known is None:
            told = "the transaction's event code is not one that PayPal documents: find out what it is"
            self._findings.doubt(line, "kind_unknown", told)
        apart = money.fee_minor != 0 and money.fee_currency != money.currency
        taken(line, known or "other", money.gross_minor, 0 if apart else -money.fee_minor)
        line.bank_ref, line.end_to_end_id, line.text = number or None, tracking or None, custom or None
        line.payment_ref = (other if other_type == "TXN" else "") or (number if line.kind == "payment" else "") or None
        if line.kind in ("payout", "payout_returned"):
            line.refer([Reference(bank, "text")] if bank else [])
        else:
            refer(line, [invoice], custom)
        return Found(money, [line, self._fee(line, money)] if apart else [line])

    def _fee(self, of: Line, money: Money) -> Line:
        line = Line(0, 0, 0, of.booked_on, currency=money.fee_currency, raw_position=of.raw_position)
        line.bank_code, line.payment_ref = of.bank_code, of.payment_ref or of.bank_ref
        line.bank_ref = f"{of.bank_ref}-fee" if of.bank_ref else None
        taken(line, "fee", money.fee_minor, 0)
        return line

    def _money(self, gross: Sequence[str], fee: Sequence[str], position: str) -> Money | None:
        currency, fee_currency = gross[2].upper(), fee[2].upper()
        if not knows(currency, position, self._findings) or not knows(fee_currency, position, self._findings):
            return None
        found, taken_fee = signed(gross[0], gross[1]), signed(fee[0], fee[1]) if any(fee[:2]) else 0
        if taken_fee is None and fee[1].strip("0") == "":
            taken_fee = 0  # A transaction without a fee has a zero and no side, or neither.
        if found is None or taken_fee is None:
            told = (
                "an amount is not in whole minor units (10^15 at most) with DR or CR before it: fetch the report again"
            )
            self._findings.add(refuse("amount_unreadable", told, position))
            return None
        return Money(found, currency, taken_fee, fee_currency)

    def _day(self, line: Line, written: str) -> date | None:
        day = to_day(to_instant(written), self._zone) if written else None
        if day is None:
            told = "the transaction's date is no date (YYYY/MM/DD HH:MM:SS +HHMM): fetch the report again"
            self._findings.doubt(line, "date_unreadable", told)
        return day


def knows(currency: str, position: str, findings: Findings) -> bool:
    """Report a currency whose minor unit in the report is not known; whether it is known."""
    if decimals_of(currency) is None:
        told = "ISO 4217 does not list the currency: ask PayPal about it"
        findings.add(refuse("currency_unknown", told, position))
    elif currency in _WITHOUT_DECIMALS:
        told = f"PayPal has no decimals of {currency}, so its amounts may be in major or minor units: ask PayPal"
        findings.add(refuse("layout_unknown", told, position))
    else:
        return True
    return False
