"""Shows the content of a file to people and programs: everything that could be read, and what is wrong with it."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
import pyarrow as pa

from reconciliation.statements.problems import Severity
from reconciliation.statements.shape import Parsed


class InspectedDetail(msgspec.Struct, forbid_unknown_fields=True):
    """A detail of a movement: TxDtls, TK20 or TK21, a payment of a settlement, a claim.

    Dates are YYYY-MM-DD. Null means that the file gives no value.
    """

    booked_on: str | None
    value_on: str | None
    amount_minor: int | None
    currency: str | None
    status: str | None
    reference: str | None
    reference_kind: str | None
    reference_valid: bool | None
    counterparty: str | None
    text: str | None
    end_to_end_id: str | None
    bank_ref: str | None
    reversal: bool
    charges_minor: int | None
    kind: str | None
    payment_ref: str | None
    raw_position: str


class InspectedLine(InspectedDetail, forbid_unknown_fields=True):
    """A movement on the account; its amount, in minor units, is positive if it raises the balance."""

    details: list[InspectedDetail]


class InspectedStatement(msgspec.Struct, forbid_unknown_fields=True, rename={"from_on": "from", "to_on": "to"}):
    """One account's movements in a period."""

    account: str | None
    currency: str | None
    opening_minor: int | None
    closing_minor: int | None
    from_on: str | None
    to_on: str | None
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
    statements: list[InspectedStatement]
    problems: list[InspectedProblem]


def inspected(parsed: Parsed) -> dict[str, Any]:
    """The parsed data of a file as plain JSON values in the shape of `Inspected`."""
    by_statement = {
        statement_no: _lines(list(rows))
        for statement_no, rows in groupby(_rows(parsed.lines), itemgetter("statement_no"))
    }
    return {
        "format": parsed.format,
        "statements": [_statement(row, by_statement.get(row["statement_no"], [])) for row in _rows(parsed.statements)],
        "problems": [
            {name: getattr(problem, name) for name in InspectedProblem.__struct_fields__} for problem in parsed.problems
        ],
    }


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _statement(row: dict[str, Any], lines: list[dict[str, Any]]) -> dict[str, Any]:
    plain = {name: row[name] for name in ("account", "currency", "opening_minor", "closing_minor")}
    return {**plain, "from": _day(row["from_on"]), "to": _day(row["to_on"]), "lines": lines}


def _lines(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for row in rows:
        shown = {name: row[name] for name in InspectedDetail.__struct_fields__}
        shown["booked_on"], shown["value_on"] = _day(row["booked_on"]), _day(row["value_on"])
        if row["detail_no"] == 0:
            lines.append({**shown, "details": []})
        else:
            lines[-1]["details"].append(shown)
    return lines


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()
