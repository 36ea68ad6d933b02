"""Control totals: what all facts up to a checkpoint come to, by currency and ledger account, counted on and on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache

from ledger.domain.catalogue import Catalogue
from ledger.domain.chart import account_of_role
from ledger.domain.fact import Fact

# (currency, ledger account, sum in minor units, debit above zero), in order, accounts at zero left out.
Totals = tuple[tuple[str, str, int], ...]


class ControlTotals:
    """Sums of postings as the catalogue posts them, going on from those of a checkpoint."""

    def __init__(self, catalogue: Catalogue, before: Iterable[tuple[str, str, int]] = ()) -> None:
        self._catalogue = catalogue
        self._sums: Counter[tuple[str, str]] = Counter()
        for currency, account, amount_minor in before:
            self._sums[currency, account] += amount_minor

    def add(self, fact: Fact, accounting_date: date) -> None:
        """Take in one more fact."""
        for leg in self._catalogue.legs(fact):
            self._sums[leg.currency, _account(leg.role, accounting_date)] += leg.amount_minor

    def lines(self) -> Totals:
        """What it comes to."""
        return tuple((*key, amount_minor) for key, amount_minor in sorted(self._sums.items()) if amount_minor)


@cache
def _account(role: str, on: date) -> str:
    return account_of_role(role, on).account
