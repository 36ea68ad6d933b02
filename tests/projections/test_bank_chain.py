"""The chain of a bank account's statements: what is missing is named, and nothing else is."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from projections.reports.bank import BankMoney, compared
from projections.reports.bank_chain import Chain, Dispute, chain
from projections.reports.gap import Gap

ACCOUNT: dict[str, Any] = {
    "bank_account": "b1",
    "name": "Main",
    "ledger_account": "1930",
    "currency": "SEK",
    "opening_on": None,
    "opening_minor": None,
}


def day(number: int) -> date:
    return date(2026, 10, number)


def said(first: int, last: int, opening: int, closing: int, sequence: str | None = None) -> dict[str, Any]:
    return {
        "from_on": day(first),
        "to_on": day(last),
        "opening_minor": opening,
        "closing_minor": closing,
        "statement_id": sequence,
        "sequence": sequence,
        "incoming_minor": max(closing - opening, 0),
        "lines": closing,
    }


WHOLE = [said(1, 1, 0, 10), said(2, 2, 10, 30), said(3, 5, 30, 25)]
CHAINS: dict[str, list[dict[str, Any]]] = {
    "in order": WHOLE,
    "in another order": [WHOLE[2], WHOLE[0], WHOLE[1]],
    "one twice": [*WHOLE, WHOLE[1]],
    "divided anew": [*WHOLE, said(1, 2, 0, 30), said(2, 5, 10, 25)],
    "a day in two statements": [said(1, 1, 4, 10), said(1, 1, 0, 4), *WHOLE[1:]],
    "a day first in part": [said(1, 1, 0, 4), *WHOLE],
    "the last day first whole, then in part": [*WHOLE, said(3, 5, 30, 20)],
    "a day in two that come in the wrong order": [WHOLE[0], said(2, 2, 17, 30), said(2, 2, 10, 17), WHOLE[2]],
}


@pytest.mark.parametrize("statements", CHAINS.values(), ids=CHAINS)
def test_statements_that_join_have_no_gap(statements: list[dict[str, Any]]) -> None:
    assert chain(statements, None) == Chain(day(5), 25, 0, ())


def test_a_missing_statement_is_a_gap_with_its_days_its_numbers_and_its_amount_until_it_is_filled() -> None:
    first, missing = said(1, 1, 0, 16_885, "2"), said(2, 3, 16_885, 99_999, "3")
    later = said(4, 4, 99_999, 100_000, "4")
    found = chain([first, later], None)
    assert found is not None
    assert found == Chain(day(4), 100_000, 0, (Gap(day(1), day(4), 16_885, 99_999, ("2", "4")),))
    assert found.gaps[0].amount_minor == 83_114
    assert chain([first, later, missing], None) == Chain(day(4), 100_000, 0, ())


def test_a_gap_is_known_on_every_day_from_its_first_one_on_although_the_next_statement_ends_later() -> None:
    loaded = [said(1, 1, 0, 10), said(4, 9, 30, 40)]
    gap = Gap(day(1), day(4), 10, 30, (None, None))
    for on in (2, 3, 4, 8):
        found = chain(loaded, None, day(on))
        assert found == Chain(day(1), 10, 0, (), beyond=(gap,))
        rows = compared(ACCOUNT, found, BankMoney(10, 0, 0, 0, 0)).rows
        assert [(row["what"], row["difference_minor"]) for row in rows] == [("account", 0), ("gap", 20)]
    assert chain(loaded, None, day(1)) == Chain(day(1), 10, 0, ())
    assert chain(loaded, None, day(9)) == Chain(day(9), 40, 0, (gap,))
    # Only the ledger says whether what came before the first statement is missing.
    assert chain(loaded[1:], (day(2), 10), day(5)) == Chain(day(2), 10, 10, ())


def test_of_two_statements_of_one_day_that_do_not_join_the_gap_is_of_that_day() -> None:
    first, last = said(1, 1, 0, 10, "1"), said(1, 3, 30, 40, "3")
    gap = Gap(day(1), day(1), 10, 30, ("1", "3"))
    assert gap.first_on == day(1)
    found = chain([first, last], None, day(1))
    assert found is not None
    assert (found.gaps, found.beyond) == ((), (gap,))


def test_a_number_that_is_left_out_is_a_gap_even_if_the_balances_join() -> None:
    first, missing, later = said(1, 2, 0, 5, "1"), said(3, 4, 5, 5, "2"), said(6, 6, 5, 7, "3")
    gap = Gap(day(2), day(6), 5, 5, ("1", "3"))
    assert chain([first, later], None) == chain([first, later], (date(2026, 9, 30), 0)) == Chain(day(6), 7, 0, (gap,))
    assert chain([first, missing, later], None) == Chain(day(6), 7, 0, ())
    # The numbers count only from a day on: both statements must be of such days.
    assert chain([first, later], None, numbers_from=day(1)) == Chain(day(6), 7, 0, (gap,))
    assert chain([first, later], None, numbers_from=day(2)) == Chain(day(6), 7, 0, ())


def test_statements_that_come_again_under_any_number_leave_none_out() -> None:
    days = [said(1, 1, 7, 7, "50"), said(2, 2, 7, 9, "51"), said(3, 3, 9, 9, "52")]
    for again in (said(1, 1, 7, 7, "3"), said(1, 1, 7, 7, "99"), said(2, 2, 7, 9, "99"), said(1, 3, 7, 9, "1")):
        for known in ([*days, again], [again, *days]):
            assert chain(known, None) == Chain(day(3), 9, 7, ())


def test_statements_that_another_one_replaced_leave_no_number_out() -> None:
    assert chain([said(1, 1, 0, 20, "8"), said(1, 1, 0, 45, "9"), said(2, 2, 45, 46, "10")], None) == Chain(
        day(2), 46, 0, ()
    )
    assert chain([said(1, 1, 0, 45, "8"), said(1, 1, 0, 45, "9"), said(2, 2, 45, 46, "10")], None) == Chain(
        day(2), 46, 0, ()
    )


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_statement_that_is_missing_in_the_middle_of_a_day_is_a_gap_until_it_is_filled(order: tuple[int, ...]) -> None:
    parts = [said(1, 1, 0, 20, "8"), said(1, 1, 20, 50, "9"), said(1, 1, 50, 40, "10"), said(1, 1, 40, 45, "11")]
    assert chain([parts[number] for number in order], None) == Chain(day(1), 45, 0, ())
    known = [parts[number] for number in order if number != 1]
    gap = Gap(day(1), day(1), 20, 50, ("8", "10"))
    assert chain(known, None) == chain(known, (date(2026, 9, 30), 0)) == Chain(day(1), 45, 0, (gap,))


def test_a_part_of_a_day_with_a_number_of_its_own_is_no_gap() -> None:
    assert chain([said(1, 1, 0, 20, "8"), said(1, 1, 0, 45, "9")], None) == Chain(day(1), 45, 0, ())
    assert chain([said(1, 1, 0, 45, "9"), said(1, 1, 20, 30, "8")], None) == Chain(day(1), 45, 0, ())


def test_a_first_statement_that_opens_otherwise_than_the_account_is_a_gap() -> None:
    assert chain(WHOLE, (date(2026, 9, 30), 0)) == Chain(day(5), 25, 0, ())
    assert chain(WHOLE, (date(2026, 9, 30), 7)) == Chain(
        day(5), 25, 7, (Gap(date(2026, 9, 30), day(1), 7, 0, (None, None)),)
    )


def test_statements_up_to_the_opening_balance_and_across_it_are_no_gap() -> None:
    assert chain(WHOLE, (day(2), 30)) == Chain(day(5), 25, 30, ())
    assert chain([said(1, 5, 0, 25)], (day(2), 30)) == Chain(day(5), 25, 30, ())


def test_without_statements_there_is_nothing_to_compare() -> None:
    assert chain([], None) is None
    (row,) = compared(ACCOUNT, None, BankMoney(0, 5, 0, 0, 0)).rows
    assert (row["bank_minor"], row["later_minor"]) == (None, 5)


def test_without_an_opening_balance_only_the_movements_are_compared() -> None:
    found = Chain(day(5), 125, 100, ())
    (row,) = compared(ACCOUNT, found, BankMoney(25, 3, -2, 0, 0)).rows
    assert (row["ledger_minor"], row["difference_minor"]) == (125, 0)
    assert (row["later_minor"], row["to_explain_minor"]) == (3, -2)
    opened = ACCOUNT | {"opening_on": day(1), "opening_minor": 100}
    assert compared(opened, found, BankMoney(25, 3, -2, 0, 0)).rows[0]["difference_minor"] == 100


# The balance comes back within the day

RING = [said(1, 1, 0, 400, "1"), said(1, 1, 400, 0, "2")]


@pytest.mark.parametrize("order", [*permutations(RING)])
def test_a_day_whose_balance_comes_back_begins_with_the_lowest_number(order: tuple[dict[str, Any], ...]) -> None:
    assert chain(order, None) == Chain(day(1), 0, 0, ())


def test_a_statement_that_comes_again_with_its_number_and_balances_moves_the_balance_once() -> None:
    assert chain([*RING, RING[0]], None) == Chain(day(1), 0, 0, ())
    assert chain([*RING, said(1, 1, 0, 400, "3")], None) == Chain(day(1), 400, 0, ())


def test_a_statement_that_comes_again_with_fewer_lines_is_disputed_until_the_next_one_decides() -> None:
    first, again = said(1, 1, 0, 45, "1"), said(1, 1, 0, 40, "1")
    dispute = Dispute(day(1), day(1), "1", 45, 40)
    assert chain([first, again], None) == Chain(day(1), 45, 0, (), (dispute,))
    # A statement that comes first in part, or with another name, is ordinary.
    assert chain([again, first], None) == chain([first, said(1, 1, 0, 40, "2")], None) == Chain(day(1), 45, 0, ())
    assert chain([first, again, said(2, 2, 45, 50)], None) == Chain(day(2), 50, 0, ())
    assert chain([first, said(2, 2, 40, 50), again], None) == Chain(day(2), 50, 0, ())
    # One that keeps its balance comes again with a line more.
    assert chain([said(1, 1, 10, 10, "1"), said(1, 1, 10, 17, "1")], None) == Chain(day(1), 17, 10, ())
    # Only the next statement decides; if it begins with neither balance, nothing is decided.
    found = chain([first, again, said(2, 2, 43, 46), said(3, 3, 46, 40), said(4, 4, 40, 41)], None)
    assert found is not None
    assert (found.disputed, [gap.amount_minor for gap in found.gaps]) == ((dispute,), [-2])
    row = compared(ACCOUNT, Chain(day(1), 45, 0, (), (dispute,)), BankMoney(45, 0, 0, 0, 0)).rows[1]
    assert (row["what"], row["begun_minor"], row["bank_minor"], row["difference_minor"]) == ("disputed", 45, 40, -5)


# Deliveries of one statement


def lines(one: dict[str, Any], count: int, **changed: Any) -> dict[str, Any]:
    return one | {"lines": count} | changed


WHOLE_DAY = lines(said(1, 1, 10, 10, "1"), 2, incoming_minor=4)
PART = lines(said(1, 1, 10, 14, "1"), 1)


def test_a_part_of_a_day_that_keeps_its_balance_moves_nothing_unless_the_next_statement_proves_it() -> None:
    dispute = Dispute(day(1), day(1), "1", 10, 14)
    assert chain([WHOLE_DAY, PART], None) == Chain(day(1), 10, 10, (), (dispute,))
    assert chain([WHOLE_DAY, PART, said(2, 2, 10, 11)], None) == Chain(day(2), 11, 10, ())
    assert chain([WHOLE_DAY, PART, said(2, 2, 14, 15)], None) == Chain(day(2), 15, 10, ())
    found = chain([WHOLE_DAY, PART, said(2, 2, 12, 15)], None)
    assert found is not None
    assert (found.disputed, len(found.gaps)) == ((dispute,), 1)


def test_two_pages_with_one_name_and_one_opening_balance_are_no_deliveries_of_one_statement() -> None:
    page = lines(said(1, 1, 10, 16, "1"), 1)
    for order in permutations([WHOLE_DAY, page]):
        assert chain([*order, said(2, 2, 16, 17)], None) == Chain(day(2), 17, 10, ())
    # The second page comes last, but it has more money than the first.
    found = chain([WHOLE_DAY, page], None)
    assert found is not None
    assert found.balance_minor == 16


def test_a_longer_statement_with_the_next_number_has_the_lines_of_the_one_before() -> None:
    first = lines(said(1, 1, 10, 14, "9"), 1)
    longer = lines(said(1, 1, 10, 10, "10"), 2, incoming_minor=4)
    for order in permutations([first, longer, said(2, 2, 10, 11)]):
        assert chain(order, None) == Chain(day(2), 11, 10, ())
    # If the next statement begins where the first one ends, the other was before it.
    assert chain([first, longer, said(2, 2, 14, 15)], None) == Chain(day(2), 15, 10, ())
    # So it is if nothing is known of the amounts.
    assert chain([first, lines(longer, 2, incoming_minor=None)], None) == Chain(day(1), 10, 10, ())
    # What has no number, no more lines or too little money is another one.
    spent = lines(first, 1, incoming_minor=9)
    others = [lines(longer, 2, sequence=None), lines(longer, 1), lines(longer, 2, incoming_minor=3)]
    for one, other in [*((first, other) for other in others), (spent, longer)]:
        assert chain([one, other], None) == Chain(day(1), 14, 10, ())


def test_the_whole_day_after_its_parts_leaves_them_as_they_are() -> None:
    parts = [lines(said(1, 1, 10, 14, "1"), 1), lines(said(1, 1, 14, 10, "2"), 1)]
    whole = lines(said(1, 1, 10, 10, "3"), 2, incoming_minor=4)
    assert chain([*parts, whole], None) == Chain(day(1), 10, 10, ())


def test_a_longer_statement_ends_a_dispute_if_it_came_last_or_the_next_one_begins_where_it_ends() -> None:
    first, again, longer = said(1, 1, 0, 45, "1"), said(1, 1, 0, 40, "1"), said(1, 2, 0, 50, "2")
    assert chain([first, again, longer], None) == Chain(day(2), 50, 0, ())
    assert chain([first, longer, again, said(3, 3, 50, 51)], None) == Chain(day(3), 51, 0, ())
    for open_yet in (
        [first, longer, again],
        [first, again, longer, said(3, 3, 41, 51)],
        [first, again, said(1, 1, 0, 44, "2")],
        [first, again, said(2, 2, 44, 50)],
    ):
        found = chain(open_yet, None)
        assert found is not None
        assert found.disputed == (Dispute(day(1), day(1), "1", 45, 40),)


def test_a_statement_that_comes_again_after_another_balance_holds_unless_the_next_one_continues_the_first() -> None:
    first, again = said(1, 1, 0, 45, "1"), said(1, 1, 0, 40, "1")
    old, new = lines(said(2, 2, 45, 46, "2"), 1), lines(said(2, 2, 40, 41, "2"), 1)
    assert chain([first, old, again], None) == Chain(day(2), 46, 0, ())
    assert chain([first, old, again, new], None) == Chain(day(2), 41, 0, ())
    assert chain([first, old, again, new, said(3, 3, 46, 47)], None) == Chain(day(3), 47, 0, ())
    gap = Gap(day(1), day(2), 45, 40, ("1", "2"))
    assert chain([first, old, new], None) == Chain(day(2), 41, 0, (gap,))
    # Consecutive statements under one name are two.
    assert chain([first, old, lines(said(2, 2, 46, 47, "2"), 1)], None) == Chain(day(2), 47, 0, ())
    assert chain([first, lines(said(2, 2, 46, 47, "2"), 1), old], None) == Chain(day(2), 47, 0, ())
