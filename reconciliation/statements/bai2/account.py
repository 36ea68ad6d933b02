"""Reads one account of a BAI2 file: its header (03), its movements (16) and its trailer (49)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.domain.bank.account_number import account_number, kind_of
from ledger.domain.money import decimals_of
from reconciliation.statements.bai2.records import Record, is_total, minor, sign_of
from reconciliation.statements.problems import Problem, doubt, refuse, warning
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.references import classify
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import Line, Statement, Total
from reconciliation.statements.values import short_day

_OPENING, _CLOSING, _CREDITS, _DEBITS, _NO_MONEY = "010", "015", "100", "400", "890"
_AVAILABLE_NOW: Final = "0"
# Without a currency, amounts are in that of the United States.
_CURRENCY: Final = "USD"


@dataclass(frozen=True, slots=True)
class Group:
    """What a group (02) says of all its accounts."""

    as_of: date | None
    currency: str
    created_at: str | None
    created_on: date | None


class Account:
    """An account that is being read: a header (03) opens it, and a trailer (49) closes it."""

    def __init__(self, statement_no: int, group: Group, header: Record, lines: Rows, problems: list[Problem]) -> None:
        self._header, self._rows, self._problems = header, lines, problems
        self._statement = Statement(statement_no, "BAI2", created_at=group.created_at, created_on=group.created_on)
        self._amounts: dict[str, int] = {}
        # What the trailer counts and sums: all records, and all amounts as they are written.
        self._records, self._total = header.written, 0
        self._lines, self._gross, self._net = 0, 0, 0
        self._head(header, group)

    def see(self, record: Record) -> None:
        """Read a movement (16)."""
        self._records += record.written
        fields = record.fields
        code, written = fields.next(), fields.next()
        if len(code) != 3 or not (code.isascii() and code.isdigit()):
            self._refuse(
                "record_unreadable", "the type code of a movement must have three digits: fetch the file again", record
            )
            return
        if code == _NO_MONEY:
            self._total += minor(written) or 0
            return
        if is_total(code):
            self._total += minor(written) or 0
            self._refuse(
                "total_as_movement",
                f"code {code} is that of a balance or a sum, so it cannot be that of a movement: ask the bank",
                record,
            )
            return
        self._lines += 1
        line = Line(
            self._statement.statement_no,
            self._lines,
            0,
            self._statement.from_on,
            currency=self._statement.currency,
            status="booked",
            bank_code=code,
            raw_position=record.raw_position,
        )
        self._convert(line, code, written, record)
        self._value(line, *fields.pass_funds(), record)
        bank, customer = fields.several(2)
        # Banks fill numbers that they do not have with zeros.
        line.bank_ref, line.end_to_end_id = _given(bank), _given(customer)
        said = fields.text()
        line.text = said or None
        references = [Field(customer, classify(customer, None, "US"))] if _given(customer) else []
        quote(line, references, [said] if said else [], "US")
        self._rows.add([line])

    def close(self, trailer: Record | None) -> tuple[Statement, list[Total], int]:
        """The account's row, the totals that its trailer states, and its part of the group's total."""
        statement = self._statement
        if trailer is None:
            told = "the account has no trailer (49), so a part of it may be missing: fetch the file again"
            self._refuse("end_record_missing", told, self._header)
            return statement, [], self._total
        self._records += trailer.written
        fields = trailer.fields
        declared = stated(fields.next, "control total", trailer, self._problems, statement.statement_no)
        counted = stated(fields.next, "number of records", trailer, self._problems, statement.statement_no)
        # The trailer counts and sums more than movements; what it finds too much or too little is of the movements.
        if declared is not None:
            statement.declared_sum_minor = self._gross + declared - self._total
        if counted is not None:
            statement.declared_count = self._lines + counted - self._records
        totals = [("control total", declared, self._total), ("records", counted, self._records)]
        if statement.opening_minor is not None and statement.closing_minor is not None:
            totals.append(("closing balance", statement.closing_minor, statement.opening_minor + self._net))
        # A bank may leave the total out; then its group's total says whether the amounts are right.
        total = self._total if declared is None else declared
        return statement, [compared(statement.statement_no, *one, trailer, self._problems) for one in totals], total

    def _head(self, header: Record, group: Group) -> None:
        statement, fields = self._statement, header.fields
        written = fields.next()
        statement.account = account_number(written) or None
        statement.account_kind = "iban" if kind_of(written) == "iban" else "bban"
        statement.currency = fields.next().upper() or group.currency or _CURRENCY
        if decimals_of(statement.currency) is None:
            self._refuse("currency_unknown", "the currency of the account is not in ISO 4217: ask the bank", header)
        statement.from_on = statement.to_on = statement.closed_on = group.as_of
        while fields.more:
            code, amount, _ = fields.several(3)
            fields.pass_funds()
            if not amount:
                continue
            value = minor(amount)
            if value is None:
                told = f"the amount with code {code[:3]} must be a whole number up to 10^15: ask the bank"
                self._refuse("amount_unreadable", told, header)
                continue
            self._total += value
            self._amounts.setdefault(code, value)
        statement.opening_minor, statement.closing_minor = self._amounts.get(_OPENING), self._amounts.get(_CLOSING)
        credits, debits = self._amounts.get(_CREDITS), self._amounts.get(_DEBITS)
        statement.declared_credit_minor = None if credits is None else abs(credits)
        statement.declared_debit_minor = None if debits is None else abs(debits)

    def _convert(self, line: Line, code: str, written: str, record: Record) -> None:
        """Set the line's amount: the type code, and not a sign, says whether it raises the balance."""
        sign, amount = sign_of(code), minor(written)
        if amount is None:
            line.amount_exact = False
            told = "the amount of a movement must be a whole number up to 10^15: ask the bank for a corrected file"
            self._refuse("amount_unreadable", told, record, self._lines)
            return
        self._total += amount
        if sign is None:
            line.amount_exact = False
            told = f"nothing says whether a movement with code {code} is a credit or a debit: ask the bank"
            self._refuse("direction_missing", told, record, self._lines)
            return
        if amount < 0:
            told = "the amount has its own sign, which was applied in addition to its type code: ask the bank"
            self._tell(doubt, "amount_negative", told, record)
        line.amount_minor = sign * amount
        self._gross += abs(amount)
        self._net += sign * amount

    def _value(self, line: Line, funds: str, valued: str, record: Record) -> None:
        if funds == _AVAILABLE_NOW:
            line.value_on = line.booked_on
        elif valued:
            line.value_on = short_day(valued)
            if line.value_on is None:
                self._tell(doubt, "date_unreadable", "the value date must be YYMMDD: ask the bank for the day", record)

    def _tell(
        self, say: Callable[[str, str, str, int | None, int | None], Problem], code: str, message: str, record: Record
    ) -> None:
        self._problems.append(say(code, message, record.raw_position, self._statement.statement_no, self._lines))

    def _refuse(self, code: str, message: str, record: Record, line_no: int | None = None) -> None:
        self._problems.append(refuse(code, message, record.raw_position, self._statement.statement_no, line_no))


def stated(
    field: Callable[[], str], name: str, trailer: Record, problems: list[Problem], statement_no: int | None = None
) -> int | None:
    """A figure of a trailer; None if it is not given, and refused if it is not a number."""
    written = field()
    value = minor(written) if written else None
    if written and value is None:
        told = f"the {name} in a {trailer.code} record is not a whole number: fetch the file again"
        problems.append(refuse("total_unreadable", told, trailer.raw_position, statement_no))
    return value


def compared(
    statement_no: int | None, name: str, declared: int | None, found: int, trailer: Record, problems: list[Problem]
) -> Total:
    """A declared total beside the one that was found; a difference is said here, and refused by the gate."""
    if declared is not None and declared != found:
        told = f"the {trailer.code} record states {declared} as {name}, but the file has {found}: fetch the file again"
        problems.append(warning("control_count_differs", told, trailer.raw_position, statement_no))
    return Total(statement_no, name, declared, found, trailer.raw_position)


def _given(number: str) -> str | None:
    return number if number.strip("0") else None
