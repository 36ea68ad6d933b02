"""A true month, cut, reordered, overlapped, repeated and changed at random: the book has what the bank says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from reconciliation.statements.camt.writer import CamtDetail, CamtEntry
from tests.kit.clinic import DAY
from tests.kit.paper_bank import PaperBank, but, entry, said_by
from tests.kit.seeds import seeds

DAYS = 7
PRICES = (100_00, 250_00, 250_00, 400_00, -15_00, -15_00)
OPENING = 1_000_00
# The lines of each day, in the bank's order.
Month = list[list[CamtEntry]]
# From which line of which day, up to which line of which day; a whole day ends with its last line.
Cut = tuple[int, int, int, int]

CHANGES: tuple[Callable[[CamtEntry], CamtEntry], ...] = (
    lambda one: but(one, counterparty="Ã…"),
    lambda one: but(one, text="another text"),
    lambda one: but(one, value_on=one.value_on + timedelta(days=1)),
    lambda one: but(one, end_to_end_id="E99"),
    lambda one: but(one, bank_ref="another id"),
    lambda one: but(one, bank_ref=None),
    lambda one: replace(one, details=(CamtDetail(one.amount_minor - 1), CamtDetail(1))),
)


def true_month(rng: Random) -> Month:
    """Days of one to five lines, some with an id of the bank's, many alike."""
    return [
        [
            entry(
                rng.choice(PRICES),
                DAY + timedelta(days=day),
                bank_ref=f"{day}-{number}" if rng.random() < 0.5 else None,
                counterparty=rng.choice(("Åsa", "Bo", None)),
            )
            for number in range(rng.randint(1, 5))
        ]
        for day in range(DAYS)
    ]


def middle_of(day: list[CamtEntry]) -> int:
    """Where the bank ends its first statement of the day, if it sends two."""
    return len(day) // 2


def whole_days(month: Month, first: int, last: int) -> Cut:
    return first, 0, last, len(month[last])


def cover(rng: Random, month: Month) -> list[Cut]:
    """Cuts that follow each other and leave nothing out; some days are in two statements."""
    cuts, day = [], 0
    while day < DAYS:
        last = min(day + rng.choice((0, 0, 1, 2)), DAYS - 1)
        middle = middle_of(month[last]) if last == day else 0
        if middle and rng.random() < 0.6:
            cuts += [(day, 0, day, middle), (day, middle, day, len(month[day]))]
        else:
            cuts.append(whole_days(month, day, last))
        day = last + 1
    return cuts


def overlapping(rng: Random, month: Month) -> Cut:
    first = rng.randrange(DAYS)
    last = min(first + rng.randrange(4), DAYS - 1)
    begin = rng.choice((0, middle_of(month[first])))
    end = rng.choice((middle_of(month[last]), len(month[last])))
    return (first, begin, last, end) if first < last and end else whole_days(month, first, last)


def lines_of(month: Month, cut: Cut) -> list[CamtEntry]:
    first, begin, last, end = cut
    found = [one for day in range(first, last + 1) for one in month[day]]
    return found[begin : len(found) - len(month[last]) + end]


def written(month: Month, cut: Cut, entries: Sequence[CamtEntry], name: str, message: str, number: int) -> bytes:
    first, begin, last, _ = cut
    before = [one.amount_minor for day in range(first) for one in month[day]]
    opening = OPENING + sum(before) + sum(one.amount_minor for one in month[first][:begin])
    on, to = (DAY + timedelta(days=day) for day in (first, last))
    return said_by(entries, opening, name, on, to, message, number)


def files(rng: Random, month: Month) -> list[bytes]:
    """All of the month and more, in any order; at the end one of the statements again, with other booking days."""
    cuts = cover(rng, month)
    cuts += [overlapping(rng, month) for _ in range(3)] + rng.sample(cuts, 2)
    rng.shuffle(cuts)
    made = []
    for number, cut in enumerate(cuts):
        entries = lines_of(month, cut)
        if rng.random() < 0.5:
            entries = [rng.choice(CHANGES)(one) if rng.random() < 0.4 else one for one in entries]
        name = rng.choice(("S", f"S{cut}", f"S{number}"))
        made.append(written(month, cut, entries, name, f"M{number}", rng.choice((1, number))))
    first, _, last, _ = cut = rng.choice(cuts)
    moved = [
        replace(one, booked_on=DAY + timedelta(days=rng.randint(first, last)), bank_ref=None)
        for one in lines_of(month, cut)
    ]
    return [*made, written(month, cut, moved, "moved", "M-moved", 99)]


# About ten lines of a month are changed, each in one of the seven ways.
@pytest.mark.parametrize("seed", seeds(range(8), range(8, 300)))
def test_a_true_month_is_booked_once_whatever_files_say_it(seed: int) -> None:
    rng = Random(seed)
    month, bank = true_month(rng), PaperBank()
    lines = [one for day in month for one in day]
    for content in files(rng, month):
        bank.deliver(content)

    assert bank.balance == sum(one.amount_minor for one in lines)
    assert bank.differences == []
    by_movement = {row["movement_id"]: row["movement_minor"] for row in bank.rows}
    assert sorted(by_movement.values()) == sorted(one.amount_minor for one in lines)
