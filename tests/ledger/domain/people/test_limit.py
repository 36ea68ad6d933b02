"""The limit: how much a duty may decide at once and in a month, dated, by kind and currency."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.domain.fact import NewFact
from ledger.domain.people.limit import LIMITS, Limit, Limits, LimitSet, SetLimit
from tests.kit.book import DAY, Book, Raised

LATER = DAY + timedelta(days=10)


def set_(single: int | None = None, month: int | None = None, from_on: date | None = None, currency: str = "SEK"):
    return SetLimit(
        duty="approver",
        kind="write_off",
        currency=currency,
        single_minor=single,
        month_minor=month,
        from_on=from_on,
    )


def limits(*commands: SetLimit) -> Limits:
    state = Book().given(*commands).states[LIMITS]
    assert isinstance(state, Limits)
    return state


def test_it_is_set_from_a_day_on():
    Book().when(set_(100, 1000, LATER)).then(
        NewFact(
            LIMITS,
            LimitSet(
                duty="approver",
                kind="write_off",
                currency="SEK",
                single_minor=100,
                month_minor=1000,
                from_on=LATER,
            ),
        )
    )


def test_the_one_that_began_last_counts_and_the_newer_of_two_that_began_together():
    found = limits(set_(100), set_(300, from_on=LATER), set_(200), set_(50, from_on=LATER))
    of = [found.of("approver", "write_off", "SEK", day) for day in (DAY, LATER - timedelta(days=1), LATER)]
    assert [one and one.single_minor for one in of] == [200, 200, 50]


def test_without_any_limit_of_its_kind_a_duty_is_not_limited():
    found = limits(set_(100, from_on=LATER))
    assert found.of("approver", "write_off", "SEK", DAY) is None
    assert found.of("approver", "refund", "SEK", LATER) is None
    assert found.of("manager", "write_off", "SEK", LATER) is None


def test_with_a_limit_in_one_currency_nothing_is_admitted_in_another():
    found = limits(set_(100)).of("approver", "write_off", "EUR", DAY)
    assert found is not None
    assert not found.admits(1, 1)


@pytest.mark.parametrize(
    ("limit", "amount", "total", "admitted"),
    [
        (Limit(DAY, 100, 1000), 100, 1000, True),
        (Limit(DAY, 100, 1000), 101, 500, False),
        (Limit(DAY, 100, 1000), 100, 1001, False),
        (Limit(DAY, None, 1000), 1000, 1000, True),
        (Limit(DAY, 100, None), 100, 10**9, True),
        (Limit(DAY, 0, None), 1, 1, False),
    ],
)
def test_it_admits_up_to_its_amounts(limit: Limit, amount: int, total: int, admitted: bool):
    assert limit.admits(amount, total) is admitted


def test_the_same_limit_again_is_nothing_new():
    Book().given(set_(100)).when(set_(100, from_on=LATER)).nothing_new()
    Book().given(set_(100, from_on=LATER)).when(set_(100)).then(
        NewFact(
            LIMITS,
            LimitSet(
                duty="approver", kind="write_off", currency="SEK", single_minor=100, month_minor=None, from_on=DAY
            ),
        )
    )


RAISED: Raised = {
    "limit_in_the_past": ((), set_(100, from_on=DAY - timedelta(days=1))),
    "limit_malformed": ((), set_(100, currency="XXY")),
}
