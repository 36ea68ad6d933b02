"""Files that do not prove themselves are refused whole, for a reason at a place, and only for that reason."""

from __future__ import annotations

import pytest

from reconciliation.gate import CODES, examine
from reconciliation.statements.problems import doubt, refuse
from tests.reconciliation.gate.files import TERMS, camt053, file, movement, statement
from tests.reconciliation.gate.refused_files import REFUSED


@pytest.mark.parametrize(("code", "parsed", "places"), REFUSED, ids=[code for code, _, _ in REFUSED])
def test_an_unproven_file_is_refused_for_its_reason(code, parsed, places):
    verdict = examine(parsed, TERMS)
    assert not verdict.accepted
    assert [(reason.code, reason.raw_position) for reason in verdict.refusals] == [(code, place) for place in places]
    assert all(reason.sentence.startswith(CODES[code].sentence) for reason in verdict.refusals)


def test_every_reason_of_the_gate_has_a_file_that_is_refused_for_it():
    reasons = {code for code, told in CODES.items() if told.effect == "refuse"}
    assert {code for code, _, _ in REFUSED} | {"file_not_readable"} == reasons


def test_the_figures_that_do_not_foot_are_named():
    verdict = examine(camt053(movement(1, 500_00), closing_minor=100_500_01), TERMS)
    assert "opening 100000.00 SEK, booked 500.00 SEK, closing 100500.01 SEK" in verdict.refusals[0].sentence


def test_reversals_read_with_the_wrong_sign_are_named_and_what_to_declare():
    reversal = movement(2, -20_00, reversal=True)
    parsed = camt053(movement(1, 500_00), reversal, movement(3, -7_00), closing_minor=100_513_00)
    (reason,) = examine(parsed, TERMS).refusals
    assert (reason.code, reason.raw_position) == ("balances_do_not_foot", "statement 1")
    assert "bank-account declare ACCOUNT --currency CODE --reversals flipped" in reason.sentence
    assert "reversed -20.00 SEK" in reason.sentence


def test_of_reversals_that_explain_nothing_no_word_is_said():
    parsed = camt053(movement(1, 500_00), movement(2, -20_00, reversal=True), closing_minor=100_520_01)
    (reason,) = examine(parsed, TERMS).refusals
    assert "--reversals" not in reason.sentence


def test_what_the_reader_refuses_is_refused_with_the_readers_words():
    cut_off = refuse("file_truncated", "the file stops before its last element is closed", "line 9, column 1")
    odd = doubt("date_unreadable", "BookgDt is no date", "Ntry 1", 1, 1)
    one = movement(1, 500_00)
    verdict = examine(file("camt.053", [statement([], closing_minor=1)], [one], problems=[cut_off, odd]), TERMS)
    assert [(reason.code, reason.sentence, reason.raw_position) for reason in verdict.refusals] == [
        ("file_truncated", "the file stops before its last element is closed", "line 9, column 1")
    ]
    assert [doubt.code for doubt in verdict.doubts] == ["date_unreadable"]


def test_every_account_that_fails_is_named_up_to_twenty():
    heads = [statement([], statement_no=number, closing_minor=1) for number in range(1, 32)]
    verdict = examine(file("camt.053", heads), TERMS)
    assert [reason.raw_position for reason in verdict.refusals] == [*(f"statement {n}" for n in range(1, 21)), "file"]
    assert "(11 more of them)" in verdict.refusals[-1].sentence


def test_several_things_wrong_are_all_told():
    parsed = camt053(movement(1, 5_00, currency="NOK"), currency="NOK", closing_minor=1, declared_count=7)
    assert {reason.code for reason in examine(parsed, TERMS).refusals} == {
        "currency_not_kept",
        "balances_do_not_foot",
        "declared_count_differs",
    }
