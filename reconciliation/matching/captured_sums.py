"""Finds which payments, recorded one by one when they were captured, a provider's sum of payments settles.

A file with sums names no payment, so only all payments that wait can be those of a sum, and only with its amount and
its number. A provider makes a settlement in the midst of a day, so the payments of that day may be in it or not; those
from before the previous settlement may be, or may be of an earlier sum. If the payments that wait could be those of
several sums, or sums those of several choices of payments, nothing is certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple


class Sum(NamedTuple):
    """A sum of payments, of one currency; `transactions` is null if the provider does not say how many they are."""

    key: str
    amount_minor: int
    transactions: int | None


class Captured(NamedTuple):
    """A payment that was recorded when it was captured, and that no settlement has shown yet."""

    receipt_id: str
    amount_minor: int
    booked_on: date
    payment_ref: str | None


class Settles(NamedTuple):
    """Sums of one settlement, and the payments that they settle together."""

    sums: tuple[Sum, ...]
    payments: tuple[Captured, ...]


def certain(
    sums: Sequence[Sum], waiting: Sequence[Captured], made_on: date, previous_on: date | None
) -> Settles | None:
    """What the sums of one settlement settle with certainty: all sums together, or only one of them; null if nothing.

    `made_on` is the day on which the settlement was made, and `previous_on` that of the one before.
    """
    choices = _choices(waiting, made_on, previous_on)
    for groups in ([tuple(sums)], [(one,) for one in sums]):
        fits = [Settles(group, chosen) for group in groups for chosen in choices if _fit(group, chosen)]
        if fits:
            return fits[0] if len(fits) == 1 else None
    return None


def _choices(waiting: Iterable[Captured], made_on: date, previous_on: date | None) -> list[tuple[Captured, ...]]:
    """The payments that may be those of a settlement, each choice once: with the day itself and before, or without."""
    ended = [one for one in waiting if one.booked_on <= made_on]
    whole = [ended, [one for one in ended if one.booked_on < made_on]]
    newer = [[one for one in some if previous_on is not None and one.booked_on > previous_on] for some in whole]
    return list(dict.fromkeys(tuple(some) for some in (*whole, *newer) if some))


def _fit(group: Iterable[Sum], chosen: Sequence[Captured]) -> bool:
    numbers = [one.transactions for one in group]
    return (
        None not in numbers
        and sum(one for one in numbers if one is not None) == len(chosen)
        and sum(one.amount_minor for one in group) == sum(one.amount_minor for one in chosen)
    )
