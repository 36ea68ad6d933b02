"""What is on the way and what providers keep: a payout by both its sides, reserves, and what is not paid out yet."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest

from projections.reports.kept_money import held, reserves
from projections.reports.money_in_transit import BREAKS, on_the_way
from projections.reports.payout_calendar import Terms

TERMS: Final = {"from_on": date(2026, 1, 1), "settled_within": 3, "arrives_within": 1, "late_for": 5}
KEPT: Final = TERMS | {"released_after": 90}
JANUARY, MARCH, MAY = date(2026, 1, 12), date(2026, 3, 2), date(2026, 5, 4)


def posted(since_on: date, amount_minor: int, currency: str = "SEK") -> dict[str, Any]:
    document = f"movement-{since_on:%Y%m%d}"
    about = {"bank_account": "cards", "currency": currency, "document": document, "settlement_ref": "po_1"}
    return about | {"since_on": since_on, "amount_minor": amount_minor}


def shown(as_of: date, *found: dict[str, Any], terms: Any = (KEPT,)) -> list[tuple[date, int, date | None, str]]:
    rows = reserves(found, {"cards": Terms(terms, as_of, "SE")})
    return [(one["since_on"], one["amount_minor"], one["due_on"], one["status"]) for one in rows]


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        # 90 days after 12 January is Sunday, 12 April.
        (date(2026, 4, 13), "expected"),
        (date(2026, 4, 14), "late"),
        (date(2026, 4, 20), "late"),
        (date(2026, 4, 21), "missing"),
    ],
)
def test_a_reserve_is_expected_then_late_then_missing(as_of: date, status: str) -> None:
    assert shown(as_of, posted(JANUARY, 100_00)) == [(JANUARY, 100_00, date(2026, 4, 13), status)]


def test_the_oldest_is_released_first_also_in_part() -> None:
    found = (posted(JANUARY, 100_00), posted(MARCH, 50_00), posted(MAY, -120_00), posted(MAY, 10_00))
    assert [row[:2] for row in shown(MAY, *found)] == [(MARCH, 30_00), (MAY, 10_00)]


def test_the_terms_of_its_own_day_count_and_without_any_nothing_is_late() -> None:
    later = KEPT | {"from_on": MARCH, "released_after": 180}
    found = shown(
        date(2026, 12, 31), posted(JANUARY, 1), posted(MARCH, 1), terms=(TERMS | {"released_after": None}, later)
    )
    assert found == [(JANUARY, 1, None, "expected"), (MARCH, 1, date(2026, 8, 31), "missing")]
    assert shown(MAY, posted(JANUARY, 1), terms=()) == [(JANUARY, 1, None, "expected")]


def test_more_released_than_was_kept_is_a_break() -> None:
    (row,) = shown(MAY, posted(JANUARY, 100_00), posted(MAY, -100_01))
    assert row == (MAY, -1, None, "differs")
    assert row[3] in BREAKS


def test_what_is_kept_later_does_not_explain_an_earlier_release() -> None:
    found = (posted(JANUARY, 100_00), posted(MARCH, -120_00), posted(MAY, 20_00))
    assert [row[:2] for row in shown(MAY, *found)] == [(MAY, 20_00), (MARCH, -20_00)]


def test_currencies_release_nothing_of_each_other() -> None:
    found = shown(MARCH, posted(JANUARY, 100), posted(JANUARY, 70, "EUR"), posted(MARCH, -60, "EUR"))
    assert [row[1] for row in found] == [100, 10]


def payout(as_of: date, sent: int, arrived: int, **days: date | None) -> dict[str, Any]:
    found = {"bank_account": "cards", "currency": "SEK", "payout_id": "cards.po_1", "payout_ref": "po_1"}
    found |= {"sent_on": None, "arrived_on": None, "returned_on": None, "sent_minor": sent, "arrived_minor": arrived}
    (row,) = on_the_way([found | days], {"cards": Terms([TERMS], as_of, "SE")})
    return row


def test_a_payout_of_which_another_amount_arrived_differs_with_both_amounts() -> None:
    row = payout(JANUARY, 160_00, 150_00, sent_on=JANUARY, arrived_on=JANUARY)
    amounts = (row["sent_minor"], row["arrived_minor"], row["amount_minor"])
    assert (row["status"], amounts) == ("differs", (160_00, 150_00, 10_00))


@pytest.mark.parametrize(("sent", "arrived"), [(160_00, 0), (0, 160_00)])
@pytest.mark.parametrize(
    ("as_of", "status"),
    [(date(2026, 1, 13), "returned"), (date(2026, 1, 14), "late"), (date(2026, 1, 21), "missing")],
)
def test_a_payout_that_came_back_on_one_side_is_on_the_way_from_that_day(
    as_of: date, status: str, sent: int, arrived: int
) -> None:
    days = {"sent_on": date(2026, 1, 7), "arrived_on": date(2026, 1, 8), "returned_on": JANUARY}
    row = payout(as_of, sent, arrived, **days)
    assert (row["since_on"], row["status"], row["amount_minor"]) == (JANUARY, status, sent - arrived)


def test_what_only_arrived_is_unannounced_once_its_file_is_missing() -> None:
    found = [payout(as_of, 0, 1, arrived_on=JANUARY)["status"] for as_of in (JANUARY, MARCH)]
    assert found == ["expected", "unannounced"]


def paid(since_on: date, came: int, went: int = 0, currency: str = "SEK") -> dict[str, Any]:
    about = {"bank_account": "cards", "currency": currency, "since_on": since_on, "settlement_ref": "po_1"}
    return about | {"in_minor": came, "out_minor": -went}


def kept(as_of: date, *found: dict[str, Any], terms: Any = (TERMS,)) -> list[tuple[date, int, date | None, str]]:
    rows = held(found, {"cards": Terms(terms, as_of, "SE")})
    return [(one["since_on"], one["amount_minor"], one["due_on"], one["status"]) for one in rows]


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        (date(2026, 1, 15), "expected"),
        (date(2026, 1, 16), "late"),
        (date(2026, 1, 22), "late"),
        (date(2026, 1, 23), "missing"),
    ],
)
def test_what_is_settled_and_not_paid_out_is_expected_then_late_then_missing(as_of: date, status: str) -> None:
    assert kept(as_of, paid(JANUARY, 100_00)) == [(JANUARY, 100_00, date(2026, 1, 15), status)]


def test_what_went_out_is_of_the_oldest_payments_and_the_rest_is_shown_oldest_first() -> None:
    found = kept(MAY, paid(MARCH, 50_00, 20_00), paid(JANUARY, 100_00), paid(MAY, 30_00, 110_00))
    assert [row[:2] for row in found] == [(MARCH, 20_00), (MAY, 30_00)]
    assert kept(MAY, paid(JANUARY, 100_00), paid(MARCH, 0, 100_00)) == []


def test_what_we_owe_a_provider_is_never_late() -> None:
    found = kept(MAY, paid(JANUARY, 100_00, 90_00), paid(MARCH, 0, 25_00))
    assert found == [(MARCH, -15_00, None, "expected")]


def test_what_we_withdraw_ourselves_waits_for_us_from_the_day_of_such_terms() -> None:
    by_hand = TERMS | {"from_on": MARCH, "by_hand": True}
    found = kept(date(2026, 12, 31), paid(JANUARY, 1), paid(MARCH, 2), terms=(TERMS, by_hand))
    assert found == [(JANUARY, 1, date(2026, 1, 15), "missing"), (MARCH, 2, None, "expected")]


def test_currencies_pay_out_nothing_of_each_other() -> None:
    found = kept(MARCH, paid(JANUARY, 100), paid(JANUARY, 70, 60, "EUR"))
    assert sorted(row[1] for row in found) == [10, 100]
