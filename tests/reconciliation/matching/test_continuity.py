"""Continuity: which statements another goes on from, also on one day, after an interruption, and when cut anew."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from projections.store.matching_lookups import KnownStatement
from reconciliation.matching.continuity import already_whole, chains, continued
from tests.reconciliation.matching.written_files import BankFile, but, quoted, stated

BEFORE, NEXT = date(2024, 7, 9), date(2024, 7, 11)
MORNING = stated("a", 1, 100, 150)
NOON = stated("b", 1, 150, 200)
EVENING = stated("c", 1, 200, 250)
TWIN: dict[str, Any] = {**quoted("1234566"), "counterparty": "P"}


def names(found: tuple[Any, ...]) -> list[str]:
    return [one.sha256 for one in found]


def test_three_statements_of_one_day_form_a_chain() -> None:
    assert names(continued(MORNING, [])) == []
    assert names(continued(NOON, [MORNING])) == ["a"]
    assert names(continued(EVENING, [MORNING, NOON])) == ["b", "a"]


def test_a_statement_of_the_next_day_continues_nothing() -> None:
    assert continued(but(NOON, from_on=NEXT, to_on=NEXT), [MORNING]) == ()


def test_a_longer_statement_that_ends_on_the_day_ends_the_chain() -> None:
    days = stated("long", 1, 10, 100, from_on=BEFORE)
    earlier = stated("far", 1, 0, 10, from_on=BEFORE, to_on=BEFORE)
    assert names(continued(NOON, [earlier, days, MORNING])) == ["a", "long"]
    # What closed on this day with the balance of its first day came after that.
    by_chance = stated("chance", 1, 5, 10)
    assert names(continued(NOON, [by_chance, days, MORNING])) == ["a", "long"]


def test_a_statement_of_several_days_counts_on_from_its_first() -> None:
    assert names(continued(but(NOON, to_on=NEXT), [MORNING])) == ["a"]


@pytest.mark.parametrize(
    "other",
    [{"closing_minor": 149}, {"closing_minor": None}, {"bank_account": "SE1"}, {"currency": "EUR"}, {"to_on": BEFORE}],
)
def test_only_the_same_account_currency_day_and_balance_is_continued(other: dict[str, Any]) -> None:
    assert continued(NOON, [but(MORNING, **other)]) == ()


def test_a_statement_without_a_balance_or_a_first_day_continues_nothing() -> None:
    assert continued(but(NOON, opening_minor=None), [but(MORNING, closing_minor=None)]) == ()
    assert continued(but(NOON, from_on=None), [but(MORNING, to_on=None)]) == ()


def test_a_file_not_yet_complete_is_continued_as_well() -> None:
    found = continued(NOON, [but(MORNING, complete=False)])
    assert [one.complete for one in found] == [False]


def test_a_statement_cut_anew_continues_what_the_first_cut_continued() -> None:
    recut = stated("again", 1, 150, 200, statement_id="ANOTHER")
    longer = stated("longer", 1, 150, 999)
    known = [MORNING, NOON, EVENING]
    assert names(continued(recut, known)) == names(continued(longer, known)) == ["a"]
    assert names(continued(stated("day", 1, 100, 250), known)) == []


def test_each_stretch_of_a_day_is_counted_once_however_often_it_came() -> None:
    recut = stated("again", 1, 100, 150)
    assert names(continued(NOON, [MORNING, recut])) == ["a"]


def test_a_balance_that_comes_back_makes_it_the_same_money_until_proven_otherwise() -> None:
    there, back = stated("a", 1, 0, 500), stated("b", 1, 500, 0)
    assert names(continued(back, [there])) == ["a"]
    assert names(continued(stated("again", 1, 0, 500), [there, back])) == []
    assert names(continued(stated("again", 1, 0, 0), [stated("a", 1, 0, 0)])) == []


def test_an_empty_statement_does_not_break_the_chain() -> None:
    empty = stated("empty", 1, 150, 150, lines=0)
    assert names(continued(NOON, [MORNING, empty])) == ["a"]


def test_a_load_taken_up_again_continues_what_it_continued_at_first() -> None:
    at_first = names(continued(NOON, [MORNING]))
    own = but(NOON, complete=False)
    # A balance that came back later would otherwise be taken for what was before.
    later = [EVENING, stated("d", 1, 250, 150), stated("e", 1, 300, 150)]
    assert names(continued(NOON, [MORNING, own, *later])) == at_first == ["a"]
    # The morning's file came after the noon's was begun.
    assert names(continued(NOON, [own, MORNING])) == names(continued(NOON, [])) == []


def test_statements_of_one_file_continue_each_other() -> None:
    file = BankFile("f").statement(100).line(50).statement(150).line(50).statement(None).line(50)
    found = chains(file.proven(), [stated("z", 1, 0, 100, from_on=BEFORE)])
    assert {number: [(one.sha256, one.number) for one in chain] for number, chain in found.items()} == {
        1: [("z", 1)],
        2: [("f", 1), ("z", 1)],
        3: [],
    }


def test_a_file_taken_up_again_finds_its_own_statements_once() -> None:
    file = BankFile("f").statement(100).line(50).statement(150).line(50)
    known = [stated("z", 1, 0, 100), *file.proven(complete=False), stated("y", 1, 200, 100)]
    assert chains(file.proven(), known) == chains(file.proven(), known[:1])


def test_no_statements_have_no_chains() -> None:
    assert chains([], [MORNING]) == {}


# What it is for: keys


def days_files() -> list[BankFile]:
    """Three statements of one day in three files, each with a line that is twin to the others'."""
    first = BankFile("a").statement(100).line(99, TWIN).line(1)
    second = BankFile("b").statement(200).line(99, TWIN).line(99, TWIN)
    return [first, second, BankFile("c").statement(398).line(99, TWIN)]


