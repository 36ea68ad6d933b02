"""What Nets says in OCR giro and AvtaleGiro: which payments are money, and which records only tell of mandates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import netsgiro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.statements import TRAITS, read
from reconciliation.statements.ocr_giro.writer import OcrGiroAssignment, OcrGiroPayment, write_ocr_giro
from tests.reconciliation.statements.fixed_width_files import ACCOUNT, DAY, KID, KID_HYPHEN, PAYMENTS, WRITTEN, judged
from tests.reconciliation.statements.written_files import codes, rows

FILE = WRITTEN["ocrgiro"]


def one(payment: OcrGiroPayment, account: str = ACCOUNT) -> bytes:
    return write_ocr_giro(1, DAY, [OcrGiroAssignment(account, 1, [payment])])


def test_its_stated_totals_prove_it_and_its_money_comes_in():
    assert (TRAITS["ocrgiro"].proof, TRAITS["ocrgiro"].direction) == ("totals", "in")
    assert not TRAITS["avtalegiro"].books


def test_an_assignment_is_a_statement_with_the_number_and_the_sum_that_nets_states():
    payments, mandates = read(FILE).statements.to_pylist()
    assert (payments["account"], payments["currency"]) == ("NO9386011117947", "NOK")
    assert (payments["declared_count"], payments["declared_sum_minor"]) == (4, 1_575_50)
    assert (payments["from_on"], payments["to_on"]) == (DAY, DAY)
    assert (mandates["message"], mandates["declared_count"]) == ("AvtaleGiro 24", 2)


def test_an_account_with_a_wrong_check_digit_stays_as_it_is_written():
    (statement,) = read(one(PAYMENTS[0], "86011117948")).statements.to_pylist()
    assert (statement["account"], statement["account_kind"]) == ("86011117948", "bban")


def test_a_payment_has_its_kid_its_day_and_an_id_of_its_own():
    first, *others = rows(read(FILE))
    assert (first["amount_minor"], first["booked_on"], first["status"]) == (1_250_00, DAY, "booked")
    assert (first["reference"], first["reference_kind"], first["reference_valid"]) == (KID, "kid", True)
    assert first["counterparty_account"] == "15032080119"
    assert len({row["bank_ref"] for row in [first, *others[:3]]}) == 4


def test_money_that_is_taken_back_is_below_zero_and_a_reversal():
    row = rows(read(FILE))[2]
    assert (row["amount_minor"], row["reversal"], row["bank_code"]) == (-50_00, True, "30-18")


@pytest.mark.parametrize(
    ("stated", "told"), [(b"00000000000157550", []), (b"00000000000167550", ["sum_without_signs"] * 2)]
)
def test_what_was_taken_back_may_be_subtracted_from_the_stated_sum_or_added_which_is_said(
    stated: bytes, told: list[str]
):
    file = FILE.replace(b"00000000000157550", stated)
    assert judged(file).accepted
    assert codes(read(file)) == told


def test_a_message_of_a_payment_without_kid_is_its_text():
    row = rows(read(FILE))[3]
    assert (row["reference"], row["text"]) == (None, "kvittering 8817 på kortet")


def test_a_kid_may_end_in_a_hyphen_and_one_with_a_wrong_digit_is_doubted():
    (row,) = rows(read(one(replace(PAYMENTS[0], kid=KID_HYPHEN))))
    assert (row["reference"], row["reference_valid"]) == (KID_HYPHEN, True)
    data = one(replace(PAYMENTS[0], kid="602244"))
    assert [doubt.code for doubt in judged(data).doubts] == ["reference_check_digit_wrong"]


def test_mandates_in_a_file_with_payments_move_no_money():
    *_, given_one, ended_one = rows(read(FILE))
    assert (given_one["status"], given_one["amount_minor"], given_one["reference"]) == ("info", None, KID)
    assert (given_one["bank_code"], ended_one["bank_code"]) == ("70-1-J", "70-2-N")


@pytest.mark.parametrize(
    ("found", "put", "code"),
    [
        (b"NY0910310000001", b"NY0910310000009", "record_out_of_place"),
        (b"NY0900200080", b"NY0800200080", "layout_unknown"),
        (b"NY090020", b"NY090030", "record_out_of_place"),
        (b"NY0900880000000", b"NY0900990000000", "end_record_missing"),
        (b"300000001040326", b"300000001310426", "date_unreadable"),
        (b"030326150320801190", b"303261503208011900", "date_unreadable"),
        (b"000000000000125000", b"00000000000O125000", "record_unreadable"),
        (b"-00000000000005000", b"+00000000000005000", "record_unreadable"),
        (b"\r\nNY09103000", b"\r\nNX09103000", "record_out_of_place"),
    ],
)
def test_a_damaged_file_is_refused_and_says_where(found: bytes, put: bytes, code: str):
    assert found in FILE
    parsed = read(FILE.replace(found, put, 1))
    assert (code, "refuse") in [(problem.code, problem.severity) for problem in parsed.problems]
    assert all(problem.raw_position for problem in parsed.problems)


def test_a_record_type_that_is_not_in_the_manual_is_passed_over_and_said():
    # Its count in the end record is then wrong, which the gate sees.
    assert "record_unknown" in codes(read(FILE.replace(b"NY092132", b"NY092133", 1)))


def test_two_files_joined_are_refused():
    assert "record_after_end" in codes(read(FILE + FILE))


def test_wrong_totals_of_mandates_are_refused_because_no_gate_sees_them():
    parsed = read(WRITTEN["avtalegiro"].replace(b"NY2124880000000200", b"NY2124880000000300"))
    assert ("control_count_differs", "refuse") in [(problem.code, problem.severity) for problem in parsed.problems]


payments = st.builds(
    OcrGiroPayment,
    st.integers(-(10**12), 10**12),
    st.sampled_from([KID, "1234567892", ""]),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    kind=st.sampled_from([10, 11, 15, 17]),
    payers_account=st.sampled_from(["", "15032080119"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(payments, min_size=1, max_size=5))
def test_any_file_is_read_as_it_was_written_and_as_another_program_reads_it(written: list[OcrGiroPayment]):
    data = write_ocr_giro(1, DAY, [OcrGiroAssignment(ACCOUNT, 1, written)])
    parsed = read(data)
    assert parsed.problems == ()
    meant = [(payment.amount_minor, payment.kid or None) for payment in written]
    assert [(row["amount_minor"], row["reference"]) for row in rows(parsed)] == meant
    (assignment,) = netsgiro.parse(data.decode("latin-1").replace("\r\n", "\n")).assignments
    theirs = [(abs(round(100 * one.amount)), one.kid) for one in assignment.transactions]
    assert theirs == [(abs(amount), kid) for amount, kid in meant]
