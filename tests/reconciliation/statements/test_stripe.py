"""Stripe's reports: each payout is a statement that its own row proves, and each row its gross, fee and net."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.statements import TRAITS, read
from reconciliation.statements.stripe.categories import KINDS
from reconciliation.statements.stripe.writer import (
    StripePayout,
    StripeTransaction,
    write_stripe_activity,
    write_stripe_payouts,
)
from tests.reconciliation.statements.provider_files import PAID, STOCKHOLM, at, codes, judged, stripe
from tests.reconciliation.statements.written_files import rows


def one(**said: object) -> dict[str, object]:
    """The only transaction of a payout."""
    transaction = StripeTransaction("txn_1", **{"category": "charge", "gross_minor": 100_00, **said})  # type: ignore[arg-type]
    return read(stripe(transaction), STOCKHOLM).lines.to_pylist()[1]


def test_the_payout_proves_its_report_and_the_activity_is_only_shown():
    traits = TRAITS["stripe"]
    assert (traits.proof, traits.direction, traits.books) == ("balances", "both", True)
    assert (traits.holds, traits.provider) == ("settlement", "stripe")
    assert not TRAITS["stripe.activity"].books


def test_a_payout_is_a_statement_that_begins_and_ends_with_nothing():
    parsed = read(stripe(), STOCKHOLM)
    (statement,) = parsed.statements.to_pylist()
    settlement, *details, payout = parsed.lines.to_pylist()
    assert (parsed.encoding, parsed.problems) == ("UTF-8", ())
    assert (statement["statement_id"], statement["account"], statement["account_kind"]) == ("po_1", None, "merchant")
    assert (statement["opening_minor"], statement["closing_minor"]) == (0, 0)
    assert (statement["from_on"], statement["to_on"]) == (PAID, PAID)
    assert (settlement["kind"], settlement["amount_minor"], settlement["booked_on"]) == ("settlement", 569_30, PAID)
    assert [(row["kind"], row["amount_minor"], row["charges_minor"]) for row in details] == [
        ("payment", 600_00, 8_70),
        ("refund", -20_00, None),
        ("chargeback", -50_00, 15_00),
        ("chargeback_returned", 50_00, -15_00),
        ("fee", -2_00, None),
    ]
    assert (payout["kind"], payout["amount_minor"], payout["bank_ref"]) == ("payout", -569_30, "po_1")
    assert (payout["text"], payout["booked_on"], payout["value_on"]) == ("STRIPE PAYOUT", PAID, PAID)
    assert judged(stripe()).accepted


def test_identities_and_references_are_told_apart():
    _, payment, refund, *_ = read(stripe(), STOCKHOLM).lines.to_pylist()
    assert (payment["bank_ref"], payment["payment_ref"], payment["end_to_end_id"]) == ("txn_1", "ch_1", None)
    assert (payment["reference"], payment["reference_kind"], payment["reference_valid"]) == ("1234574", "ocr", True)
    assert (refund["bank_ref"], refund["payment_ref"], refund["end_to_end_id"]) == ("txn_2", "ch_1", "R-7")


def test_our_own_number_without_a_check_digit_is_no_mistake_of_a_payer():
    row = one(invoice="1041")
    assert (row["reference"], row["reference_kind"], row["reference_valid"]) == ("1041", "text", None)


def test_without_a_reference_of_ours_the_description_may_have_one():
    assert one(description="OCR 1234574")["reference"] == "1234574"


def test_times_in_utc_are_days_in_our_zone_and_local_ones_stay():
    assert one(created_at=at(14, 22, 30))["booked_on"] == date(2026, 9, 15)
    local = stripe(StripeTransaction("txn_1", "charge", 1_00, created_at=at(14, 22, 30))).replace(
        b"created_utc", b"created"
    )
    assert read(local, STOCKHOLM).lines.to_pylist()[1]["booked_on"] == date(2026, 9, 14)


def test_what_the_payer_paid_in_another_currency_is_kept():
    row = one(paid_minor=9_000, paid_currency="JPY")
    assert (row["amount_minor"], row["instructed_minor"], row["instructed_currency"]) == (100_00, 9_000, "JPY")


def test_a_currency_without_decimals_is_in_whole_units():
    transactions = [StripeTransaction("txn_1", "charge", 5_000, 150, currency="JPY")]
    data = write_stripe_payouts([StripePayout("po_1", at(17), at(18), transactions)])
    assert b",jpy,5000,150,4850," in data
    assert rows(read(data))[0]["amount_minor"] == 4_850


def test_a_payout_below_zero_is_a_debt_of_ours():
    data = stripe(StripeTransaction("txn_1", "refund", -20_00))
    *_, payout = read(data).lines.to_pylist()
    assert (payout["kind"], payout["amount_minor"]) == ("payout", 20_00)
    assert judged(data).accepted


def test_a_payout_that_came_back_is_a_line_of_the_payout_that_has_it():
    data = stripe(StripeTransaction("txn_1", "charge", 5_00), StripeTransaction("txn_2", "payout_reversal", 100_00))
    lines = [row for row in read(data).lines.to_pylist() if row["detail_no"] == 0]
    assert [(row["kind"], row["amount_minor"]) for row in lines] == [
        ("settlement", 5_00),
        ("payout_returned", 100_00),
        ("payout", -105_00),
    ]
    assert judged(data).accepted


def test_reserves_are_held_and_released_by_the_direction_of_their_money():
    for minor, kind in ((-100_00, "reserve_held"), (100_00, "reserve_released")):
        assert one(category="risk_reserved_funds", gross_minor=minor)["kind"] == kind


def test_a_charge_without_an_amount_is_a_fee():
    row = one(category="charge", gross_minor=0, fee_minor=1_50)
    assert (row["kind"], row["amount_minor"], row["charges_minor"]) == ("fee", -1_50, None)


def test_an_unknown_category_is_doubted_at_its_line_and_its_money_counted():
    data = stripe(StripeTransaction("txn_1", "charge", 5_00), StripeTransaction("txn_2", "gift", 1_00))
    verdict = judged(data)
    assert verdict.accepted
    assert [(told.code, told.line_no, told.detail_no) for told in verdict.doubts] == [("kind_unknown", 1, 2)]


def test_payouts_whose_rows_are_mixed_are_told_apart():
    payouts = [
        StripePayout(
            f"po_{n}", at(17), at(18), [StripeTransaction(f"txn_{n}{m}", "charge", n * 100 + m) for m in (1, 2)]
        )
        for n in (1, 2)
    ]
    header, *table = write_stripe_payouts(payouts).splitlines(keepends=True)
    mixed = header + b"".join(table[place] for place in (3, 0, 5, 4, 2, 1))
    parsed = read(mixed)
    assert [row["statement_id"] for row in parsed.statements.to_pylist()] == ["po_2", "po_1"]
    assert [
        (row["statement_no"], row["line_no"], row["detail_no"], row["amount_minor"]) for row in parsed.lines.to_pylist()
    ] == [
        *((1, 1, 0, 403), (1, 1, 1, 201), (1, 1, 2, 202), (1, 2, 0, -403)),
        *((2, 1, 0, 203), (2, 1, 1, 101), (2, 1, 2, 102), (2, 2, 0, -203)),
    ]
    assert judged(mixed).accepted


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_byte_order_marks_line_ends_and_the_order_of_columns_do_not_matter(mark: bytes, newline: bytes):
    table = list(csv.reader(io.StringIO(stripe().decode())))
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(reversed(row) for row in table)
    data = mark + text.getvalue().encode().replace(b"\n", newline)
    assert read(data, STOCKHOLM).lines.equals(read(stripe(), STOCKHOLM).lines)


def test_a_cell_that_looks_like_a_formula_is_a_text():
    assert one(description='=HYPERLINK("http://x","y")')["text"] == '=HYPERLINK("http://x","y")'


def test_the_activity_has_a_line_for_each_transaction_and_is_not_booked():
    transactions = [StripeTransaction("txn_1", "charge", 6_00, 10), StripeTransaction("txn_2", "refund", -1_00)]
    data = write_stripe_activity(transactions)
    parsed = read(data)
    (statement,) = parsed.statements.to_pylist()
    assert (parsed.format, statement["currency"], statement["opening_minor"]) == ("stripe.activity", "SEK", None)
    assert [(row["detail_no"], row["amount_minor"], row["charges_minor"]) for row in rows(parsed)] == [
        (0, 6_00, 10),
        (0, -1_00, None),
    ]
    assert [reason.code for reason in judged(data).refusals] == ["format_not_provable"]


@pytest.mark.parametrize(
    ("found", "put", "problem"),
    [
        (b",8.70,", b",8.71,", ("amounts_contradict", "line 2")),
        (b"600.00", b"600.0x", ("amount_unreadable", "line 2")),
        (b"600.00", b'"600,00"', ("amount_unreadable", "line 2")),
        (b"600.00", b"600.001", ("amount_too_precise", "line 2")),
        (b"600.00", b"1" + b"0" * 14 + b".00", ("amount_unreadable", "line 2")),
        (b",sek,600", b",skr,600", ("currency_unknown", "line 2")),
        (b"2026-09-14 10", b"14/09/2026 10", ("date_unreadable", "line 2")),
        (b"po_1,2026-09-18 00:00:00,txn_1", b",2026-09-18 00:00:00,txn_1", ("payout_missing", "line 2")),
        (b"gross,fee", b"gross,cost", ("column_missing", "line 1")),
        (b"fee,net", b"net,net", ("column_missing", "line 1")),
        (b"source_id", b"gross", ("column_repeated", "line 1")),
        (b"Faktura", b"Fak,tura", ("row_width_differs", "line 2")),
        (b"Faktura", b'"Fak"tura', ("quoting_broken", "line 2")),
        (b"Faktura", b'"Faktura', ("file_truncated", "line 2")),
    ],
)
def test_a_damaged_report_is_told_with_its_line(found: bytes, put: bytes, problem: tuple[str, str]):
    assert found in stripe()
    assert problem in codes(read(stripe().replace(found, put, 1)))


def test_a_payout_without_its_own_row_is_refused():
    parsed = read(b"".join(stripe().splitlines(keepends=True)[:-1]))
    assert ("payout_missing", "line 2") in codes(parsed)
    assert parsed.refused


@pytest.mark.parametrize("said", [b"false", b"FALSE", b"test"])
def test_transactions_in_test_mode_are_refused(said: bytes):
    header, *table = stripe().splitlines()
    data = b"\n".join([header + b",livemode", *(row + b",true" for row in table[1:]), table[0] + b"," + said])
    assert ("test_file", "line 7") in codes(read(data))


def test_a_header_alone_is_a_report_without_payouts():
    parsed = read(stripe().splitlines()[0] + b"\r\n")
    assert (parsed.format, parsed.statements.num_rows, parsed.problems) == ("stripe", 0, ())


transactions = st.lists(
    st.builds(
        StripeTransaction,
        number=st.integers(1, 10**9).map("txn_{}".format),
        category=st.sampled_from(sorted(set(KINDS) - {"payout", "payout_reversal", "payout_failure", "payout_cancel"})),
        gross_minor=st.integers(-(10**9), 10**9),
        fee_minor=st.integers(-(10**4), 10**4),
        currency=st.sampled_from(["SEK", "EUR", "JPY", "KWD"]),
        created_at=st.datetimes(datetime(2020, 1, 2), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        description=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20),
        invoice=st.integers(0, 10**12).map(str),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=50, deadline=None)
@given(transactions)
def test_what_is_written_is_read_as_a_plain_csv_reader_reads_it(written: list[StripeTransaction]):
    data = write_stripe_payouts([StripePayout("po_1", at(17), at(18), written)])
    parsed = read(data)
    assert not parsed.refused
    lines = parsed.lines.to_pylist()
    details = {row["raw_position"]: row for row in lines if row["detail_no"]}
    factor = {"sek": 100, "eur": 100, "jpy": 1, "kwd": 1000}
    for number, cells in enumerate(csv.DictReader(io.StringIO(data.decode())), 2):
        if cells["reporting_category"] != "payout":
            row = details[f"line {number}"]
            net = Decimal(cells["net"]) * factor[cells["currency"]]
            assert row["amount_minor"] - (row["charges_minor"] or 0) == net
            assert (row["bank_ref"], row["text"] or "") == (cells["balance_transaction_id"], cells["description"])
            assert str(row["booked_on"]) == cells["created_utc"][:10]
    for statement in parsed.statements.to_pylist():
        own = [row for row in lines if row["statement_no"] == statement["statement_no"] and not row["detail_no"]]
        assert sum(row["amount_minor"] for row in own) == 0
