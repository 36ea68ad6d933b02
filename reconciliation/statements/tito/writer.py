"""Writes TITO statements as a Finnish bank does, for the demo's bank and for tests of the reader.

Source: Finanssiala (Finance Finland), Konekielinen tiliote, service and record description.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reconciliation.statements.fixed_width import write_record
from reconciliation.statements.tito.records import COUNT, LAYOUT, MESSAGE, PART, SEPA


@dataclass(frozen=True, slots=True)
class TitoMovement:
    """A movement with the payments that it consists of; of the kind 3 or 4 it corrects one, and of 9 it is rejected."""

    amount_minor: int
    booked_on: date
    archive: str = ""
    kind: int = 0
    code: str = "705"
    said: str = "VIITESIIRTO"
    name: str = ""
    account: str = ""
    reference: str = ""
    messages: Sequence[str] = ()
    creditor_reference: str = ""
    payer: str = ""
    payers_id: str = ""
    count: int = 0
    details: Sequence[TitoMovement] = ()
    announced: bool = False


@dataclass(frozen=True, slots=True)
class TitoStatement:
    """The statement of one account for a period; `account` is the 14 digits of machines."""

    account: str
    number: int
    created_at: datetime
    from_on: date
    to_on: date
    movements: Sequence[TitoMovement]
    opening_minor: int = 0
    currency: str = "EUR"
    iban: str = ""


def write_tito(statements: Sequence[TitoStatement]) -> bytes:
    """Write a whole file; each statement has its closing balance and the totals of its period."""
    lines = [line for statement in statements for line in _statement(statement)]
    return ("\r\n".join(lines) + "\r\n").encode(LAYOUT.encoding)


def _statement(statement: TitoStatement) -> list[str]:
    booked = [one.amount_minor for one in statement.movements if one.kind != 9 and not one.announced]
    start = _record(
        "T00",
        322,
        version="100",
        account=statement.account,
        number=str(statement.number).zfill(3),
        from_on=_day(statement.from_on),
        to_on=_day(statement.to_on),
        created_on=_day(statement.created_at),
        created_at=statement.created_at.strftime("%H%M"),
        opened_on=_day(statement.from_on),
        sign=_sign(statement.opening_minor),
        old_balance=_amount(statement.opening_minor),
        records="0" * 6,
        currency=statement.currency,
        iban=statement.iban,
    )
    closing = statement.opening_minor + sum(booked)
    balance = _record(
        "T40",
        50,
        day=_day(statement.to_on),
        sign=_sign(closing),
        balance=_amount(closing),
        available_sign=_sign(closing),
        available=_amount(closing),
    )
    movements = [line for number, one in enumerate(statement.movements, 1) for line in _movement(one, number, 0)]
    return [start, *movements, balance, _totals(statement, booked)]


def _totals(statement: TitoStatement, booked: Sequence[int]) -> str:
    credits, debits = [one for one in booked if one >= 0], [one for one in booked if one < 0]
    return _record(
        "T50",
        67,
        period="2",
        day=_day(statement.to_on),
        credits=str(len(credits)).zfill(8),
        credit_sign="+",
        credit_amount=_amount(sum(credits)),
        debits=str(len(debits)).zfill(8),
        debit_sign="-",
        debit_amount=_amount(sum(debits)),
    )


def _movement(movement: TitoMovement, number: int, level: int) -> list[str]:
    family = "8" if movement.announced else "1"
    first = _record(
        f"T{family}0",
        188,
        number=str(number).zfill(6),
        archive=movement.archive,
        booked_on=_day(movement.booked_on),
        value_on=_day(movement.booked_on),
        paid_on=_day(movement.booked_on),
        type=str(movement.kind or (1 if movement.amount_minor >= 0 else 2)),
        code=movement.code,
        said=movement.said,
        sign=_sign(movement.amount_minor),
        amount=_amount(movement.amount_minor),
        channel="A",
        name=movement.name,
        account=movement.account,
        reference=movement.reference.zfill(20),
        form="0" * 8,
        level=str(level),
    )
    lines = [first]
    if movement.messages:
        message = "".join(one.ljust(PART) for one in movement.messages)
        lines.append(_record(f"T{family}1", 8 + len(message), kind=MESSAGE[0], message=message))
    if movement.count:
        lines.append(_record(f"T{family}1", 16, kind=COUNT, count=str(movement.count).zfill(8)))
    if movement.creditor_reference or movement.payer or movement.payers_id:
        named = {"creditor_reference": movement.creditor_reference, "payer": movement.payer}
        lines.append(_record(f"T{family}1", 323, kind=SEPA, payers_id=movement.payers_id, **named))
    return lines + [line for detail in movement.details for line in _movement(detail, number, level + 1)]


def _record(code: str, length: int, /, **fields: str) -> str:
    return write_record(LAYOUT, code, length=str(length).zfill(3), **fields)[:length]


def _day(day: date) -> str:
    return day.strftime("%y%m%d")


def _sign(minor: int) -> str:
    return "-" if minor < 0 else "+"


def _amount(minor: int) -> str:
    return str(abs(minor)).zfill(18)
