"""The Swish payments of a report while it is read, by bank account and Swish number."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

import pyarrow as pa

from ledger.domain.bank.account_number import account_number, kind_of
from reconciliation.statements.findings import Findings
from reconciliation.statements.kept import Kept
from reconciliation.statements.problems import refuse
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.rows import Rows
from reconciliation.statements.settlements import written_by_us
from reconciliation.statements.shape import LINES, STATEMENTS, Line, Statement
from reconciliation.statements.values import to_day, to_minor

CURRENCY: Final = "SEK"
_DECIMALS: Final = 2
_AGAIN: Final = "fetch the report again"


class Payment(NamedTuple):
    """One payment as a report writes it; what the report does not have is empty."""

    account: str
    swish_number: str
    amount: str
    booked_on: str
    paid_on: str
    phone: str
    name: str
    message: str
    order: str
    reference: str = ""
    our_id: str = ""
    type: str = ""
    # Whether money of this type comes in, so that no sign is needed.
    received: bool = False


class Payments:
    """The payments read so far: those of each account and Swish number are a statement."""

    def __init__(self, created: str, days: tuple[date, date] | None, findings: Findings) -> None:
        self._created, self._days, self._findings = created, days, findings
        self._statements: dict[tuple[str, str], Statement] = {}
        self._counts: dict[int, int] = {}
        self._rows = Rows(LINES)
        self._last, self._mixed = 0, False
        self.found = 0
        self.found_minor = 0

    def add(self, payment: Payment, raw_position: str) -> None:
        """Take in a payment; problems: amount_unreadable, amount_too_precise, direction_missing, date_unreadable."""
        statement = self._statement(payment)
        number = statement.statement_no
        self._mixed = self._mixed or number < self._last
        self._last = number
        self._counts[number] += 1
        line = Line(
            number,
            self._counts[number],
            0,
            self._day(payment.booked_on, raw_position),
            self._day(payment.paid_on, raw_position),
            self._amount(payment, raw_position),
            CURRENCY,
            "booked",
            counterparty=payment.name or None,
            counterparty_account=payment.phone or None,
            text=payment.message or None,
            end_to_end_id=payment.our_id or None,
            bank_ref=payment.reference or None,
            bank_code=f"SWISH-{payment.type}" if payment.type else "SWISH",
            raw_position=raw_position,
        )
        line.amount_exact = line.amount_minor is not None
        orders = [Field(payment.order, written_by_us(payment.order))] if payment.order else []
        quote(line, orders, [payment.message] if payment.message else [], "SE")
        self.found += 1
        self.found_minor += line.amount_minor or 0
        if self._days is None:
            _widen(statement, line.booked_on or line.value_on)
        self._rows.add([line])

    def tables(self, *, counted: bool = False, sum_minor: int | None = None) -> tuple[pa.Table, Kept]:
        """The statements and the lines. If the report counts its payments and has as many, so has each statement."""
        for statement in self._statements.values():
            if counted:
                statement.declared_count = self._counts[statement.statement_no]
            if len(self._statements) == 1:
                statement.declared_sum_minor = sum_minor
        statements = Rows(STATEMENTS)
        statements.add(self._statements.values())
        lines = self._rows.kept()
        return statements.table(), lines.in_order() if self._mixed else lines

    def _statement(self, payment: Payment) -> Statement:
        account = account_number(payment.account)
        found = self._statements.get((account, payment.swish_number))
        if found is None:
            number = len(self._statements) + 1
            self._counts[number] = 0
            from_on, to_on = self._days or (None, None)
            found = self._statements[account, payment.swish_number] = Statement(
                number,
                account=account or None,
                account_kind=kind_of(payment.account),
                currency=CURRENCY,
                statement_id=f"{payment.swish_number}-{self._created}",
                created_at=self._created or None,
                created_on=to_day(self._created, None),
                from_on=from_on,
                to_on=to_on,
            )
        return found

    def _amount(self, payment: Payment, raw_position: str) -> int | None:
        minor, exact = to_minor(_with_point(payment.amount), _DECIMALS)
        if minor is None or not exact:
            code = "amount_unreadable" if minor is None else "amount_too_precise"
            told = f"the amount must be a number with at most {_DECIMALS} decimals and 10^15 minor units: {_AGAIN}"
            self._findings.add(refuse(code, told, raw_position))
            return None
        if minor > 0 and not payment.received:
            told = "the payment is not of a type that is known to come in, and its amount has no sign: ask the bank"
            self._findings.add(refuse("direction_missing", told, raw_position))
        return minor

    def _day(self, text: str, raw_position: str) -> date | None:
        day = to_day(text, None) if text else None
        if text and day is None:
            self._findings.add(refuse("date_unreadable", f"a date must be YYYY-MM-DD: {_AGAIN}", raw_position))
        return day


def sum_of(text: str) -> int | None:
    """An amount of a report in minor units; None if it is not exactly one."""
    minor, exact = to_minor(_with_point(text), _DECIMALS)
    return minor if exact else None


def _with_point(amount: str) -> str:
    """An amount with a decimal point; reports have no thousands separator, so a lone comma is one."""
    return amount.replace(",", ".") if amount.count(",") == 1 and "." not in amount else amount


def _widen(statement: Statement, day: date | None) -> None:
    if day is None:
        return
    if statement.from_on is None or day < statement.from_on:
        statement.from_on = day
    if statement.to_on is None or day > statement.to_on:
        statement.to_on = day
