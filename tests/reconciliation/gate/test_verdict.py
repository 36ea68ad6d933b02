"""What an entity accepts on a day follows from its terms, and never reaches a day that books cannot have."""

from __future__ import annotations

from datetime import date

from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.terms import entity
from reconciliation.gate.verdict import Terms


def test_the_days_of_the_terms_end_where_the_days_of_books_end() -> None:
    usual = Terms.of(entity.Terms(), date(2026, 10, 1))
    assert (usual.earliest_on, usual.latest_on) == (date(1996, 10, 8), date(2026, 10, 8))
    far = entity.Terms(days_back=36_500, days_ahead=366)
    assert Terms.of(far, date(1950, 1, 1)).earliest_on == FIRST_DAY
    assert Terms.of(far, LAST_DAY).latest_on == LAST_DAY
