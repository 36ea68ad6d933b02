"""What a Finnish bank says in TITO: movements and what specifies them, between two balances."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.references import creditor_reference as rf_from
from reconciliation.statements import TRAITS, read
from reconciliation.statements.tito.writer import TitoMovement, TitoStatement, write_tito
from tests.reconciliation.statements.fixed_width_files import CLOCK, DAY, FINNISH, VIITE, WRITTEN, judged
from tests.reconciliation.statements.written_files import codes, rows

FILE = WRITTEN["tito"]


def tito(*movements: TitoMovement, **said: object) -> bytes:
    statement = TitoStatement(FINNISH, 3, CLOCK, DAY, DAY, movements, 2_000_00)
    return write_tito([replace(statement, **said)])  # type: ignore[arg-type]


def test_its_balances_prove_it_in_both_directions():
    assert (TRAITS["tito"].proof, TRAITS["tito"].direction) == ("balances", "both")


def test_a_statement_has_its_account_its_period_its_balances_and_its_totals():
    (statement,) = read(FILE).statements.to_pylist()
    assert (statement["account"], statement["currency"], statement["sequence"]) == ("FI4947300010416310", "EUR", "003")
    assert (statement["from_on"], statement["to_on"], statement["created_at"]) == (DAY, DAY, "2026-03-04T19:50")
    assert (statement["opening_minor"], statement["closing_minor"]) == (2_000_00, 400_00)
    assert statement["declared_count"] == 3
    assert (statement["declared_credit_minor"], statement["declared_debit_minor"]) == (199_00, 1_799_00)


def test_without_an_iban_the_account_is_the_iban_of_the_number_of_machines():
    assert read(tito()).statements.to_pylist()[0]["account"] == "FI4947300010416310"


def test_a_credit_has_its_reference_without_zeros_its_payer_and_its_message():
    row = rows(read(FILE))[0]
    assert (row["reference"], row["reference_kind"], row["reference_valid"]) == (VIITE, "viite", True)
    assert (row["counterparty"], row["text"]) == ("KATRI ESIMERKKI", "kiitos käynnistä")
    assert (row["bank_ref"], row["bank_code"], row["counterparty_account"]) == ("A1", "705", None)


def test_without_a_message_the_text_is_what_the_bank_says_and_the_account_of_a_debit_is_the_payees():
    row = next(row for row in rows(read(FILE)) if row["bank_ref"] == "A3")
    assert (row["text"], row["counterparty_account"]) == ("TILISIIRTO", "47304720017517")


def test_what_specifies_a_movement_are_its_details_and_is_not_counted_again():
    details = [row for row in rows(read(FILE)) if row["line_no"] == 2]
    assert [(row["detail_no"], row["amount_minor"]) for row in details] == [(0, 150_00), (1, 100_00), (2, 50_00)]


def test_of_several_levels_the_deepest_are_the_details():
    deep = TitoMovement(
        90_00,
        DAY,
        "D",
        details=[TitoMovement(60_00, DAY, details=[TitoMovement(60_00, DAY)]), TitoMovement(30_00, DAY)],
    )
    assert [row["amount_minor"] for row in rows(read(tito(deep)))] == [90_00, 60_00, 30_00]
    assert judged(tito(deep)).accepted


def test_what_was_rejected_or_is_only_announced_moves_no_money():
    said = {row["bank_ref"]: row["status"] for row in rows(read(FILE))}
    assert (said["A3"], said["A4"], said["A5"]) == ("booked", "info", "info")


def test_a_correction_is_a_reversal_and_leaves_the_totals_out_because_nothing_says_where_it_counts():
    parsed = read(tito(TitoMovement(-5_00, DAY, "K", kind=3), TitoMovement(5_00, DAY, "L")))
    assert [row["reversal"] for row in rows(parsed)] == [True, False]
    assert parsed.statements.to_pylist()[0]["declared_count"] is None


def test_a_creditor_reference_of_the_same_number_is_not_a_second_reference():
    twice = TitoMovement(5_00, DAY, "R", reference="123453", creditor_reference=rf_from("123453"), payers_id="E2E-1")
    (row,) = rows(read(tito(twice)))
    assert (row["reference"], row["further_references"], row["end_to_end_id"]) == ("123453", [], "E2E-1")
    (row,) = rows(read(tito(replace(twice, reference=""))))
    assert (row["reference"], row["reference_kind"], row["reference_valid"]) == (rf_from("123453"), "rf", True)


def test_a_collected_payment_announces_its_number_of_payments():
    (row,) = rows(read(tito(TitoMovement(5_00, DAY, "C", count=4))))
    assert row["declared_details"] == 4
    assert [doubt.code for doubt in judged(tito(TitoMovement(5_00, DAY, "C", count=4))).doubts] == ["details_missing"]


def test_a_statement_whose_last_balance_is_before_its_last_day_is_doubted():
    data = tito(TitoMovement(5_00, DAY, "A"), to_on=DAY + timedelta(days=5))
    early = data.replace(b"T40050260309", b"T40050260304")
    assert early != data
    assert codes(read(early)) == ["file_truncated"]
    assert judged(early).accepted


def test_the_totals_of_the_only_day_are_those_of_the_statement():
    (statement,) = read(FILE.replace(b"T500672", b"T500671")).statements.to_pylist()
    assert (statement["declared_count"], statement["declared_credit_minor"]) == (3, 199_00)
    (statement,) = read(FILE.replace(b"T500672", b"T500673")).statements.to_pylist()
    assert statement["declared_count"] is None


@pytest.mark.parametrize(
    ("found", "put", "code"),
    [
        (b"T00322", b"T60322", "format_unknown"),
        (b"T10188", b"T11188", "record_out_of_place"),
        (b"\r\nT40050", b"\r\nT60050", "end_record_missing"),
        (b"T10188000001A1                260304", b"T10188000001A1                260231", "date_unreadable"),
        (b"+000000000000004900", b"+00000000000O004900", "record_unreadable"),
        (b"+000000000000004900", b"*000000000000004900", "record_unreadable"),
        (b"\r\nT40050", b"\r\nT40020", "record_too_long"),
        (b"\r\nT40050", b"\r\nX40050", "end_record_missing"),
    ],
)
def test_a_damaged_file_is_refused_and_says_where(found: bytes, put: bytes, code: str):
    assert found in FILE
    parsed = read(FILE.replace(found, put, 1))
    assert (code, "refuse") in [(problem.code, problem.severity) for problem in parsed.problems]
    assert all(problem.raw_position for problem in parsed.problems)


def test_what_specifies_nothing_is_refused():
    lone = tito(TitoMovement(5_00, DAY, "A", details=[TitoMovement(5_00, DAY)]))
    first = lone.split(b"\r\n")[1]
    assert codes(read(lone.replace(first + b"\r\n", b"")))[0] == "record_out_of_place"


def test_a_stated_number_of_records_must_be_right_and_may_count_details_or_not():
    for stated, accepted in ((b"000005", True), (b"000006", True), (b"000007", False)):
        data = FILE.replace(b"000000EUR", stated + b"EUR")
        assert judged(data).accepted == accepted, stated


movements = st.builds(
    TitoMovement,
    st.integers(-(10**12), 10**12).filter(bool),
    st.just(DAY),
    st.text("ABCDEF0123456789", min_size=1, max_size=18),
    name=st.text("ABCDEFGHÅÄÖ", max_size=30),
    reference=st.sampled_from(["", VIITE]),
    messages=st.lists(st.text("abcdefåäö", min_size=1, max_size=35), max_size=3),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(movements, max_size=5), st.integers(-(10**12), 10**12))
def test_any_statement_is_read_as_it_was_written(written: list[TitoMovement], opening: int):
    parsed = read(tito(*written, opening_minor=opening))
    assert parsed.problems == ()
    (statement,) = parsed.statements.to_pylist()
    assert statement["closing_minor"] == opening + sum(one.amount_minor for one in written)
    assert [(row["amount_minor"], row["bank_ref"], row["counterparty"], row["reference"]) for row in rows(parsed)] == [
        (one.amount_minor, one.archive, one.name or None, one.reference or None) for one in written
    ]
    assert [row["text"] for row in rows(parsed)] == [" ".join(one.messages) or "VIITESIIRTO" for one in written]
