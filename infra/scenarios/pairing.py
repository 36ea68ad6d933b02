"""Pairs expected rows with the rows of an answer so that as many as possible have one of their own."""

from __future__ import annotations

from collections.abc import Sequence


def paired(fits: Sequence[Sequence[bool]]) -> dict[int, int]:
    """Return by expected row the row it gets, given which rows fit which; a row that fits several goes to one of them.

    An expected row that fits several rows gives way if another one fits only the row that it has.
    """
    owner: dict[int, int] = {}

    def find(expected: int, tried: set[int]) -> bool:
        for row, fit in enumerate(fits[expected]):
            if fit and row not in tried:
                tried.add(row)
                if row not in owner or find(owner[row], tried):
                    owner[row] = expected
                    return True
        return False

    for expected in range(len(fits)):
        find(expected, set())
    return {expected: row for row, expected in owner.items()}
