"""An invoice is due near its day of issue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.domain.receivables.invoice_days import MOST_AHEAD, require_due
from ledger.domain.refusals import Refused
from tests.kit.book import DAY


@pytest.mark.parametrize("days", [0, MOST_AHEAD])
def test_a_due_date_at_the_edge_is_taken(days: int) -> None:
    require_due(DAY, DAY + timedelta(days=days))


@pytest.mark.parametrize(
    ("due_on", "code"),
    [(DAY - timedelta(days=1), "due_before_issue"), (DAY + timedelta(days=MOST_AHEAD + 1), "due_far_after_issue")],
)
def test_a_due_date_follows_its_issue_closely(due_on: date, code: str) -> None:
    with pytest.raises(Refused, match=code):
        require_due(DAY, due_on)
