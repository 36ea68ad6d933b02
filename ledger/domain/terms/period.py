"""Accounting periods: the months of an entity are closed in order, softly or hard, and reopened from the last one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from ledger.domain.approval import decided_by
from ledger.domain.fact import (
    Command,
    Decision,
    Envelope,
    NewFact,
    State,
    States,
    stream_of,
)
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused
from ledger.domain.terms.closed_days import ClosedDays, end_of_month, end_of_month_before, month_of
from ledger.domain.terms.measured import MEASURED, measured_of
from ledger.domain.terms.period_facts import (
    ACTS,
    SENTENCES,
    Kind,
    PeriodClosed,
    PeriodCloseRequested,
    PeriodFact,
    PeriodReopened,
    PeriodReopeningRequested,
    PeriodRequestRejected,
    Requested,
    hash_of,
)

# A journal belongs to one entity, so it has one stream of periods, which every writer obeys.
STREAM: Final = stream_of("period", "months")

_DAY: Final = timedelta(days=1)

# State


class Periods(State, frozen=True):
    """Which days are closed, and what waits for another person's decision."""

    closed: ClosedDays = ClosedDays()
    waiting: Requested | None = None


# Evolve


def evolve(state: Periods | None, fact: PeriodFact, on: date) -> Periods:
    """The periods after one more fact; the newest fact alone gives the same state as all facts together."""
    match fact:
        case PeriodCloseRequested() | PeriodReopeningRequested():
            return Periods(closed=fact.closed, waiting=fact)
        case PeriodRequestRejected() | PeriodClosed() | PeriodReopened():
            return Periods(closed=fact.closed)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


# Commands


class _OfPeriod(Command, frozen=True):
    """Something about the entity's periods; `through_on` is the last day of a month."""

    through_on: date

    def streams(self) -> tuple[str, ...]:
        """The entity's periods."""
        return (STREAM,)


class RequestPeriodClose(_OfPeriod, frozen=True):
    """Ask for a period to be closed."""

    kind: Kind

    def more(self, states: States) -> tuple[str, ...]:
        """What the book holds, the first day that it has among it."""
        return (MEASURED,) if STREAM in states else ()


class RequestPeriodReopening(_OfPeriod, frozen=True):
    """Ask for the last closed period to be reopened."""

    reason_code: str


class ApprovePeriodClose(_OfPeriod, frozen=True):
    """Close a period as somebody else asked."""

    kind: Kind

    def more(self, states: States) -> tuple[str, ...]:
        """What the book holds while it is closed."""
        return (MEASURED,) if isinstance(states.get(STREAM), Periods) else ()


class ApprovePeriodReopening(_OfPeriod, frozen=True):
    """Reopen a period as somebody else asked."""


class RejectPeriodRequest(_OfPeriod, frozen=True):
    """Reject what somebody else asked for."""

    reason_code: str


# Decide


def request_close(states: States, command: RequestPeriodClose, envelope: Envelope) -> Decision:
    """Ask for the next period to be closed, once it is over; nothing else may be waiting."""
    periods, measured = _nothing_waiting(states), measured_of(states)
    # If nobody measured the book now, whoever approves the request does.
    begins_on = None if measured is None else measured.begins_on
    require_closable(periods.closed, command.kind, command.through_on, envelope.accounting_date, begins_on)
    requested = PeriodCloseRequested(
        kind=command.kind,
        through_on=command.through_on,
        requester=envelope.actor,
        on_behalf_of=envelope.on_behalf_of,
        closed=periods.closed,
    )
    return (NewFact(STREAM, requested),)


def approve_close(states: States, command: ApprovePeriodClose, envelope: Envelope) -> Decision:
    """Close the period with the totals of its accounts; hard only if nothing that stops it is left to be done."""
    waiting = _waiting(states, command)
    if not isinstance(waiting, PeriodCloseRequested) or waiting.kind != command.kind:
        raise Refused("period_request_unknown", f"{command.kind} close of {month_of(command.through_on)}")
    approver = decided_by(envelope, waiting, month_of(command.through_on))
    measured = measured_of(states)
    if measured is None:
        raise Refused("period_blocked", "the book was not measured")
    today = envelope.accounting_date
    require_closable(waiting.closed, command.kind, command.through_on, today, measured.begins_on)
    if command.kind == "hard" and measured.open_points:
        raise Refused("period_blocked", ", ".join(measured.open_points))
    closed = PeriodClosed(
        kind=command.kind,
        through_on=command.through_on,
        requester=waiting.requester,
        approver=approver,
        totals=measured.totals,
        totals_hash=hash_of(measured.totals),
        open_points=(*measured.open_points, *measured.told),
        closed=_after_close(waiting.closed, command.kind, command.through_on),
    )
    return (NewFact(STREAM, closed),)


def request_reopening(states: States, command: RequestPeriodReopening, envelope: Envelope) -> Decision:
    """Ask for the last closed period to be reopened, with a reason; nothing else may be waiting."""
    periods = _nothing_waiting(states)
    last = periods.closed.soft_on
    if last is None or command.through_on != last:
        raise Refused("period_not_last_closed", "none is closed" if last is None else month_of(last))
    requested = PeriodReopeningRequested(
        through_on=command.through_on,
        reason_code=command.reason_code,
        requester=envelope.actor,
        on_behalf_of=envelope.on_behalf_of,
        closed=periods.closed,
    )
    return (NewFact(STREAM, requested),)


