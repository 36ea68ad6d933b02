"""Swedbank's Swish report: a title with the days that it covers, a header, and a row for each payment.

Source: the report as Swedbank's internet bank writes it; the bank publishes no manual.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Final

from reconciliation.statements.delimited import Columns, Dialect, Row, fitted, lacks, rows
from reconciliation.statements.findings import Findings
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import TOTALS, Parsed
from reconciliation.statements.swish.payments import Payment, Payments
from reconciliation.statements.values import to_day

DIALECT: Final = Dialect(",")
_NEEDED: Final = ("Clnr", "Kontonr", "Bokfdag", "Mottagarnr", "Belopp")
_PICKED: Final = (
    *_NEEDED, "Transdag", "Avsändarnr", "Avsändarnamn", "Meddelande", "Orderreferens", "CheckoutOrderId",
)  # fmt: skip
_DAYS: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\D+([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\D+([0-9-]{10}))?")


def recognise(head: bytes) -> str | None:
    """Recognise a report by the names in its header, which a title that begins with `*` may precede."""
    for row in islice(rows(head, DIALECT, Findings())[1], 2):
        if not Columns(row.cells).missing(_NEEDED):
            return "swish.swedbank"
        if not row.cells[0].startswith("*"):
            return None
    return None


def read(data: bytes, format: str) -> Parsed:
    """Read a report row by row."""
    findings = Findings()
    encoding, table = rows(data, DIALECT, findings)
    title, header = _heads(table)
    payments = Payments(*_said(title), findings)
    columns = Columns(header.cells)
    if not lacks(columns, _NEEDED, header.raw_position, findings):
        pick = columns.picker(_PICKED)
        for row in fitted(table, columns, findings):
            clearing, account, booked_on, ours, amount, paid_on, phone, name, message, order, checkout = (
                cell.strip() for cell in pick(row.cells)
            )
            number = f"{clearing}{account}"
            payment = Payment(number, ours, amount, booked_on, paid_on, phone, name, message, order, our_id=checkout)
            payments.add(payment._replace(received=True), row.raw_position)
    return Parsed(format, None, encoding, *payments.tables(), Rows(TOTALS).table(), findings.told())


def _heads(table: Iterator[Row]) -> tuple[str, Row]:
    first = next(table, Row(1, [""]))
    if first.cells[0].startswith("*"):
        return ",".join(first.cells), next(table, Row(2, []))
    return "", first


def _said(title: str) -> tuple[str, tuple[date, date] | None]:
    """The day on which the report was made, and the first and last day that it covers."""
    found = _DAYS.search(title)
    if found is None:
        return "", None
    first, last = to_day(found[1], None), to_day(found[2], None)
    return found[3] or "", (first, last) if first and last else None
