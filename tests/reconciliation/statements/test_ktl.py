"""What a Finnish bank says in KTL: the payments with reference of a batch, proven by the totals of its end record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.statements import TRAITS, read
from reconciliation.statements.ktl.writer import KtlPayment, write_ktl
from tests.reconciliation.statements.fixed_width_files import CLOCK, DAY, FINNISH, KTL_PAYMENTS, VIITE, WRITTEN, judged
from tests.reconciliation.statements.written_files import codes, rows

FILE = WRITTEN["ktl"]
OTHER = "15963000000007"


def test_its_stated_totals_prove_it_and_its_money_comes_in():
    assert (TRAITS["ktl"].proof, TRAITS["ktl"].direction) == ("totals", "in")


def test_a_batch_is_a_statement_with_the_totals_of_its_end_record():
    (statement,) = read(FILE).statements.to_pylist()
    assert (statement["account"], statement["currency"]) == ("FI4947300010416310", "EUR")
    assert (statement["declared_count"], statement["declared_credit_minor"]) == (3, 79_00)
    assert statement["declared_debit_minor"] == 10_00


def test_a_payment_has_its_reference_without_zeros_its_payer_and_its_id():
    row = rows(read(FILE))[0]
    assert (row["amount_minor"], row["booked_on"], row["status"]) == (49_00, DAY, "booked")
    assert (row["reference"], row["reference_kind"], row["reference_valid"]) == (VIITE, "viite", True)
    assert (row["counterparty"], row["bank_ref"]) == ("ESIMERKKI KÄ", "0304258800000001")


def test_a_correction_is_below_zero_and_a_reversal():
    row = rows(read(FILE))[1]
    assert (row["amount_minor"], row["reversal"]) == (-10_00, True)


def test_a_direct_debit_that_failed_is_told_with_its_reason_and_moves_no_money():
    done, failed = rows(read(FILE))[2:]
    assert (done["status"], failed["status"], failed["return_reason"]) == ("booked", "info", "1")


def test_a_batch_of_several_accounts_is_proven_by_its_totals_as_a_whole():
    first, second = replace(KTL_PAYMENTS[0], archive="A"), replace(KTL_PAYMENTS[0], archive="B", account=OTHER)
    data = write_ktl(CLOCK, [[first, second, replace(first, archive="C")]])
    assert [row["declared_count"] for row in read(data).statements.to_pylist()] == [1, 1, 1]
    assert judged(data).accepted
    wrong = data.replace(b"900000300000014700", b"900000300000014701")
    assert wrong != data
    assert [reason.code for reason in judged(wrong).refusals] == ["control_total_differs"]


def test_several_batches_are_several_statements():
    assert judged(write_ktl(CLOCK, [KTL_PAYMENTS[:1], [replace(KTL_PAYMENTS[0], archive="Z")]])).accepted


def test_a_batch_that_is_there_twice_is_refused():
    verdict = judged(write_ktl(CLOCK, [KTL_PAYMENTS[:1], KTL_PAYMENTS[:1]]))
    assert {reason.code for reason in verdict.refusals} == {"statement_repeated"}


@pytest.mark.parametrize(
    ("found", "put", "code"),
    [
        (b"\r\n9000002", b"\r\n3000002", "end_record_missing"),
        (b"\r\n9000002", b"\r\n8000002", "end_record_missing"),
        (b"\r\n347300010416310260304", b"\r\n347300010416310263104", "date_unreadable"),
        (b"A00000049000J", b"A0000004O000J", "record_unreadable"),
        (b"ESIMERKKI K\xc41", b"ESIMERKKI K\xc40", "currency_unknown"),
    ],
)
def test_a_damaged_file_is_refused_and_says_where(found: bytes, put: bytes, code: str):
    assert found in FILE
    parsed = read(FILE.replace(found, put, 1))
    assert (code, "refuse") in [(problem.code, problem.severity) for problem in parsed.problems]
    assert all(problem.raw_position for problem in parsed.problems)


def test_payments_outside_a_batch_and_unknown_records_are_said():
    lines = FILE.split(b"\r\n")
    assert "record_out_of_place" in codes(read(b"\r\n".join([*lines[:6], lines[1]])))
    assert "record_unknown" in codes(read(b"\r\n".join([*lines[:2], b"7".ljust(90), *lines[2:]])))


payments = st.builds(
    KtlPayment,
    st.integers(-(10**9), 10**9),
    st.sampled_from(["", VIITE]),
    st.just(DAY),
    st.sampled_from([FINNISH, OTHER]),
    st.text("ABCDEF0123456789", min_size=1, max_size=16),
    direct_debit=st.booleans(),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(payments, min_size=1, max_size=6))
def test_any_file_is_read_as_it_was_written(written: list[KtlPayment]):
    parsed = read(write_ktl(CLOCK, [written]))
    assert parsed.problems == ()
    assert [(row["amount_minor"], row["bank_ref"], row["reference"]) for row in rows(parsed)] == [
        (one.amount_minor, one.archive, one.reference or None) for one in written
    ]
    totals = {row["name"]: (row["declared"], row["found"]) for row in parsed.totals.to_pylist()}
    assert all(declared == found for declared, found in totals.values())
