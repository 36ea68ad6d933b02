"""Mollie's export of a settlement (CSV): a row for each payment, refund and chargeback, and for the fees withheld.

The rows of a settlement are the details of its only line. The export has neither totals nor the payout. Source: the
header of the export that Mollie's dashboard makes; Mollie, Settlement report.
"""

from __future__ import annotations

from datetime import tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from ledger.domain.money import decimals_of
from reconciliation.statements.delimited import Columns, Dialect, Row, first_row, fitted, lacks, rows
from reconciliation.statements.findings import Findings
from reconciliation.statements.kinds import Kind
from reconciliation.statements.problems import refuse
from reconciliation.statements.settlements import Settlements, refer
from reconciliation.statements.shape import Line, Parsed, Statement
from reconciliation.statements.values import to_day, to_minor

FORMAT: Final = "mollie.export"
DIALECT: Final = Dialect(",;\t")
_NEEDED: Final = ("Date", "Payment method", "ID", "Settlement currency", "Settlement amount", "Settlement reference")
_PICKED: Final = (
    *_NEEDED, "Description", "Consumer name", "Consumer bank account", "Currency", "Amount",
)  # fmt: skip
# The letters with which Mollie's ids begin say what a row is.
_OF_IDS: Final[MappingProxyType[str, Kind]] = MappingProxyType(
    {"tr": "payment", "cpt": "payment", "re": "refund", "chb": "chargeback"}
)
_MOST_DECIMALS: Final = 8
_AGAIN: Final = "export the settlement again"


def recognise(head: bytes) -> str | None:
    """Recognise an export by the names in its header."""
    return None if Columns(first_row(head, DIALECT)).missing(_NEEDED) else FORMAT


def read(data: bytes, zone: tzinfo | None) -> Parsed:
    """Read an export row by row."""
    findings, settlements = Findings(), Settlements()
    encoding, table = rows(data, DIALECT, findings)
    header = next(table, Row(1, []))
    columns = Columns(header.cells)
    if not lacks(columns, _NEEDED, header.raw_position, findings):
        pick = columns.picker(_PICKED)
        for row in fitted(table, columns, findings):
            cells = dict(zip(_PICKED, map(str.strip, pick(row.cells)), strict=True))
            _take(cells, row.raw_position, zone, settlements, findings)
    return settlements.parsed(FORMAT, encoding, findings)


def _take(
    cells: dict[str, str], raw_position: str, zone: tzinfo | None, settlements: Settlements, findings: Findings
) -> None:
    """Take in a row; problems: currency_unknown, amount_unreadable, date_unreadable, kind_unknown."""
    reference, currency = cells["Settlement reference"], cells["Settlement currency"].upper()
    decimals = decimals_of(currency)
    if decimals is None:
        told = f"the settlement's currency must be a code of ISO 4217: {_AGAIN}"
        findings.add(refuse("currency_unknown", told, raw_position))
        return
    written = cells["Settlement amount"]
    minor, exact = to_minor(written, decimals)
    if minor is None or len(written.partition(".")[2]) > _MOST_DECIMALS:
        told = f"the settlement amount must be a number with a decimal point, at most 10^15 minor units: {_AGAIN}"
        findings.add(refuse("amount_unreadable", told, raw_position))
        minor = None
    line = Line(0, 0, 0, amount_minor=minor, raw_position=raw_position, amount_exact=minor is not None)
    line.unrounded = Decimal(written) if minor is not None and not exact else None
    line.booked_on = to_day(cells["Date"].replace(" ", "T", 1), zone)
    if line.booked_on is None:
        told = f"the date must be YYYY-MM-DD, with or without a time: {_AGAIN}"
        findings.add(refuse("date_unreadable", told, raw_position))
    _identify(line, cells, currency)
    settlements.of((reference, currency), lambda number: _statement(number, reference, currency)).settle(line)
    if line.kind == "other":
        findings.doubt(
            line,
            "kind_unknown",
            "the row is neither of a payment nor of a refund, chargeback or fee: find out what it is",
        )


def _identify(line: Line, cells: dict[str, str], currency: str) -> None:
    number, text = cells["ID"], cells["Description"]
    line.kind = _OF_IDS.get(number.partition("_")[0], "other") if number else _of_fee(line.amount_minor, cells)
    line.bank_ref = number or None
    line.payment_ref = number if line.kind == "payment" else None
    line.bank_code, line.text = cells["Payment method"] or None, text or None
    line.counterparty = cells["Consumer name"] or None
    line.counterparty_account = cells["Consumer bank account"] or None
    paid_in = cells["Currency"].upper()
    if paid_in and paid_in != currency:
        paid_minor, _ = to_minor(cells["Amount"], decimals_of(paid_in) or 0)
        # As other files say it, without the sign of what went back.
        line.instructed_minor = None if paid_minor is None else abs(paid_minor)
        line.instructed_currency = paid_in
    refer(line, (), text)


def _of_fee(amount_minor: int | None, cells: dict[str, str]) -> Kind:
    """Fees have neither an id nor a method."""
    if cells["Payment method"]:
        return "other"
    return "fee" if (amount_minor or 0) < 0 else "fee_returned"


def _statement(number: int, reference: str, currency: str) -> Statement:
    return Statement(
        number,
        account=reference.partition(".")[0] or None,
        account_kind="merchant",
        currency=currency,
        statement_id=reference or None,
    )
