"""What is accounted for on another day than it arose, beside the general ledger by accounting date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from projections.reports.report import Column

COLUMNS: Final = (
    Column(
        "accounted_after_minor",
        "+ accounted after",
        "money",
        "amounts that arose up to the report's day but have a later accounting date",
    ),
    Column(
        "occurred_after_minor",
        "- occurred after",
        "money",
        "amounts that arose after the report's day but have an accounting date on or before it",
    ),
)
# The fields of these columns.
FIELDS: Final = tuple(one.name for one in COLUMNS)


def arisen_minor(row: Mapping[str, Any]) -> int:
    """What the ledger of a row would have if everything were accounted for on the day on which it arose."""
    arisen: int = row["ledger_minor"] + row["accounted_after_minor"] - row["occurred_after_minor"]
    return arisen
