"""The day of what a bank answers to our orders: the bank's own day, and not that on which we load its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from reconciliation.steps.file_load import FileLoad

    Row = Mapping[str, Any]


def day_of(loading: FileLoad, loaded_on: date) -> Callable[[Row], date]:
    """The day of a line's answer: the line's own, else that on which the bank wrote the file.

    A day that is to come is the bank's mistake, so the day of loading counts, as it does without any.
    """
    rows = loading.parsed.statements.select(["statement_no", "created_on"]).to_pylist()
    written = {row["statement_no"]: row["created_on"] for row in rows}

    def day(row: Row) -> date:
        said: date | None = row.get("booked_on") or written.get(row["statement_no"])
        return min(said or loaded_on, loaded_on)

    return day
