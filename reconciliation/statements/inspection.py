"""Shows the content of a file to people and programs: everything that could be read, and what is wrong with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
import pyarrow as pa

from reconciliation.statements.problems import Severity
from reconciliation.statements.shape import Parsed


class InspectedReference(msgspec.Struct, forbid_unknown_fields=True):
    """A further reference of a movement: `found_as` is null in a reference field, else how a text says it."""

    reference: str
    kind: str
    valid: bool | None
    amount_minor: int | None
    found_as: str | None


class InspectedAdjustment(msgspec.Struct, forbid_unknown_fields=True):
    """Why a payer pays less than was claimed."""

    group: str
    code: str
    amount_minor: int


class InspectedDetail(msgspec.Struct, forbid_unknown_fields=True):
    """A detail of a movement: TxDtls, TK20 or TK21, a payment of a settlement, a claim.

    Dates are YYYY-MM-DD, and `unrounded` is a decimal number in major units. Null means that the file gives no value.
    """

    booked_on: str | None
    value_on: str | None
    amount_minor: int | None
    amount_exact: bool
    unrounded: str | None
    currency: str | None
    status: str | None
    kind: str | None
    reversal: bool
    return_reason: str | None
    reference: str | None
    reference_kind: str | None
    reference_valid: bool | None
    reference_amount_minor: int | None
    reference_personal: bool
    further_references: list[InspectedReference]
    counterparty: str | None
    counterparty_account: str | None
    text: str | None
    end_to_end_id: str | None
    bank_ref: str | None
    bank_code: str | None
    payment_ref: str | None
    charges_minor: int | None
    charges_tax_minor: int | None
    claimed_minor: int | None
    adjustments: list[InspectedAdjustment]
    instructed_minor: int | None
    instructed_currency: str | None
    declared_details: int | None
    order_id: str | None
    raw_position: str


class InspectedLine(InspectedDetail, forbid_unknown_fields=True):
    """A movement on the account; its amount, in minor units, is positive if it raises the balance."""

    details: list[InspectedDetail]


class InspectedTotal(msgspec.Struct, forbid_unknown_fields=True):
    """A control total that the file states, beside what was found; a total of the whole file is of no statement."""

    statement_no: int | None
    name: str
    declared: int | None
    found: int
    raw_position: str


class InspectedStatement(msgspec.Struct, forbid_unknown_fields=True, rename={"from_on": "from", "to_on": "to"}):
    """One account's movements in a period, and what proves them."""

    statement_no: int
    message: str | None
    account: str | None
    account_kind: str | None
    deposited_to: str | None
    currency: str | None
    statement_id: str | None
    sequence: str | None
    first_page: int | None
    last_page: int | None
    has_last_page: bool | None
    created_at: str | None
    created_on: str | None
    from_on: str | None
    to_on: str | None
    closed_on: str | None
    opening_minor: int | None
    closing_minor: int | None
    declared_count: int | None
    declared_credit_minor: int | None
    declared_debit_minor: int | None
    declared_sum_minor: int | None
    lines: list[InspectedLine]


class InspectedProblem(msgspec.Struct, forbid_unknown_fields=True):
    """One thing that is wrong with the file."""

    code: str
    message: str
    raw_position: str
    severity: Severity


class Inspected(msgspec.Struct, forbid_unknown_fields=True):
    """What `reskontra inspect --json` prints for a file of any format."""

    format: str | None
    message: str | None
    encoding: str | None
    statements: list[InspectedStatement]
    totals: list[InspectedTotal]
    problems: list[InspectedProblem]


def inspected(parsed: Parsed) -> dict[str, Any]:
    """The parsed data of a file as plain JSON values in the shape of `Inspected`."""
    by_statement = {
        statement_no: _lines(list(rows))
        for statement_no, rows in groupby(_rows(parsed.lines), itemgetter("statement_no"))
    }
    return {
        "format": parsed.format,
        "message": parsed.message,
        "encoding": parsed.encoding,
        "statements": [_statement(row, by_statement.get(row["statement_no"], [])) for row in _rows(parsed.statements)],
        "totals": _rows(parsed.totals),
        "problems": [
            {name: getattr(problem, name) for name in InspectedProblem.__struct_fields__} for problem in parsed.problems
        ],
    }


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _statement(row: dict[str, Any], lines: list[dict[str, Any]]) -> dict[str, Any]:
    shown = zip(InspectedStatement.__struct_encode_fields__, InspectedStatement.__struct_fields__, strict=True)
    return {name: _plain(row[field]) for name, field in shown if field != "lines"} | {"lines": lines}


def _lines(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for row in rows:
        shown = {name: _plain(row[name]) for name in InspectedDetail.__struct_fields__}
        if row["detail_no"] == 0:
            lines.append({**shown, "details": []})
        else:
            lines[-1]["details"].append(shown)
    return lines


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
