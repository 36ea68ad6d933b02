"""Bank days: weekends and bank holidays are the calendar's."""

from __future__ import annotations

from datetime import date, timedelta

from ledger.domain.terms import bank_days

# Swedish Act on Public Holidays (1989:253), and the eves on which Bankgirot does not clear.
CLOSED_2026 = ["01-01", "01-06", "04-03", "04-06", "05-01", "05-14", "06-19", "12-24", "12-25", "12-31"]


def test_banks_are_closed_on_the_weekdays_that_the_law_and_bankgirot_name() -> None:
    weekdays = [date(2026, 1, 1) + timedelta(days=day) for day in range(365)]
    closed = [day for day in weekdays if day.weekday() < 5 and not bank_days.is_bank_day(day)]
    assert [f"{day:%m-%d}" for day in closed] == CLOSED_2026


def test_target_is_closed_on_the_days_that_the_central_bank_names() -> None:
    days = [date(2026, 1, 1) + timedelta(days=day) for day in range(365 * 3)]
    closed = {day for day in days if day.weekday() < 5 and not bank_days.is_bank_day(day, bank_days.TARGET)}
    # European Central Bank, press release of 14 December 2000; Good Friday and Easter Monday of these years.
    easter = {date(2026, 4, 3), date(2026, 4, 6), date(2027, 3, 26), date(2027, 3, 29), date(2028, 4, 14)}
    easter.add(date(2028, 4, 17))
    fixed = {date(year, *day) for year in (2026, 2027, 2028) for day in ((1, 1), (5, 1), (12, 25), (12, 26))}
    assert closed == {day for day in easter | fixed if day.weekday() < 5}


def test_banks_book_on_every_weekday_of_october_2026() -> None:
    october = [date(2026, 10, day) for day in range(1, 32)]
    assert [bank_days.is_bank_day(day) for day in october] == [day.weekday() < 5 for day in october]


def test_bank_days_are_counted_over_holidays() -> None:
    assert bank_days.after(date(2026, 4, 2)) == date(2026, 4, 7)
    assert bank_days.on_or_before(date(2026, 4, 6)) == date(2026, 4, 2)
    assert bank_days.on_or_after(date(2026, 10, 31)) == date(2026, 11, 2)
    assert bank_days.after(date(2026, 4, 2), 0) == date(2026, 4, 2)


def test_each_country_has_its_own_holidays_and_an_unknown_one_none() -> None:
    midsummer_eve, monday = date(2026, 6, 19), date(2026, 6, 22)
    assert [bank_days.after(date(2026, 6, 18), 1, country) for country in ("SE", "DE", "XX")] == [
        monday,
        midsummer_eve,
        midsummer_eve,
    ]
