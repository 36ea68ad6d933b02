"""Writes OFX documents as banks offer them for download, for tests of the reader.

Source of elements: Open Financial Exchange Specification, versions 1.6 and 2.2, chapters 2, 3 and 11.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from reconciliation.statements.values import in_currency

_HEADER = (
    "OFXHEADER:100", "DATA:OFXSGML", "VERSION:102", "SECURITY:NONE", "ENCODING:USASCII", "CHARSET:1252",
    "COMPRESSION:NONE", "OLDFILEUID:NONE", "NEWFILEUID:NONE", "",
)  # fmt: skip
_DECLARATION = (
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>',
)


@dataclass(frozen=True, slots=True)
class OfxMovement:
    """A movement (STMTTRN); its amount is positive if it raises the balance."""

    amount_minor: int
    posted_on: date
    id: str = ""
    type: str = "OTHER"
    name: str = ""
    memo: str = ""
    check_number: str = ""
    available_on: date | None = None


@dataclass(frozen=True, slots=True)
class OfxStatement:
    """A statement of a bank account with its ledger balance (LEDGERBAL)."""

    account: str
    currency: str
    from_on: date
    to_on: date
    balance_minor: int
    movements: Sequence[OfxMovement]


def write_ofx(made_on: date, statements: Sequence[OfxStatement], xml: bool = False) -> bytes:
    """Write a document in SGML (version 1.0.2), where values have no end tags, or in XML (version 2.2)."""
    lines = [
        *(_DECLARATION if xml else _HEADER),
        "<OFX>",
        "<SIGNONMSGSRSV1>",
        "<SONRS>",
        *_status(xml),
        _value("DTSERVER", _day(made_on), xml),
        _value("LANGUAGE", "ENG", xml),
        "</SONRS>",
        "</SIGNONMSGSRSV1>",
        "<BANKMSGSRSV1>",
        *(line for statement in statements for line in _statement(statement, xml)),
        "</BANKMSGSRSV1>",
        "</OFX>",
    ]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8" if xml else "cp1252")


def _statement(statement: OfxStatement, xml: bool) -> list[str]:
    return [
        "<STMTTRNRS>",
        _value("TRNUID", "1", xml),
        *_status(xml),
        "<STMTRS>",
        _value("CURDEF", statement.currency, xml),
        "<BANKACCTFROM>",
        _value("BANKID", "000000001", xml),
        _value("ACCTID", statement.account, xml),
        _value("ACCTTYPE", "CHECKING", xml),
        "</BANKACCTFROM>",
        "<BANKTRANLIST>",
        _value("DTSTART", _day(statement.from_on), xml),
        _value("DTEND", _day(statement.to_on), xml),
        *(line for movement in statement.movements for line in _movement(movement, statement.currency, xml)),
        "</BANKTRANLIST>",
        "<LEDGERBAL>",
        _value("BALAMT", in_currency(statement.balance_minor, statement.currency), xml),
        _value("DTASOF", _day(statement.to_on), xml),
        "</LEDGERBAL>",
        "</STMTRS>",
        "</STMTTRNRS>",
    ]


def _movement(movement: OfxMovement, currency: str, xml: bool) -> list[str]:
    values = {
        "TRNTYPE": movement.type,
        "DTPOSTED": _day(movement.posted_on),
        "DTAVAIL": _day(movement.available_on) if movement.available_on else "",
        "TRNAMT": in_currency(movement.amount_minor, currency),
        "FITID": movement.id,
        "CHECKNUM": movement.check_number,
        "NAME": movement.name,
        "MEMO": movement.memo,
    }
    return ["<STMTTRN>", *(_value(name, value, xml) for name, value in values.items() if value), "</STMTTRN>"]


def _status(xml: bool) -> list[str]:
    return ["<STATUS>", _value("CODE", "0", xml), _value("SEVERITY", "INFO", xml), "</STATUS>"]


def _value(name: str, value: str, xml: bool) -> str:
    return f"<{name}>{escape(value)}" + (f"</{name}>" if xml else "")


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")
