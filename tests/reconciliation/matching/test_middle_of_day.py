"""Statements of one day of which a middle one is missing: nothing counts twice, and in the end the ledger is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from reconciliation.statements.camt.writer import CamtEntry
from tests.kit.clinic import DAY
from tests.kit.paper_bank import PaperBank, but, entry, said_by

# Each statement of the day: opening balance, lines, and the bank's number.
Part = tuple[int, Sequence[CamtEntry], int]
PARTS: tuple[Part, ...] = (
    (0, [entry(200_00, bank_ref="b1")], 1),
    (200_00, [entry(200_50, bank_ref="b2")], 2),
    (400_50, [entry(-100_00, bank_ref="b3")], 3),
)
# Without the second, the third could be a part of the first: the balance comes back.
MIXED: tuple[Part, ...] = (
    (0, [entry(200_00, bank_ref="b1")], 1),
    (200_00, [entry(-50_00, bank_ref="b2")], 2),
    (150_00, [entry(30_00, bank_ref="b3")], 3),
)
ORDERS = list(permutations(range(3)))


def written(part: Part, *, again: bool = False) -> bytes:
    """A statement; `again` makes it another file in which everything but days, amounts and balances is different."""
    opening, lines, number = part
    if again:
        lines = [but(one, bank_ref=None, text="again", counterparty="?") for one in lines]
        return said_by(lines, opening, f"again {number}", message="again", sequence=number + 40)
    return said_by(lines, opening, f"S{number}", sequence=number)


def sums(parts: Sequence[Part]) -> int:
    return sum(one.amount_minor for _, lines, _ in parts for one in lines)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("repeated", range(3))
def test_each_statement_is_booked_once_at_each_moment(order: tuple[int, ...], repeated: int) -> None:
    bank, came = PaperBank(), []
    for number in order:
        bank.deliver(written(PARTS[number]))
        came.append(PARTS[number])
        if number == repeated:
            assert bank.deliver(written(PARTS[number], again=True)) == ["again"]
        assert (bank.balance, bank.differences) == (sums(came), [])
    assert "book" not in bank.deliver(written(PARTS[repeated], again=True) + b" ")
    assert bank.balance == sums(PARTS)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("days", [((0, 0), (1, 1), (2, 2)), ((0, 1), (1, 1), (1, 2))])
def test_a_middle_statement_of_several_days_may_come_last(
    order: tuple[int, ...], days: tuple[tuple[int, int], ...]
) -> None:
    bank, total = PaperBank(), 0
    for number in order:
        (opening, lines, sequence), (first, last) = PARTS[number], days[number]
        on, to = DAY + timedelta(days=first), DAY + timedelta(days=last)
        dated = [replace(one, booked_on=DAY + timedelta(days=1 if first < last else first)) for one in lines]
        bank.deliver(said_by(dated, opening, f"S{sequence}", on, to, sequence=sequence))
        total += sums([PARTS[number]])
        assert (bank.balance, bank.differences) == (total, [])


def test_equal_lines_before_and_after_the_missing_statement_are_two_payments() -> None:
    bank = PaperBank()
    bank.deliver(said_by([entry(200_00)], 0, "S1", sequence=1))
    assert bank.deliver(said_by([entry(200_00)], 900_00, "S3", sequence=3)) == ["book"]
    assert bank.amounts == [200_00, 200_00]


@pytest.mark.parametrize(("statement_id", "sequence", "bank_ref"), [("S1", 3, "b9"), ("S3", 1, "b9"), ("S3", 3, "b1")])
def test_a_statement_that_could_be_the_first_with_other_balances_is_not_booked_without_a_word(
    statement_id: str, sequence: int, bank_ref: str
) -> None:
    bank = PaperBank()
    bank.deliver(written(PARTS[0]))
    again = said_by([entry(200_00, bank_ref=bank_ref)], 900_00, statement_id, sequence=sequence)
    assert bank.deliver(again) == ["again"]
    assert bank.balance == 200_00


@pytest.mark.parametrize("order", ORDERS)
def test_a_difference_is_corrected_once_the_statements_of_the_day_join(order: tuple[int, ...]) -> None:
    bank = PaperBank()
    for number in order:
        bank.deliver(written(MIXED[number]))
    assert bank.balance == sums(MIXED)
    # What the difference left out is all that remains to be explained.
    left_out = sums(MIXED) - sum(bank.amounts)
    assert sum(bank.differences) == left_out
    # The ledger stays right when statements come again, also as one for the whole day.
    whole = [one for _, lines, _ in MIXED for one in lines]
    for content in (*(written(one, again=True) for one in MIXED), said_by(whole, 0, "day", sequence=9)):
        bank.deliver(content)
        assert (bank.balance, sum(bank.differences)) == (sums(MIXED), left_out)


def test_a_difference_is_not_corrected_while_the_day_has_money_that_no_balance_proves() -> None:
    bank = PaperBank()
    for number in (0, 2):
        bank.deliver(written(MIXED[number]))
    assert bank.differences == [-170_00]
    bank.rows.append(bank.rows[0] | {"movement_id": "cash", "line_key": "cash", "file": None, "statement_no": None})
    bank.deliver(written(MIXED[1]))
    assert bank.differences == [-170_00]


def test_a_correction_survives_an_interrupted_load() -> None:
    for stop in range(3):
        bank = PaperBank()
        for number in (0, 2):
            bank.deliver(written(MIXED[number]))
        bank.deliver(written(MIXED[1]), only=stop)
        bank.deliver(written(MIXED[1]))
        assert (bank.balance, sorted(bank.differences)) == (sums(MIXED), [-170_00, 200_00])


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_balance_may_come_back_within_the_day(order: tuple[int, ...]) -> None:
    bank = PaperBank()
    parts = ((0, 200_00), (200_00, -150_00), (50_00, -20_00), (30_00, -30_00))
    for number in order:
        opening, amount = parts[number]
        bank.deliver(written((opening, [entry(amount)], number + 1)))
    assert bank.balance == 0


@pytest.mark.parametrize("order", ORDERS)
def test_a_line_that_was_taken_for_one_of_another_statement_is_made_good_when_the_missing_one_comes(
    order: tuple[int, ...],
) -> None:
    bank = PaperBank()
    parts: tuple[Part, ...] = (
        (500_00, [entry(-310_00)], 1),
        (190_00, [entry(250_00)], 2),
        (440_00, [entry(-310_00)], 3),
    )
    for number in order:
        bank.deliver(written(parts[number]))
    assert bank.balance == sums(parts)
    assert bank.differences == ([] if abs(order.index(0) - order.index(2)) == 2 or order[0] == 1 else [-310_00])
