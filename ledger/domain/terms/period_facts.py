"""The facts of accounting periods: what was asked for, and what another person closed, reopened or rejected."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any, Final, Literal

import msgspec

from ledger.domain.duty import Act
from ledger.domain.fact import Fact, Part
from ledger.domain.terms.closed_days import ClosedDays, month_of

# Softly closed: nothing counts in it by itself, only on a day that a person gives. Closed hard: nothing counts in it.
Kind = Literal["soft", "hard"]


class ControlTotal(Part, frozen=True):
    """What an account role sums to, up to the last day of a period; our bank accounts are summed one by one."""

    role: str
    bank_account: str | None
    currency: str
    debit_minor: int
    credit_minor: int


class PeriodCloseRequested(Fact, frozen=True):
    """Somebody asked to close the periods through this day."""

    kind: Kind
    through_on: date
    requester: str
    closed: ClosedDays
    on_behalf_of: str | None = None


class PeriodReopeningRequested(Fact, frozen=True):
    """Somebody asked to reopen the last closed period, which ends on this day."""

    through_on: date
    reason_code: str
    requester: str
    closed: ClosedDays
    on_behalf_of: str | None = None


class PeriodRequestRejected(Fact, frozen=True):
    """Another person rejected what was asked for."""

    through_on: date
    reason_code: str
    approver: str
    closed: ClosedDays


class PeriodClosed(Fact, frozen=True):
    """Another person closed the periods through this day.

    The totals are of all facts before this one that count on or before the day. `open_points` names what was not done
    yet when the period was closed; of a hard close, what stops none, such as money on its way between files. Source:
    Swedish Bookkeeping Act 5:5 and BFNAR 2013:2, points 2.17-2.18.
    """

    kind: Kind
    through_on: date
    requester: str
    approver: str
    totals: tuple[ControlTotal, ...]
    totals_hash: str
    open_points: tuple[str, ...]
    closed: ClosedDays


class PeriodReopened(Fact, frozen=True):
    """Another person reopened the last closed period, which ends on this day."""

    through_on: date
    reason_code: str
    requester: str
    approver: str
    closed: ClosedDays


PeriodFact = PeriodCloseRequested | PeriodReopeningRequested | PeriodRequestRejected | PeriodClosed | PeriodReopened
Requested = PeriodCloseRequested | PeriodReopeningRequested


def hash_of(totals: tuple[ControlTotal, ...]) -> str:
    """The SHA-256 hash of control totals as JSON, by which people can quote them."""
    return hashlib.sha256(msgspec.json.encode(totals)).hexdigest()


# What somebody decides with these facts.
ACTS: Final[dict[type[Fact], Act]] = {
    PeriodCloseRequested: Act("period_close_request"),
    PeriodReopeningRequested: Act("period_reopening_request"),
    PeriodRequestRejected: Act("period_rejection"),
    PeriodClosed: Act("period_close"),
    PeriodReopened: Act("period_reopening"),
}


def _closed(fact: PeriodClosed) -> str:
    points = f"; not done yet: {', '.join(fact.open_points)}" if fact.open_points else ""
    how = "softly closed" if fact.kind == "soft" else "closed"
    return f"Period {month_of(fact.through_on)} {how} by {fact.approver}, totals {fact.totals_hash[:12]}{points}"


SENTENCES: Final[dict[type[Fact], Callable[[Any], str]]] = {
    PeriodCloseRequested: lambda fact: (
        f"{fact.kind.capitalize()} close of period {month_of(fact.through_on)} requested by {fact.requester}"
    ),
    PeriodReopeningRequested: lambda fact: (
        f"Reopening of period {month_of(fact.through_on)} requested by {fact.requester} ({fact.reason_code})"
    ),
    PeriodRequestRejected: lambda fact: (
        f"Request about period {month_of(fact.through_on)} rejected by {fact.approver} ({fact.reason_code})"
    ),
    PeriodClosed: _closed,
    PeriodReopened: lambda fact: f"Period {month_of(fact.through_on)} reopened by {fact.approver} ({fact.reason_code})",
}
