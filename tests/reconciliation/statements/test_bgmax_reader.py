"""What Bankgirot says in BgMax is read by column, once the columns are known to be right."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from reconciliation.statements import TRAITS, read
from reconciliation.statements.bgmax.writer import BgMaxPayment, BgMaxReference, BgMaxSection, write_bgmax
from tests.reconciliation.statements.written_files import DAY, bgmax, codes, rows

CLOCK = datetime(2026, 3, 4, 17, 30)  # noqa: DTZ001  the clearing house writes its clock without zone


def one(payment: BgMaxPayment, **changed: object) -> bytes:
    section = BgMaxSection("50501055", "5491000003", DAY, 7, [payment])
    return write_bgmax(CLOCK, [replace(section, **changed)])  # type: ignore[arg-type]


def lines_of(data: bytes) -> list[bytes]:
    return data.split(b"\r\n")[:-1]


def test_its_deposits_prove_it_and_its_money_comes_in():
    assert (TRAITS["bgmax"].proof, TRAITS["bgmax"].direction) == ("deposits", "in")


def test_a_file_is_known_by_its_start_record():
    assert read(bgmax()).format == "bgmax"
    assert read(b"01AUTOGIRO".ljust(80)).format != "bgmax"


def test_a_section_is_a_statement_of_its_bankgiro_and_its_deposit_the_one_line():
    parsed = read(bgmax(payments=2))
    (statement,) = parsed.statements.to_pylist()
    line, *members = rows(parsed)
    assert (parsed.message, parsed.encoding, parsed.problems) == ("BGMAX 01", "ISO-8859-1", ())
    assert (statement["account"], statement["account_kind"], statement["sequence"]) == ("50501055", "bankgiro", "00007")
    assert statement["created_at"] == "2026-03-04T17:30:35.010331"
    assert (line["amount_minor"], line["booked_on"], line["declared_details"]) == (250_00, DAY, 2)
    assert line["bank_ref"] == "5491000003-50501055-20260304-00007"
    assert [member["bank_ref"] for member in members] == [f"{line['bank_ref']}-00000000000{n}" for n in (1, 2)]


def test_a_deduction_is_a_member_below_zero():
    section = BgMaxSection(
        "50501055",
        "5491000003",
        DAY,
        7,
        [
            BgMaxPayment(1000_00, "1234574", sender="9912346"),
            BgMaxPayment(-500_00, "123455", sender="9912346", deduction=2),
        ],
    )
    line, payment, deduction = rows(read(write_bgmax(CLOCK, [section])))
    assert (line["amount_minor"], payment["amount_minor"], deduction["amount_minor"]) == (500_00, 1000_00, -500_00)
    assert (deduction["bank_code"], deduction["counterparty_account"]) == ("21-2-1-2", "9912346")


def test_a_deduction_belongs_to_its_payer_and_not_to_the_payment_before_it():
    payments = [
        BgMaxPayment(300_00, "1234574", sender="9912346", serial=1, name="Exempelbolaget AB"),
        BgMaxPayment(900_00, "123455", sender="50501055", serial=2, name="Annat Bolag AB"),
        BgMaxPayment(-200_00, "2345676", sender="9912346", serial=3),
    ]
    parsed = read(write_bgmax(CLOCK, [BgMaxSection("50501055", "5491000003", DAY, 7, payments)]))
    assert (rows(parsed)[3]["counterparty"], parsed.problems) == ("Exempelbolaget AB", ())


def test_a_deduction_of_more_than_its_payer_paid_is_doubted():
    payments = [
        BgMaxPayment(300_00, "1234574", sender="9912346", serial=1),
        BgMaxPayment(900_00, "123455", sender="50501055", serial=2),
        BgMaxPayment(-300_01, "2345676", sender="9912346", serial=3),
    ]
    parsed = read(write_bgmax(CLOCK, [BgMaxSection("50501055", "5491000003", DAY, 7, payments)]))
    assert [(one.code, one.severity) for one in parsed.problems] == [("deduction_exceeds_payments", "doubt")]


def test_an_extra_reference_belongs_to_the_payment_with_its_sender_and_serial_number():
    further = [BgMaxReference("1234574", 100_00)]
    payments = [
        BgMaxPayment(100_00, "", reference_code=0, sender="9912346", serial=1, further=further),
        BgMaxPayment(900_00, "123455", sender="50501055", serial=2),
    ]
    data = write_bgmax(CLOCK, [BgMaxSection("50501055", "5491000003", DAY, 7, payments)])
    start, opening, first, extra, second, *rest = lines_of(data)
    parsed = read(b"\r\n".join([start, opening, first, second, extra, *rest]))
    assert [row["reference"] for row in rows(parsed)[1:]] == ["1234574", "123455"]
    assert parsed.problems == ()


def test_further_references_carry_what_they_pay_and_zero_says_nothing():
    further = [BgMaxReference("1234574", 100_00), BgMaxReference("123455", -20_00), BgMaxReference("1234575", 0)]
    (row,) = rows(read(one(BgMaxPayment(80_00, "1234574 123455", reference_code=3, further=further))), 1)
    assert (row["reference"], row["reference_kind"], row["reference_valid"]) == ("1234574 123455", "text", None)
    assert [(f["reference"], f["valid"], f["amount_minor"]) for f in row["further_references"]] == [
        ("1234574", True, 100_00),
        ("123455", True, -20_00),
        ("1234575", False, None),
    ]


@pytest.mark.parametrize("code", [2, 4])
def test_a_number_the_bank_checked_is_an_ocr_reference_that_holds_or_not(code: int):
    for number, holds in (("1234574", True), ("1234575", False)):
        (row,) = rows(read(one(BgMaxPayment(1, number, reference_code=code))), 1)
        assert (row["reference"], row["reference_kind"], row["reference_valid"]) == (number, "ocr", holds)


@pytest.mark.parametrize("code", [3, 5])
def test_a_number_the_bank_did_not_check_is_text_with_hints_beside_it(code: int):
    (row,) = rows(read(one(BgMaxPayment(1, "KUND 4325 FAKTURA 123455", reference_code=code))), 1)
    assert (row["reference_kind"], row["reference_valid"]) == ("text", None)
    assert [further["reference"] for further in row["further_references"]] == ["123455"]


def test_without_a_reference_the_lone_one_in_the_information_is_taken():
    (row,) = rows(read(one(BgMaxPayment(1, "", reference_code=0, information=["avser", "1234574"]))), 1)
    assert (row["reference"], row["reference_valid"], row["text"]) == ("1234574", True, "avser 1234574")


def test_an_account_without_bankgiro_is_its_plusgiro():
    data = one(BgMaxPayment(1, "1234574"), bankgiro="", plusgiro="8156086", currency="EUR")
    (statement,) = read(data).statements.to_pylist()
    assert (statement["account"], statement["account_kind"], statement["currency"]) == ("815608-6", "plusgiro", "EUR")


def test_codes_in_lower_case_mean_the_same():
    data = bgmax(1)
    lower = data.replace(b"SEK", b"sek").replace(b"P" + b" " * 35, b"p" + b" " * 35, 1)
    assert lower != data
    assert read(lower) == read(data)


def test_the_end_records_counts_stand_beside_what_was_found():
    data = bgmax(payments=2)
    totals = [(row["name"], row["declared"], row["found"]) for row in read(data).totals.to_pylist()]
    assert totals == [("payments", 2, 2), ("deductions", 0, 0), ("extra_references", 2, 2), ("deposits", 1, 1)]
    parsed = read(data.replace(b"\r\n7000000002", b"\r\n7000000003"))
    assert codes(parsed) == ["control_count_differs"]
    assert not parsed.refused  # The gate proves totals; the reader only says what they are.
    assert parsed.totals.to_pylist()[0]["declared"] == 3


def test_short_records_are_padded_and_blank_lines_passed_over():
    cut = b"\n".join(line.rstrip() for line in lines_of(bgmax())) + b"\n\n\x1a"
    assert read(cut).lines.equals(read(bgmax()).lines)
    assert read(cut).problems == ()


def test_an_unknown_record_type_is_passed_over_as_the_manual_asks():
    first, *others = lines_of(bgmax())
    parsed = read(b"\r\n".join([first, b"99 something new".ljust(80), *others]))
    assert (codes(parsed), parsed.refused) == (["record_unknown"], False)


def test_a_file_in_utf_8_is_read_and_said():
    parsed = read(bgmax().decode("latin-1").encode("utf-8"))
    assert (parsed.encoding, codes(parsed)) == ("UTF-8", ["encoding_changed"])
    assert rows(parsed, 1)[0]["text"] == "hemlig hälsning"


def test_letters_of_another_code_page_are_said():
    assert codes(read(bgmax().decode("latin-1").encode("cp850"))) == ["characters_damaged"]


@pytest.mark.parametrize(
    ("found", "put", "code"),
    [
        (b"\r\n20", b"\r\n20\t", "record_holds_control_character"),
        (b"\r\n26Anna", b"\r\n26" + b"x" * 75 + b"Anna", "record_too_long"),
        (b"P" + b" " * 35, b"T" + b" " * 35, "test_file"),
        (b"P" + b" " * 35, b" " + b" " * 35, "test_file"),
        (b"BGMAX               01", b"BGMAX               02", "layout_unknown"),
        (b"000000000000012500", b"00000000000O012500", "record_unreadable"),
        (b"20260304" + b"00007", b"20260230" + b"00007", "date_unreadable"),
        (b"SEK00000003", b"EUR00000003", "currency_contradicts"),
    ],
)
def test_a_damaged_file_is_refused_and_says_where(found: bytes, put: bytes, code: str):
    assert found in bgmax()
    parsed = read(bgmax().replace(found, put, 1))
    assert (code, "refuse") in [(problem.code, problem.severity) for problem in parsed.problems]
    assert all(problem.raw_position for problem in parsed.problems)


@pytest.mark.parametrize(
    ("dropped", "code"),
    [
        (b"05", "record_out_of_place"),
        (b"15", "deposit_missing"),
        (b"70", "end_record_missing"),
        (b"20", "record_out_of_place"),
    ],
)
def test_a_file_that_lost_a_kind_of_record_is_refused_and_the_rest_is_shown(dropped: bytes, code: str):
    parsed = read(b"\r\n".join(line for line in lines_of(bgmax()) if not line.startswith(dropped)))
    assert code in codes(parsed)
    assert parsed.refused


def test_two_files_joined_are_refused():
    assert "record_after_end" in codes(read(bgmax() + bgmax()))


def test_an_extra_reference_of_another_payment_is_doubted():
    # Columns 58 to 69 are the serial number; the first TK22 gets another one.
    data = b"\r\n".join(
        line[:57] + b"9" * 12 + line[69:] if line.startswith(b"22") else line for line in lines_of(bgmax(1))
    )
    assert codes(read(data)) == ["reference_without_payment"]
    assert rows(read(data), 1)[0]["further_references"]
