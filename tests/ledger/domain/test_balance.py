"""A balance day by day: what lacks, and from which day on."""

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
