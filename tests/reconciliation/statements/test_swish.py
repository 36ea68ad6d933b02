"""Reports of Swish payments: each payment is a line of the bank account, and Handelsbanken's end record counts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.gate import examine
from reconciliation.statements import TRAITS, read
from reconciliation.statements.swish.writer import SwishPayment, write_swish
from tests.kit.inspection import GOLDEN
from tests.reconciliation.gate.files import TERMS
from tests.reconciliation.statements.written_files import codes, rows

DAY, BEFORE, NEXT = date(2026, 9, 17), date(2026, 9, 16), date(2026, 9, 18)
ACCOUNT, OTHER = "SE4550000000058398257466", "SE3550000000054910000003"
PAID = SwishPayment(
    450_00, BEFORE, DAY, ACCOUNT, "1231234567", "4469411476093487", phone="+46700000001", name="Anna Exempel",
    message="Faktura 657866", end_to_end_id="E2E-1",
)  # fmt: skip
REFUND = replace(PAID, amount_minor=-100_00, reference="4469411476093501", type="SWR", order="ORDER-1039", message="")
FILE = write_swish(NEXT, [PAID, REFUND])
SWEDBANK = (GOLDEN / "swishswedbank_report.csv").read_bytes()


def refusals(data: bytes) -> set[str]:
    return {reason.code for reason in examine(read(data), TERMS).refusals}


def test_only_a_report_that_counts_its_payments_of_a_whole_day_is_booked():
    traits = [TRAITS[name] for name in ("swish.handelsbanken", "swish.intraday", "swish.swedbank")]
    assert [(one.proof, one.books) for one in traits] == [("movements", True), (None, False), (None, False)]
    assert {(one.holds, one.direction) for one in traits} == {("statement", "in")}
    assert refusals(FILE) == set()
    assert refusals(write_swish(DAY, [PAID], until="13:30")) == {"intraday_report"}
    assert refusals(SWEDBANK) == {"format_not_provable"}


def test_a_payment_is_a_line_of_the_bank_account_with_who_paid():
    parsed = read(FILE)
    (statement,) = parsed.statements.to_pylist()
    paid, refund = rows(parsed)
    assert parsed.problems == ()
    assert (statement["account"], statement["account_kind"], statement["statement_id"]) == (
        ACCOUNT, "iban", "1231234567-2026-09-18",
    )  # fmt: skip
    assert (statement["from_on"], statement["to_on"], statement["created_on"]) == (DAY, DAY, NEXT)
    assert (paid["amount_minor"], paid["booked_on"], paid["value_on"]) == (450_00, DAY, BEFORE)
    assert (paid["counterparty"], paid["counterparty_account"]) == ("Anna Exempel", "+46700000001")
    assert (paid["bank_ref"], paid["end_to_end_id"], paid["reference"]) == ("4469411476093487", "E2E-1", "657866")
    assert (refund["amount_minor"], refund["reference"], refund["reference_kind"]) == (-100_00, "ORDER-1039", "text")


def test_a_semicolon_report_has_a_decimal_comma_and_says_the_same():
    other = write_swish(NEXT, [PAID, REFUND], delimiter=";")
    assert b"450,00" in other
    assert read(other).lines.equals(read(FILE).lines)
    assert read(FILE.replace(b",4469", b", 4469")).lines.equals(read(FILE).lines)


def test_each_account_and_swish_number_is_a_statement_of_its_own():
    mixed = [PAID, replace(PAID, account=OTHER), replace(REFUND, swish_number="1239876543"), REFUND]
    parsed = read(write_swish(NEXT, mixed))
    assert parsed.statements.column("declared_count").to_pylist() == [2, 1, 1]
    assert [(row["statement_no"], row["line_no"]) for row in rows(parsed)] == [(1, 1), (1, 2), (2, 1), (3, 1)]
    assert refusals(write_swish(NEXT, mixed)) == set()


def test_the_first_version_of_the_report_has_no_booking_day():
    short = b"\r\n".join(b",".join(line.split(b",")[:15]) for line in FILE.split(b"\r\n"))
    line = rows(read(short))[0]
    assert (line["booked_on"], line["value_on"], line["end_to_end_id"]) == (None, BEFORE, None)
    assert examine(read(short), TERMS).accepted


def test_a_sum_in_the_end_record_must_be_right():
    assert refusals(FILE.replace(b"\n03,2", b"\n03,2,350.00")) == set()
    assert "control_total_differs" in refusals(FILE.replace(b"\n03,2", b"\n03,2,350.01"))
    assert "amount_unreadable" in refusals(FILE.replace(b"\n03,2", b"\n03,2,much"))


def test_money_whose_direction_nothing_says_is_refused():
    parsed = read(FILE.replace(b"-100.00", b"100.00"))
    assert [(one.code, one.raw_position) for one in parsed.problems] == [("direction_missing", "line 3")]


def test_bai2_begins_alike_and_is_not_read():
    for records in (b"01,122099999,123456789,040621,0200,1,65,,2/\r\n02,031001234,122099999,1,040620,2359,GBP,2/\r\n",
                    b"01,2026-09-18,X\r\n02,HANDSESS\r\n", b"01,x\r\n03,0\r\n"):  # fmt: skip
        assert read(records).format not in ("swish.handelsbanken", "swish.intraday")


@pytest.mark.parametrize(
    ("found", "put", "code", "place"),
    [
        (b",450.00,", b",450.005,", "amount_too_precise", "line 2"),
        (b",450.00,", b",1 450.00,", "amount_unreadable", "line 2"),
        (b"2026-09-16,SWH", b"16/09/2026,SWH", "date_unreadable", "line 2"),
        (b",SEK,+46700000001,Anna Exempel,4469411476093487", b",EUR,,,1", "currency_differs", "line 2"),
        (b"Faktura 657866", b"Faktura, 657866", "row_width_differs", "line 3"),
        (b"\r\n03,2", b"\r\n03,two", "record_unreadable", "line 4"),
        (b"\r\n03,2", b"\r\n04,2\r\n03,2", "record_out_of_place", "line 4"),
        (b"\r\n03,2", b"", "end_record_missing", "end of file"),
        (b"\r\n03,2", b"\r\n03,2\r\n01,2026-09-19,2026-09-18,", "record_after_end", "line 5"),
        (b"4469411476093501", b'"4469411476093501', "file_truncated", "line 3"),
    ],
)
def test_a_damaged_report_is_refused_and_says_where(found: bytes, put: bytes, code: str, place: str):
    assert found in FILE
    problems = read(FILE.replace(found, put, 1)).problems
    assert (code, "refuse", place) in [(one.code, one.severity, one.raw_position) for one in problems]
    assert not any("Anna" in one.message or "+467" in one.message for one in problems)


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_a_report_cut_off_is_refused(lines: int):
    cut = read(b"\r\n".join(FILE.split(b"\r\n")[:lines]))
    assert codes(cut) == (["format_unknown"] if lines == 1 else ["end_record_missing"])


def test_a_lost_or_repeated_payment_is_not_proven():
    first, paid, refund, *rest = FILE.split(b"\r\n")
    assert "control_total_differs" in refusals(b"\r\n".join([first, paid, *rest]))
    assert "control_total_differs" in refusals(b"\r\n".join([first, paid, paid, refund, *rest]))


def test_swedbanks_table_is_shown_with_the_days_of_its_title():
    parsed = read(SWEDBANK)
    (statement,) = parsed.statements.to_pylist()
    assert (statement["account"], statement["from_on"], statement["to_on"]) == ("832797644370772", BEFORE, DAY)
    assert (statement["statement_id"], statement["created_on"]) == ("1231234567-2026-09-18", NEXT)
    assert [(row["amount_minor"], row["reference"], row["counterparty_account"]) for row in rows(parsed)] == [
        (1500_00, "657866", "46700000001"),
        (2300_50, "ORDER-1042", "46700000002"),
    ]


def test_swedbanks_table_in_its_own_encoding_and_without_its_title_is_read_too():
    plain = SWEDBANK.split(b"\r\n", 1)[1]
    assert read(plain.decode().encode("cp1252")).lines.num_rows == 2
    assert codes(read(SWEDBANK.replace(b"Mottagarnr", b"Till"))) == ["file_not_mapped"]


words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=20).map(str.strip)
payments = st.builds(
    SwishPayment,
    st.integers(-(10**9), 10**9),
    st.just(BEFORE),
    st.just(DAY),
    st.sampled_from([ACCOUNT, OTHER]),
    st.just("1231234567"),
    st.text("0123456789ABCDEF", min_size=1, max_size=32),
    name=words,
    message=words,
    phone=st.just("+46700000001"),
)


@settings(max_examples=25)
@given(st.lists(payments, min_size=1, max_size=5), st.sampled_from([",", ";"]))
def test_any_report_is_read_as_it_was_written(written: list[SwishPayment], delimiter: str):
    parsed = read(write_swish(NEXT, written, delimiter))
    assert parsed.problems == ()
    found = sorted((row["amount_minor"], row["bank_ref"], row["counterparty"], row["text"]) for row in rows(parsed))  # type: ignore[type-var]
    assert found == sorted(
        (one.amount_minor, one.reference, one.name or None, one.message or None)  # type: ignore[type-var]
        for one in written
    )


@settings(max_examples=60)
@given(st.sampled_from([FILE, SWEDBANK]), st.integers(0, 600), st.integers(0, 40), st.binary(max_size=12))
def test_no_damage_makes_it_raise(data: bytes, at: int, cut: int, put: bytes):
    read(data[:at] + put + data[at + cut :])
