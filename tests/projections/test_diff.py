"""Diff: the rows explain by how much each sum differs between two positions, or the report says that they do not."""

from __future__ import annotations

from ledger.domain.chart_of_accounts import UNALLOCATED
from projections.reports.diff import GENERAL_LEDGER, OF_ACCOUNTS, OF_PAYERS, SUB_LEDGER, Sums, controls
from projections.reports.report import Control


def sums(owed: int) -> Sums:
    by_role = {(SUB_LEDGER, "ar_patient", "SEK"): owed, (GENERAL_LEDGER, "ar_patient", "SEK"): 400}
    return Sums(by_role | {(OF_PAYERS, "patient", "SEK"): owed})


BEFORE, AFTER = sums(400), sums(100)


def row(amount: int, what: str = SUB_LEDGER) -> dict[str, object]:
    about = {"role": "ar_patient", "payer": "patient", "account_id": "p1"}
    return {"what": what, **about, "currency": "SEK", "amount_minor": amount}


def test_what_changed_is_explained_and_what_stayed_is_not_mentioned():
    assert controls(BEFORE, AFTER, [row(-250), row(-50)]) == (
        Control("patient, by kind of payer", "SEK", -300, -300),
        Control("ar_patient, sub-ledger", "SEK", -300, -300),
    )


def test_what_no_row_explains_does_not_tie():
    assert [one.difference_minor for one in controls(BEFORE, AFTER, [row(-250)])] == [-50, -50]


def test_a_row_that_changed_nothing_does_not_tie():
    found = {one.name: one.difference_minor for one in controls(BEFORE, AFTER, [row(-300), row(7, GENERAL_LEDGER)])}
    assert found == {
        "patient, by kind of payer": 0,
        "ar_patient, general ledger": -7,
        "ar_patient, sub-ledger": 0,
    }


def moved(amount: int, account: str | None) -> dict[str, object]:
    about = {"role": UNALLOCATED, "account_id": account, "payer": "patient" if account else "unidentified"}
    return {"what": SUB_LEDGER, **about, "currency": "SEK", "amount_minor": amount}


def whose(account: str) -> Sums:
    payer = "unidentified" if account == "unidentified" else "patient"
    return Sums(
        {
            (SUB_LEDGER, UNALLOCATED, "SEK"): -180,
            (OF_PAYERS, payer, "SEK"): -180,
            (OF_ACCOUNTS, account, "SEK"): -180,
        }
    )


def test_money_that_became_somebodys_is_explained_for_the_payer_it_left_and_the_one_it_came_to():
    found = controls(whose("unidentified"), whose("p1"), [moved(180, None), moved(-180, "p1")])
    assert [(one.name, one.book_minor, one.difference_minor) for one in found] == [
        ("patient, by kind of payer", -180, 0),
        ("unidentified, by kind of payer", 180, 0),
    ]


def test_money_that_went_from_one_patient_to_another_without_a_row_does_not_tie():
    assert controls(whose("p1"), whose("p2"), []) == (
        Control("p1, not allocated, by account", "SEK", 180, 0),
        Control("p2, not allocated, by account", "SEK", -180, 0),
    )
