"""A movement without a booking day is booked on a day that its file states, or on none: a day is never made up."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.matching.booking_day import OF_STATEMENT, booking_day

FIRST, LAST = date(2024, 1, 1), date(2024, 7, 18)
DAY, LATER = date(2024, 7, 10), date(2024, 7, 12)
FAR = date(2199, 1, 1)
COLUMNS = ("booked_on", "value_on", *OF_STATEMENT)

# Booking, value, statement's last, closing balance's and creation day; and the day of the movement.
DAYS = [
    ((DAY, LATER, LATER, LATER, LATER), DAY),
    ((None, DAY, LATER, None, None), DAY),
    ((FAR, DAY, LATER, None, None), DAY),
    ((None, LATER, DAY, None, None), DAY),
    ((None, LATER, None, DAY, None), DAY),
    ((None, LATER, None, None, DAY), DAY),
    ((None, FAR, None, DAY, LATER), DAY),
    ((None, None, FAR, None, DAY), DAY),
    ((None, DAY, None, None, None), DAY),
    ((None, FAR, None, None, None), None),
    ((FAR, None, FAR, FAR, FAR), None),
    ((None, None, None, None, None), None),
]


def of(*days: date | None) -> date | None:
    frame = pl.DataFrame(
        {name: [day] for name, day in zip(COLUMNS, days, strict=True)}, dict.fromkeys(COLUMNS, pl.Date)
    )
    found: date | None = frame.select(booking_day(FIRST, LAST)).item()
    return found


def test_the_best_day_of_the_file_is_taken():
    for stated, day in DAYS:
        assert of(*stated) == day, stated


@given(st.lists(st.none() | st.dates(FIRST - timedelta(days=3), LAST + timedelta(days=3)), min_size=5, max_size=5))
def test_a_day_is_one_that_the_file_states_and_the_entity_accepts_or_none(stated: list[date | None]):
    accepted = {day for day in stated if day and FIRST <= day <= LAST}
    day = of(*stated)
    assert day in accepted or (day is None and not accepted)
