"""The demo's dated data: prices add up and follow the day of the visit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from infra.demo import prices

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
