"""Which of the payouts that a line of our bank quotes it pays: one, or several together.

What one line pays is one payout from then on: the provider's movements of the others become those of the one whose the
line is. So what differs or comes back later is shown of all together, and no amount is divided by guess. A payout below
zero lowers what the line pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Option(NamedTuple, Generic[T]):
    """A payout whose number a line quotes, what of it is under way, and whether other lines paid something of it."""

    of: T
    left_minor: int
    has_arrived: bool = False


def paid(options: Sequence[Option[T]], amount_minor: int) -> list[T]:
    """The payouts that a line of this amount pays, the one first whose the line is; none if that is not certain.

    These are all if the line is their sum, else the only one with its amount. Else they are all, if together they go
    the way that the line goes, without those of which something arrived before: a bank may keep something of a payout,
    so another amount is no reason to take the line for something else.
    """
    chosen = _chosen(options, amount_minor)
    if sum(one.has_arrived for one in chosen) > 1:
        # What arrived of the one is not the other one's.
        return []
    chosen.sort(key=lambda one: (one.has_arrived, one.left_minor * amount_minor), reverse=True)
    return [one.of for one in chosen]


def _chosen(options: Sequence[Option[T]], amount_minor: int) -> list[Option[T]]:
    if _sum(options) == amount_minor:
        return list(options)
    exact = [one for one in options if one.left_minor == amount_minor]
    if len(exact) == 1:
        return exact
    new = [one for one in options if not one.has_arrived] or list(options)
    if _sum(new) * amount_minor > 0:
        return new
    same_way = [one for one in options if one.left_minor * amount_minor > 0]
    return same_way if len(same_way) == 1 else []


def _sum(options: Sequence[Option[T]]) -> int:
    return sum(one.left_minor for one in options)
