"""Mollie's settlements: sums in four decimals, and one line that says what rounding adds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.gate import examine
from reconciliation.statements import TRAITS, Parsed, read
from reconciliation.statements.mollie.writer import MollieMonth, MollieSettlement, MollieSum, write_mollie
from tests.kit.inspection import GOLDEN
from tests.reconciliation.gate.files import TERMS
from tests.reconciliation.statements.provider_files import STOCKHOLM
from tests.reconciliation.statements.written_files import codes, rows

APRIL = MollieMonth(
    [MollieSum("iDEAL", "ideal", Decimal("86.10")), MollieSum("Refunds", "refund", Decimal("-43.20"))],
    [
        MollieSum("iDEAL", "ideal", Decimal("2.10"), Decimal("0.441")),
        MollieSum("Refunds", "refund", Decimal("0.50"), Decimal("0.105")),
    ],
)
PAID = MollieSettlement("stl_1", "1234567.2604.03", "39.75", "2026-05-04T22:30:00+00:00", {(2026, 4): APRIL})
FILE = write_mollie([PAID])


def only(settlement: MollieSettlement) -> Parsed:
    return read(write_mollie([settlement]), STOCKHOLM)


def changed(**fields: Any) -> bytes:
    return json.dumps(json.loads(FILE) | fields).encode()


def details(parsed: Parsed) -> list[dict[str, Any]]:
    return [row for row in rows(parsed) if row["detail_no"] != 0]


def refusals(data: bytes) -> set[str]:
    return {reason.code for reason in examine(read(data, STOCKHOLM), TERMS).refusals}


def test_its_balances_prove_it_and_it_is_a_settlement():
    traits = TRAITS["mollie"]
    assert (traits.proof, traits.holds, traits.books) == ("balances", "settlement", True)


def test_a_payout_is_a_statement_of_our_balance_there():
    parsed = read(FILE, STOCKHOLM)
    (statement,) = parsed.statements.to_pylist()
    settled, payout = rows(parsed, 0)
    assert parsed.problems == ()
    assert (statement["account"], statement["statement_id"], statement["currency"]) == ("bal_1", "stl_1", "EUR")
    assert (settled["kind"], settled["amount_minor"]) == ("settlement", 39_75)
    # 22:30 in UTC is the next day in Stockholm.
    assert (payout["kind"], payout["amount_minor"], payout["bank_ref"], payout["booked_on"]) == (
        "payout", -39_75, "1234567.2604.03", date(2026, 5, 5),
    )  # fmt: skip
    verdict = examine(parsed, TERMS)
    assert (verdict.accepted, verdict.doubts) == (True, ())


def test_sums_keep_their_precision_and_one_line_says_what_rounding_adds():
    found = details(read(FILE, STOCKHOLM))
    assert [(row["kind"], row["amount_minor"], row["unrounded"]) for row in found] == [
        ("payment", 86_10, Decimal("86.1")),
        ("refund", -43_20, Decimal("-43.2")),
        ("fee", -2_54, Decimal("-2.541")),
        ("fee", -61, Decimal("-0.605")),
        ("rounded", 0, Decimal("-0.004")),
    ]
    assert sum(row["unrounded"] for row in found) == Decimal("39.75")
    assert [row["charges_tax_minor"] for row in found[2:4]] == [44, 11]
    assert [row["bank_ref"] for row in found][1::3] == ["stl_1-periods.2026.04-revenue-2", "stl_1-amount"]


def summed(method: str, count: int | None, net: str = "1.00") -> MollieSum:
    return MollieSum(method, method, Decimal(net), count=count)


@pytest.mark.parametrize(
    ("revenue", "costs", "named"),
    [
        ([summed("ideal", 2, "9")], [summed("ideal", 2)], 1),
        # Some of the cards have another rate, or each transaction has two costs.
        ([summed("card", 3, "9")], [summed("card", 2), summed("card", 1)], 2),
        ([summed("card", 3, "9")], [summed("card", 3), summed("card", 3)], 2),
        # The costs are of other transactions, nobody says how many, or several sums may be theirs.
        ([summed("ideal", 2, "9")], [summed("ideal", 3)], 0),
        ([summed("ideal", None, "9")], [summed("ideal", 2)], 0),
        ([summed("ideal", 0, "9")], [summed("ideal", 0)], 0),
        ([summed("ideal", 1, "9"), summed("ideal", 1, "9")], [summed("ideal", 1)], 0),
        ([summed("ideal", 2, "9")], [summed("card", 2)], 0),
    ],
)
def test_costs_name_the_only_sum_of_as_many_payments(revenue: list[MollieSum], costs: list[MollieSum], named: int):
    paid = sum(one.net for one in revenue) - sum(one.net for one in costs)
    found = details(only(replace(PAID, paid=f"{paid:.2f}", months={(2026, 4): MollieMonth(revenue, costs)})))
    sums, fees = found[: len(revenue)], found[len(revenue) :]
    assert [one["payment_ref"] for one in fees].count(sums[0]["bank_ref"]) == named
    assert [one["declared_details"] for one in sums] == [one.count or None for one in revenue]
    assert TRAITS["mollie"].sums


def test_nothing_is_rounded_if_nothing_has_to_be():
    exact = MollieMonth([MollieSum("iDEAL", "ideal", Decimal("10.00"))], [MollieSum("iDEAL", "ideal", Decimal("0.25"))])
    parsed = only(replace(PAID, paid="9.75", months={(2026, 4): exact}))
    assert [row["kind"] for row in details(parsed)] == ["payment", "fee"]


def test_several_months_are_one_settlement_in_order():
    cost = MollieMonth([], [MollieSum("Reimbursed", "ideal", Decimal("-0.25"))])
    parsed = only(replace(PAID, paid="40.00", months={(2026, 4): APRIL, (2025, 12): cost}))
    assert [row["kind"] for row in details(parsed)] == ["fee_returned", "payment", "refund", "fee", "fee", "rounded"]
    assert examine(parsed, TERMS).accepted


def test_a_list_has_several_settlements():
    other = replace(PAID, settlement_id="stl_2", reference="1234567.2604.04", balance_id=None)
    parsed = read(write_mollie([PAID, other]), STOCKHOLM)
    assert parsed.statements.column("account").to_pylist() == ["bal_1", "1234567"]
    assert examine(parsed, TERMS).accepted


def test_a_settlement_below_zero_takes_money_from_us():
    back = MollieMonth([MollieSum("Chargebacks", "chargeback", Decimal("-12.50"))])
    parsed = only(replace(PAID, paid="-12.50", months={(2026, 4): back}))
    assert [(row["kind"], row["amount_minor"]) for row in rows(parsed)] == [
        ("settlement", -12_50), ("chargeback", -12_50), ("payout", 12_50),
    ]  # fmt: skip


def test_what_is_no_payment_is_doubted():
    odd = MollieMonth([MollieSum("Top-up", None, Decimal("5.00")), MollieSum("Correction", "ideal", Decimal("-1.00"))])
    parsed = only(replace(PAID, paid="4.00", months={(2026, 4): odd}))
    assert (codes(parsed), [row["kind"] for row in details(parsed)]) == (["kind_unknown"] * 2, ["other", "other"])
    assert not parsed.refused


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": "open"}, "settlement_not_final"),
        ({"status": "failed"}, "settlement_not_final"),
        ({"mode": "test"}, "test_file"),
        ({"amount": {"currency": "EUR", "value": "39.755"}}, "amount_too_precise"),
        ({"amount": {"currency": "EUR", "value": "39,75"}}, "amount_unreadable"),
        ({"amount": {"currency": "XXZ", "value": "39.75"}}, "currency_unknown"),
        ({"amount": {"currency": "SEK", "value": "39.75"}}, "currency_differs"),
        ({"amount": {"currency": "EUR", "value": 39.75}}, "json_out_of_place"),
        ({"amount": None}, "amount_unreadable"),
        ({"settledAt": "4 May"}, "date_unreadable"),
        ({"settledAt": None}, "booking_day_unknown"),
        ({"periods": []}, "rounding_too_large"),
        ({"periods": {"2026": {"04": {"revenue": 1}}}}, "json_out_of_place"),
    ],
)
def test_a_damaged_settlement_is_refused_with_the_reason(fields: dict[str, Any], code: str):
    assert code in refusals(changed(**fields))


@pytest.mark.parametrize("codec", ["utf-16", "utf-32"])
def test_a_settlement_in_another_encoding_is_refused_with_a_hint(codec: str):
    (problem,) = read(FILE.decode().encode(codec), STOCKHOLM).problems
    assert problem.code == "format_unknown"
    assert codec.upper() in problem.message
    assert "UTF-8" in problem.message


@pytest.mark.parametrize("cut", [20, len(FILE) // 2, len(FILE) - 1])
def test_a_settlement_cut_off_is_refused(cut: int):
    parsed = read(FILE[:cut], STOCKHOLM)
    assert codes(parsed) == (["json_not_well_formed"] if cut > 25 else ["format_unknown"])


@pytest.mark.parametrize(
    ("found", "put", "code"),
    [
        (b'"39.75"', b'"39.85"', "rounding_too_large"),
        (b'"86.1000"', b'"-86.1000"', "rounding_too_large"),
        (b'"amountGross":{"currency":"EUR","value":"2.5410"}', b'"amountGross":{"currency":"EUR","value":"2.5310"}',
         "amounts_contradict"),
        (b'"value":"86.1000"', b'"value":"86.1x"', "amount_unreadable"),
    ],
)  # fmt: skip
def test_a_changed_amount_is_refused(found: bytes, put: bytes, code: str):
    assert found in FILE
    assert code in refusals(FILE.replace(found, put))


def test_a_lost_sum_is_not_proven():
    for at in range(2):
        lost = replace(APRIL, revenue=[APRIL.revenue[at]])
        assert "rounding_too_large" in refusals(write_mollie([replace(PAID, months={(2026, 4): lost})]))
        lost = replace(APRIL, costs=[APRIL.costs[at]])
        assert "rounding_too_large" in refusals(write_mollie([replace(PAID, months={(2026, 4): lost})]))


exact = st.decimals(-(10**6), 10**6, places=4)
sums = st.builds(MollieSum, st.just("x"), st.sampled_from(["ideal", "refund", None]), exact, st.none() | exact)


@settings(max_examples=25)
@given(st.lists(sums, max_size=5), st.lists(sums, max_size=5))
def test_any_settlement_is_read_as_it_was_written(revenue: list[MollieSum], costs: list[MollieSum]):
    def total(each: list[MollieSum]) -> Decimal:
        return sum((one.net + (one.tax or 0) for one in each), Decimal(0))

    paid = total(revenue) - total(costs)
    written = replace(PAID, paid=f"{paid:.2f}", months={(2026, 4): MollieMonth(revenue, costs)})
    parsed = only(written)
    assert not parsed.refused
    found = details(parsed)
    assert sum(row["unrounded"] for row in found) == Decimal(written.paid)
    assert sum(row["amount_minor"] for row in found) == rows(parsed, 0)[0]["amount_minor"]
    assert sum(row["kind"] == "rounded" for row in found) <= 1


@settings(max_examples=60)
@given(st.integers(0, len(FILE)), st.integers(0, 40), st.binary(max_size=12))
def test_no_damage_makes_it_raise(at: int, cut: int, put: bytes):
    read(FILE[:at] + put + FILE[at + cut :], STOCKHOLM)


EXPORT = (GOLDEN / "mollieexport_payments_and_fees.csv").read_bytes()


def test_an_export_shows_the_payments_and_is_not_booked():
    parsed = read(EXPORT, STOCKHOLM)
    (statement,) = parsed.statements.to_pylist()
    assert (statement["account"], statement["statement_id"]) == ("1234567", "1234567.2604.03")
    assert [(row["kind"], row["amount_minor"], row["bank_ref"], row["payment_ref"]) for row in details(parsed)] == [
        ("payment", 100_00, "tr_0001", "tr_0001"),
        ("payment", 48_12, "tr_0002", "tr_0002"),
        ("refund", -20_00, "re_0003", None),
        ("chargeback", -12_50, "chb_0004", None),
        ("fee", -2_88, None, None),
    ]
    assert all(row["amount_exact"] for row in details(parsed))
    assert (parsed.problems, refusals(EXPORT)) == ((), {"format_not_provable"})


def test_fees_given_back_are_told_by_their_sign_and_a_row_with_a_method_is_no_fee():
    back = details(read(EXPORT.replace(b"-2.88", b"2.88"), STOCKHOLM))[-1]
    assert (back["kind"], back["amount_minor"]) == ("fee_returned", 2_88)
    assert codes(read(EXPORT.replace(b"00:00:00,,", b"00:00:00,balance,"), STOCKHOLM)) == ["kind_unknown"]


def test_a_payment_in_another_currency_keeps_what_was_paid_and_its_precision():
    row = details(read(EXPORT, STOCKHOLM))[1]
    assert (row["instructed_minor"], row["instructed_currency"], row["unrounded"]) == (
        550_00,
        "SEK",
        Decimal("48.1234"),
    )
    # What went back in another currency has no sign either, as in the files of other providers.
    back = details(read(EXPORT.replace(b"refund,EUR,-20.00", b"refund,SEK,-220.00"), STOCKHOLM))[2]
    assert (back["amount_minor"], back["instructed_minor"], back["instructed_currency"]) == (-20_00, 220_00, "SEK")


@pytest.mark.parametrize(
    ("found", "put", "code"),
    [
        (b",EUR,100.00,1234567", b",EUR,much,1234567", "amount_unreadable"),
        (b",EUR,100.00,1234567", b",EUR,1.123456789,1234567", "amount_unreadable"),
        (b",EUR,100.00,1234567", b",XXZ,100.00,1234567", "currency_unknown"),
        (b"2026-04-28", b"28-04-2026", "date_unreadable"),
        (b"tr_0001", b"xx_0001", "kind_unknown"),
        (b'"Order 1042, ', b"Order 1042, ", "row_width_differs"),
    ],
)
def test_what_is_odd_in_an_export_is_told(found: bytes, put: bytes, code: str):
    assert found in EXPORT
    assert codes(read(EXPORT.replace(found, put, 1), STOCKHOLM)) == [code]
