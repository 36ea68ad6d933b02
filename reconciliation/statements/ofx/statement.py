"""Reads one statement of an OFX document (STMTRS, CCSTMTRS): its account, its movements and its balance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from ledger.domain.bank.account_number import account_number, kind_of
from ledger.domain.money import decimals_of
from reconciliation.statements.ofx.markup import Element
from reconciliation.statements.problems import Problem, doubt, refuse
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.references import classify
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import Line, Statement
from reconciliation.statements.values import NO_AMOUNT, to_day, to_minor

# The statuses of movements, by the element.
MOVEMENTS: Final[Mapping[str, str]] = {"STMTTRN": "booked", "STMTTRNP": "pending"}
_OTHER_ACCOUNTS: Final = frozenset({"BANKACCTTO", "CCACCTTO"})
# Some banks write CHKNUM.
_REFERENCES: Final = ("REFNUM", "CHECKNUM", "CHKNUM")


class Open:
    """A statement that is being read."""

    def __init__(
        self, statement_no: int, message: str, created_on: date | None, lines: Rows, problems: list[Problem]
    ) -> None:
        created_at = created_on.isoformat() if created_on else None
        self.row = Statement(statement_no, message, created_at=created_at, created_on=created_on)
        self._rows, self._problems = lines, problems
        self._lines = 0
        self._fields: dict[str, str] | None = None
        self._raw_position = ""

    def start(self, raw_position: str) -> None:
        """Begin a movement."""
        if self._fields is not None:
            told = "a movement is within a movement, so the file was damaged: fetch it again"
            self._tell(refuse, "xml_out_of_place", told, raw_position)
        self._fields, self._raw_position = {}, raw_position

    def see(self, element: Element, within: str) -> None:
        """Take in an element with a value, which is directly within an aggregate."""
        name, value = element.name, element.value
        if not value:
            return
        if self._fields is not None:
            if within in _OTHER_ACCOUNTS:
                name = f"TO.{name}"
            elif within not in MOVEMENTS:
                name = f"{within}.{name}"
            self._fields.setdefault(name, value)
            return
        row = self.row
        if name == "CURDEF":
            row.currency = value.upper()
        elif name == "ACCTID" and within in ("BANKACCTFROM", "CCACCTFROM"):
            row.account = account_number(value) or None
            row.account_kind = "iban" if kind_of(value) == "iban" else "bban"
        elif name == "DTSTART":
            row.from_on = min(row.from_on or date.max, self._day(name, value) or date.max)
        elif name == "DTEND":
            row.to_on = max(row.to_on or date.min, self._day(name, value) or date.min)
        elif within == "LEDGERBAL" and name == "BALAMT":
            row.closing_minor = self._balance(value)
        elif within == "LEDGERBAL" and name == "DTASOF":
            row.closed_on = self._day(name, value)

    def finish(self, element: str) -> None:
        """Make the row of the movement that ends."""
        fields = self._fields
        if fields is None:
            return
        self._fields = None
        self._lines += 1
        line = Line(
            self.row.statement_no,
            self._lines,
            0,
            currency=fields.get("CURRENCY.CURSYM", self.row.currency or "").upper() or None,
            status=MOVEMENTS[element],
            counterparty=fields.get("NAME") or fields.get("PAYEE.NAME"),
            counterparty_account=fields.get("TO.ACCTID"),
            text=fields.get("MEMO"),
            bank_ref=fields.get("FITID"),
            bank_code=fields.get("TRNTYPE", "").upper() or None,
            raw_position=self._raw_position,
        )
        self._convert(line, fields.get("TRNAMT", ""))
        posted = fields.get("DTPOSTED") or fields.get("DTTRAN")
        line.booked_on = self._day("DTPOSTED", posted or "", self._lines)
        if valued := fields.get("DTAVAIL"):
            line.value_on = self._day("DTAVAIL", valued, self._lines)
        numbers = [number for name in _REFERENCES if (number := fields.get(name, "")).strip("0")]
        texts = [text for text in (line.text, line.counterparty) if text]
        quote(line, [Field(number, classify(number, None, "US")) for number in numbers], texts, "US")
        self._rows.add([line])

    def close(self) -> Statement:
        """The statement's row, with days only where the file has them."""
        if self._fields is not None:
            self.finish("STMTTRN")
        row = self.row
        row.from_on = None if row.from_on == date.max else row.from_on
        row.to_on = None if row.to_on == date.min else row.to_on
        return row

    def _convert(self, line: Line, written: str) -> None:
        """Set the line's amount, which has its own sign; its type (TRNTYPE) says nothing about the direction."""
        decimals = decimals_of(line.currency)
        line.amount_exact = False
        if decimals is None:
            told = "the currency of a movement is missing, or not in ISO 4217: ask the bank for a corrected file"
            self._tell(refuse, "currency_unknown", told, line.raw_position, self._lines)
            return
        line.amount_minor, line.amount_exact = amount_of(written, decimals)
        if line.amount_minor is None:
            told = (
                f"TRNAMT, with one point or comma before its decimals, {NO_AMOUNT}: ask the bank for a corrected file"
            )
            self._tell(refuse, "amount_unreadable", told, line.raw_position, self._lines)
        elif not line.amount_exact:
            told = f"TRNAMT has more decimals than {line.currency} ({decimals}): ask the bank for a corrected file"
            self._tell(refuse, "amount_too_precise", told, line.raw_position, self._lines)

    def _balance(self, written: str) -> int | None:
        decimals = decimals_of(self.row.currency)
        amount, exact = amount_of(written, decimals) if decimals is not None else (None, False)
        if amount is None or not exact:
            told = "the balance (LEDGERBAL) has no readable amount in the currency of the account: ask the bank"
            self._tell(refuse, "balance_unreadable", told, f"statement {self.row.statement_no}")
            return None
        return amount

    def _day(self, name: str, written: str, line_no: int | None = None) -> date | None:
        day = day_of(written)
        if day is None:
            position = self._raw_position if line_no else f"statement {self.row.statement_no}"
            told = f"{name} is missing, or is not a date that begins with YYYYMMDD: fetch the file again"
            self._tell(doubt, "date_unreadable", told, position, line_no)
        return day

    def _tell(
        self,
        say: Callable[[str, str, str, int | None, int | None], Problem],
        code: str,
        message: str,
        raw_position: str | None,
        line_no: int | None = None,
    ) -> None:
        self._problems.append(say(code, message, raw_position or "file", self.row.statement_no, line_no))


def amount_of(written: str, decimals: int) -> tuple[int | None, bool]:
    """The minor units of an amount with a decimal point or comma, and whether they are exact.

    Blanks may stand behind a sign. There is no separator of thousands. So an amount with a point and a comma is none,
    and neither is one with more digits behind a comma than its currency has decimals, because they may be thousands.
    """
    closed = "".join(written.split())
    if len(closed.partition(",")[2]) > decimals:
        return None, False
    return to_minor(closed.replace(",", ".", 1), decimals)


def day_of(written: str) -> date | None:
    """The day that the bank writes, whatever time and zone follow it; None if it is not a date."""
    return to_day(f"{written[:4]}-{written[4:6]}-{written[6:8]}", None)
