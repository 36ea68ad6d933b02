"""The demo's dated data: prices add up and follow the day of the visit; bank holidays are the calendar's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from infra.demo import bank_days, prices

SERVICES = sorted(prices.VISITS | {row.service for row in prices.OWN_PRICES})


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("region", ["north", "south"])
def test_the_shares_of_a_price_are_its_sum(service: str, region: str) -> None:
    price = prices.price_of(service, region, date(2026, 9, 1))
    assert price.patient_minor + price.payer_minor == price.net_minor + price.vat_minor
    assert (price.payer is None) == (price.payer_minor == 0)


def test_the_fee_is_that_of_the_day_of_the_visit() -> None:
    before, after = (prices.price_of("DOCTOR", "north", day) for day in (date(2026, 6, 30), date(2026, 7, 1)))
    assert (before.patient_minor, after.patient_minor) == (200_00, 250_00)
    assert before.net_minor == after.net_minor == 500_00


def test_a_price_before_the_list_begins_is_unknown() -> None:
    with pytest.raises(KeyError, match="2001-01-01"):
        prices.price_of("DOCTOR", "north", date(2001, 1, 1))


@pytest.mark.parametrize(("total", "change"), [(386_40, -40), (589_50, 50), (589_49, -49), (250_00, 0)])
def test_fifty_oere_are_rounded_up(total: int, change: int) -> None:
    assert prices.rounded_to_krona(total) == change


def test_only_what_a_source_says_is_confirmed() -> None:
    rows: list[Any] = [*prices.CARE_TOTALS, *prices.PATIENT_FEES, *prices.OWN_PRICES]
    assert {(row.source.startswith("SKR"), row.confirmed) for row in rows} == {(True, True), (False, False)}


# Swedish Act on Public Holidays (1989:253), and the eves on which Bankgirot does not clear.
CLOSED_2026 = ["01-01", "01-06", "04-03", "04-06", "05-01", "05-14", "06-19", "12-24", "12-25", "12-31"]


def test_banks_are_closed_on_the_weekdays_that_the_law_and_bankgirot_name() -> None:
    weekdays = [date(2026, 1, 1) + timedelta(days=day) for day in range(365)]
    closed = [day for day in weekdays if day.weekday() < 5 and not bank_days.is_bank_day(day)]
    assert [f"{day:%m-%d}" for day in closed] == CLOSED_2026


def test_banks_book_on_every_weekday_of_october_2026() -> None:
    october = [date(2026, 10, day) for day in range(1, 32)]
    assert [bank_days.is_bank_day(day) for day in october] == [day.weekday() < 5 for day in october]


def test_bank_days_are_counted_over_holidays() -> None:
    assert bank_days.after(date(2026, 4, 2)) == date(2026, 4, 7)
    assert bank_days.on_or_before(date(2026, 4, 6)) == date(2026, 4, 2)
    assert bank_days.on_or_after(date(2026, 10, 31)) == date(2026, 11, 2)
