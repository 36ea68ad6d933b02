"""Klarna's settlement report: a block of totals that proves a block of transactions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.gate import examine
from reconciliation.statements import TRAITS, Parsed, read
from reconciliation.statements.klarna.columns import TYPES
from reconciliation.statements.klarna.writer import KlarnaSettlement, KlarnaTransaction, write_klarna
from tests.reconciliation.gate.files import TERMS
from tests.reconciliation.statements.provider_files import STOCKHOLM
from tests.reconciliation.statements.written_files import codes, rows

SALE = KlarnaTransaction(
    "SALE", 1_000_00, "o-1", "c-1", merchant_reference="INV-1041", captured_at="2026-09-11T22:45:00Z",
    detailed_type="PURCHASE",
)  # fmt: skip
FEE = replace(SALE, type="FEE", amount_minor=-34_90, tax_minor=-6_98, detailed_type="PURCHASE_FEE_PERCENTAGE")
FIXED = replace(FEE, amount_minor=-2_00, tax_minor=-40, detailed_type="PURCHASE_FEE_FIXED")
RETURN = KlarnaTransaction(
    "RETURN", -200_00, "o-0", refund_id="r-1", merchant_reference="657866", captured_at="2026-09-02"
)
PAYOUT = KlarnaSettlement("PAYREF1", "2026-09-18T07:45:00Z", [SALE, FEE, FIXED, RETURN], merchant="K123456")
FILE = write_klarna([PAYOUT])


def only(settlement: KlarnaSettlement) -> Parsed:
    return read(write_klarna([settlement]), STOCKHOLM)


def details(parsed: Parsed) -> list[dict[str, Any]]:
    return [row for row in rows(parsed) if row["detail_no"] != 0]


def refusals(data: bytes) -> set[str]:
    return {reason.code for reason in examine(read(data, STOCKHOLM), TERMS).refusals}


def stated(data: bytes, **totals: bytes) -> bytes:
    """A report with other totals in its first block; a total that has no column gets one."""
    names, cells, *rest = data.split(b"\r\n")
    said = dict(zip(names.decode().split(";"), cells.split(b";"), strict=True)) | totals
    return b"\r\n".join([";".join(said).encode(), b";".join(said.values()), *rest])


def test_its_balances_prove_it_and_it_is_a_settlement():
    traits = TRAITS["klarna"]
    assert (traits.proof, traits.holds, traits.direction, traits.books) == ("balances", "settlement", "both", True)


def test_a_payout_is_a_statement_of_what_klarna_holds_for_us():
    parsed = read(FILE, STOCKHOLM)
    (statement,) = parsed.statements.to_pylist()
    settled, payout = rows(parsed, 0)
    assert parsed.problems == ()
    assert (statement["account"], statement["account_kind"], statement["statement_id"]) == (
        "K123456", "merchant", "PAYREF1",
    )  # fmt: skip
    assert (statement["opening_minor"], statement["closing_minor"]) == (0, 0)
    assert (settled["kind"], settled["amount_minor"], settled["booked_on"]) == (
        "settlement", 763_10, date(2026, 9, 18),
    )  # fmt: skip
    assert (payout["kind"], payout["amount_minor"], payout["bank_ref"]) == ("payout", -763_10, "PAYREF1")
    assert refusals(FILE) == set()


def test_the_fees_of_a_capture_are_its_charges_and_include_their_tax():
    sale, refund = details(read(FILE, STOCKHOLM))
    assert (sale["kind"], sale["amount_minor"], sale["charges_minor"], sale["charges_tax_minor"]) == (
        "payment", 1_000_00, 36_90, 7_38,
    )  # fmt: skip
    assert (sale["bank_ref"], sale["payment_ref"], sale["reference"]) == ("c-1", "o-1", "INV-1041")
    # 22:45 in UTC is the next day in Stockholm.
    assert sale["booked_on"] == date(2026, 9, 12)
    assert (refund["kind"], refund["bank_ref"], refund["payment_ref"]) == ("refund", "r-1", "o-0")
    assert (refund["reference"], refund["reference_kind"], refund["reference_valid"]) == ("657866", "ocr", True)


def test_a_fee_apart_from_its_capture_is_a_fee():
    _, _, fee = details(only(replace(PAYOUT, transactions=[SALE, RETURN, FEE])))
    assert (fee["kind"], fee["amount_minor"], fee["payment_ref"], fee["bank_ref"]) == ("fee", -34_90, "o-1", None)
    assert (fee["charges_minor"], fee["charges_tax_minor"]) == (None, 6_98)


def test_tax_that_the_totals_state_is_taken_beside_the_fees():
    parsed = only(replace(PAYOUT, transactions=[SALE, FEE], tax_minor=6_98))
    settled, sale, payout = rows(parsed)
    assert (settled["amount_minor"], payout["amount_minor"]) == (958_12, -958_12)
    assert (sale["charges_minor"], sale["charges_tax_minor"]) == (41_88, 6_98)
    assert examine(parsed, TERMS).accepted


def test_tax_without_a_column_of_its_own_is_a_tax_of_the_settlement():
    data = write_klarna([replace(PAYOUT, transactions=[SALE, FEE], tax_minor=6_98)])
    parsed = read(data.replace(b"vat_amount", b"vat_amount_hidden"), STOCKHOLM)
    assert [(row["kind"], row["amount_minor"], row["charges_tax_minor"]) for row in details(parsed)] == [
        ("payment", 1_000_00, None),
        ("fee_tax", -6_98, None),
    ]
    assert examine(parsed, TERMS).accepted


def test_debt_to_klarna_is_the_balance_below_zero():
    paid = only(replace(PAYOUT, repaid_minor=100_00, opening_debt_minor=150_00))
    (statement,) = paid.statements.to_pylist()
    assert (statement["opening_minor"], statement["closing_minor"]) == (-150_00, -50_00)
    assert [row["amount_minor"] for row in rows(paid, 0)] == [763_10, -663_10]
    assert examine(paid, TERMS).accepted


def test_a_settlement_below_zero_pays_nothing_and_adds_to_the_debt():
    owed = only(replace(PAYOUT, transactions=[RETURN], deposited_minor=200_00, opening_debt_minor=0))
    (statement,) = owed.statements.to_pylist()
    assert (statement["opening_minor"], statement["closing_minor"]) == (0, -200_00)
    assert [(row["kind"], row["amount_minor"]) for row in rows(owed, 0)] == [("settlement", -200_00)]
    assert examine(owed, TERMS).accepted


def test_without_balances_what_an_earlier_settlement_left_is_carried_over():
    parsed = only(replace(PAYOUT, repaid_minor=100_00, fee_correction_minor=5_00))
    assert [(row["kind"], row["amount_minor"]) for row in details(parsed)[2:]] == [
        ("carried_over", -100_00),
        ("fee_returned", 5_00),
    ]
    assert examine(parsed, TERMS).accepted


def test_fees_given_back_that_are_among_the_corrections_count_once():
    correction = KlarnaTransaction("CORRECTION", 5_00, "o-1")
    data = write_klarna([replace(PAYOUT, transactions=[SALE, correction])])
    assert refusals(data) == set()
    assert refusals(stated(data, total_fee_correction_amount=b"5.00")) == set()


def test_a_report_without_signs_says_the_same():
    plain = FILE.replace(b";-", b";")
    assert read(plain, STOCKHOLM).lines.equals(read(FILE, STOCKHOLM).lines)
    assert refusals(plain) == set()
    # One sign shows that the others are meant; then a fee above zero is a fee that was given back.
    assert refusals(FILE.replace(b";-34.90;", b";34.90;")) & {"control_total_differs", "amounts_contradict"}


def test_commissions_taken_back_are_a_total_of_their_own_and_no_type():
    commissions = [KlarnaTransaction("COMMISSION", amount, "o-1") for amount in (10_00, -3_00)]
    data = write_klarna([replace(PAYOUT, transactions=[SALE, *commissions])])
    apart = {"total_commission_amount": b"10.00", "total_commission_reversal_amount": b"3.00"}
    assert refusals(stated(data, **apart)) == set()
    assert "control_total_differs" in refusals(stated(data, total_commission_amount=b"10.00"))


@pytest.mark.parametrize(
    ("type", "detailed", "kind"),
    [
        ("REVERSAL", "REVERSAL", "chargeback"),
        ("REVERSAL_MERCHANT_PROTECTION", "", "chargeback_returned"),
        ("RETURN", "PAYMENT_DEFAULT", "chargeback"),
        ("CREDIT", "CORRECTION_DISPUTE", "chargeback_returned"),
        ("FEE_REFUND", "DISPUTE_FEE_REFUND", "fee_returned"),
        ("HOLDBACK", "ROLLING_RESERVE", "reserve_held"),
        ("RELEASE", "ROLLING_RESERVE", "reserve_released"),
        ("COMMISSION", "", "other"),
    ],
)
def test_each_type_is_what_it_is_to_us(type: str, detailed: str, kind: str):
    one = KlarnaTransaction(type, 10_00, "o-9", detailed_type=detailed)
    assert details(only(replace(PAYOUT, transactions=[SALE, one])))[1]["kind"] == kind


def test_an_unknown_type_is_doubted_and_counts():
    parsed = read(FILE.replace(b"\r\nRETURN;", b"\r\nSURPRISE;"), STOCKHOLM)
    assert (codes(parsed), parsed.refused) == (["kind_unknown"], False)
    assert details(parsed)[1]["kind"] == "other"


def test_other_names_and_orders_of_columns_say_the_same():
    other = FILE.replace(b"currency_code", b"posting_currency").replace(b"vat_amount", b"tax_amount")
    assert read(other, STOCKHOLM).lines.equals(read(FILE, STOCKHOLM).lines)
    commas = write_klarna([PAYOUT], delimiter=",")
    assert read(commas, STOCKHOLM).lines.equals(read(FILE, STOCKHOLM).lines)


def test_a_number_of_ours_with_a_wrong_check_digit_is_only_a_text():
    (sale,) = details(only(replace(PAYOUT, transactions=[replace(SALE, merchant_reference="10410")])))
    assert (sale["reference"], sale["reference_kind"], sale["reference_valid"]) == ("10410", "text", None)


@pytest.mark.parametrize(
    ("found", "put", "code", "place"),
    [
        (b";1000.00;", b";1000,00;", "amount_unreadable", "line 5"),
        (b";1000.00;SEK", b";1000.005;SEK", "amount_too_precise", "line 5"),
        (b"2026-09-11T22:45", b"11/09/2026T22:45", "date_unreadable", "line 5"),
        (b";1000.00;SEK", b";1000.00;NOK", "currency_differs", "line 5"),
        (b"PURCHASE;PAYREF1", b"PURCHASE;PAYREF2", "payout_contradicts", "line 5"),
        (b"763.10;SEK;PAYREF1", b"763.10;KRO;PAYREF1", "currency_unknown", "line 2"),
        (b"PAYREF1;2026-09-18", b"PAYREF1;2026-09-31", "date_unreadable", "line 2"),
        (b";763.10;", b";;", "amount_unreadable", "line 2"),
        (b"\r\nSALE;c-1;", b"\r\nSALE;", "row_width_differs", "line 5"),
        (b"settlement_currency", b"settlement_money", "column_missing", "line 1"),
        (b";amount;", b";sum;", "column_missing", "line 4"),
    ],
)
def test_a_damaged_report_is_refused_and_says_where(found: bytes, put: bytes, code: str, place: str):
    assert found in FILE
    parsed = read(FILE.replace(found, put, 1), STOCKHOLM)
    assert (code, "refuse", place) in [(one.code, one.severity, one.raw_position) for one in parsed.problems]


@pytest.mark.parametrize("lost", [b"opening_debt_balance", b"closing_debt_balance"])
def test_a_report_with_one_of_its_balances_is_refused(lost: bytes):
    with_balances = write_klarna([replace(PAYOUT, opening_debt_minor=0)])
    assert refusals(with_balances) == set()
    assert refusals(with_balances.replace(lost, b"balance", 1)) == {"column_missing"}


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_a_report_without_its_transactions_is_refused(lines: int):
    assert refusals(b"\r\n".join(FILE.split(b"\r\n")[:lines])) == {"file_truncated"}


@pytest.mark.parametrize(
    ("found", "put"),
    [
        (FILE.split(b"\r\n")[4] + b"\r\n", b""),
        (FILE.split(b"\r\n")[5] + b"\r\n", b""),
        (FILE.split(b"\r\n")[7], b""),
        (b";-200.00;", b";200.00;"),
        (b";1000.00;SEK", b";1000.01;SEK"),
        (b";763.10;SEK", b";763.11;SEK"),
    ],
)
def test_a_lost_or_changed_transaction_is_not_proven(found: bytes, put: bytes):
    assert FILE.count(found) == 1
    assert refusals(FILE.replace(found, put)) & {"control_total_differs", "settlement_does_not_sum"}


def test_two_reports_joined_are_two_settlements():
    parsed = read(write_klarna([PAYOUT, replace(PAYOUT, payment_reference="PAYREF2")]), STOCKHOLM)
    assert parsed.statements.column("statement_id").to_pylist() == ["PAYREF1", "PAYREF2"]
    assert [row["statement_no"] for row in rows(parsed, 0)] == [1, 1, 2, 2]
    assert parsed.problems == ()


ids = st.text("abcdef0123456789-", min_size=1, max_size=20)
transactions = st.builds(
    KlarnaTransaction,
    st.sampled_from([one for one in TYPES if one != "TAX"]),
    st.integers(-(10**10), 10**10),
    order_id=ids,
    capture_id=ids,
    refund_id=ids,
    merchant_reference=st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=20).map(str.strip),
    captured_at=st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(str),
)


@settings(max_examples=25)
@given(st.lists(transactions, max_size=5), st.sampled_from(["SEK", "EUR", "JPY", "KWD"]), st.integers(0, 10**6))
def test_any_report_is_read_as_it_was_written(written: list[KlarnaTransaction], currency: str, repaid: int):
    parsed = only(replace(PAYOUT, transactions=written, currency=currency, repaid_minor=repaid))
    assert parsed.problems == ()
    settled, *found = [row for row in rows(parsed) if row["line_no"] == 1]
    net = sum(row["amount_minor"] - (row["charges_minor"] or 0) for row in found)  # type: ignore[operator]
    assert settled["amount_minor"] == net == sum(one.amount_minor for one in written) - repaid
    assert all(row["declared"] == row["found"] for row in parsed.totals.to_pylist())


@settings(max_examples=60)
@given(st.integers(0, len(FILE)), st.integers(0, 40), st.binary(max_size=12))
def test_no_damage_makes_it_raise(at: int, cut: int, put: bytes):
    read(FILE[:at] + put + FILE[at + cut :], STOCKHOLM)
