"""One example of every fact about accounting periods."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import Fact
from ledger.domain.terms.closed_days import ClosedDays
from ledger.domain.terms.period_facts import (
    ControlTotal,
    PeriodClosed,
    PeriodCloseRequested,
    PeriodReopened,
    PeriodReopeningRequested,
    PeriodRequestRejected,
)
from tests.museum.subjects import SHA

_JUNE = date(2024, 6, 30)
_CLOSED_BEFORE = ClosedDays(date(2024, 5, 31), date(2024, 5, 31))
_CLOSED = ClosedDays(_JUNE, _JUNE)

OF_PERIODS: Final[tuple[Fact, ...]] = (
    PeriodCloseRequested(
        kind="soft", through_on=_JUNE, requester="person:anna", on_behalf_of="person:cia", closed=_CLOSED_BEFORE
    ),
    PeriodClosed(
        kind="hard",
        through_on=_JUNE,
        requester="person:anna",
        approver="person:bo",
        totals=(ControlTotal("bank", "b-1", "SEK", 250_00, 0), ControlTotal("bank_details", "b-1", "SEK", 0, 250_00)),
        totals_hash=SHA,
        open_points=("unallocated_old",),
        closed=_CLOSED,
    ),
    PeriodReopeningRequested(
        through_on=_JUNE, reason_code="FORGOTTEN", requester="person:anna", on_behalf_of="person:cia", closed=_CLOSED
    ),
    PeriodReopened(
        through_on=_JUNE,
        reason_code="FORGOTTEN",
        requester="person:anna",
        approver="person:bo",
        closed=_CLOSED_BEFORE,
    ),
    PeriodRequestRejected(through_on=_JUNE, reason_code="NOT_DONE", approver="person:bo", closed=_CLOSED),
)
