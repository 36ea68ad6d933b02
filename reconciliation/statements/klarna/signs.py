"""Finds out whether a Klarna report writes amounts with their signs: Klarna's manual only says what each type does."""

from __future__ import annotations

from typing import Final

from reconciliation.statements.delimited import Columns, rows
from reconciliation.statements.findings import Findings
from reconciliation.statements.klarna.columns import DIALECT, LOWERING, NEEDED_OF_TRANSACTIONS

_TOTALS: Final = tuple(f"total_{type.lower()}_amount" for type in sorted(LOWERING))


def has_signs(data: bytes) -> bool:
    """Whether amounts that lower a settlement are below zero where their totals are not.

    If none is, the report has no signs, unless there are no such amounts, or their total is below zero too. Of a report
    with signs, only the beginning is read. What is read either way is proven by the totals.
    """
    of_totals, of_amounts, width, unsigned = None, None, 0, False
    for row in rows(data, DIALECT, Findings())[1]:
        if of_totals is not None:
            if any(total.strip().startswith("-") for total in of_totals(_padded(row.cells, width))):
                return True
            of_totals = None
        elif "total_settlement_amount" in row.cells:
            columns = Columns(row.cells)
            of_totals, of_amounts, width = columns.picker(_TOTALS), None, columns.width
        elif of_amounts is None:
            columns = Columns(row.cells)
            of_amounts = None if columns.missing(NEEDED_OF_TRANSACTIONS) else columns.picker(NEEDED_OF_TRANSACTIONS)
            width = columns.width
        elif len(row.cells) == width:
            type, amount = of_amounts(row.cells)
            lowers = type.strip().upper() in LOWERING
            if lowers and amount.strip().startswith("-"):
                return True
            unsigned = unsigned or (lowers and amount.strip("0. ") != "")
    return not unsigned


def _padded(cells: list[str], width: int) -> list[str]:
    """The cells of a row, as many as the header has, and one empty cell more."""
    return [*cells[:width], *[""] * (width + 1 - len(cells[:width]))]
