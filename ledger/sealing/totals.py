"""Control totals: the sums of all facts up to a checkpoint, by currency and the role's account in the standard chart.

They do not follow the entity's own mapping, because it may later change for earlier days, and a signed total may not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ledger.domain.chart_of_accounts import Leg, standard_number

if TYPE_CHECKING:
    from ledger.domain.catalogue import Catalogue
    from ledger.journal.recorded_facts import Recorded

# Sorted tuples (currency, ledger account, sum in minor units, with debits positive), without accounts at zero.
Totals = tuple[tuple[str, str, int], ...]

# The legs of a fact's posting.
Posted = tuple[Leg, ...]


def posted(recorded: Recorded, catalogue: Catalogue) -> Posted:
    """The posting of a recorded fact."""
    return catalogue.legs(recorded.fact)


class ControlTotals:
    """Sums of postings; the sums start from a checkpoint's totals."""

    def __init__(self, before: Iterable[tuple[str, str, int]] = ()) -> None:
        self._sums: Counter[tuple[str, str]] = Counter()
        for currency, account, amount_minor in before:
            self._sums[currency, account] += amount_minor

    def add(self, posted: Posted) -> None:
        """Add one more posting; raises KeyError if the standard chart does not have a leg's role."""
        for leg in posted:
            self._sums[leg.currency, standard_number(leg)] += leg.amount_minor

    def lines(self) -> Totals:
        """The totals so far."""
        return tuple((*key, amount_minor) for key, amount_minor in sorted(self._sums.items()) if amount_minor)
