"""Handelsbanken's Swish report: a start record (01), a record for each payment (02), and an end record (03).

Source: Handelsbanken, Implementation guideline, Credit / Debit advice Swish, CSV format, versions of 2015 to 3.1.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from reconciliation.statements.delimited import Dialect, Row, rows
from reconciliation.statements.findings import Findings
from reconciliation.statements.problems import refuse
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import TOTALS, Parsed, Total
from reconciliation.statements.swish.payments import CURRENCY, Payment, Payments, sum_of

DIALECT: Final = Dialect(",;")
# Types of payments that come in. What others are, only their sign says: refunds, and refunds that came back.
RECEIVED: Final = frozenset({"SWH", "BETALNING"})
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"[0-9]{2}:?[0-9]{2}(:?[0-9]{2})?")
_BANK: Final = "HANDSESS"
# The first version ends with the time of the payment; later ones add the booking day, and then two ids.
_NARROWEST: Final = 15
_WIDEST: Final = 18
_AGAIN: Final = "fetch the report again"


def recognise(head: bytes) -> str | None:
    """Recognise a report by its start record, and the bank's BIC in a payment or the end record; BAI2 has neither."""
    start, second = (_cells(row) for row in _first_two(head))
    if start[0] != "01" or not any(map(_DAY.match, start)):
        return None
    if not (second[0] == "02" and second[3:4] == [_BANK]) and second[0] != "03":
        return None
    return "swish.intraday" if _is_intraday(start) else "swish.handelsbanken"


def read(data: bytes, format: str) -> Parsed:
    """Read a report record by record."""
    findings = Findings()
    encoding, table = rows(data, DIALECT, findings)
    reading = _Reading(_cells(next(table, Row(1, []))), findings)
    reading.all_of(table)
    return reading.parsed(format, encoding)


class _Reading:
    """The payments so far, and the end record if it has come."""

    def __init__(self, start: Sequence[str], findings: Findings) -> None:
        created = next((cell[:10] for cell in start if _DAY.match(cell)), "")
        self._findings = findings
        self._payments = Payments(created, None, findings)
        self._width = 0
        self._totals: list[Total] = []
        self._ended = False
        self._counted: int | None = None
        self._sum_minor: int | None = None

    def all_of(self, table: Iterator[Row]) -> None:
        """Read all records after the start record."""
        for row in table:
            cells = _cells(row)
            if self._ended:
                told = f"records follow the end record, so two reports may have been joined: {_AGAIN}"
                self._findings.add(refuse("record_after_end", told, row.raw_position))
                return
            if cells[0] == "02":
                self._payment(cells, row)
            elif cells[0] == "03":
                self._end(cells, row)
            else:
                told = f"only records 02 and 03 may follow the start record: {_AGAIN}"
                self._findings.add(refuse("record_out_of_place", told, row.raw_position))
        if not self._ended:
            told = f"the report has no end record (03), so its end may be missing: {_AGAIN}"
            self._findings.add(refuse("end_record_missing", told, "end of file"))

    def parsed(self, format: str, encoding: str) -> Parsed:
        """The result."""
        totals = Rows(TOTALS)
        totals.add(self._totals)
        counted = self._counted == self._payments.found
        statements, lines = self._payments.tables(counted=counted, sum_minor=self._sum_minor)
        return Parsed(format, None, encoding, statements, lines, totals.table(), self._findings.told())

    def _payment(self, cells: list[str], row: Row) -> None:
        self._width = self._width or len(cells)
        if len(cells) != self._width or not _NARROWEST <= len(cells) <= _WIDEST:
            told = (
                f"the payment has {len(cells)} fields, but each must have as many as the first, {_NARROWEST} to"
                f" {_WIDEST}: a text may have a separator in it; ask the bank for texts in quotation marks"
            )
            self._findings.add(refuse("row_width_differs", told, row.raw_position))
            return
        (
            _, _, account, _, swish, paid_on, type, amount, currency, phone, name, reference, message, order, _,
            booked_on, instruction, end_to_end,
        ) = [*cells, *[""] * (_WIDEST - len(cells))]  # fmt: skip
        if currency.upper() != CURRENCY:
            told = f"Swish payments are in {CURRENCY}: {_AGAIN}"
            self._findings.add(refuse("currency_differs", told, row.raw_position))
        kind = type.upper()
        self._payments.add(
            Payment(
                account, swish, amount, booked_on, paid_on, phone, name, message, order, reference,
                end_to_end or instruction, kind, kind in RECEIVED,
            ),
            row.raw_position,
        )  # fmt: skip

    def _end(self, cells: list[str], row: Row) -> None:
        self._ended = True
        count = cells[1] if len(cells) > 1 else ""
        if not (count.isascii() and count.isdigit() and len(count) <= 9):
            told = f"the end record must state the number of payments: {_AGAIN}"
            self._findings.add(refuse("record_unreadable", told, row.raw_position))
            return
        self._counted = int(count)
        self._totals.append(Total(None, "payments", self._counted, self._payments.found, row.raw_position))
        if len(cells) > 2 and cells[2]:
            self._sum_minor = sum_of(cells[2])
            self._totals.append(Total(None, "amount", self._sum_minor, self._payments.found_minor, row.raw_position))
            if self._sum_minor is None:
                told = f"the sum in the end record must be an amount: {_AGAIN}"
                self._findings.add(refuse("amount_unreadable", told, row.raw_position))


def _first_two(head: bytes) -> tuple[Row, Row]:
    table = rows(head, DIALECT, Findings())[1]
    first, second = [*islice(table, 2), Row(1, [""]), Row(2, [""])][:2]
    return first, second


def _cells(row: Row) -> list[str]:
    return [cell.strip() for cell in row.cells]


def _is_intraday(start: Sequence[str]) -> bool:
    """Whether the start record has the time until which it reports, so that the day goes on."""
    return bool(start[3:4] and _TIME.fullmatch(start[3]))
