"""What is wrong between the ledger and the bank, as every command says it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from infra.cli.page import amount
from infra.cli.reconcile import of_the_bank
from infra.desk.bank_findings import bank_problems
from infra.desk.problems import Problem

ROW: dict[str, Any] = {
    "bank_account": "b",
    "currency": "SEK",
    "from_on": date(2026, 10, 10),
    "through_on": date(2026, 10, 21),
    "sequence": None,
    "difference_minor": 0,
    "to_explain_minor": None,
}

WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "a difference": (
        {"what": "account", "difference_minor": 500},
        "ledger_is_not_bank",
        "on 2026-10-21 is 5.00 SEK more",
    ),
    "less than the ledger": ({"what": "account", "difference_minor": -500}, "ledger_is_not_bank", "is 5.00 SEK less"),
    "money that contradicts the book": (
        {"what": "account", "to_explain_minor": -9000},
        "bank_difference_open",
        "on b, -90.00 SEK was booked because statements contradict the book, and it waits for a person: `reskontra "
        "quarantine` says",
    ),
    "a gap": ({"what": "gap", "difference_minor": 500}, "bank_gap", "is missing, 5.00 SEK in all: load it"),
    "a gap with numbers": (
        {"what": "gap", "difference_minor": -500, "sequence": "1 to 3"},
        "bank_gap",
        "is missing (numbers 1 to 3), -5.00 SEK in all",
    ),
    "statements that do not join": (
        {"what": "gap", "difference_minor": -500, "sequence": "9 to 10"},
        "bank_gap",
        "two statements of b (numbers 9 to 10) do not join: the one from 2026-10-21 on begins with 5.00 SEK less",
    ),
    "a number left out": (
        {"what": "gap", "sequence": "1 to 3"},
        "bank_gap",
        "`reskontra bank-account declare b --currency SEK --numbers-from 2026-10-21` says so",
    ),
    "a dispute": (
        {"what": "disputed", "difference_minor": 500, "sequence": "4"},
        "statement_disputed",
        "statement 4 of b",
    ),
}


@pytest.mark.parametrize(("said", "code", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_with_what_to_do(said: dict[str, Any], code: str, sentence: str):
    (found,) = bank_problems([ROW | said], amount)
    assert (found.code, found.about) == (code, "b")
    assert sentence in found.sentence


@pytest.mark.parametrize(
    ("sequence", "advised"), [(None, True), ("? to 3", True), ("1 to 3", False), ("1 to ?", False)]
)
def test_an_opening_balance_is_advised_only_where_no_statement_is_before(sequence: str | None, advised: bool):
    (found,) = bank_problems([ROW | {"what": "gap", "difference_minor": 500, "sequence": sequence}], amount)
    assert ("bank-account opening" in found.sentence) is advised


@pytest.mark.parametrize("what", ["account", "excess", "waiting"])
def test_where_the_ledger_equals_the_bank_nothing_is_wrong(what: str):
    assert bank_problems([ROW | {"what": what, "difference_minor": 0 if what == "account" else None}], amount) == []


@pytest.mark.parametrize(
    ("case", "known_by"),
    [
        ("the bank books the money later, perhaps in parts", "a day near these has as much more on the statements"),
        ("a statement that is missing, load it", "`reskontra bank` names"),
        ("a payment is counted twice", "the next days' statements are loaded and none of them has the money"),
    ],
)
def test_what_files_show_beyond_the_statements_is_said_with_all_that_it_may_be(case: str, known_by: str):
    (found,) = _of_excess(ROW | {"what": "excess", "details_minor": 400_00})
    assert (found.code, found.about) == ("details_exceed_statements", "b")
    assert "400.00 SEK on 2026-10-21" in found.sentence
    assert case in found.sentence
    assert known_by in found.sentence


def test_returns_that_no_statement_has_are_told_after_the_payments_with_their_own_way_out():
    days = [ROW | {"what": "excess", "details_minor": minor} for minor in (-150_00, 400_00, -2_00)]
    payments, returns = _of_excess(*days)
    assert (payments.code, returns.code) == ("details_exceed_statements", "returns_exceed_statements")
    assert "returns or charges that the statements of these days do not have: 150.00 SEK on 2026-10-21, 2.00" in (
        returns.sentence
    )
    assert "receipt recall RECEIPT --movement MOVEMENT --back" in returns.sentence
    assert "receipt recall" not in payments.sentence


def _of_excess(*days: dict[str, Any]) -> list[Problem]:
    nothing = dict.fromkeys(("unequal", "gaps", "to_explain", "disputed", "lacking"), ())
    return of_the_bank(cast("Any", SimpleNamespace(in_excess=list(days), **nothing)))
