"""Closing a period of a stored book: one person asks, another closes, with the sums of the facts themselves."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from ledger import Journal, Outcome, Recorded, Submission, execute, execute_alone, open_journal
from ledger.domain.terms.measured import MEASURED, Measured
from ledger.domain.terms.period import (
    ApprovePeriodClose,
    ApprovePeriodReopening,
    RequestPeriodClose,
    RequestPeriodReopening,
)
from ledger.domain.terms.period_facts import ControlTotal, Kind, PeriodClosed
from tests.kit import care
from tests.kit.book import by
from tests.kit.submissions import submit

AUGUST, SEPTEMBER = date(2026, 8, 31), date(2026, 9, 30)
LATE, TODAY = date(2026, 9, 10), date(2026, 10, 5)
FIRST_OPEN = SEPTEMBER + timedelta(1)


def late(id: str, booked_on: date = LATE, accounted: date | None = None) -> Submission:
    """A payment that the bank booked earlier and that is recorded today."""
    return submit(care.receipt(id, 100_00, booked_on=booked_on), f"late-{id}", TODAY, accounted=accounted)


def days_of(journal: Journal, stream: str) -> set[tuple[date, date]]:
    """On which days the facts of a stream took effect, and on which they count."""
    return {(one.envelope.occurred_on, one.envelope.accounting_date) for one in journal.read_all(stream)}


def totals_of(journal: Journal, facts: Iterable[Recorded], through: date) -> tuple[ControlTotal, ...]:
    """What the facts that count up to a day sum to, by role, bank account and currency: the plainest reading."""
    debits: Counter[tuple[str, str, str]] = Counter()
    credits: Counter[tuple[str, str, str]] = Counter()
    for one in facts:
        if one.envelope.accounting_date <= through:
            for leg in journal.catalogue.legs(one.fact):
                side = debits if leg.amount_minor > 0 else credits
                side[leg.role, leg.bank_account or "", leg.currency] += abs(leg.amount_minor)
    return tuple(
        ControlTotal(role, bank or None, currency, debits[role, bank, currency], credits[role, bank, currency])
        for role, bank, currency in sorted({*debits, *credits})
    )


def ask_to_close(journal: Journal, through: date, today: date, kind: Kind = "hard") -> Outcome:
    """Anna asks for a period to be closed."""
    return execute(
        journal, submit(RequestPeriodClose(kind=kind, through_on=through), f"ask-{kind}-{through}-{today}", today)
    )


def close(journal: Journal, through: date, today: date, kind: Kind = "hard", *open_points: str) -> Outcome:
    """Bo closes it, with what the book then sums to."""

    def measure() -> dict[str, Measured]:
        totals = totals_of(journal, journal.follow(0, 1_000_000), through)
        return {MEASURED: Measured(totals=totals, open_points=open_points)}

    command = ApprovePeriodClose(kind=kind, through_on=through)
    return execute_alone(journal, submit(by("bo", command), f"close-{kind}-{through}-{today}", today), measure)


def closed(journal: Journal, through: date, today: date, kind: Kind = "hard") -> Outcome:
    """The period is closed by both."""
    assert ask_to_close(journal, through, today, kind).status == "done"
    outcome = close(journal, through, today, kind)
    assert outcome.status == "done", outcome
    return outcome


def reopened(journal: Journal, through: date, today: date) -> Outcome:
    """The period is reopened by both."""
    asked = RequestPeriodReopening(through_on=through, reason_code="FORGOTTEN")
    assert execute(journal, submit(asked, f"ask-again-{through}-{today}", today)).status == "done"
    return execute(
        journal, submit(by("bo", ApprovePeriodReopening(through_on=through)), f"reopen-{through}-{today}", today)
    )


def closes_of(journal: Journal) -> list[tuple[int, PeriodClosed]]:
    """Every close that was recorded, with its position."""
    return [(one.position, one.fact) for one in journal.follow(0, 1_000_000) if isinstance(one.fact, PeriodClosed)]


def close_for_ever(url: str) -> None:
    """Begins to close September 2026, says when nobody else can write, and goes on until it is killed."""

    def measure() -> dict[str, Measured]:
        print("alone", flush=True)
        time.sleep(600)
        return {}

    with open_journal(url, "clinic") as journal:
        command = ApprovePeriodClose(kind="hard", through_on=date(2026, 9, 30))
        execute_alone(journal, submit(by("bo", command), "for-ever", date(2026, 10, 5)), measure)
