"""The entity's terms as its books tell them, and the civil day they make of an instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from infra.postgres import Urls
from ledger import ZoneUnknown, civil_time
from ledger.domain.terms.entity import DeclareTerms, Terms
from projections import open_books
from tests.kit.clinic import Clinic, clinic_on

DAY = date(2026, 10, 1)


@pytest.fixture
def clinic(database_urls: Urls, tmp_path: Path) -> Iterator[Clinic]:
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        yield clinic


def test_terms_are_those_of_the_program_until_others_are_declared(clinic: Clinic):
    assert clinic.books.terms() == Terms()
    clinic.do(DeclareTerms(terms=Terms(zone="America/New_York", currencies=("SEK", "USD"))), on=DAY)
    assert (clinic.books.terms().zone, clinic.books.terms().currencies) == ("America/New_York", ("SEK", "USD"))


def test_the_newest_declaration_holds_for_whoever_has_the_books_open(clinic: Clinic, database_urls: Urls):
    with open_books(database_urls.reader, "clinic") as reader:
        for days in (14, 20):
            clinic.do(DeclareTerms(terms=Terms(days_to_pay=days)), on=DAY)
            assert reader.terms().days_to_pay == clinic.books.terms().days_to_pay == days


@pytest.mark.parametrize(
    ("at", "day"),
    [
        # Summer: two hours before UTC.
        (datetime(2026, 7, 11, 21, 59, 59, 999_999, UTC), date(2026, 7, 11)),
        (datetime(2026, 7, 11, 22, 0, tzinfo=UTC), date(2026, 7, 12)),
        # Winter: one.
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
        # The night in which 2:00 becomes 3:00 begins by winter time and ends by summer time.
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        # The night in which 3:00 becomes 2:00 begins by summer time, and both hours of that name are of its day.
        (datetime(2026, 10, 24, 21, 59, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_the_civil_day_is_that_of_stockholm_until_another_zone_is_declared(clinic: Clinic, at: datetime, day: date):
    assert clinic.books.civil_day(at) == day


def test_the_civil_day_is_that_of_the_declared_zone(clinic: Clinic):
    midnight = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
    assert clinic.books.civil_day(midnight) == date(2026, 11, 1)
    clinic.do(DeclareTerms(terms=Terms(zone="America/New_York")), on=DAY)
    assert clinic.books.civil_day(midnight) == date(2026, 11, 1)
    assert clinic.books.civil_day(midnight - timedelta(seconds=1)) == date(2026, 10, 31)
    # The night in which the clock goes back there lasts until five.
    assert clinic.books.civil_day(datetime(2026, 11, 2, 4, 59, tzinfo=UTC)) == date(2026, 11, 1)
    clinic.do(DeclareTerms(terms=Terms(zone="Asia/Tokyo")), on=DAY)
    assert clinic.books.civil_day(datetime(2026, 11, 1, 15, 0, tzinfo=UTC)) == date(2026, 11, 2)


def test_an_instant_has_one_civil_day_however_it_is_written(clinic: Clinic):
    at = datetime(2026, 7, 11, 22, 30, tzinfo=UTC)
    for hours in (-11, 0, 2, 14):
        assert clinic.books.civil_day(at.astimezone(timezone(timedelta(hours=hours)))) == date(2026, 7, 12)


def test_a_machine_that_does_not_know_the_zone_says_so_and_tells_no_other_day(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
):
    def unknown(name: str) -> ZoneInfo:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr(civil_time, "ZoneInfo", unknown)
    with pytest.raises(ZoneUnknown, match="this machine does not know the time zone Europe/Stockholm; install"):
        clinic.books.civil_day(datetime(2026, 11, 1, tzinfo=UTC))
