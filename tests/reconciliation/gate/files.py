"""Files as the readers hand them over, made by hand, so that one thing at a time can be wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, TypeAlias

import pyarrow as pa

from reconciliation.gate import Terms
from reconciliation.statements import LINES, STATEMENTS, TOTALS, Parsed, Problem
from reconciliation.statements.kept import Kept

# A row of one of the readers' tables, and a movement with its details.
Row: TypeAlias = dict[str, Any]
Movement: TypeAlias = list[Row]

DAY: Final = date(2026, 11, 2)
TERMS: Final = Terms(frozenset({"SEK", "EUR"}), date(2020, 1, 1), date(2026, 12, 31))
ACCOUNT: Final = "SE3550000000054910000003"


def movement(line_no: int, amount_minor: int | None, *details: Row, **said: Any) -> Movement:
    """A booked movement of statement 1 with an id of the bank's, and its details, unless told otherwise."""
    line = {
        "statement_no": 1, "line_no": line_no, "detail_no": 0, "amount_minor": amount_minor, "currency": "SEK",
        "booked_on": DAY, "value_on": DAY, "status": "booked", "bank_ref": f"B{line_no}", "amount_exact": True,
        "reversal": False, "raw_position": f"Ntry {line_no}", **said,
    }  # fmt: skip
    shared = ("statement_no", "line_no", "booked_on", "value_on", "currency", "status", "amount_exact", "reversal")
    inherited = {name: line[name] for name in shared} | {"amount_exact": True}
    places = [{"detail_no": number, "raw_position": f"Ntry {line_no}, TxDtls {number}"} for number in range(1, 1_000)]
    return [line, *({**inherited, **place, **one} for place, one in zip(places, details, strict=False))]


def pays(amount_minor: int | None = None, **said: Any) -> Row:
    """A detail that pays an amount, or says none."""
    return {"amount_minor": amount_minor, **said}


def statement(movements: Iterable[Movement], opening_minor: int | None = 100_000_00, **said: Any) -> Row:
    """Statement 1 in SEK, whose balances foot on the booked movements, unless told otherwise."""
    number = said.get("statement_no", 1)
    booked = [
        line["amount_minor"] or 0
        for line, *_ in movements
        if line["statement_no"] == number and line["status"] == "booked"
    ]
    return {
        "statement_no": 1, "message": "camt.053.001.08", "account": ACCOUNT, "account_kind": "iban", "currency": "SEK",
        "statement_id": f"ST-{number}", "sequence": "211", "created_at": "2026-11-03T04:00:00+01:00", "from_on": DAY,
        "to_on": DAY, "opening_minor": opening_minor, "closing_minor": (opening_minor or 0) + sum(booked), **said,
    }  # fmt: skip


def camt053(*movements: Movement, **said: Any) -> Parsed:
    """A camt.053 of one statement, proven by its balances."""
    return file("camt.053", [statement(movements, **said)], movements)


def camt054(*movements: Movement, **said: Any) -> Parsed:
    """A camt.054 of one notification, which has no balances; proven by what it is told to declare."""
    head = statement(movements, message="camt.054.001.08", opening_minor=None, closing_minor=None, **said)
    return file("camt.054", [head], movements)


def settlement(*movements: Movement, **said: Any) -> Parsed:
    """A payment provider's file of one payout, which has no message, account or balances of its own."""
    about = {"message": None, "account": None, "account_kind": "merchant", "closing_minor": 0, **said}
    return file("stripe", [statement(movements, opening_minor=0, **about)], movements)


def settled(line_no: int, amount_minor: int, *details: Row) -> Movement:
    """A settlement of payments, each gross with its charges."""
    return movement(line_no, amount_minor, *({"kind": "payment", **one} for one in details), kind="settlement")


def bgmax(*movements: Movement, totals: Sequence[Row] | None = None, **said: Any) -> Parsed:
    """A BgMax file of one section, with the counts of its end record."""
    about = {"message": "BGMAX 01", "account": "9912346", "account_kind": "bankgiro", **said}
    head = statement(movements, opening_minor=None, closing_minor=None, **about)
    counted = [control("payments", 2, 2), control("deposits", 1, 1)]
    return file("bgmax", [head], movements, counted if totals is None else totals)


def ocr_giro(*movements: Movement, **said: Any) -> Parsed:
    """A file of payments of one assignment, proven by the number and the sum of them that it states."""
    amounts = [line["amount_minor"] for line, *_ in movements]
    totals = {"declared_count": len(amounts), "declared_sum_minor": sum(amounts), **said}
    return file("ocrgiro", [statement(movements, opening_minor=None, closing_minor=None, **totals)], movements)


def control(name: str, declared: int, found: int) -> Row:
    """A count of the end record beside what was found."""
    return {"name": name, "declared": declared, "found": found, "raw_position": "record 9"}


def file(
    format: str | None,
    statements: Sequence[Row],
    movements: Iterable[Movement] = (),
    totals: Sequence[Row] = (),
    problems: Sequence[Problem] = (),
) -> Parsed:
    """A file of any format."""
    lines = [row for movement in movements for row in movement]
    tables = [
        pa.Table.from_pylist(list(rows), schema=schema)
        for schema, rows in ((STATEMENTS, statements), (LINES, lines), (TOTALS, totals))
    ]
    message = statements[0]["message"] if statements else None
    return Parsed(format, message, "UTF-8", tables[0], Kept.of(tables[1]), tables[2], tuple(problems))
