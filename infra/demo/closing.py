"""The months before the demo's month are closed, each by two persons; what corrects them counts in the open month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from infra.demo.staff import FINANCE, LEAD
from infra.desk import period
from infra.desk.desk import Occasion

if TYPE_CHECKING:
    from infra.desk.desk import Desk

_ASKED_AT: Final = time(19, 0, tzinfo=UTC)
_APPROVED_AT: Final = time(19, 30, tzinfo=UTC)


def close_months(desk: Desk, ends: Sequence[date], day: date) -> None:
    """Close the months that end on these days, hard, on the evening of a day; again, it changes nothing."""
    finance = replace(desk, user=FINANCE.name, now=datetime.combine(day, _ASKED_AT))
    lead = replace(desk, user=LEAD.name, now=datetime.combine(day, _APPROVED_AT))
    for through_on in ends:
        period.request(finance, through_on, "hard", Occasion(f"demo-close-request:{through_on}"))
        period.approve(lead, through_on, Occasion(f"demo-close:{through_on}"))


def ends_before(first: date) -> tuple[date, date]:
    """The last days of the two months before a month that begins on this day."""
    last = first - timedelta(days=1)
    return last.replace(day=1) - timedelta(days=1), last
