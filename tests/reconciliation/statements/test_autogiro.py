"""What Bankgirot says of direct debits: deposits are money, and all else only tells what became of orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.statements import TRAITS, read
from reconciliation.statements.autogiro.writer import AutogiroPayment, AutogiroSection, write_autogiro
from tests.reconciliation.statements.fixed_width_files import (
    BANKGIRO,
    CLOCK,
    DAY,
    REJECTED,
    SECTIONS,
    WRITTEN,
    booked,
    judged,
)
from tests.reconciliation.statements.written_files import codes, rows

FILE, MANDATES = WRITTEN["autogiro"], WRITTEN["autogiro.advice"]


def order(*records: str, bankgiro: str = BANKGIRO) -> bytes:
    start = f"01{DAY:%Y%m%d}AUTOGIRO{'':44}471117{bankgiro.zfill(10)}"
    return "".join(f"{record.ljust(80)}\r\n" for record in (start, *records)).encode("latin-1")


def old(contents: str, *records: str) -> bytes:
    start = f"01{DAY:%Y%m%d}AUTOGIRO9900{contents:40}471117{BANKGIRO.zfill(10)}"
    return "".join(f"{record.ljust(80)}\r\n" for record in (start, *records)).encode("latin-1")


def granted(active_from: str) -> bytes:
    record = f"73{BANKGIRO:0>10}{101:016}{'':0>33}043220260902{active_from}"
    lines = (f"01202609029900{BANKGIRO:0>10}AG-MEDAVI", record, "092026090299000000001")
    return "\n".join(one.ljust(80) for one in lines).encode()


def test_its_deposits_prove_the_payment_specification_and_nothing_else_is_booked():
    assert (TRAITS["autogiro"].proof, TRAITS["autogiro"].direction) == ("deposits", "both")
    assert not TRAITS["autogiro.advice"].books


def test_each_deposit_withdrawal_and_refund_is_a_statement_of_the_bankgiro_with_one_line():
    statements = read(FILE).statements.to_pylist()
    assert [statement["account"] for statement in statements] == [BANKGIRO] * 4
    assert {statement["deposited_to"] for statement in statements} == {"5491000003"}
    assert {statement["created_at"] for statement in statements} == {"2026-03-04T19:50:00.000000"}
    lines = [row for row in rows(read(FILE), 0) if row["status"] == "booked"]
    assert [(row["amount_minor"], row["booked_on"]) for row in lines] == [
        (550_50, DAY),
        (-40_00, DAY),
        (-20_00, DAY),
        (-15_00, DAY),
    ]


def test_refunds_of_several_payment_days_with_one_serial_number_have_ids_of_their_own():
    ids = [row["bank_ref"] for row in rows(read(FILE), 0) if row["status"] == "booked"]
    assert ids[2:] == ["5491000003-9912346-17-20260304-00001", "5491000003-9912346-17-20260304-00001-2"]
    assert judged(FILE).accepted


def test_payments_that_were_made_are_details_with_the_number_of_the_payer():
    first, second = [row for row in rows(read(FILE)) if row["statement_no"] == 1 and row["detail_no"]]
    assert (first["amount_minor"], first["counterparty_account"], first["bank_code"]) == (300_00, "101", "82-0")
    assert (first["reference"], first["reference_kind"], first["reference_valid"]) == ("1234574", "ocr", True)
    assert (second["reference"], second["reference_kind"], second["reference_valid"]) == ("FAKTURA ÅR 26", "text", None)


def test_payments_that_were_stopped_are_told_with_the_reason_and_move_no_money():
    stopped = [row for row in rows(read(FILE)) if row["status"] == "info"]
    assert [(row["amount_minor"], row["return_reason"], row["detail_no"]) for row in stopped] == [
        (99_00, "1", 0),
        (98_00, "9", 0),
        (-41_00, "2", 0),
    ]
    assert {row["booked_on"] for row in stopped} == {None}


def test_a_refund_has_the_reason():
    refunds = [row for row in rows(read(FILE)) if row["bank_code"] in ("77-01", "77-02")]
    assert [(row["amount_minor"], row["return_reason"]) for row in refunds] == [(-20_00, "02"), (-15_00, "01")]


def test_a_day_on_which_everything_was_stopped_books_nothing():
    stopped = replace(SECTIONS[0], payments=[replace(one, answer="1") for one in SECTIONS[0].payments])
    parsed = read(write_autogiro(CLOCK, BANKGIRO, [stopped]))
    assert booked(parsed) == []
    assert judged(write_autogiro(CLOCK, BANKGIRO, [stopped])).accepted


def test_a_number_without_a_check_digit_is_a_text_because_we_may_give_any_reference():
    section = replace(SECTIONS[0], payments=[replace(SECTIONS[0].payments[0], reference="63287")])
    verdict = judged(write_autogiro(CLOCK, BANKGIRO, [section]))
    assert (verdict.accepted, verdict.doubts) == (True, ())


def test_a_mandate_has_the_payers_number_as_our_id_and_what_happened():
    granted, ended = rows(read(MANDATES))
    assert (granted["end_to_end_id"], granted["counterparty_account"]) == ("101", "3300001212121212")
    assert (granted["bank_code"], granted["return_reason"], granted["value_on"]) == ("73-04-32", "32", DAY)
    assert (ended["end_to_end_id"], ended["counterparty_account"], ended["status"]) == ("102", None, "info")


@pytest.mark.parametrize(
    ("said", "value_on"), [("260914", date(2026, 9, 14)), ("260901", date(2026, 9, 2)), ("000000", date(2026, 9, 2))]
)
def test_the_old_layout_says_from_which_day_on_a_mandate_may_be_used(said: str, value_on: date):
    parsed = read(granted(said))
    (row,) = rows(parsed)
    assert (parsed.problems, row["booked_on"], row["value_on"]) == ((), date(2026, 9, 2), value_on)


def test_a_day_of_a_mandate_that_is_none_is_refused():
    assert codes(read(granted("261332"))) == ["date_unreadable"]


def test_a_rejected_payment_has_its_reason_and_is_never_booked():
    parsed = read(REJECTED)
    (row,) = rows(parsed)
    assert (parsed.format, parsed.problems) == ("autogiro.advice", ())
    assert (row["amount_minor"], row["return_reason"], row["status"]) == (75_00, "02", "info")
    assert [reason.code for reason in judged(REJECTED).refusals] == ["file_is_advice"]


def test_the_old_layout_of_advice_is_read_and_its_totals_are_compared():
    amended = "2320260304" + "101".zfill(16) + "82" + "20000".zfill(12) + "0" * 32 + "12"
    end = f"09{DAY:%Y%m%d}9900{'':14}{'':0>12}{'':0>6}000001{'':0>4}{'20000':0>12}"
    parsed = read(old("MAK/ÄNDRINGSLISTA", amended, end))
    (row,) = rows(parsed)
    assert (parsed.problems, row["amount_minor"], row["bank_code"]) == ((), 200_00, "23-12")
    wrong = read(old("MAK/ÄNDRINGSLISTA", amended, end.replace("20000", "20001")))
    assert [(problem.code, problem.severity) for problem in wrong.problems] == [("control_count_differs", "refuse")]


def test_the_old_payment_specification_is_refused_because_it_states_no_deposit():
    payment = f"82{DAY:%Y%m%d}0    " + "101".zfill(16) + "30000".zfill(12) + BANKGIRO.zfill(10)
    assert codes(read(old("", payment))) == ["layout_unknown"]


def test_an_order_of_ours_is_advice_even_if_it_is_due_at_once():
    payment = "82GENAST  0    " + "101".zfill(16) + "30000".zfill(12) + BANKGIRO.zfill(10) + "1234574"
    parsed = read(order(payment, "0400099123460000000000000102"))
    paid, accepted = rows(parsed)
    assert (parsed.format, parsed.problems) == ("autogiro.advice", ())
    assert (paid["amount_minor"], paid["value_on"], paid["reference"]) == (300_00, None, "1234574")
    assert (accepted["end_to_end_id"], accepted["bank_code"]) == ("102", "04")


def test_a_record_of_another_payee_is_refused():
    assert codes(read(order("0400099123460000000000000102", bankgiro="9912353"))) == ["account_contradicts"]


def test_several_sections_may_follow_each_other_in_a_file():
    assert judged(FILE + FILE.replace(b"2026030400001", b"2026030400002")).accepted
    unended = b"".join(FILE.splitlines(keepends=True)[:-1])
    assert "record_out_of_place" in codes(read(unended + FILE))


@pytest.mark.parametrize(
    ("found", "put", "code"),
    [
        (b"\r\n15", b"\r\n99", "record_out_of_place"),
        (b"\r\n32", b"\r\n82", "record_out_of_place"),
        (b"\r\n0920260304", b"\r\n9920260304", "end_record_missing"),
        (b"2026030400001", b"2026023000001", "date_unreadable"),
        (b"2026030400001", b"0000000000001", "date_unreadable"),
        (b"000000030000", b"0000000300O0", "record_unreadable"),
        (b"0009912346FAKTURA", b"0009912353FAKTURA", "account_contradicts"),
        (b"BET. SPEC & STOPP TK", b"NYTT               X", "layout_unknown"),
    ],
)
def test_a_damaged_file_is_refused_and_says_where(found: bytes, put: bytes, code: str):
    assert found in FILE
    parsed = read(FILE.replace(found, put, 1))
    assert (code, "refuse") in [(problem.code, problem.severity) for problem in parsed.problems]
    assert all(problem.raw_position for problem in parsed.problems)


payments = st.builds(
    AutogiroPayment,
    st.integers(1, 10**11),
    st.text("123456789", min_size=1, max_size=16),
    st.text("ABCÅÄÖ123", max_size=16),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.sampled_from(["0", "0", "1", "2", "9"]),
)
sections = st.builds(
    AutogiroSection,
    st.just("5491000003"),
    st.just(DAY),
    st.integers(1, 99999),
    st.lists(payments, max_size=4),
    st.sampled_from(["15", "16"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(sections, min_size=1, max_size=3))
def test_any_specification_is_read_as_it_was_written(written: list[AutogiroSection]):
    parsed = read(write_autogiro(CLOCK, BANKGIRO, written))
    assert parsed.problems == ()
    assert all(row["declared"] == row["found"] for row in parsed.totals.to_pylist())
    for number, section in enumerate(written, 1):
        sign = 1 if section.code == "15" else -1
        deposit, *others = [row for row in rows(parsed) if row["statement_no"] == number]
        assert deposit["amount_minor"] == sign * sum(one.amount_minor for one in section.made)
        details = [row for row in others if row["detail_no"]]
        assert [(row["amount_minor"], row["counterparty_account"]) for row in details] == [
            (sign * one.amount_minor, one.payer) for one in section.made
        ]
        assert len(others) == len(section.payments)
