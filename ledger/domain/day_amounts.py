"""Amounts of money by the days on which they moved somewhere, in the order of the days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

DayAmounts = tuple[tuple[date, int], ...]


def moved(amounts: DayAmounts, on: date, amount_minor: int) -> DayAmounts:
    """The amounts after one more, below zero if money came back; a day that is left with none is left out."""
    days = Counter(dict(amounts))
    days[on] += amount_minor
    return tuple(sorted((day, amount) for day, amount in days.items() if amount))


def newest(amounts: DayAmounts, amount_minor: int) -> Iterator[tuple[date, int]]:
    """The days and amounts of what moved last, up to an amount."""
    for on, there in reversed(amounts):
        part = min(there, amount_minor)
        amount_minor -= part
        if part:
            yield on, part
