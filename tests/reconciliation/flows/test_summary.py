"""A day's summary counts matched lines by kind, and their money by currency."""

from __future__ import annotations

from reconciliation.flows.summary import FileSummary
from reconciliation.outcomes import Executed
from reconciliation.plan import Plan


def test_money_of_different_currencies_is_never_added_up():
    summary = FileSummary("a", "ab", "new", "camt.053", True, 3, 1, [], [], [], [])
    matched = tuple(
        {"kind": kind, "currency": currency, "amount_minor": amount}
        for kind, currency, amount in (("exact", "SEK", 250_00), ("exact", "EUR", 20_00), ("over", "SEK", 1_00))
    )
    summary.add(Plan((), (), matched), Executed(3, 0, (), ()))
    assert {kind: (tally.count, tally.amounts_minor) for kind, tally in summary.kinds.items()} == {
        "exact": (2, {"SEK": 250_00, "EUR": 20_00}),
        "over": (1, {"SEK": 1_00}),
    }
