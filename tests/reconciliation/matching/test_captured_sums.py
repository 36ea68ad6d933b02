"""A sum of payments settles those that wait only if they are all that wait, with its amount and its number."""

from __future__ import annotations

from datetime import date

import pytest

from reconciliation.matching.captured_sums import Captured, Sum, certain

MADE = date(2026, 10, 14)
PREVIOUS = date(2026, 10, 7)


def paid(name: str, amount: int, day: int) -> Captured:
    return Captured(name, amount, date(2026, 10, day), f"tr_{name}")


A, B, C = paid("a", 400, 12), paid("b", 200, 13), paid("c", 200, 14)
LATER, OLD = paid("later", 200, 15), paid("old", 200, 2)
BOTH = Sum("s", 600, 2)


@pytest.mark.parametrize(
    ("sums", "waiting", "settled"),
    [
        ([BOTH], [A, B], "ab"),
        # What was captured later is of a later settlement; what was captured on the day itself may be.
        ([BOTH], [A, B, LATER], "ab"),
        ([BOTH], [A, B, C], "ab"),
        ([Sum("s", 800, 3)], [A, B, C], "abc"),
        # What is older than the previous settlement may be of an earlier sum that waits.
        ([BOTH], [OLD, A, B], "ab"),
        ([BOTH], [OLD, A, B, C], "ab"),
        ([BOTH], [], None),
        ([BOTH], [A], None),
        ([BOTH], [A, B, paid("d", 100, 13)], None),
        ([BOTH], [A, paid("d", 250, 13)], None),
        ([BOTH], [paid("d", 600, 13)], None),
        ([Sum("s", 600, 3)], [A, B], None),
        ([Sum("s", 600, None)], [A, B], None),
        # Two methods, or two months, of one settlement.
        ([Sum("s", 400, 1), Sum("t", 200, 1)], [A, B], "ab"),
        # Only the payments of one method are recorded when they are captured.
        ([BOTH, Sum("t", 900, 3)], [A, B], "ab"),
        ([BOTH, Sum("t", 600, 2)], [A, B], None),
    ],
)
def test_only_all_that_wait_are_settled(sums: list[Sum], waiting: list[Captured], settled: str | None) -> None:
    found = certain(sums, waiting, MADE, PREVIOUS)
    assert (None if found is None else "".join(one.receipt_id for one in found.payments)) == settled


def test_two_choices_of_payments_that_fit_are_not_certain() -> None:
    # Of before the day itself: 'old' and 'a'; of after the previous settlement: 'a' and 'c'.
    assert certain([BOTH], [OLD, A, C], MADE, PREVIOUS) is None
    found = certain([BOTH], [OLD, A, C], MADE, date(2026, 10, 1))
    assert found is not None
    assert found.payments == (OLD, A)


def test_a_single_sum_is_named_beside_others() -> None:
    found = certain([BOTH, Sum("t", 900, 3)], [A, B], MADE, None)
    assert found is not None
    assert found.sums == (BOTH,)
