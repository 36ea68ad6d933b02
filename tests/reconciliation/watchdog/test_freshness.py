"""What is behind, by the hour, the bank days and the zone of a place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

import pytest

from ledger.domain.terms.bank_days import after
from reconciliation.places import Place
from reconciliation.watchdog import Behind, behind
from reconciliation.watchdog.freshness import Reach, expected_on

SEB = Place(accounts=("main",), folder="/srv/seb")
THURSDAY, FRIDAY, MONDAY, TUESDAY = date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5), date(2026, 10, 6)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant of a day in Stockholm in summer."""
    return datetime(day.year, day.month, day.day, hour - 2, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("place", "now", "day"),
    [
        (SEB, at(TUESDAY, 8, 59), FRIDAY),
        (SEB, at(TUESDAY, 9), MONDAY),
        (SEB, at(MONDAY, 9), FRIDAY),
        # Nothing is due on a weekend, or on the eve of Midsummer.
        (SEB, at(date(2026, 10, 4), 12), THURSDAY),
        (SEB, at(date(2026, 6, 19), 12), date(2026, 6, 17)),
        (Place(accounts=("main",), folder="/srv", behind=0), at(TUESDAY, 9), TUESDAY),
        (Place(accounts=("main",), folder="/srv", behind=2), at(TUESDAY, 9), FRIDAY),
        # Nine o'clock in New York is three in the afternoon here.
        (Place(accounts=("main",), folder="/srv", timezone="America/New_York"), at(TUESDAY, 14), FRIDAY),
        (Place(accounts=("main",), folder="/srv", timezone="America/New_York"), at(TUESDAY, 15), MONDAY),
    ],
)
def test_by_the_hour_of_a_bank_day_the_account_is_loaded_through_an_earlier_one(place: Place, now: datetime, day: date):
    assert expected_on(place, now, "Europe/Stockholm", "SE") == day


@pytest.mark.parametrize(
    ("through", "found"),
    [
        (MONDAY, None),
        (date(2026, 10, 9), None),
        (FRIDAY, ("late", MONDAY)),
        # A statement through Sunday has no more bank days than one through Friday.
        (date(2026, 10, 4), ("late", MONDAY)),
        (THURSDAY, ("missing", FRIDAY)),
        (None, ("late", None)),
    ],
)
def test_only_the_day_expected_last_is_late_and_what_lies_before_it_is_missing(
    through: date | None, found: tuple[str, date | None] | None
):
    said = behind({"seb": SEB}, {"main": Reach(through)}, at(TUESDAY, 9), "Europe/Stockholm", "SE")
    assert [(one.state, one.since_on) for one in said] == ([] if found is None else [found])
    assert all((one.place, one.account, one.expected_on) == ("seb", "main", MONDAY) for one in said)


def test_nothing_is_expected_of_an_account_that_is_closed():
    assert behind({"seb": SEB}, {}, at(TUESDAY, 9), "Europe/Stockholm", "SE") == []
    other = {"other": Place(accounts=("cards",), folder="/srv/cards")}
    reached = {"main": Reach(FRIDAY), "cards": Reach(None)}
    assert behind({"seb": SEB} | other, reached, at(TUESDAY, 9), "Europe/Stockholm", "SE") == [
        Behind("seb", "main", "late", MONDAY, MONDAY),
        Behind("other", "cards", "late", None, MONDAY),
    ]


SILENT: Final = Place(accounts=("main", "other"), folder="/srv/seb", longest_silence={"main": 2})


@pytest.mark.parametrize(
    ("through", "state"),
    [
        (FRIDAY, None),
        (THURSDAY, None),
        (date(2026, 9, 30), "late"),
        (date(2026, 9, 29), "missing"),
    ],
)
def test_a_silent_account_is_behind_only_after_its_longest_silence(through: date, state: str | None):
    for reach, expected in ((Reach(through), state), (Reach(through, is_before_gap=True), "gap")):
        found = behind({"seb": SILENT}, {"main": reach}, at(TUESDAY, 9), "Europe/Stockholm", "SE")
        assert [one.state for one in found] == ([] if expected is None else [found[0].state])
        assert [one.since_on for one in found] == [after(through, 1, "SE")] * len(found)
        assert expected in (None, "gap") or found[0].state == expected
    # The place's other account brings a file each day.
    others = behind({"seb": SILENT}, {"other": Reach(through)}, at(TUESDAY, 9), "Europe/Stockholm", "SE")
    assert len(others) == 1
