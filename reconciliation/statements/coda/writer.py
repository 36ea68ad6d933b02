"""Writes CODA files as a Belgian bank does, for the demo's bank and for tests of the reader.

Source: Febelfin, Coded statement of account (CODA), version 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.domain.money import decimals_of
from reconciliation.statements.coda.records import CREDIT, DEBIT, DECIMALS, LAYOUT, OGM, WHOLE
from reconciliation.statements.fixed_width import write_record

# The widths of the three places of a movement's communication, and that of an information record.
_FIRST, _SECOND, _INFORMATION = 53, 106, 73


@dataclass(frozen=True, slots=True)
class CodaMovement:
    """A movement, whose details divide its amount; the first digit of `code` is 5 to 8 in details."""

    amount_minor: int
    booked_on: date
    bank_ref: str
    code: str = "00150000"
    reference: str = ""
    message: str = ""
    name: str = ""
    account: str = ""
    end_to_end_id: str = ""
    return_type: str = ""
    return_reason: str = ""
    information: str = ""
    details: Sequence[CodaMovement] = ()


@dataclass(frozen=True, slots=True)
class CodaStatement:
    """The statement of one account, by its IBAN, for a day."""

    account: str
    number: int
    opened_on: date
    closed_on: date
    movements: Sequence[CodaMovement]
    opening_minor: int = 0
    currency: str = "EUR"


def write_coda(created_on: date, statements: Sequence[CodaStatement]) -> bytes:
    """Write a whole file with one part for each statement."""
    lines: list[str] = []
    for statement in statements:
        lines += _part(statement, created_on, last=statement is statements[-1])
    return ("\r\n".join(lines) + "\r\n").encode(LAYOUT.encoding)


def _part(statement: CodaStatement, created_on: date, *, last: bool) -> list[str]:
    account = f"{statement.account:34}{statement.currency}"
    number = str(statement.number).zfill(3)
    header = write_record(
        LAYOUT,
        "0",
        filling="0000",
        created_on=_day(created_on),
        bank_number="725",
        application="05",
        separate="00000",
        version="2",
    )
    old = write_record(
        LAYOUT,
        "1",
        structure="2",
        number=number,
        account=account,
        day=_day(statement.opened_on),
        **_signed(statement.opening_minor, statement.currency, "balance"),
    )
    movements = [
        line for index, one in enumerate(statement.movements, 1) for line in _movement(one, index, number, statement)
    ]
    closing = statement.opening_minor + sum(one.amount_minor for one in statement.movements)
    new = write_record(
        LAYOUT,
        "8",
        number=number,
        account=account,
        day=_day(statement.closed_on),
        **_signed(closing, statement.currency, "balance"),
    )
    amounts = [one.amount_minor for one in statement.movements]
    trailer = write_record(
        LAYOUT,
        "9",
        records=str(len(movements) + 2).zfill(6),
        debits=_amount(sum(one for one in amounts if one < 0), statement.currency),
        credits=_amount(sum(one for one in amounts if one > 0), statement.currency),
        more="2" if last else "1",
    )
    return [header, old, *movements, new, trailer]


def _movement(movement: CodaMovement, index: int, number: str, statement: CodaStatement) -> list[str]:
    sequence = str(index).zfill(4)
    lines = _records(movement, sequence, WHOLE, number, statement.currency)
    for detail_no, detail in enumerate(movement.details, 1):
        lines += _records(detail, sequence, str(detail_no).zfill(4), number, statement.currency)
    return lines


def _records(movement: CodaMovement, sequence: str, detail: str, number: str, currency: str) -> list[str]:
    said = f"{OGM[0]}{movement.reference}" if movement.reference else movement.message
    place = {"sequence": sequence, "detail": detail}
    first = write_record(
        LAYOUT,
        "2",
        article="1",
        **place,
        bank_ref=movement.bank_ref,
        value_on=_day(movement.booked_on),
        booked_on=_day(movement.booked_on),
        code=movement.code,
        structured="1" if movement.reference else "0",
        said_1=said[:_FIRST],
        number=number,
        globalisation="0",
        **_signed(movement.amount_minor, currency, "amount"),
    )
    second = write_record(
        LAYOUT,
        "2",
        article="2",
        **place,
        said_2=said[_FIRST:_SECOND],
        end_to_end_id=movement.end_to_end_id,
        return_type=movement.return_type,
        return_reason=movement.return_reason,
    )
    account = f"{movement.account:34}{currency}" if movement.account else ""
    third = write_record(LAYOUT, "2", article="3", **place, account=account, name=movement.name, said_3=said[_SECOND:])
    return [first, second, third, *_information(movement, place)]


def _information(movement: CodaMovement, place: dict[str, str]) -> list[str]:
    said = movement.information
    if not said:
        return []
    lines = [write_record(LAYOUT, "3", article="1", **place, structured="0", said_1=said[:_INFORMATION])]
    if said[_INFORMATION:]:
        lines.append(write_record(LAYOUT, "3", article="2", **place, said_2=said[_INFORMATION:]))
    return lines


def _signed(minor: int, currency: str, field: str) -> dict[str, str]:
    return {"sign": DEBIT if minor < 0 else CREDIT, field: _amount(minor, currency)}


def _amount(minor: int, currency: str) -> str:
    decimals = decimals_of(currency)
    if decimals is None or decimals > DECIMALS:
        raise ValueError("CODA writes amounts with three decimals")
    return str(abs(minor) * 10 ** (DECIMALS - decimals)).zfill(15)


def _day(day: date) -> str:
    return day.strftime("%d%m%y")
