"""Turnovers: everything that was ever added to or taken from a table of amounts, which no sum of them is beyond."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final

from projections.read_models.activity import ACTIVITY
from projections.read_models.gl_postings import GL_POSTINGS
from projections.read_models.model import Derived, Lines, Row

# Minor units of one currency in one book. The sums of nine such books still fit into the 64 bits of a column.
MOST: Final = 10**18
# The tables whose amounts are summed in reports.
SUMMED: Final[tuple[Lines, ...]] = (ACTIVITY, GL_POSTINGS)


class Turnover(Row, frozen=True):
    """What a table of amounts has turned over in one currency."""

    lines: Annotated[str, "The table of amounts."]
    currency: Annotated[str, "ISO 4217 code of the amount."]
    amount_minor: Annotated[int, f"Sum of all amounts without their signs, minor units; at most {MOST:,}."]


class Turning:
    """Adds up the lines that pass through it."""

    def __init__(self) -> None:
        self._sums: dict[str, dict[str, int]] = {}

    def passing(self, model: Lines, lines: Iterable[Row]) -> Iterator[Row]:
        """Yield the lines of a table unchanged, and add their amounts."""
        if model not in SUMMED:
            return iter(lines)
        return _adding(lines, self._sums.setdefault(model.table, defaultdict(int)))

    def rows(self) -> list[Row]:
        """What these lines add to the turnovers in the table."""
        return [
            Turnover(table, currency, amount)
            for table, by_currency in self._sums.items()
            for currency, amount in by_currency.items()
        ]


def _adding(lines: Iterable[Any], sums: dict[str, int]) -> Iterator[Row]:
    for one in lines:
        sums[one.currency] += abs(one.amount_minor)
        yield one


TURNOVERS: Final = Derived(
    "turnovers",
    "Sum of the amounts of a table without their signs, by currency.",
    Turnover,
    ("lines", "currency"),
)
