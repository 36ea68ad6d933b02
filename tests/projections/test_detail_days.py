"""What exceeds the statements of one day and what waits on another are told apart, unless they are the same money."""

from __future__ import annotations

from datetime import date

import pytest

from projections.reports.cut_over import controls, cut_over
from projections.reports.detail_days import DetailDay, near_through, on_the_way, open_days
from projections.reports.report import Control


def day(number: int) -> date:
    return date(2026, 10, number)


def days(**amounts: int) -> list[DetailDay]:
    return [DetailDay(day(int(name[1:])), amount) for name, amount in amounts.items()]


def still(found: list[DetailDay], through: int = 30, shown: int | None = 30) -> list[DetailDay]:
    return open_days(found, day(through), None if shown is None else day(shown))


@pytest.mark.parametrize("shown", [13, 12, None])
def test_a_sum_that_may_still_get_its_details_hides_no_excess(shown: int | None) -> None:
    both = days(d12=400, d13=-400)
    assert still(both, shown=shown) == both
    assert still(days(d12=-400, d13=400), shown=shown) == days(d12=-400, d13=400)


def test_days_near_each_other_with_the_same_money_explain_each_other_once_later_details_have_come() -> None:
    assert still(days(d12=400, d13=-400), shown=14) == []
    assert still(days(d12=-400, d15=400)) == []
    # Two days of payments are one sum after a weekend; other days between them stay open.
    assert still(days(d9=150, d10=-70, d11=250, d12=-400)) == days(d10=-70)
    # The nearest with exactly the amount is the same money.
    assert still(days(d9=100, d10=-100, d11=-100)) == days(d11=-100)


@pytest.mark.parametrize("found", [days(d12=400, d16=-400), days(d12=400, d13=-401), days(d12=400, d13=400)])
def test_days_that_are_far_away_or_have_other_amounts_explain_nothing(found: list[DetailDay]) -> None:
    assert still(found) == found


def test_what_files_show_of_days_without_a_statement_yet_exceeds_nothing() -> None:
    assert still(days(d12=-400, d13=400, d14=5), through=13) == days(d12=-400, d13=400)[:0]
    assert still(days(d13=-70, d14=400), through=13) == days(d13=-70)
    assert open_days(days(d12=400), None, day(12)) == []
    # Nor does a debit that only a notification has.
    assert still(days(d13=-70, d14=-76), through=13) == days(d13=-70)


def test_the_next_bank_day_is_near_however_many_days_away_it_is() -> None:
    thursday, monday = date(2026, 4, 30), date(2026, 5, 4)
    both = [DetailDay(thursday, 400), DetailDay(monday, -400)]
    assert (near_through(thursday), near_through(thursday, "US")) == (monday, date(2026, 5, 3))
    assert open_days(both, monday, date(2026, 5, 5)) == []
    assert open_days(both, monday, date(2026, 5, 5), "US") == both


def moving(found: list[DetailDay], through: int, *, more_come: bool = True) -> list[DetailDay]:
    return on_the_way(found, day(through), more_come=more_come)


def test_what_the_next_files_may_still_explain_is_on_its_way() -> None:
    # Days near each other only lack detail files of a later day.
    both = days(d12=400, d13=-400)
    assert moving(both, 30) == both
    assert moving(days(d12=400, d13=-401, d14=70), 30) == []
    # The statements do not reach to the end of the days on which they may have an excess, unless there will be no more.
    assert moving(days(d12=400), 14) == days(d12=400)
    assert moving(days(d12=400), 15) == moving(days(d12=400), 14, more_come=False) == []
    # A sum waits for its details, whatever statements come.
    assert moving(days(d12=-400), 12) == []


@pytest.mark.parametrize(
    ("amount", "debits", "in_excess", "waiting"),
    [
        (400, 0, (400,), ()),
        (-400, 0, (), (-400,)),
        # A return that only files show, and one that only a statement has.
        (-400, -400, (-400,), ()),
        (400, 400, (), (400,)),
        # Payments without details on the day of such a return.
        (-500, -400, (-400,), (-100,)),
        (500, 400, (100,), (400,)),
        # Payments less a return are one amount of a statement, so only what is left differs.
        (-45, -150, (-45,), ()),
        (105, -45, (105,), ()),
        (-105, 45, (), (-105,)),
        (0, -45, (), ()),
    ],
)
def test_what_exceeds_a_days_statements_and_what_waits_are_payments_or_returns(
    amount: int, debits: int, in_excess: tuple[int, ...], waiting: tuple[int, ...]
) -> None:
    of_day = DetailDay(day(12), amount, debits)
    assert (of_day.in_excess, of_day.waiting) == (in_excess, waiting)
    assert sum(in_excess) + sum(waiting) == amount


def test_a_return_that_the_next_statements_may_have_is_on_its_way() -> None:
    found = [DetailDay(day(12), -400, -400)]
    assert moving(found, 14) == found
    assert moving(found, 15) == []


def test_a_day_that_differs_is_proven_by_itself() -> None:
    fed = [
        {"bank_account": "b1", "booked_on": day(number), "currency": "SEK", "formats": "bgmax", "payments": 1}
        | {"amount_minor": shown, "stated_minor": stated}
        for number, shown, stated in ((11, 50, 50), (12, 800, 400), (13, 0, 400))
    ]
    rows = cut_over(fed, {"b1": day(13)})
    apart = controls(rows, {("b1", day(12)), ("b1", day(13))})
    assert apart == (
        Control("b1", "SEK", 50, 50),
        Control("b1 on 2026-10-12", "SEK", 400, 800),
        Control("b1 on 2026-10-13", "SEK", 400, 0),
    )
    assert controls(rows, ()) == (Control("b1", "SEK", 850, 850),)
