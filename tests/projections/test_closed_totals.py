"""The totals of a closed period beside the general ledger's sums: which close is in force, and what differs since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from ledger import Envelope, Recorded
from ledger.domain.terms.closed_days import ClosedDays
from ledger.domain.terms.period import STREAM
from ledger.domain.terms.period_facts import ControlTotal, Kind, PeriodClosed, PeriodFact, PeriodReopened
from projections.reports.closed_totals import controls, totals_in_force
from projections.reports.report import Control

AUGUST, SEPTEMBER = date(2026, 8, 31), date(2026, 9, 30)
FIRST = (ControlTotal("revenue", None, "SEK", 0, 400_00),)
SECOND = (ControlTotal("revenue", None, "SEK", 0, 500_00),)


def recorded(*facts: tuple[int, PeriodFact]) -> Sequence[Recorded]:
    day = date(2026, 10, 2)
    at = Envelope(
        occurred_on=day, accounting_date=day, recorded_at=datetime(2026, 10, 2, tzinfo=UTC), actor="a", key="k"
    )
    return [
        Recorded(position, STREAM, version, type(fact).__name__, fact, at)
        for version, (position, fact) in enumerate(facts, 1)
    ]


def close(through_on: date, totals: tuple[ControlTotal, ...], kind: Kind = "hard") -> PeriodClosed:
    return PeriodClosed(
        kind=kind,
        through_on=through_on,
        requester="anna",
        approver="bo",
        totals=totals,
        totals_hash="",
        open_points=(),
        closed=ClosedDays(),
    )


def reopen(through_on: date) -> PeriodReopened:
    return PeriodReopened(through_on=through_on, reason_code="X", requester="anna", approver="bo", closed=ClosedDays())


def test_a_close_is_in_force_from_its_position_until_the_period_is_reopened():
    facts = recorded((10, close(SEPTEMBER, FIRST)), (20, reopen(SEPTEMBER)), (30, close(SEPTEMBER, SECOND)))
    in_force = {at: totals_in_force(facts, SEPTEMBER, at) for at in (9, 10, 19, 20, 29, 30)}
    assert in_force == {9: None, 10: FIRST, 19: FIRST, 20: None, 29: None, 30: SECOND}
    assert totals_in_force(facts, AUGUST, 30) is None


def test_a_later_period_that_is_reopened_leaves_the_one_before_it_closed():
    facts = recorded((10, close(AUGUST, FIRST)), (20, close(SEPTEMBER, SECOND)), (30, reopen(SEPTEMBER)))
    assert totals_in_force(facts, AUGUST, 30) == FIRST
    assert totals_in_force(facts, SEPTEMBER, 30) is None


def test_after_a_soft_close_the_sums_may_still_change():
    assert totals_in_force(recorded((10, close(SEPTEMBER, FIRST, "soft"))), SEPTEMBER, 10) is None


def row(role: str, debit: int, credit: int, bank_account: str | None = None) -> dict[str, object]:
    return {
        "role": role,
        "bank_account": bank_account,
        "currency": "SEK",
        "debit_minor": debit,
        "credit_minor": credit,
    }


def test_sums_that_are_as_they_were_show_two_totals():
    assert controls(FIRST, [row("revenue", 0, 400_00)]) == (
        Control("closed debit", "SEK", 0, 0),
        Control("closed credit", "SEK", 400_00, 400_00),
    )


def test_each_role_that_differs_is_named_even_if_the_sums_agree():
    totals = (ControlTotal("bank", "b-1", "SEK", 100, 0), *FIRST)
    found = controls(totals, [row("bank", 60, 0, "b-1"), row("bank", 40, 0, "b-2"), row("revenue", 0, 400_00)])
    assert found == (
        Control("closed debit", "SEK", 100, 100),
        Control("closed credit", "SEK", 400_00, 400_00),
        Control("closed debit of bank b-1", "SEK", 100, 60),
        Control("closed debit of bank b-2", "SEK", 0, 40),
    )
