"""A job that is given no day works on the entity's civil day, not on that of UTC; test_job_server runs such jobs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from infra.postgres import Urls
from ledger.domain.terms.entity import DeclareTerms, Terms
from reconciliation.flows.environment import at_work
from tests.kit.clinic import DAY, ENTITY, clinic_on
from tests.kit.jobs import tell_where

# Half past midnight of the next day in Stockholm, while it is still this day in London.
AFTER_MIDNIGHT = datetime(2026, 10, 5, 22, 30, tzinfo=UTC)
NEXT = date(2026, 10, 6)


@pytest.fixture
def at_the_clinic(database_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This process is told where the books are."""
    tell_where(monkeypatch, database_urls, tmp_path / "data")
    return tmp_path


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (AFTER_MIDNIGHT, None, NEXT),
        (datetime(2026, 10, 5, 21, 59, tzinfo=UTC), None, DAY),
        (datetime(2026, 10, 5, 22, 0, tzinfo=UTC), None, NEXT),
        # An hour later in winter.
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), None, date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), None, date(2027, 1, 1)),
        (AFTER_MIDNIGHT, "Europe/London", DAY),
        (datetime(2026, 10, 6, 3, 30, tzinfo=UTC), "America/New_York", DAY),
        (AFTER_MIDNIGHT, "Asia/Tokyo", NEXT),
    ],
)
def test_without_a_day_it_is_the_civil_day_in_the_entitys_zone(
    at_the_clinic: Path, database_urls: Urls, at: datetime, zone: str | None, day: date
):
    if zone is not None:
        with clinic_on(database_urls.writer, at_the_clinic) as clinic:
            clinic.do(DeclareTerms(terms=Terms(zone=zone)))

    with at_work(ENTITY, None, at, "job:bank-day") as work:
        assert (work.on, work.correlation) == (day, f"bank-day:{day}")


def test_a_day_that_is_given_stands(at_the_clinic: Path):
    with at_work(ENTITY, DAY, AFTER_MIDNIGHT, "job:bank-day") as work:
        assert work.on == DAY
