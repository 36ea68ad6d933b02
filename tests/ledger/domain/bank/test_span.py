"""Statements that share money are never apart, however their lines are ordered and divided."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from ledger.domain.bank.span import Span

DAY, NEXT, LAST = date(2026, 10, 2), date(2026, 10, 3), date(2026, 10, 4)
FIRST = Span(DAY, DAY, 0, 200_00, 200_00, "1")
THIRD = Span(DAY, DAY, 400_50, 300_50, 0, "3")


def both_ways(one: Span, other: Span) -> bool:
    assert one.is_apart(other) == other.is_apart(one)
    return one.is_apart(other)


def test_statements_of_one_day_between_whose_balances_money_is_missing_are_apart() -> None:
    assert both_ways(FIRST, THIRD)


@pytest.mark.parametrize(
    "other",
    [
        {"sequence": "1"},
        {"sequence": "0001"},
        {"sequence": None},
        {"incoming_minor": None},
        # It may have begun with the closing balance of the first, or earlier.
        {"opening_minor": 200_00, "closing_minor": 100_00},
        {"opening_minor": 150_00, "closing_minor": 170_00, "incoming_minor": 20_00},
        # Before it ended with 300.50, it may have had everything from 0.00 to 400.50.
        {"opening_minor": 0, "incoming_minor": 400_50},
        {"incoming_minor": 300_50},
        # More than one day is common to both, or none.
        {"from_on": DAY, "to_on": NEXT},
        {"from_on": LAST, "to_on": LAST},
    ],
)
def test_anything_less_proves_nothing(other: dict[str, object]) -> None:
    first = FIRST._replace(to_on=NEXT) if other.get("to_on") == NEXT else FIRST
    assert not both_ways(first, THIRD._replace(**other))  # type: ignore[arg-type]


def test_statements_that_meet_on_a_day_can_be_apart() -> None:
    assert both_ways(FIRST._replace(to_on=NEXT), THIRD._replace(from_on=NEXT, to_on=LAST))


def merged(rng: Random, amounts: list[int]) -> list[int]:
    """The amounts in another order, some of one direction as one amount."""
    made: list[int] = []
    for amount in rng.sample(amounts, len(amounts)):
        if made and made[-1] * amount > 0 and rng.random() < 0.5:
            made[-1] += amount
        else:
            made.append(amount)
    return made


def cut(rng: Random, lines: list[int], begin: int, end: int, number: int) -> Span:
    amounts = merged(rng, lines[begin:end])
    opening, incoming = sum(lines[:begin]), sum(one for one in amounts if one > 0)
    return Span(DAY, DAY, opening, opening + sum(amounts), incoming, str(number))


def test_two_cuts_of_a_true_day_that_share_a_line_are_never_apart() -> None:
    rng, found = Random(7), 0
    for _ in range(5_000):
        lines = [rng.choice((100, 250, 400, -15, -120, -300)) for _ in range(8)]
        (a, b), (c, d) = (sorted(rng.sample(range(9), 2)) for _ in range(2))
        apart = both_ways(cut(rng, lines, a, b, 1), cut(rng, lines, c, d, 2))
        assert not (apart and max(a, c) < min(b, d))
        found += apart
    assert found > 500
