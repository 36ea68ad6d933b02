"""Which sums of an order are payments that detail files have shown, and that each payment is in one sum only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reconciliation.matching.shown_debits import shown

DAY, BEFORE = date(2026, 10, 15), date(2026, 10, 14)


def line(key: str, amount_minor: int, number: int | None = None, on: date = DAY, **said: Any) -> dict[str, Any]:
    about = {"our_order": "o1", "account": "b1", "currency": "EUR", "booked_on": on}
    return {"key": key, "amount_minor": amount_minor, "declared_details": number, **about, **said}


def receipt(id: str, amount_minor: int, on: date = DAY, **said: Any) -> dict[str, Any]:
    about = {"order_id": "o1", "bank_account": "b1", "currency": "EUR", "booked_on": on, "movement_id": id}
    return {"receipt_id": id, "amount_minor": amount_minor, **about, **said}


BOTH = [receipt("r1", 400_00), receipt("r2", 150_00)]


@pytest.mark.parametrize("number", [2, None])
@pytest.mark.parametrize("on", [BEFORE, DAY])
def test_a_sum_is_all_that_files_show_of_its_order_on_whatever_day(number: int | None, on: date):
    assert shown([line("k", 550_00, number, on)], BOTH, {}) == {"k"}


def test_two_sums_are_what_files_show_in_two_lines():
    assert shown([line("k1", 400_00, 1), line("k2", 150_00, 1)], BOTH, {}) == {"k1", "k2"}


def test_a_second_sum_is_no_further_payments():
    assert shown([line("k1", 550_00), line("k2", 550_00)], BOTH, {}) == {"k1"}
    assert not shown([line("k2", 550_00, on=BEFORE)], BOTH, {"o1": 550_00})
    assert not shown([line("k2", 150_00)], BOTH, {"o1": 550_00})


def test_a_sum_is_what_another_sum_of_the_order_has_left():
    assert shown([line("k2", 150_00, 1, on=BEFORE)], BOTH, {"o1": 400_00}) == {"k2"}


@pytest.mark.parametrize(
    ("of_line", "of_receipts"),
    [
        (line("k", 549_00), BOTH),
        (line("k", 550_00, 3), BOTH),
        (line("k", 150_00, 2), BOTH),
        (line("k", 550_00, account="b2"), BOTH),
        (line("k", 550_00, currency="SEK"), BOTH),
        (line("k", 550_00, our_order="o2"), BOTH),
        (line("k", 550_00), []),
    ],
)
def test_another_amount_number_account_or_order_is_not_shown(
    of_line: dict[str, Any], of_receipts: list[dict[str, Any]]
):
    assert not shown([of_line], of_receipts, {})
