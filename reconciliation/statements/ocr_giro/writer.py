"""Writes OCR giro and mandates of AvtaleGiro as Nets does, for the demo's bank and for tests of the reader.

Source: Nets, OCR giro, system specification, and AvtaleGiro, system specification.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reconciliation.statements.fixed_width import write_record
from reconciliation.statements.ocr_giro.records import AGREEMENTS, AVTALEGIRO, LAYOUT, OCR_GIRO


@dataclass(frozen=True, slots=True)
class OcrGiroPayment:
    """A payment, or what was taken back if the amount is negative; a text is written for the types 20 and 21."""

    amount_minor: int
    kid: str
    paid_on: date
    kind: int = 10
    payers_account: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class AvtaleGiroMandate:
    """A mandate: 0 is one of the list of all, 1 is new or changed, 2 was ended."""

    kid: str
    change: int = 1
    notified: bool = True


@dataclass(frozen=True, slots=True)
class OcrGiroAssignment:
    """The payments to one account, or the mandates for it."""

    account: str
    assignment: int
    transactions: Sequence[OcrGiroPayment | AvtaleGiroMandate]
    agreement: str = "008000000"


def write_ocr_giro(transmission: int, settled_on: date, assignments: Sequence[OcrGiroAssignment]) -> bytes:
    """Write a whole transmission."""
    lines = [
        _record("10", "00", "00", sender="00008080", transmission=str(transmission).zfill(7), recipient="00010200")
    ]
    for assignment in assignments:
        lines += _assignment(assignment, settled_on)
    members = [member for assignment in assignments for member in assignment.transactions]
    end = _record("89", "00", "00", day=_day(settled_on), **_counts(members, len(lines) + 1))
    return ("\r\n".join([*lines, end]) + "\r\n").encode(LAYOUT.encoding)


def _assignment(assignment: OcrGiroAssignment, settled_on: date) -> list[str]:
    mandates = any(isinstance(one, AvtaleGiroMandate) for one in assignment.transactions)
    service, kind = (AVTALEGIRO, AGREEMENTS) if mandates else (OCR_GIRO, "00")
    lines = [
        _record(
            "20",
            service,
            kind,
            agreement="0" * 9 if mandates else assignment.agreement,
            assignment=str(assignment.assignment).zfill(7),
            account=assignment.account,
        )
    ]
    for number, member in enumerate(assignment.transactions, 1):
        lines += _member(str(number).zfill(7), member, settled_on)
    days = {} if mandates else dict.fromkeys(("day_1", "day_2", "day_3"), _day(settled_on))
    return [*lines, _record("88", service, kind, **_counts(assignment.transactions, len(lines) + 1), **days)]


def _member(number: str, member: OcrGiroPayment | AvtaleGiroMandate, settled_on: date) -> list[str]:
    if isinstance(member, AvtaleGiroMandate):
        notified = "J" if member.notified else "N"
        fields = {"change": str(member.change), "kid": member.kid.rjust(25), "notified": notified}
        return [_record("70", AVTALEGIRO, "94", number=number, **fields)]
    kind = str(member.kind).zfill(2)
    first = _record(
        "30",
        OCR_GIRO,
        kind,
        number=number,
        day=_day(settled_on),
        sign="-" if member.amount_minor < 0 else "0",
        amount=str(abs(member.amount_minor)).zfill(17),
        kid=member.kid.rjust(25),
    )
    second = _record(
        "31",
        OCR_GIRO,
        kind,
        number=number,
        paid_on=_day(member.paid_on),
        payers_account=member.payers_account.zfill(11),
    )
    return [first, second, *([_record("32", OCR_GIRO, kind, number=number, text=member.text)] if member.text else [])]


def _record(code: str, service: str, kind: str, **fields: str) -> str:
    return write_record(LAYOUT, code, mark="NY", service=service, type=kind, **fields)


def _counts(members: Sequence[OcrGiroPayment | AvtaleGiroMandate], records: int) -> dict[str, str]:
    amount = sum(member.amount_minor for member in members if isinstance(member, OcrGiroPayment))
    return {
        "transactions": str(len(members)).zfill(8),
        "records": str(records).zfill(8),
        "amount": str(abs(amount)).zfill(17),
    }


def _day(day: date) -> str:
    return day.strftime("%d%m%y")
