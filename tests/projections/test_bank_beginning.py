"""The opening balance of a first statement contains what the book has by then, if it is exactly that."""

from __future__ import annotations

from datetime import date

import pytest

from projections.reports.bank_beginning import Beginning, beginning, first_day
from projections.reports.bank_chain import Chain
from projections.reports.cut_over import controls, cut_over
from projections.reports.detail_days import DetailDay
from projections.reports.gap import Gap
from projections.reports.report import Control

NOTHING = frozenset[DetailDay]()


def day(number: int) -> date:
    return date(2026, 10, number)


FIRST = day(14)
OPENED = day(11)
# The first statement opens with 650 and closes with 660.
PLAIN = Chain(FIRST, 660, 650, ())
GAP = Gap(OPENED, FIRST, 0, 650, (None, None))
AFTER = Chain(FIRST, 660, 0, (GAP,))
EARLY = (DetailDay(day(12), 400), DetailDay(day(13), 250))


def test_the_first_day_is_that_of_the_first_statement_after_the_opening_balance() -> None:
    said = [
        {"from_on": None, "to_on": day(12)},
        {"from_on": day(13), "to_on": day(14)},
        {"from_on": None, "to_on": None},
    ]
    assert [first_day(said, opened) for opened in (None, day(11), day(12), day(14))] == [
        day(12),
        day(12),
        day(13),
        None,
    ]


@pytest.mark.parametrize(
    ("through", "before", "not_in_ledger"),
    [
        # The ledger has the movements of the statements only.
        (10, 0, 650),
        (20, 0, 650),
        # The ledger has what the first statement opens with; a part may be on the statement itself.
        (660, 650, 0),
        (660, 655, 0),
        # All of it is on the statement, which dates it later.
        (10, 10, 650),
        # Something else: the ledger's own balance is shown.
        (810, 800, 0),
    ],
)
def test_without_an_opening_balance_the_ledger_has_what_was_booked_before(
    through: int, before: int, not_in_ledger: int
) -> None:
    assert beginning(PLAIN, FIRST, None, through, before, ()) == Beginning(not_in_ledger, (), NOTHING)


@pytest.mark.parametrize(
    ("through", "before", "gaps"), [(660, 650, ()), (660, 0, (GAP,)), (810, 800, (GAP,)), (10, 0, (GAP,))]
)
def test_what_the_ledger_has_is_not_missing_after_the_opening_balance(
    through: int, before: int, gaps: tuple[Gap, ...]
) -> None:
    assert beginning(AFTER, FIRST, OPENED, through, before, ()) == Beginning(0, gaps, NOTHING)


def test_a_later_gap_is_missing_whatever_was_booked_before() -> None:
    later = Gap(FIRST, day(16), 660, 700, (None, None))
    found = beginning(Chain(day(16), 700, 0, (GAP, later)), FIRST, OPENED, 660, 650, ())
    assert found.gaps == (later,)
    assert beginning(Chain(day(16), 700, 650, (later,)), FIRST, None, 660, 650, ()) == Beginning(0, (later,), NOTHING)
    joined = Chain(day(16), 700, 650, (later,))
    assert beginning(joined, FIRST, day(13), 660, 0, ()).gaps == (later,)


@pytest.mark.parametrize(("found", "opened"), [(PLAIN, None), (AFTER, OPENED)])
def test_details_from_before_are_in_the_opening_balance_if_it_is_their_sum(found: Chain, opened: date | None) -> None:
    late = DetailDay(FIRST, 70)
    assert beginning(found, FIRST, opened, 10, 0, (*EARLY, late)).contained == frozenset(EARLY)
    assert beginning(found, FIRST, opened, 260, 250, (*EARLY[:1], late)).contained == frozenset(EARLY[:1])
    for other in (EARLY[:1], (*EARLY, DetailDay(day(13), 400))):
        assert beginning(found, FIRST, opened, 10, 0, other).contained == NOTHING


def test_without_a_gap_after_the_opening_balance_no_details_are_in_it() -> None:
    assert beginning(Chain(FIRST, 660, 650, ()), FIRST, day(13), 660, 0, EARLY).contained == NOTHING


def test_payments_in_the_opening_balance_are_not_compared_with_statements() -> None:
    fed = [
        {"bank_account": "b1", "booked_on": day(number), "currency": "SEK", "formats": None, "payments": 1}
        | {"amount_minor": amount, "stated_minor": stated}
        for number, amount, stated in ((12, 400, 0), (14, 10, 10))
    ]
    rows = cut_over(fed, {"b1": FIRST}, {("b1", day(12))})
    assert [(row["statement_minor"], row["difference_minor"]) for row in rows] == [(None, None), (10, 0)]
    assert controls(rows, ()) == (Control("b1", "SEK", 10, 10),)
