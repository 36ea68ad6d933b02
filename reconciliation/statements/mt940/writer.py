"""Writes MT940 and MT942 files as banks do, for tests of the reader and for the demo's bank.

Source: SWIFT, Standards MT, Category 9, MT940 and MT942.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ledger.domain.money import decimals_of
from reconciliation.statements.mt940.information_writer import MtInformation, information_lines
from reconciliation.statements.values import to_text

_WIDTHS = {"reference": 16, "bank_reference": 16, "details": 34}


@dataclass(frozen=True, slots=True)
class MtMovement:
    """A statement line (`:61:`), and the information about it (`:86:`)."""

    amount_minor: int
    value_on: date
    entry_on: date | None = None
    information: MtInformation | None = None
    kind: str = "NTRF"
    reference: str = "NONREF"
    bank_reference: str = ""
    details: str = ""
    reversal: bool = False


@dataclass(frozen=True, slots=True)
class MtStatement:
    """A message of a statement, or a page of one: `follows` says that a page is before it, `goes_on` after it."""

    reference: str
    account: str
    currency: str
    number: int
    opened_on: date
    closed_on: date
    movements: Sequence[MtMovement]
    opening_minor: int = 0
    page: int = 1
    follows: bool = False
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class MtReport:
    """A message of an intraday report; `created_at` has an offset from UTC."""

    reference: str
    account: str
    currency: str
    number: int
    created_at: datetime
    movements: Sequence[MtMovement]


def write_mt940(statements: Sequence[MtStatement], encoding: str = "utf-8") -> bytes:
    """Write a file of statements; each closes with its opening balance and its movements."""
    return _file([_statement(one) for one in statements], encoding)


def write_mt942(reports: Sequence[MtReport], encoding: str = "utf-8") -> bytes:
    """Write a file of intraday reports, which declare the numbers and sums of their debits and credits."""
    return _file([_report(one) for one in reports], encoding)


def _file(messages: Sequence[Sequence[str]], encoding: str) -> bytes:
    return "".join("\r\n".join([*lines, "-", ""]) for lines in messages).encode(encoding)


def _statement(one: MtStatement) -> list[str]:
    closing = one.opening_minor + sum(movement.amount_minor for movement in one.movements)
    opened = f":60{'M' if one.follows else 'F'}:{_balance(one.opening_minor, one.opened_on, one.currency)}"
    closed = f":62{'M' if one.goes_on else 'F'}:{_balance(closing, one.closed_on, one.currency)}"
    head = [f":20:{_fitting('reference', one.reference)}", f":25:{one.account}", f":28C:{one.number:05}/{one.page}"]
    return [*head, opened, *_movements(one.movements, one.currency), closed]


def _report(one: MtReport) -> list[str]:
    limit = f":34F:{one.currency}{_amount(0, one.currency)}"
    head = [f":20:{_fitting('reference', one.reference)}", f":25:{one.account}", f":28C:{one.number:05}/1", limit]
    totals = []
    for mark in ("D", "C"):
        mine = [line.amount_minor for line in one.movements if (line.amount_minor < 0) == (mark == "D")]
        totals.append(f":90{mark}:{len(mine)}{one.currency}{_amount(sum(mine), one.currency)}")
    return [*head, f":13D:{one.created_at:%y%m%d%H%M%z}", *_movements(one.movements, one.currency), *totals]


def _movements(movements: Sequence[MtMovement], currency: str) -> list[str]:
    lines = []
    for one in movements:
        mark = "D" if one.amount_minor < 0 else "C"
        # What takes a credit back lowers the balance, and is marked as a reversed credit.
        mark = {"D": "RC", "C": "RD"}[mark] if one.reversal else mark
        entry = f"{one.entry_on:%m%d}" if one.entry_on else ""
        behind = f"//{_fitting('bank_reference', one.bank_reference)}" if one.bank_reference else ""
        head = f"{one.value_on:%y%m%d}{entry}{mark}{currency[2]}{_amount(one.amount_minor, currency)}{one.kind}"
        lines.append(f":61:{head}{_fitting('reference', one.reference)}{behind}")
        if one.details:
            lines.append(_fitting("details", one.details))
        if one.information is not None:
            first, *others = information_lines(one.information)
            lines += [f":86:{first}", *others]
    return lines


def _balance(minor: int, on: date, currency: str) -> str:
    return f"{'D' if minor < 0 else 'C'}{on:%y%m%d}{currency}{_amount(minor, currency)}"


def _amount(minor: int, currency: str) -> str:
    decimals = decimals_of(currency)
    if decimals is None:
        raise ValueError("the currency is not in ISO 4217")
    written = to_text(minor, decimals).replace(".", ",") + ("" if decimals else ",")
    if len(written) > 15:
        raise ValueError("an amount has at most 15 characters")
    return written


def _fitting(name: str, text: str) -> str:
    if len(text) > _WIDTHS[name]:
        raise ValueError(f"{name} is longer than {_WIDTHS[name]} characters")
    return text
