"""What a file says it is: of which account and days each of its statements is, and its number.

It is kept of a refused file, and of one that answers our orders, since the book has no statement of that.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from ledger.domain.grammar import LONGEST_LINE, LONGEST_WORDS
from reconciliation.statements.values import in_one_line

if TYPE_CHECKING:
    from reconciliation.steps.file_load import FileLoad

_STATED: Final = ("statement_no", "account", "currency", "from_on", "to_on", "sequence", "statement_id", "message")


def said(loading: FileLoad) -> list[dict[str, Any]]:
    """The statements of a file as far as they can be read; one that states no days has those of its lines.

    An account that is not ours is left out: a file that is refused may be somebody else's. Advice says what it is
    about: files about other things are of the same account and day.
    """
    days, advises = _days(loading), loading.traits is not None and loading.traits.holds == "advice"
    found = []
    for row in loading.parsed.statements.select(_STATED).to_pylist():
        ours = loading.account_of(row["account"], row["currency"])
        first, last = days.get(row["statement_no"], (None, None))
        says = {
            "bank_account": None if ours is None else ours.bank_account,
            "currency": None if ours is None else row["currency"],
            "from_on": row["from_on"] or first,
            "to_on": row["to_on"] or last,
            "sequence": in_one_line(row["sequence"], LONGEST_LINE),
            "statement_id": in_one_line(row["statement_id"], LONGEST_WORDS),
            "about": in_one_line(row["message"], LONGEST_WORDS) if advises else None,
        }
        found.append({name: str(value) if isinstance(value, date) else value for name, value in says.items()})
    return found


def _days(loading: FileLoad) -> dict[int, tuple[date | None, date | None]]:
    """The first and last day of the lines of each statement; a file of many lines is read piece by piece."""
    ends = (pl.col("booked_on").min().alias("first"), pl.col("booked_on").max().alias("last"))
    pieces = [
        pl.DataFrame(pl.from_arrow(one.select(["statement_no", "booked_on"]))).group_by("statement_no").agg(*ends)
        for one in loading.parsed.kept.chunks(50_000)
    ]
    whole = pl.concat(pieces).group_by("statement_no").agg(pl.col("first").min(), pl.col("last").max())
    return {number: (first, last) for number, first, last in whole.iter_rows()}