def approve_reopening(states: States, command: ApprovePeriodReopening, envelope: Envelope) -> Decision:
    """Reopen the period; the person who asked cannot do it."""
    waiting = _waiting(states, command)
    if not isinstance(waiting, PeriodReopeningRequested):
        raise Refused("period_request_unknown", f"reopening of {month_of(command.through_on)}")
    approver = decided_by(envelope, waiting, month_of(command.through_on))
    before = end_of_month_before(command.through_on)
    hard = waiting.closed.hard_on
    reopened = PeriodReopened(
        through_on=command.through_on,
        reason_code=waiting.reason_code,
        requester=waiting.requester,
        approver=approver,
        closed=ClosedDays(hard and min(hard, before), before),
    )
    return (NewFact(STREAM, reopened),)


def reject(states: States, command: RejectPeriodRequest, envelope: Envelope) -> Decision:
    """Reject what waits, with a reason; the person who asked cannot do it."""
    waiting = _waiting(states, command)
    rejected = PeriodRequestRejected(
        through_on=command.through_on,
        reason_code=command.reason_code,
        approver=decided_by(envelope, waiting, month_of(command.through_on)),
        closed=waiting.closed,
    )
    return (NewFact(STREAM, rejected),)


def require_closable(
    closed: ClosedDays, kind: Kind, through_on: date, today: date, begins_on: date | None = None
) -> None:
    """Refuse to close days that are no whole month, closed, before the book, not next in order, or not over.

    `begins_on` is the first day that the book has, if it is known; its month is the first that can be closed.
    """
    if (through_on + _DAY).day != 1:
        raise Refused("period_malformed", str(through_on))
    last = closed.hard_on if kind == "hard" else closed.soft_on
    if last is not None and through_on <= last:
        raise Refused("period_already_closed", month_of(through_on))
    if begins_on is not None and through_on < begins_on:
        raise Refused("period_before_the_book", month_of(begins_on))
    if last is not None and through_on != (upcoming := end_of_month(max(last + _DAY, begins_on or last))):
        raise Refused("period_out_of_order", month_of(upcoming))
    if today <= through_on:
        raise Refused("period_not_over", f"{month_of(through_on)} ends on {through_on}")


def _after_close(closed: ClosedDays, kind: Kind, through_on: date) -> ClosedDays:
    if kind == "soft":
        return ClosedDays(closed.hard_on, through_on)
    return ClosedDays(through_on, max(closed.soft_on or through_on, through_on))


def periods_of(states: States) -> Periods:
    """The entity's periods; while nothing was closed or asked for, all days are open."""
    state = states.get(STREAM)
    return state if isinstance(state, Periods) else Periods()


def _nothing_waiting(states: States) -> Periods:
    periods = periods_of(states)
    if periods.waiting is not None:
        raise Refused("period_request_waiting", month_of(periods.waiting.through_on))
    return periods


def _waiting(states: States, command: _OfPeriod) -> Requested:
    """What waits for a decision about the command's period."""
    state = states.get(STREAM)
    waiting = state.waiting if isinstance(state, Periods) else None
    if waiting is None or waiting.through_on != command.through_on:
        raise Refused("period_request_unknown", month_of(command.through_on))
    return waiting


# Registration


NOUN: Final = Noun(
    "period",
    facts=PeriodFact,
    evolve=evolve,
    rules={
        RequestPeriodClose: request_close,
        ApprovePeriodClose: approve_close,
        RequestPeriodReopening: request_reopening,
        ApprovePeriodReopening: approve_reopening,
        RejectPeriodRequest: reject,
    },
    duties={
        RequestPeriodClose: ("finance",),
        ApprovePeriodClose: ("approver",),
        RequestPeriodReopening: ("finance",),
        ApprovePeriodReopening: ("approver",),
        RejectPeriodRequest: ("approver",),
    },
    acts=ACTS,
    refusals={
        "period_already_closed": "The period is already closed; `reskontra period list` shows the periods.",
        "period_before_the_book": (
            "Nothing is recorded in that month or before it; check the year. This is the first month that can be "
            "closed."
        ),
        "period_blocked": (
            "Something is not done yet, so the period cannot be closed hard; `reskontra period rehearse` lists what to "
            "do. It can be closed softly meanwhile."
        ),
        "period_malformed": "A period ends on the last day of a month; give its month, such as 2026-09.",
        "period_not_last_closed": "Periods are reopened from the last closed one; reopen that one first.",
        "period_not_over": "A period is closed after its last day, and that day is not over yet.",
        "period_out_of_order": "Periods are closed in order; close this one first.",
        "period_request_unknown": "Nobody asked for that; `reskontra period list` shows what waits for a decision.",
        "period_request_waiting": (
            "Another request about a period waits for a decision; have it approved or rejected first."
        ),
    },
    sentences=SENTENCES,
    newest_is_enough=True,
    title="Period",
)
