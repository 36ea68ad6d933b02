"""A balance day by day: what can be taken from which day on, and what lacks until when."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.domain.balance import Balance


def day(number: int) -> date:
    return date(2024, 7, number)


def balance(*moves: tuple[int, int]) -> Balance:
    """A balance after amounts that take effect on days of July."""
    made = Balance()
    for number, amount in moves:
        made = made.moved(day(number), amount)
    return made


@pytest.mark.parametrize(
    ("moves", "amount", "from_day", "parts"),
    [
        (((1, 100),), 100, 5, [(5, 100)]),
        (((1, 100),), 100, 1, [(1, 100)]),
        # Not there yet, or used for a while: on the first day from which it is there for good.
        (((1, 100),), 60, 0, [(1, 60)]),
        (((1, 100), (5, -100), (8, 100)), 100, 3, [(8, 100)]),
        # A part of it is there earlier than the rest.
        (((1, 100), (5, -60), (8, 60)), 100, 3, [(3, 40), (8, 60)]),
        (((1, 100), (5, -60), (8, 60)), 30, 3, [(3, 30)]),
        (((1, 100), (5, -60), (8, 60)), 100, 9, [(9, 100)]),
        # Never that much.
        (((1, 100),), 101, 2, [(2, 100)]),
        ((), 1, 2, []),
    ],
)
def test_an_amount_is_taken_in_parts_each_as_early_as_it_lasts(
    moves: tuple[tuple[int, int], ...], amount: int, from_day: int, parts: list[tuple[int, int]]
) -> None:
    start = day(from_day) if from_day else date(2024, 6, 30)
    found = balance(*moves).parts_of(amount, start)
    assert found == tuple((day(number), part) for number, part in parts)


@pytest.mark.parametrize(
    ("moves", "lacking"),
    [
        ((), []),
        (((1, 100), (5, -100)), []),
        (((1, 100), (5, -130)), [(5, 30)]),
        (((1, 100), (5, -130), (7, -20), (8, 50)), [(5, 30), (7, 20)]),
        (((1, -40), (3, 40), (5, -50)), [(1, 40), (5, 10)]),
    ],
)
def test_what_lacks_is_added_on_the_last_possible_days(
    moves: tuple[tuple[int, int], ...], lacking: list[tuple[int, int]]
) -> None:
    before = balance(*moves)
    assert before.lacking == tuple((day(number), amount) for number, amount in lacking)
    for on, amount in before.lacking:
        before = before.moved(on, amount)
    assert not before.lacking
