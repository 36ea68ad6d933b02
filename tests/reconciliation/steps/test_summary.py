"""A day's summary counts matched receipts, the items that they paid by kind, and their money by currency."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reconciliation.proposals.proposal import Match, Proposal, Review
from reconciliation.steps.outcomes import Executed, Judged
from reconciliation.steps.summary import FileSummary


def test_a_payment_for_several_items_is_matched_once_and_not_at_all_if_one_of_them_was_refused():
    summary = FileSummary("a", Judged("ab", "new", "camt.053", True, 2, 1))
    matches = tuple(
        Match(None, date(2026, 10, 5), 100_00, "SEK", None, f"i{number}.1", 100_00, "exact", "reference", receipt, "a")
        for number, receipt in enumerate(("r1", "r1", "r2", "r2", "r3"))
    )
    unplaced = Review("r2", None, "item_not_open", (), (), None)
    summary.add(Proposal((), (), matches), Executed(8, 0, (unplaced,), ()))
    assert (summary.matched, summary.reviewed, summary.kinds["exact"].count) == (2, 1, 3)


@pytest.mark.parametrize(
    ("status", "entries", "nothing_new"),
    [("new", 0, False), ("new", 1, True), ("complete", 0, True), ("complete", 1, True), ("refused", 1, False)],
)
def test_a_new_statement_without_lines_is_new(status: Any, entries: int, nothing_new: bool):
    assert FileSummary("a", Judged("ab", status, "camt.053", True, entries, 0)).nothing_new is nothing_new


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
