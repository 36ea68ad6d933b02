"""Adyen's batches: each row its gross, fees and net, and what is paid out or carried over is what the rows leave."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.statements import TRAITS, read
from reconciliation.statements.adyen.writer import AdyenBatch, AdyenEntry, write_adyen
from tests.reconciliation.statements.provider_files import PAID, PAYOUT_TEXT, STOCKHOLM, adyen, codes, judged


def one(*said: object, **named: object) -> dict[str, object]:
    """The first transaction of a batch of one entry."""
    entry = AdyenEntry(*said, **{"payment": "P1", "modification": "M1", **named})  # type: ignore[arg-type]
    lines = read(adyen(entry), STOCKHOLM).lines.to_pylist()
    return lines[-1]


def test_its_balances_prove_it_and_it_holds_settlements():
    traits = TRAITS["adyen"]
    assert (traits.proof, traits.direction, traits.books) == ("balances", "both", True)
    assert (traits.holds, traits.provider) == ("settlement", "adyen")


def test_a_batch_is_a_statement_that_begins_and_ends_with_nothing():
    parsed = read(adyen(), STOCKHOLM)
    (statement,) = parsed.statements.to_pylist()
    settlement, *details, carried, payout = parsed.lines.to_pylist()
    assert parsed.problems == ()
    assert (statement["account"], statement["account_kind"], statement["currency"]) == (
        "Kliniken_POS",
        "merchant",
        "SEK",
    )
    assert (statement["statement_id"], statement["sequence"]) == ("380", "380")
    assert (statement["opening_minor"], statement["closing_minor"]) == (0, 0)
    assert (settlement["kind"], settlement["amount_minor"], settlement["booked_on"]) == ("settlement", 511_00, PAID)
    assert [(row["kind"], row["amount_minor"], row["charges_minor"]) for row in details] == [
        ("payment", 600_00, 4_60),
        ("refund", -20_00, 1_00),
        ("chargeback", -50_00, 7_50),
        ("fee", -5_90, None),
    ]
    assert (carried["kind"], carried["amount_minor"]) == ("carried_over", 10_00)
    assert (payout["kind"], payout["amount_minor"], payout["booked_on"]) == ("payout", -521_00, PAID)
    assert (payout["bank_ref"], payout["reference"], payout["text"]) == ("TX635094301XT", "TX635094301XT", PAYOUT_TEXT)
    assert judged(adyen()).accepted


def test_payment_modification_and_our_own_ids_are_told_apart():
    _, payment, refund, *_ = read(adyen(), STOCKHOLM).lines.to_pylist()
    assert (payment["payment_ref"], payment["bank_ref"], payment["end_to_end_id"]) == ("P1", "M1", None)
    assert (payment["reference"], payment["reference_kind"], payment["reference_valid"]) == ("1234574", "ocr", True)
    assert (refund["payment_ref"], refund["bank_ref"], refund["end_to_end_id"]) == ("P1", "M2", "R-7")


def test_a_batch_that_is_only_carried_over_has_no_payout():
    entries = [
        AdyenEntry("Balancetransfer", 454_331_99),
        AdyenEntry("Fee", -9, modification="Transaction Fees"),
        AdyenEntry("Balancetransfer", -454_331_90),
    ]
    data = write_adyen([AdyenBatch(238, entries)])
    lines = [row for row in read(data).lines.to_pylist() if not row["detail_no"]]
    assert [(row["kind"], row["amount_minor"]) for row in lines] == [
        ("carried_over", 454_331_99),
        ("settlement", -9),
        ("carried_over", -454_331_90),
    ]
    assert judged(data).accepted


def test_batches_merchant_accounts_and_currencies_are_statements_of_their_own():
    entries = [AdyenEntry("Settled", 5_00, "P1", "M1"), AdyenEntry("MerchantPayout", -5_00, modification="Batch 1")]
    batches = [AdyenBatch(1, entries), AdyenBatch(2, entries), AdyenBatch(2, entries, merchant="Web", currency="EUR")]
    parsed = read(write_adyen(batches))
    assert [(row["account"], row["sequence"], row["currency"]) for row in parsed.statements.to_pylist()] == [
        ("Kliniken_POS", "1", "SEK"),
        ("Kliniken_POS", "2", "SEK"),
        ("Web", "2", "EUR"),
    ]
    assert judged(write_adyen(batches)).accepted


def test_the_order_of_the_columns_does_not_matter():
    table = list(csv.reader(io.StringIO(adyen().decode())))
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([row[-8], *reversed(row[:-8]), *row[-7:]] for row in table)
    data = b"\xef\xbb\xbf" + text.getvalue().encode()
    assert read(data, STOCKHOLM).lines.equals(read(adyen(), STOCKHOLM).lines)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("CEST", 14), ("CET", 15), ("BST", 15), ("UTC", 15), ("PDT", 15), ("SGT", 14)],
)
def test_each_row_has_its_own_time_zone(zone: str, day: int):
    row = one("Settled", 5_00, created_at=datetime(2026, 9, 14, 23, 30), zone=zone)  # noqa: DTZ001
    assert row["booked_on"] == date(2026, 9, day)


def test_an_abbreviation_of_several_zones_leaves_the_day_as_written_and_is_told_once():
    entries = [AdyenEntry("Settled", 5_00, "P1", zone="CST"), AdyenEntry("Settled", 5_00, "P2", zone="CST")]
    parsed = read(adyen(*entries), STOCKHOLM)
    assert codes(parsed) == [("zone_unknown", "line 2")]
    assert parsed.lines.to_pylist()[1]["booked_on"] == date(2026, 9, 14)


def test_the_day_of_booking_counts_before_the_day_of_creation():
    data = adyen().replace(b"Creation Date,TimeZone", b"Booking Date,Booking Date TimeZone")
    assert read(data, STOCKHOLM).lines.equals(read(adyen(), STOCKHOLM).lines)


def test_what_a_payer_paid_in_another_currency_is_kept_and_the_fees_tell_gross():
    row = one("Settled", 607_97, commission_minor=5_05, paid_minor=50_00, paid_currency="EUR")
    assert (row["amount_minor"], row["charges_minor"]) == (607_97, 5_05)
    assert (row["instructed_minor"], row["instructed_currency"]) == (50_00, "EUR")


def test_fees_finer_than_the_currency_round_to_what_was_taken():
    data = adyen(AdyenEntry("Settled", 100_00, "P1", commission_minor=1_00)).replace(b",1.00,", b",0.9955,")
    assert read(data).lines.to_pylist()[1]["charges_minor"] == 1_00
    assert read(data).problems == ()


def test_reserves_are_held_and_released_by_the_direction_of_their_money():
    for minor, kind in ((-100_00, "reserve_held"), (100_00, "reserve_released")):
        assert one("ReserveAdjustment", minor)["kind"] == kind


def test_an_unknown_type_is_doubted_and_its_money_counted():
    data = adyen(AdyenEntry("Gift", 5_00, "P1"), AdyenEntry("MerchantPayout", -5_00))
    verdict = judged(data)
    assert verdict.accepted
    assert [(told.code, told.line_no, told.detail_no) for told in verdict.doubts] == [("kind_unknown", 1, 1)]


@pytest.mark.parametrize(
    ("found", "put", "problem"),
    [
        (b"595.40", b"595.41", ("amounts_contradict", "line 2")),
        (b"595.40", b"595.4O", ("amount_unreadable", "line 2")),
        (b"595.40", b'"595,40"', ("amount_unreadable", "line 2")),
        (b"595.40", b"595.401", ("amount_too_precise", "line 2")),
        (b",,595.40", b",,", ("amount_unreadable", "line 2")),
        (b"SEK,,595.40", b"SKR,,595.40", ("currency_unknown", "line 2")),
        (b"2026-09-14 12", b"14.09.2026 12", ("date_unreadable", "line 2")),
        (b"Net Debit (NC)", b"Net Debit", ("column_missing", "line 1")),
        (b"Reserved4", b"Reserved5", ("column_repeated", "line 1")),
        (b",1234574,", b",123,4574,", ("row_width_differs", "line 2")),
        (b",1234574,", b',"1234574,', ("quoting_broken", "line 2")),
    ],
)
def test_a_damaged_report_is_told_with_its_line(found: bytes, put: bytes, problem: tuple[str, str]):
    assert found in adyen()
    assert problem in codes(read(adyen().replace(found, put, 1)))


def test_a_batch_without_its_payout_is_refused_by_the_gate():
    verdict = judged(b"".join(adyen().splitlines(keepends=True)[:-1]))
    assert [reason.code for reason in verdict.refusals] == ["balances_do_not_foot"]


entries = st.lists(
    st.builds(
        AdyenEntry,
        type=st.sampled_from(["Settled", "Refunded", "Chargeback", "ChargebackReversed", "RefundedReversed"]),
        gross_minor=st.integers(-(10**9), 10**9).filter(bool),
        payment=st.integers(10**15, 10**16 - 1).map(str),
        modification=st.integers(10**15, 10**16 - 1).map(str),
        reference=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12),
        commission_minor=st.integers(0, 10**4),
        split_minor=st.tuples(*[st.integers(0, 10**3)] * 3),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=50, deadline=None)
@given(entries, st.sampled_from([("SEK", 100), ("JPY", 1), ("KWD", 1000)]))
def test_what_is_written_is_read_as_a_plain_csv_reader_reads_it(written: list[AdyenEntry], currency: tuple[str, int]):
    data = write_adyen([AdyenBatch(1, written, currency=currency[0])])
    parsed = read(data)
    assert parsed.problems == ()
    settlement, *details = parsed.lines.to_pylist()
    table = list(csv.DictReader(io.StringIO(data.decode())))
    nets = [
        (Decimal(cells["Net Credit (NC)"] or 0) - Decimal(cells["Net Debit (NC)"] or 0)) * currency[1]
        for cells in table
    ]
    assert [row["amount_minor"] - (row["charges_minor"] or 0) for row in details] == nets
    assert settlement["amount_minor"] == sum(nets)
    assert [row["bank_ref"] for row in details] == [cells["Modification Reference"] for cells in table]
    assert [row["amount_minor"] for row in details] == [entry.gross_minor for entry in written]
