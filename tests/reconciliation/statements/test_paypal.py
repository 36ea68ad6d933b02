"""PayPal's settlement report: the balances of each currency prove its transactions, and the footers its rows."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.statements import TRAITS, read
from reconciliation.statements.paypal.events import kind_of
from reconciliation.statements.paypal.writer import PayPalSection, PayPalTransaction, write_paypal
from tests.reconciliation.statements.provider_files import STOCKHOLM, at, codes, judged, paypal


def refusals(data: bytes) -> list[str]:
    return [reason.code for reason in judged(data).refusals]


def test_its_balances_prove_it_and_it_holds_settlements():
    traits = TRAITS["paypal"]
    assert (traits.proof, traits.direction, traits.books) == ("balances", "both", True)
    assert (traits.holds, traits.provider) == ("settlement", "paypal")


def test_a_section_is_a_statement_with_balances_and_each_transaction_a_line():
    parsed = read(paypal(), STOCKHOLM)
    (statement,) = parsed.statements.to_pylist()
    lines = parsed.lines.to_pylist()
    assert (parsed.format, parsed.encoding, parsed.problems) == ("paypal", "UTF-8", ())
    assert (statement["account"], statement["account_kind"], statement["currency"]) == (
        "MERCHANT123",
        "merchant",
        "SEK",
    )
    assert (statement["opening_minor"], statement["closing_minor"]) == (100_00, 35_20)
    # In Stockholm, the report's day ends two hours later than in UTC.
    assert (statement["from_on"], statement["to_on"]) == (date(2026, 9, 17), date(2026, 9, 18))
    assert [(row["detail_no"], row["kind"], row["amount_minor"], row["charges_minor"]) for row in lines] == [
        (0, "payment", 600_00, 23_40),
        (0, "refund", -20_00, -60),
        (0, "chargeback", -50_00, 160_00),
        (0, "reserve_held", -10_00, None),
        (0, "fee", -2_00, None),
        (0, "payout", -400_00, None),
    ]
    assert [row["booked_on"].day for row in lines] == [17, 17, 17, 17, 17, 18]
    assert judged(paypal()).accepted


def test_payment_and_our_own_ids_are_told_apart():
    payment, refund, *_, payout = read(paypal(), STOCKHOLM).lines.to_pylist()
    assert (payment["bank_ref"], payment["payment_ref"], payment["reference"]) == ("T1", "T1", "1234574")
    assert (refund["bank_ref"], refund["payment_ref"], refund["end_to_end_id"]) == ("T2", "T1", "R-7")
    assert (payout["bank_ref"], payout["payment_ref"], payout["reference"]) == ("T6", None, "B77")


def test_each_currency_of_a_section_is_a_statement_and_a_conversion_a_line_in_both():
    transactions = [
        PayPalTransaction("T1", "T0006", 100_00, 3_00, currency="EUR"),
        PayPalTransaction("T2", "T0200", -97_00, currency="EUR", other="T3"),
        PayPalTransaction("T3", "T0200", 1_050_00, other="T2"),
    ]
    data = paypal(*transactions)
    parsed = read(data)
    assert [(row["currency"], row["closing_minor"]) for row in parsed.statements.to_pylist()] == [
        ("EUR", 0),
        ("SEK", 1_150_00),
    ]
    assert [(row["statement_no"], row["kind"], row["amount_minor"]) for row in parsed.lines.to_pylist()] == [
        (1, "payment", 100_00),
        (1, "exchange", -97_00),
        (2, "exchange", 1_050_00),
    ]
    assert judged(data).accepted


def test_a_fee_in_another_currency_is_a_line_there():
    data = paypal(PayPalTransaction("T1", "T0006", 100_00, 3_00, currency="EUR", fee_currency="SEK"))
    lines = read(data).lines.to_pylist()
    assert [(row["currency"], row["kind"], row["amount_minor"], row["charges_minor"]) for row in lines] == [
        ("EUR", "payment", 100_00, None),
        ("SEK", "fee", -3_00, None),
    ]
    assert (lines[1]["payment_ref"], lines[1]["bank_ref"]) == ("T1", "T1-fee")
    assert judged(data).accepted


def test_yen_have_no_decimals_and_forint_are_refused():
    yen = paypal(PayPalTransaction("T1", "T0006", 10_000, currency="JPY"), opening_minor={})
    assert read(yen).lines.to_pylist()[0]["amount_minor"] == 10_000
    forint = paypal(PayPalTransaction("T1", "T0006", 10_000, currency="HUF"), opening_minor={})
    assert ("layout_unknown", "line 5") in codes(read(forint))


@pytest.mark.parametrize(
    ("code", "minor", "kind"),
    [
        ("T0006", 1, "payment"),
        ("T0000", -1, "other"),
        ("T0300", 1, "payout"),
        ("T1106", -1, "chargeback"),
        ("T1202", 1, "chargeback_returned"),
        ("T1107", -1, "refund"),
        ("T1108", 1, "fee_returned"),
        ("T1501", -1, "reserve_held"),
        ("T2104", 1, "reserve_released"),
        ("T1900", 1, "other"),
        ("T7700", 1, None),
        ("Txxxx", 1, None),
    ],
)
def test_event_codes_mean_what_their_group_means(code: str, minor: int, kind: str | None):
    assert kind_of(code, minor) == kind


def test_parts_are_refused_alone_and_read_when_they_are_joined():
    section = PayPalSection([PayPalTransaction(f"T{n}", "T0006", 100 + n, 3) for n in range(5)], {"SEK": 7})
    parts = write_paypal(section, most_rows=2)
    assert len(parts) == 3
    for part in parts:
        assert "part_missing" in [code for code, _ in codes(read(part))]
    whole = b"".join(parts)
    assert read(whole, STOCKHOLM).problems == ()
    assert judged(whole).accepted
    assert read(whole).lines.drop(["raw_position"]).equals(read(write_paypal(section)[0]).lines.drop(["raw_position"]))
    assert "part_missing" in [code for code, _ in codes(read(parts[0] + parts[2]))]
    assert "part_missing" in [code for code, _ in codes(read(parts[1] + parts[0] + parts[2]))]


def test_two_reports_joined_are_refused():
    assert "record_out_of_place" in [code for code, _ in codes(read(paypal() + paypal()))]


def test_tabs_a_byte_order_mark_and_unknown_rows_do_not_matter():
    text = io.StringIO()
    csv.writer(text, delimiter="\t").writerows(csv.reader(io.StringIO(paypal().decode())))
    assert read(b"\xef\xbb\xbf" + text.getvalue().encode(), STOCKHOLM).lines.equals(read(paypal(), STOCKHOLM).lines)
    assert codes(read(paypal().replace(b"\r\nSC", b"\r\nXX,1\r\nSC"))) == [("record_unknown", "line 12")]


@pytest.mark.parametrize(
    ("found", "put", "problem"),
    [
        (b"CR,60000,", b"CR,600.00,", ("amount_unreadable", "line 5")),
        (b"CR,60000,", b"CR,-60000,", ("amount_unreadable", "line 5")),
        (b"CR,60000,", b",60000,", ("amount_unreadable", "line 5")),
        (b"60000,SEK", b"60000,SKR", ("currency_unknown", "line 5")),
        (b"2026/09/17 08:00:00 +0000,CR", b"17.09.2026 08:00:00,CR", ("date_unreadable", "line 5")),
        (b"SH,2026/09/17", b"SH,2026/09/31", ("date_unreadable", "line 3")),
        (b"Fee Amount", b"Fee", ("column_missing", "line 4")),
        (b"Store ID", b"Transactional Status", ("layout_unknown", "line 4")),
        (b",1234574,", b",123,4574,", ("row_width_differs", "line 5")),
        (b"SF,SEK,60000", b"SF,SEK,CR,60000", ("layout_unknown", "line 11")),
        (b"SC,6", b"SC,six", ("record_unreadable", "line 12")),
        (b"CH,", b"SF,", ("record_out_of_place", "line 5")),
        (b"FF,6\r\n", b"FF,6\r\nSC,6\r\n", ("record_after_end", "line 16")),
        (b"FF,6\r\n", b"", ("file_truncated", "end of file")),
        (b"RC,6\r\n", b"", ("part_missing", "file")),
    ],
)
def test_a_damaged_report_is_told_with_its_line(found: bytes, put: bytes, problem: tuple[str, str]):
    assert found in paypal()
    assert problem in codes(read(paypal().replace(found, put, 1)))


@pytest.mark.parametrize(
    ("found", "put"),
    [(b"SC,6", b"SC,7"), (b"RC,6", b"RC,7"), (b"FF,6", b"FF,7"), (b"SF,SEK,60000", b"SF,SEK,60001")],
)
def test_a_sum_or_count_that_differs_is_refused_by_the_gate(found: bytes, put: bytes):
    assert refusals(paypal().replace(found, put)) == ["control_total_differs"]


def test_a_section_without_its_footer_has_no_balances():
    assert refusals(b"".join(row for row in paypal().splitlines(True) if not row.startswith(b"SF"))) == [
        "balance_missing"
    ]


@pytest.mark.parametrize("zone", ["TimeZone", "Time Zone", "Zona horaria", "Zeitzone", "Tidszon"])
def test_the_list_that_people_download_is_refused(zone: str):
    header = f'"Datum","Tid","{zone}","Namn","Typ","Status","Valuta","Brutto"\r\n'
    parsed = read(f'{header}"12/02/2016","13:30:31","PST","A","B","C","USD","-50,00"\r\n'.encode())
    assert (parsed.format, codes(parsed)) == ("paypal", [("layout_unknown", "line 1")])


transactions = st.lists(
    st.builds(
        PayPalTransaction,
        number=st.integers(10**16, 10**17 - 1).map(str),
        code=st.sampled_from(["T0006", "T1107", "T1201", "T0400", "T0200", "T2103", "T0100", "T9999"]),
        gross_minor=st.integers(-(10**9), 10**9).filter(bool),
        fee_minor=st.integers(-(10**4), 10**4),
        currency=st.sampled_from(["SEK", "EUR", "JPY", "KWD"]),
        invoice=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12),
        custom=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12),
        completed_at=st.integers(0, 23).map(lambda hour: at(17, hour)),
    ),
    max_size=6,
)


@settings(max_examples=50, deadline=None)
@given(transactions, st.integers(-(10**9), 10**9))
def test_what_is_written_is_read(written: list[PayPalTransaction], opening: int):
    parsed = read(b"".join(write_paypal(PayPalSection(written, {"SEK": opening}))))
    assert parsed.problems == ()
    lines = parsed.lines.to_pylist()
    for statement in parsed.statements.to_pylist():
        own = [row for row in lines if row["statement_no"] == statement["statement_no"]]
        given_here = [one for one in written if one.currency == statement["currency"]]
        assert [row["amount_minor"] - (row["charges_minor"] or 0) for row in own] == [
            one.gross_minor - one.fee_minor for one in given_here
        ]
        assert [(row["bank_ref"], row["text"] or "") for row in own] == [(one.number, one.custom) for one in given_here]
        net = sum(row["amount_minor"] - (row["charges_minor"] or 0) for row in own)
        assert statement["opening_minor"] + net == statement["closing_minor"]
    assert all(total["declared"] == total["found"] for total in parsed.totals.to_pylist())
