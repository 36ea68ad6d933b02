"""Diff: the rows explain by how much each sum differs between two positions, or the report says that they do not."""

from __future__ import annotations

from projections.reports.diff import GENERAL_LEDGER, SUB_LEDGER, Sums, controls
from projections.reports.report import Control

BEFORE = Sums({(SUB_LEDGER, "ar_patient", "SEK"): 400, (GENERAL_LEDGER, "ar_patient", "SEK"): 400})
AFTER = Sums({(SUB_LEDGER, "ar_patient", "SEK"): 100, (GENERAL_LEDGER, "ar_patient", "SEK"): 400})


def row(amount: int, what: str = SUB_LEDGER) -> dict[str, object]:
    return {"what": what, "role": "ar_patient", "currency": "SEK", "amount_minor": amount}


def test_what_changed_is_explained_and_what_stayed_is_not_mentioned():
    assert controls(BEFORE, AFTER, [row(-250), row(-50)]) == (Control("ar_patient, sub-ledger", "SEK", -300, -300),)


def test_what_no_row_explains_does_not_tie():
    (control,) = controls(BEFORE, AFTER, [row(-250)])
    assert control.difference_minor == -50


def test_a_row_that_changed_nothing_does_not_tie():
    sub, general = controls(BEFORE, AFTER, [row(-300), row(7, GENERAL_LEDGER)])[::-1]
    assert (sub.name, sub.difference_minor) == ("ar_patient, sub-ledger", 0)
    assert (general.name, general.difference_minor) == ("ar_patient, general ledger", -7)
