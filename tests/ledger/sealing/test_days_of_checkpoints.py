"""A checkpoint's day never goes back and is never to come, since years are archived up to a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from ledger.sealing import SealRefused, seal
from tests.kit.sealed_books import AT, DAY, SealedBooks

ONE = timedelta(days=1)


def sealed_for(books: SealedBooks, day: date, at: datetime = AT, *, nearest: bool = False) -> str:
    """The day of the checkpoint that is signed."""
    done = seal(books.journal, books.seals, day, at, nearest=nearest)
    assert done.facts > 0
    assert done.checkpoint is not None
    return done.checkpoint.day


@pytest.mark.parametrize("day", [DAY + 2 * ONE, date(2099, 12, 31), date.max])
def test_a_day_to_come_is_refused_and_leaves_nothing(books: SealedBooks, day: date):
    books.append(0, 2)
    with pytest.raises(SealRefused, match=f"{day} is in the future; give today or an earlier day") as no:
        sealed_for(books, day)
    assert no.value.code == "day_in_future"
    assert not books.seals.folder.exists()
    assert not books.seals.key.exists()


def test_the_day_may_be_one_ahead_of_the_clock_which_is_in_utc(books: SealedBooks):
    books.append(0, 2)
    # Eleven in the evening in Greenwich is ten the next morning in Nouméa.
    there = datetime(2026, 11, 10, 23, tzinfo=UTC).astimezone(timezone(timedelta(hours=11)))
    assert sealed_for(books, there.date(), there) == "2026-11-11"


def test_a_day_before_the_last_checkpoints_is_refused(books: SealedBooks):
    books.append(0, 2)
    sealed_for(books, DAY)
    books.append(2, 2)
    with pytest.raises(SealRefused, match=f"{DAY - ONE} is before {DAY}, the day of checkpoint 1; give {DAY}") as no:
        sealed_for(books, DAY - ONE)
    assert no.value.code == "day_before_last_checkpoint"
    assert not books.checkpoint(2).exists()
    assert sealed_for(books, DAY) == str(DAY)


def test_a_job_run_later_for_an_earlier_day_takes_the_nearest_that_can_be(books: SealedBooks):
    for day, taken in ((DAY, DAY), (DAY - 300 * ONE, DAY), (date(2099, 12, 31), DAY + ONE), (DAY, DAY + ONE)):
        books.append(books.journal.stable_position(), 1)
        assert sealed_for(books, day, nearest=True) == str(taken)
    assert books.findings() == []
