"""Months that are closed while the histories go on: softly, then hard; one is reopened and closed again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from infra.desk import measurement, period
from infra.desk.desk import Desk, Done, Occasion
from ledger.domain.terms.measured import MEASURED, Measured
from ledger.domain.terms.period import ApprovePeriodClose
from ledger.domain.terms.period_facts import Kind, PeriodClosed, PeriodReopened
from projections import Books

if TYPE_CHECKING:
    from tests.properties.histories.world import World

_SEPTEMBER, _OCTOBER = date(2026, 9, 30), date(2026, 10, 31)
_BO: Final = "bo"


def _close(desk: Desk, at: Occasion, through_on: date, kind: Kind) -> Done:
    """Close, whatever is not done yet: a history never gets everything done in time."""

    def measure() -> dict[str, Measured]:
        desk.books.follow()
        return {MEASURED: Measured(totals=measurement.totals(desk, through_on))}

    return desk.record_alone(ApprovePeriodClose(kind=kind, through_on=through_on), at, measure)


def _closed(world: World, through_on: date, kind: Kind) -> None:
    asked = world.do(-1, f"ask {kind} {through_on}", lambda desk, at: period.request(desk, through_on, kind, at))
    done = world.do(-1, f"close {kind} {through_on}", lambda desk, at: _close(desk, at, through_on, kind), user=_BO)
    assert asked is not None
    assert done is not None


def _reopened(world: World, through_on: date) -> None:
    asked = world.do(-1, f"reopen {through_on}", lambda desk, at: period.reopen(desk, through_on, "FORGOTTEN", at))
    done = world.do(-1, f"opened {through_on}", lambda desk, at: period.approve(desk, through_on, at), user=_BO)
    assert asked is not None
    assert done is not None


# What is closed on which day of the histories, counted from the first.
CLOSING: Final[dict[int, Callable[[World], None]]] = {
    18: lambda world: _closed(world, _SEPTEMBER, "soft"),
    28: lambda world: _closed(world, _SEPTEMBER, "hard"),
    36: lambda world: _reopened(world, _SEPTEMBER),
    39: lambda world: _closed(world, _SEPTEMBER, "hard"),
    49: lambda world: _closed(world, _OCTOBER, "soft"),
    56: lambda world: _closed(world, _OCTOBER, "hard"),
}


def changed_since_closed(books: Books) -> list[tuple[date, int, str]]:
    """The months whose general ledger is not what it was when they were closed hard, at any end of a save since.

    A month that was reopened is as it was until then.
    """
    facts = [one for one in books.journal.follow(0, 1_000_000) if one.stream.startswith("period-")]
    found = []
    for number, one in enumerate(facts):
        if not isinstance(one.fact, PeriodClosed) or one.fact.kind != "hard":
            continue
        through_on = one.fact.through_on
        reopened = (
            later.position - 1
            for later in facts[number:]
            if isinstance(later.fact, PeriodReopened) and later.fact.through_on <= through_on
        )
        last = books.journal.end_of_save(next(reopened, books.journal.stable_position()))
        for known_at in sorted({one.position, last, (one.position + last) // 2}):
            found += _differing(books, one.fact, known_at)
    return found


def _differing(books: Books, closed: PeriodClosed, known_at: int) -> list[tuple[date, int, str]]:
    report = books.report("trial-balance", closed.through_on, known_at)
    rows: list[dict[str, Any]] = report.table.to_pylist()
    totals = {(one.role, one.bank_account, one.currency): (one.debit_minor, one.credit_minor) for one in closed.totals}
    shown: dict[tuple[str, str | None, str], tuple[int, int]] = {}
    for row in rows:
        # A role has several rows, if its postings are on several accounts.
        debit, credit = shown.get(key := (row["role"], row["bank_account"], row["currency"]), (0, 0))
        shown[key] = debit + row["debit_minor"], credit + row["credit_minor"]
    changed = [] if shown == totals else [(closed.through_on, known_at, "differs from the recorded totals")]
    return changed if report.tied else [*changed, (closed.through_on, known_at, "does not tie")]
