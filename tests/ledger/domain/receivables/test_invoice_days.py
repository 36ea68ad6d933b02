"""An invoice's days are near the day on which it is recorded, and its due date is near its day of issue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.domain.receivables.invoice_days import MOST_AHEAD, require_days
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import Terms
from tests.kit.book import asked
from tests.kit.care import invoice

ENVELOPE = asked(invoice("i1")).envelope
TODAY = ENVELOPE.recorded_at.date()
BACK = Terms().days_back


@pytest.mark.parametrize("days", [MOST_AHEAD, 0, -BACK])
def test_a_day_at_the_edge_is_taken(days: int) -> None:
    day = TODAY + timedelta(days=days)
    require_days(day, day + timedelta(days=MOST_AHEAD), [day], Terms(), ENVELOPE)


@pytest.mark.parametrize("days", [MOST_AHEAD + 1, -BACK - 1])
def test_a_day_beyond_the_edge_is_refused(days: int) -> None:
    day = TODAY + timedelta(days=days)
    for issued, service in ((day, TODAY), (TODAY, day)):
        with pytest.raises(Refused, match="invoice_day_far"):
            require_days(issued, issued, [service], Terms(), ENVELOPE)


@pytest.mark.parametrize(
    ("due_on", "code"),
    [(TODAY - timedelta(days=1), "due_before_issue"), (TODAY + timedelta(days=MOST_AHEAD + 1), "due_far_after_issue")],
)
def test_a_due_date_follows_its_issue_closely(due_on: date, code: str) -> None:
    with pytest.raises(Refused, match=code):
        require_days(TODAY, due_on, [], Terms(), ENVELOPE)
