"""What is doubtful about a line is told by its number; its money is booked all the same."""

from __future__ import annotations

from datetime import date

import pytest

from reconciliation.gate import CODES, examine
from reconciliation.statements.problems import doubt, warning
from tests.reconciliation.gate.doubted_files import DOUBTED
from tests.reconciliation.gate.files import TERMS, camt053, file, movement, pays, statement


@pytest.mark.parametrize(("code", "parsed", "lines"), DOUBTED, ids=[code for code, _, _ in DOUBTED])
def test_a_doubtful_line_is_named_and_the_file_accepted(code, parsed, lines):
    verdict = examine(parsed, TERMS)
    assert (verdict.accepted, verdict.refusals, verdict.warnings) == (True, (), ())
    assert [(doubt.code, doubt.statement_no, doubt.line_no, doubt.detail_no) for doubt in verdict.doubts] == [
        (code, 1, line, detail) for line, detail in lines
    ]
    assert all(doubt.sentence == CODES[code].sentence for doubt in verdict.doubts)


def test_every_doubt_of_the_gate_has_a_file_that_raises_it():
    doubts = {code for code, told in CODES.items() if told.effect == "doubt"}
    assert {code for code, _, _ in DOUBTED} | {"line_doubtful"} == doubts


def test_a_doubt_says_where_in_the_file():
    (found,) = examine(camt053(movement(1, 5_00, pays(5_00, reference="12", reference_valid=False))), TERMS).doubts
    assert found.raw_position == "Ntry 1, TxDtls 1"


def test_a_doubt_of_the_reader_keeps_its_words_and_finds_its_detail():
    one = movement(1, 5_00, pays(), pays(5_00, amount_exact=False))
    said = doubt("amount_too_precise", "Amt has more decimals than SEK (2)", "Ntry 1, TxDtls 2", 1, 1)
    of_head = doubt("date_unreadable", "FrDtTm is no date", "FrToDt", 1)
    verdict = examine(file("camt.053", [statement([one])], [one], problems=[said, of_head]), TERMS)
    # The reader's doubt about the amount stands for the gate's own.
    assert [(d.code, d.statement_no, d.line_no, d.detail_no, d.sentence) for d in verdict.doubts] == [
        ("amount_too_precise", 1, 1, 2, "Amt has more decimals than SEK (2)"),
        ("date_unreadable", 1, None, 0, "FrDtTm is no date"),
        ("details_without_amounts", 1, 1, 0, CODES["details_without_amounts"].sentence),
    ]


def test_a_pending_movement_raises_no_doubt():
    pending = movement(2, 0, status="pending", booked_on=date(2199, 1, 1), reference="1", reference_valid=False)
    assert examine(camt053(movement(1, 5_00), pending), TERMS).doubts == ()


TWINS = [movement(n, 20_00, bank_ref=None, text="Läkarvård") for n in (1, 2)]
OTHERS = [
    movement(3, 20_00, bank_ref=None, text="Läkarvård", counterparty="A"),
    movement(4, 20_00, pays(20_00, reference="657866"), bank_ref=None, text="Läkarvård"),
    movement(5, 20_00, pays(20_00, reference="801464"), bank_ref=None, text="Läkarvård"),
]


def test_lines_that_repeat_without_a_bank_id_are_worth_a_warning_and_no_doubt():
    verdict = examine(camt053(*TWINS, *OTHERS), TERMS)
    assert verdict.accepted
    assert verdict.doubts == ()
    (told,) = verdict.warnings
    assert (told.code, told.raw_position) == ("line_repeated", "Ntry 1")
    assert "(2 of 5; this is the first)" in told.sentence


def test_lines_that_differ_in_anything_they_say_do_not_repeat():
    assert examine(camt053(TWINS[0], *OTHERS), TERMS).warnings == ()


def test_a_statement_made_beyond_belief_and_what_the_reader_warns_of_are_warnings():
    one = movement(1, 5_00)
    said = warning("copy_of_statement", "the bank marks the statement as a copy", "CpyDplctInd", 1)
    head = statement([one], created_on=date(2199, 1, 1))
    verdict = examine(file("camt.053", [head], [one], problems=[said]), TERMS)
    assert verdict.accepted
    assert [(told.code, told.raw_position) for told in verdict.warnings] == [
        ("created_beyond_belief", "statement 1"),
        ("copy_of_statement", "CpyDplctInd"),
    ]
