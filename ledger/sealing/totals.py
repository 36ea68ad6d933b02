"""Control totals: the sums of all facts up to a checkpoint, by currency and ledger account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from ledger.domain.chart_of_accounts import Leg, account_of_role

if TYPE_CHECKING:
    from ledger.domain.catalogue import Catalogue
    from ledger.journal.recorded_facts import Recorded

# Sorted tuples (currency, ledger account, sum in minor units, with debits positive), without accounts at zero.
Totals = tuple[tuple[str, str, int], ...]


# The legs of a fact's posting, and the day on which they count.
Posted = tuple[tuple[Leg, ...], date]


def posted(recorded: Recorded, catalogue: Catalogue) -> Posted:
    """The posting of a recorded fact."""
    return catalogue.legs(recorded.fact), recorded.envelope.accounting_date


class ControlTotals:
    """Sums of postings; the sums start from a checkpoint's totals."""

    def __init__(self, before: Iterable[tuple[str, str, int]] = ()) -> None:
        self._sums: Counter[tuple[str, str]] = Counter()
        for currency, account, amount_minor in before:
            self._sums[currency, account] += amount_minor

    def add(self, posted: Posted) -> None:
        """Add one more posting; raises KeyError if the chart has no account for a leg's role on the accounting date."""
        legs, accounting_date = posted
        for leg in legs:
            self._sums[leg.currency, _account(leg.role, accounting_date)] += leg.amount_minor

    def lines(self) -> Totals:
        """The totals so far."""
        return tuple((*key, amount_minor) for key, amount_minor in sorted(self._sums.items()) if amount_minor)


@cache
def _account(role: str, on: date) -> str:
    return account_of_role(role, on).account
