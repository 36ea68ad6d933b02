"""The reminders of a schedule: of the day through which the files should have come, and without those that are late.

The rule of a reminder holds back whatever may be paid to a bank account that is not loaded up to the day. A payment
provider whose files are late holds back what is owed in its currency in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ledger.domain.duty import job_actor
from ledger.domain.terms.bank_days import is_bank_day
from projections.reports.loaded_through import Reached
from reconciliation.reminder_run import remind_due
from reconciliation.watchdog import behind, reach_of
from reconciliation.watchdog.freshness import expected_on

if TYPE_CHECKING:
    from projections import Books
    from reconciliation.places import Places
    from reconciliation.reminded import Reminded
    from reconciliation.steps.day import BankDay


def is_time(places: Places, zone: str, country: str, now: datetime) -> bool:
    """Whether the reminders of a day are due: on a bank day, from their hour on."""
    local = now.astimezone(ZoneInfo(zone))
    hour = places.reminders
    return hour is not None and is_bank_day(local.date(), country) and local.time() >= hour.at


def remind_after_feeds(day: BankDay, places: Places) -> Reminded | None:
    """Remind of what is due on the day through which all files are expected by now; null if it is not the hour for it.

    Running it again reminds nobody twice: it reminds of what an earlier run held back because files were late.
    """
    books, now = day.books, day.recorded_at
    books.follow()
    terms = books.terms()
    if not is_time(places, terms.zone, terms.jurisdiction, now):
        return None
    expected = [expected_on(place, now, terms.zone, terms.jurisdiction) for place in places.places.values()]
    on = min(expected, default=day.on)
    late = late_providers(books, places, now, day.on)
    return remind_due(books, day.desk, on, now, job_actor("reminders"), feeds=late)


def late_providers(books: Books, places: Places, now: datetime, today: date) -> Sequence[Reached]:
    """The accounts at payment providers whose files are late, as far as they are loaded."""
    terms = books.terms()
    accounts = {one["bank_account"]: one for one in books.store.now.provider_accounts()}
    reached = {id: reach for id, reach in reach_of(books, today).items() if id in accounts}
    late = {one.account: one for one in behind(places.places, reached, now, terms.zone, terms.jurisdiction)}
    return [
        Reached(
            id,
            accounts[id]["name"],
            accounts[id]["currency"],
            reached[id].through_on,
            has_statement=reached[id].through_on is not None,
            awaited=True,
            ahead_on=None,
        )
        for id in late
    ]