def loaded(files: list[BankFile]) -> list[str]:
    """Keys of all files, loaded one after the other."""
    keys: list[str] = []
    known: list[KnownStatement] = []
    archive: dict[str, BankFile] = {}
    for file in files:
        keys += file.keys(known, archive)
        known += file.proven()
        archive[file.sha256] = file
    return keys


def test_three_files_of_one_day_have_the_keys_of_the_whole_day() -> None:
    day = BankFile("day").statement(100).line(99, TWIN).line(1)
    day.line(99, TWIN).line(99, TWIN).line(99, TWIN)
    assert set(loaded(days_files())) == set(day.keys())
    assert len(set(loaded(days_files()))) == 5


def test_an_interrupted_load_taken_up_again_has_the_keys_of_an_undisturbed_one() -> None:
    files = days_files()
    undisturbed = loaded(files)
    archive = {file.sha256: file for file in files}
    known = [*files[0].proven(), *files[1].proven(complete=False), *files[2].proven()]
    assert files[1].keys(known, archive) == undisturbed[2:4]
    assert files[2].keys(known, archive) == undisturbed[4:]


def test_the_first_of_a_day_taken_up_again_after_the_others_has_its_first_keys() -> None:
    files = days_files()
    archive = {file.sha256: file for file in files}
    known = [one for file in files for one in file.proven(complete=False)]
    assert files[0].keys(known, archive) == files[0].keys()


# The same statement again


def test_a_statement_seen_whole_before_is_known_by_all_that_proves_it() -> None:
    assert already_whole(but(MORNING, sha256="again", complete=False), [NOON, MORNING]) == "a"
    assert already_whole(MORNING, []) is None


@pytest.mark.parametrize(
    "other",
    [
        {"complete": False},
        {"bank_account": "SE1"},
        {"currency": "EUR"},
        {"statement_id": "S2"},
        {"from_on": BEFORE},
        {"to_on": NEXT},
        {"opening_minor": 101},
        {"closing_minor": None},
        {"lines": 2},
        {"sum_minor": 1},
    ],
)
def test_any_difference_makes_it_another_statement(other: dict[str, Any]) -> None:
    assert already_whole(MORNING, [but(MORNING, sha256="b", **other)]) is None


@pytest.mark.parametrize("missing", ["statement_id", "from_on", "to_on"])
def test_without_an_id_or_its_days_no_statement_is_proven_to_be_the_same(missing: str) -> None:
    without: dict[str, Any] = {missing: None}
    vague = but(MORNING, **without)
    assert already_whole(vague, [but(vague, sha256="b")]) is None


def test_a_notification_has_no_balances_and_is_known_by_the_rest() -> None:
    notified = but(MORNING, opening_minor=None, closing_minor=None)
    assert already_whole(notified, [but(notified, sha256="b")]) == "b"
