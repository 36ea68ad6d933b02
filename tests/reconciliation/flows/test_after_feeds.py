"""Scheduled reminders wait for the day's files: a late feed holds back those that it touches, and only these."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from infra.postgres import Urls
from reconciliation.flows.after_feeds import remind_after_feeds
from reconciliation.places import Place, Places
from reconciliation.places.form import Reminding
from reconciliation.reminded import Reminded
from tests.kit.clinic import ACCOUNT, Clinic, clinic_on, statement
from tests.kit.providers import declare_provider_account

FRIDAY, MONDAY = date(2026, 10, 2), date(2026, 10, 5)
# Ten o'clock on Tuesday in Stockholm; the invoices of the clinic are due on Monday.
TUESDAY_AT_TEN = datetime(2026, 10, 6, 8, tzinfo=UTC)
SEB = Place(accounts=(ACCOUNT,), folder="/srv/seb")
CARDS = Place(accounts=("cards",), folder="/srv/cards")


@pytest.fixture
def office(database_urls: Urls, tmp_path: Path) -> Iterator[Clinic]:
    with clinic_on(database_urls.writer, tmp_path / "clinic") as clinic:
        clinic.opened(2)
        clinic.load(statement([], statement_id="S1", on=FRIDAY), on=FRIDAY)
        clinic.at = TUESDAY_AT_TEN
        yield clinic


def remind(clinic: Clinic, at: datetime = TUESDAY_AT_TEN, **places: Place) -> Reminded | None:
    clinic.at = at
    with clinic.day(at.date()) as day:
        return remind_after_feeds(day, Places(places or {"seb": SEB}, reminders=Reminding(time(10))))


def test_while_the_bank_is_late_nobody_is_reminded_and_then_each_once(office: Clinic):
    held = remind(office)
    assert held is not None
    assert (held.on, held.due, held.sent) == (MONDAY, 2, 0)
    assert [one.why for one in held.items] == ["bank_not_loaded"] * 2
    assert [one.bank_account for one in held.lagging] == [ACCOUNT]

    office.load(statement([], statement_id="S2", on=MONDAY, sequence=2), on=date(2026, 10, 6))

    done, again = remind(office), remind(office)
    assert done is not None
    assert again is not None
    assert (done.sent, again.due, again.sent) == (2, 0, 0)
    assert {fact.bank_loaded_through for fact in office.facts("ReminderSent")} == {MONDAY}


def test_a_provider_whose_files_are_late_holds_back_what_may_be_paid_there(office: Clinic):
    office.load(statement([], statement_id="S2", on=MONDAY, sequence=2), on=date(2026, 10, 6))
    office.do(declare_provider_account(), on=date(2026, 10, 6))
    held = remind(office, seb=SEB, cards=CARDS)
    assert held is not None
    assert (held.sent, [one.bank_account for one in held.lagging]) == (0, ["cards"])
    # Nothing is expected of a provider that no place is for.
    other = remind(office)
    assert other is not None
    assert other.sent == 2


@pytest.mark.parametrize(
    "at", [TUESDAY_AT_TEN - timedelta(minutes=1), datetime(2026, 10, 4, 10, tzinfo=UTC)], ids=["early", "sunday"]
)
def test_before_their_hour_and_on_days_without_banks_there_are_none(office: Clinic, at: datetime):
    assert remind(office, at) is None
    assert office.count("ReminderSuppressed", "ReminderSent") == 0
