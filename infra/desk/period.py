"""The use cases of periods: rehearse, request and approve a close, reopen the last period, and list the periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from infra.desk.desk import Desk, Done, Listed, Occasion
from infra.desk.first_time import first_time
from infra.desk.measurement import begins_on, contents, totals
from infra.desk.open_points import Point, open_points

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.fact import Command, Fact, State
    from ledger.domain.terms.closed_days import ClosedDays
    from ledger.domain.terms.period import Periods
    from ledger.domain.terms.period_facts import ControlTotal, Kind


class Rehearsed(NamedTuple):
    """What a close would record now: the totals of the period, and what stops it or is not done yet."""

    points: list[Point]
    totals: list[dict[str, Any]]
    position: int


def rehearse(desk: Desk, through_on: date, kind: Kind) -> Rehearsed:
    """List what would stop a close now, and the totals that it would record; nothing is recorded."""
    from ledger import Refused
    from ledger.domain.terms.period import require_closable

    position = desk.books.follow()
    points, periods = open_points(desk, through_on), _periods(desk)
    waiting = periods.waiting
    try:
        if waiting is not None and waiting.through_on != through_on:
            raise Refused("period_request_waiting", named(waiting.through_on))
        require_closable(periods.closed, kind, through_on, desk.today, begins_on(desk))
    except Refused as refused:
        points.insert(0, Point(refused.code, 1, desk.books.catalogue.refusal(refused), (str(through_on),)))
    return Rehearsed(points, [_total(one) for one in totals(desk, through_on)], position)


def request(desk: Desk, through_on: date, kind: Kind, occasion: Occasion) -> Done:
    """Ask for a period to be closed; another person must approve that. The result says what is not done yet.

    `closes_from` is the first day with a posting, if that is in an earlier month and nothing was ever closed.
    """
    from ledger.domain.terms.period import RequestPeriodClose

    desk.books.follow()
    command = RequestPeriodClose(kind=kind, through_on=through_on)
    done = desk.record_alone(command, occasion, lambda: contents(desk), period=named(through_on))
    points = _rows(open_points(desk, through_on))
    return done._replace(more={"kind": kind, "open_points": points, "closes_from": _closes_from(desk, through_on)})


def _closes_from(desk: Desk, through_on: date) -> date | None:
    closed, first = _periods(desk).closed, desk.books.store.now.first_posting_on()
    begun = (closed.hard_on, closed.soft_on) != (None, None) or first is None or first >= through_on.replace(day=1)
    return None if begun else first


def reopen(desk: Desk, through_on: date, reason: str, occasion: Occasion) -> Done:
    """Ask for the last closed period to be reopened; another person must approve that."""
    from ledger.domain.terms.period import RequestPeriodReopening

    return _recorded(desk, RequestPeriodReopening(through_on=through_on, reason_code=reason), occasion)


def approve(desk: Desk, through_on: date, occasion: Occasion) -> Done:
    """Do what somebody else asked for: close the period with its totals, or reopen it.

    While a period is closed, nobody else can record anything: the totals are of everything before the close.
    """
    from ledger.domain.terms.period import ApprovePeriodReopening
    from ledger.domain.terms.period_facts import PeriodReopened, PeriodReopeningRequested

    # An approval that is repeated with its key is of what waited when it was first given.
    found = first_time(desk, occasion.key).before(_facts(desk))
    asked = found[-1] if found else None
    if isinstance(asked, PeriodReopeningRequested | PeriodReopened):
        return _recorded(desk, ApprovePeriodReopening(through_on=through_on), occasion)
    return _closed(desk, through_on, getattr(asked, "kind", "hard"), occasion)


def reject(desk: Desk, through_on: date, reason: str, occasion: Occasion) -> Done:
    """Reject what somebody else asked for."""
    from ledger.domain.terms.period import RejectPeriodRequest

    return _recorded(desk, RejectPeriodRequest(through_on=through_on, reason_code=reason), occasion)


def listed(desk: Desk) -> Listed:
    """The periods that were ever closed or are to be, the newest first, with who asked, who decided, and why."""
    from ledger.domain.terms.closed_days import month_of

    position = desk.books.journal.stable_position()
    rows: dict[date, dict[str, Any]] = {}
    for one in _facts(desk):
        fact: Any = one.fact
        row = rows.setdefault(fact.through_on, dict.fromkeys(_COLUMNS) | {"period": month_of(fact.through_on)})
        row |= {"through_on": fact.through_on, **_said(one)}
    closed = _periods(desk).closed
    for through_on, row in rows.items():
        hard, soft = (last is not None and through_on <= last for last in (closed.hard_on, closed.soft_on))
        row["status"] = "hard" if hard else "soft" if soft else "open"
    return Listed([rows[day] for day in sorted(rows, reverse=True)], position)


def _closed(desk: Desk, through_on: date, kind: Kind, occasion: Occasion) -> Done:
    from ledger.domain.terms.measured import MEASURED, Measured
    from ledger.domain.terms.period import ApprovePeriodClose

    # What takes long is done before the others have to wait.
    desk.books.follow()

    def measure() -> dict[str, State]:
        desk.books.follow()
        points = open_points(desk, through_on)
        stopping, told = (tuple(one.code for one in points if one.stops == stops) for stops in (True, False))
        first, summed = begins_on(desk), totals(desk, through_on)
        return {MEASURED: Measured(totals=summed, open_points=stopping, told=told, begins_on=first)}

    command, first = ApprovePeriodClose(kind=kind, through_on=through_on), _closes_from(desk, through_on)
    done = desk.record_alone(command, occasion, measure, period=named(through_on))
    fact: Any = _last_fact(desk, done.outcome.last_position)
    said = {"totals_hash": fact.totals_hash, "open_points": list(fact.open_points), "closes_from": first}
    return done._replace(more={"kind": kind, **said})


def _last_fact(desk: Desk, position: int | None) -> Fact:
    """The newest fact of the periods up to a position, or of all of them."""
    return [one.fact for one in _facts(desk) if position is None or one.position <= position][-1]


def _recorded(desk: Desk, command: Command, occasion: Occasion) -> Done:
    return desk.record(command, occasion, period=named(command.through_on))  # type: ignore[attr-defined]


def named(through_on: date) -> str:
    """The period that ends on this day, as people write it."""
    from ledger.domain.terms.closed_days import month_of

    return month_of(through_on)


def _total(one: ControlTotal) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__} | {
        "balance_minor": one.debit_minor - one.credit_minor
    }


def _rows(points: Sequence[Point]) -> list[dict[str, Any]]:
    return [point.row for point in points]


def _facts(desk: Desk) -> list[Recorded]:
    from ledger.domain.terms.period import STREAM

    return desk.books.journal.read_all(STREAM)


def closed_days(desk: Desk) -> ClosedDays:
    """The days that are closed."""
    return _periods(desk).closed


def _periods(desk: Desk) -> Periods:
    from ledger.domain.terms.period import STREAM, Periods

    facts = [dated for _, _, dated in desk.books.journal.facts([STREAM])]
    state = desk.books.catalogue.remember(STREAM, None, facts)
    return state if isinstance(state, Periods) else Periods()


_COLUMNS = (
    "period",
    "through_on",
    "status",
    "waits_for",
    "requester",
    "approver",
    "decided_on",
    "reason_code",
    "totals_hash",
    "open_points",
    "position",
)


def _said(one: Recorded) -> dict[str, Any]:
    """What a fact says of its period."""
    from ledger.domain.terms.period_facts import (
        PeriodClosed,
        PeriodCloseRequested,
        PeriodReopened,
        PeriodReopeningRequested,
    )

    fact: Any = one.fact
    requested = {"requester": getattr(fact, "requester", None), "reason_code": getattr(fact, "reason_code", None)}
    decided = {"waits_for": None, "approver": getattr(fact, "approver", None), "decided_on": one.envelope.occurred_on}
    match fact:
        case PeriodCloseRequested():
            return {**requested, "waits_for": f"{fact.kind} close"}
        case PeriodReopeningRequested():
            return {**requested, "waits_for": "reopening"}
        case PeriodClosed():
            sealed = {"totals_hash": fact.totals_hash, "open_points": list(fact.open_points), "position": one.position}
            return {**requested, **decided, **sealed}
        case PeriodReopened():
            return {**requested, **decided, "totals_hash": None, "open_points": None, "position": one.position}
        case _:
            return {**decided, "reason_code": fact.reason_code}
