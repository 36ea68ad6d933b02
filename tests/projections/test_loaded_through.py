"""How far the bank is loaded: a missing day is not skipped, a file cut anew changes nothing."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

from projections.reports.gap import Gap
from projections.reports.loaded_through import Reached, loaded_through, reached, that_matter


def of(
    day: int,
    to: int | None = None,
    opening: int | None = 0,
    closing: int | None = 0,
    account: str = "b1",
    sequence: str | None = None,
):
    """A complete statement of July; all of its money came in, or all of it went out."""
    statement: dict[str, Any] = {
        "bank_account": account,
        "from_on": date(2024, 7, day),
        "to_on": date(2024, 7, to or day),
        "opening_minor": opening,
        "closing_minor": closing,
        "statement_id": None,
        "sequence": sequence,
        "incoming_minor": max((closing or 0) - (opening or 0), 0),
        "lines": 1,
    }
    return statement


def through(
    *statements: dict[str, Any],
    accounts: tuple[str, ...] = ("b1",),
    awaited: dict[str, tuple[int | None, int | None]] | None = None,
) -> int | None:
    declared = [account(name, *(awaited or {}).get(name, (None, None))) for name in accounts]
    found = loaded_through(reached(declared, statements))
    return None if found is None else found.day


def account(
    name: str, from_day: int | None = None, until_day: int | None = None, currency: str = "SEK"
) -> dict[str, Any]:
    """A declared account whose statements are awaited between two days of July."""
    return {
        "bank_account": name,
        "name": name,
        "currency": currency,
        "from_on": date(2024, 7, from_day) if from_day else None,
        "until_on": date(2024, 7, until_day) if until_day else None,
        "numbers_from": None,
        "opening_on": None,
    }


def test_nothing_is_loaded_before_the_first_statement_of_every_account():
    assert through() is None
    assert loaded_through(reached((), [of(1)])) is None
    assert through(of(1), accounts=("b1", "b2")) is None


def test_the_slowest_account_decides():
    assert through(of(1), of(2), of(1, account="b2"), accounts=("b1", "b2")) == 1


def test_balances_that_follow_each_other_bridge_a_weekend():
    assert through(of(5, opening=0, closing=10), of(8, opening=10, closing=30)) == 8


def test_a_day_missing_in_the_chain_of_balances_stops_it():
    assert through(of(1, closing=10), of(3, opening=25, closing=40), of(4, opening=40, closing=50)) == 1


def test_a_balance_that_comes_back_by_chance_does_not_bridge_the_missing_day():
    assert through(of(1, closing=10), of(3, opening=25, closing=10), of(4, opening=10, closing=10)) == 1


def test_the_missing_day_arriving_late_closes_the_gap():
    assert through(of(1, closing=10), of(3, opening=25, closing=40), of(2, opening=10, closing=25)) == 3


def test_several_statements_of_one_day_are_one_chain():
    assert through(of(1, closing=10), of(1, opening=10, closing=15), of(2, opening=15, closing=20)) == 2


def test_statements_of_one_day_are_one_chain_in_whatever_order_they_came():
    day = [of(2, opening=10, closing=30), of(2, opening=30, closing=25), of(2, opening=25, closing=60)]
    for order in permutations(day):
        assert through(of(1, closing=10), *order, of(3, opening=60, closing=61)) == 3


def test_a_day_in_whose_middle_a_statement_is_missing_is_not_loaded_until_it_comes():
    first, missing = of(2, opening=10, closing=30, sequence="9"), of(2, opening=30, closing=50, sequence="10")
    last, next_day = of(2, opening=50, closing=45, sequence="11"), of(3, opening=45, closing=45)
    for order in permutations((first, last, next_day)):
        assert through(of(1, closing=10), *order) == 1
        assert through(of(1, closing=10), *order, missing) == 3


def test_a_statement_cut_anew_over_the_same_days_changes_nothing():
    assert through(of(1, closing=10), of(2, opening=10, closing=20), of(1, to=2, closing=20)) == 2


def test_a_statement_that_overlaps_and_goes_on_leads_further():
    loaded = (of(1, closing=10), of(2, opening=10, closing=20), of(2, to=4, opening=10, closing=50))
    assert through(*loaded, of(5, opening=50)) == 5


def test_a_format_without_balances_is_taken_at_its_word():
    assert through(of(1, opening=None, closing=None), of(4, opening=None, closing=None)) == 4


def test_a_statement_without_dates_says_nothing():
    assert through(of(1) | {"from_on": None, "to_on": None}) is None


def test_an_account_that_opens_later_holds_nothing_up_before_its_day():
    assert through(of(1), of(2), accounts=("b1", "b2"), awaited={"b2": (3, None)}) == 2
    assert through(of(1), of(4), accounts=("b1", "b2"), awaited={"b2": (3, None)}) == 2
    assert through(of(1), of(4), of(3, account="b2"), accounts=("b1", "b2"), awaited={"b2": (3, None)}) == 3


def test_an_account_that_was_closed_holds_nothing_up_once_its_last_day_is_loaded():
    both = ("b1", "b2")
    assert through(of(1), of(5), of(2, account="b2"), accounts=both, awaited={"b2": (None, 3)}) == 2
    assert through(of(1), of(5), of(3, account="b2"), accounts=both, awaited={"b2": (None, 3)}) == 5
    assert through(of(1), of(5), accounts=("b1",), awaited={"b1": (None, 4)}) == 5


def test_a_missing_statement_is_awaited_although_the_account_was_closed_before_it_or_afterwards():
    loaded = (of(1, closing=10), of(3, opening=25, closing=40))
    for until in (1, 2, 3, 4):
        (found,) = reached([account("b1", until_day=until)], loaded)
        assert (found.through_on, found.awaited, found.last_on) == (date(2024, 7, 1), True, date(2024, 7, 3))
        assert found.gap == Gap(date(2024, 7, 1), date(2024, 7, 3), 10, 25, (None, None))
    (found,) = reached([account("b1", until_day=3)], [*loaded, of(2, opening=10, closing=25)])
    assert (found.through_on, found.awaited, found.gap) == (date(2024, 7, 3), False, None)


def test_the_gaps_of_an_account_with_an_opening_balance_are_those_that_the_ledger_knows():
    opened = account("b1") | {"opening_on": date(2024, 7, 2)}
    loaded = (of(1, closing=10), of(2, opening=25, closing=40), of(4, opening=40, closing=50))
    (found,) = reached([opened], loaded)
    assert (found.through_on, found.gap) == (date(2024, 7, 4), None)
    first = Gap(date(2024, 7, 2), date(2024, 7, 4), 30, 40, (None, None))
    (found,) = reached([opened], loaded, known={"b1": [first]})
    assert (found.through_on, found.gap) == (date(2024, 7, 2), first)


def one_of(*statements: dict[str, Any], today: int) -> Reached:
    (found,) = reached([account("b1")], statements, date(2024, 7, today))
    return found


def test_a_statement_that_ends_after_today_does_not_count_and_is_named():
    found = one_of(of(1, closing=10), of(2, opening=10, closing=20), of(9, opening=20, closing=30), today=3)
    assert (found.through_on, found.ahead_on) == (date(2024, 7, 2), date(2024, 7, 9))
    found = one_of(of(9), today=3)
    assert (found.through_on, found.has_statement, found.awaited) == (None, False, True)
    assert (found.ahead_on, found.last_on) == (date(2024, 7, 9), date(2024, 7, 9))
    assert one_of(of(1), today=1).ahead_on is None


def test_an_item_waits_for_the_accounts_in_its_currency_or_for_all_if_there_is_none():
    both = reached([account("b1"), account("b2", currency="EUR")], [of(1), of(5, account="b2")])
    assert [loaded_through(that_matter(both, currency)) for currency in ("SEK", "EUR", "USD")] == [
        date(2024, 7, 1),
        date(2024, 7, 5),
        date(2024, 7, 1),
    ]
