"""A day's summary counts matched lines by kind, and their money by currency."""

from __future__ import annotations

from datetime import date

from reconciliation.proposals.proposal import Match, Proposal
from reconciliation.steps.outcomes import Executed, Judged
from reconciliation.steps.summary import FileSummary


def test_money_of_different_currencies_is_never_added_up():
    summary = FileSummary("a", Judged("ab", "new", "camt.053", True, 3, 1))
    matches = tuple(
        Match(None, date(2026, 10, 5), amount, currency, None, "i1.1", amount, kind, "reference", "r1", "r1")
        for kind, currency, amount in (("exact", "SEK", 250_00), ("exact", "EUR", 20_00), ("over", "SEK", 1_00))
    )
    summary.add(Proposal((), (), matches), Executed(3, 0, (), ()))
    assert {kind: (tally.count, tally.amounts_minor) for kind, tally in summary.kinds.items()} == {
        "exact": (2, {"SEK": 250_00, "EUR": 20_00}),
        "over": (1, {"SEK": 1_00}),
    }
