"""Fees charged beside fees agreed, from transactions alone: what is rounding, what is a break, and what is neither.

What an exchange cost by the rate of its day is such a charge.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from projections.reports.agreed_fees import Schedule
from projections.reports.exchanges import Rates
from projections.reports.provider_fees import charged, controls
from projections.reports.report import Control, first_of_month

FIRST = date(2026, 9, 1)
FEE = {"bank_account": "cards", "kind": "payment", "from_on": date(2026, 1, 1), "currency": "SEK", "source": "contract"}
FEE |= {"rate_ppm": 20_000, "fixed_minor": 0, "least_minor": None, "most_minor": None, "tax_ppm": None}

EURO = {"pair": "EUR-SEK", "base_currency": "EUR", "quote_currency": "SEK", "source": "Riksbanken"}
EURO |= {"rate": "11.4325", "rate_digits": 114_325, "rate_decimals": 4, "rate_on": date(2026, 9, 8)}
# Two per cent of what is exchanged.
MARGIN = FEE | {"kind": "exchange"}


def settled(gross: int, taken: int, **said: Any) -> dict[str, Any]:
    about: dict[str, Any] = {"bank_account": "cards", "currency": "SEK", "kind": "payment", "amount_minor": gross}
    about |= {"settled_on": date(2026, 9, 10), "booked_on": date(2026, 9, 8), "charges_minor": taken, "tax_minor": None}
    about |= {"paid_minor": None, "paid_currency": None, "transactions": 1, "is_charged": taken != 0}
    return about | {"provider_ref": "ch_1", "settlement_ref": "po_1", "document": "receipt-r1"} | said


def rows(
    *transactions: dict[str, Any], agreed: Any = (FEE,), from_on: date = FIRST, rates: Any = (EURO,)
) -> list[dict[str, Any]]:
    return list(charged(transactions, Schedule(agreed), {"cards": "stripe"}, from_on, Rates(rates)))


def in_euro(gross: int, paid: int, **said: Any) -> dict[str, Any]:
    """A payment of euros that came in as kronor; 50 euros are worth 571.63 kronor."""
    return settled(gross, 0, paid_minor=paid, paid_currency="EUR", **said)


def of_exchanges(*transactions: dict[str, Any], **said: Any) -> list[dict[str, Any]]:
    return [row for row in rows(*transactions, **{"agreed": (MARGIN,)} | said) if row["kind"] == "exchange"]


def test_a_minor_unit_a_transaction_is_rounding_and_more_is_a_break():
    (row,) = rows(settled(100_00, 2_01), settled(100_00, 1_99), settled(100_00, 2_01))
    assert (row["status"], row["transactions"], row["difference_minor"]) == ("rounding", 3, 1)
    assert not controls([row])
    found = rows(settled(100_00, 2_02), settled(100_00, 1_00), settled(100_00, 3_00))
    assert [one["what"] for one in found] == ["kind", "transaction", "transaction"]
    # By these it is claimed back.
    named = ("provider_ref", "settled_on", "settlement_ref")
    assert [found[1][name] for name in named] == ["ch_1", date(2026, 9, 10), "po_1"]
    # What was charged too little elsewhere hides nothing.
    assert (found[0]["difference_minor"], found[0]["overcharged_minor"]) == (2, 1_02)
    assert {one["status"] for one in found} == {"overcharged"}
    assert controls(found) == (Control("cards payment agreed from 2026-01-01", "SEK", 5_02, 4_00),)
    (row,) = rows(settled(100_00, 1_98))
    assert (row["status"], controls([row])) == ("undercharged", ())


def test_what_is_agreed_on_the_transactions_own_day_counts_and_the_last_word_about_a_first_of_month():
    changed = [FEE, FEE | {"from_on": date(2026, 9, 8), "rate_ppm": 90_000}]
    corrected = [*changed, changed[1] | {"rate_ppm": 30_000, "source": "letter"}]
    before, after = rows(settled(100_00, 2_00, booked_on=date(2026, 9, 7)), settled(100_00, 3_00), agreed=corrected)
    assert (before["agreed_minor"], before["source"]) == (2_00, "contract")
    assert (after["agreed_minor"], after["source"], after["agreed_from_on"]) == (3_00, "letter", date(2026, 9, 8))


def test_a_charge_that_nobody_agreed_to_is_shown_and_no_break():
    ended = FEE | {"from_on": date(2026, 9, 1), "rate_ppm": None, "fixed_minor": None}
    for agreed in ((), (FEE, ended), (FEE | {"kind": "refund"},), (FEE | {"bank_account": "wallet"},)):
        (row,) = rows(settled(100_00, 9_00, tax_minor=1_80), agreed=agreed)
        assert (row["status"], row["charged_minor"], row["tax_minor"]) == ("not_agreed", 7_20, 1_80)
        assert (row["agreed_minor"], row["difference_minor"]) == (None, None)
        assert not controls([row])


def test_a_fee_whose_tax_the_provider_says_is_compared_without_it():
    (row,) = rows(settled(100_00, 2_50, tax_minor=50))
    assert (row["status"], row["charged_minor"], row["agreed_minor"], row["tax_minor"]) == ("as_agreed", 2_00, 2_00, 50)
    assert not controls([row])
    taxed = FEE | {"tax_ppm": 250_000}
    (row,) = rows(settled(100_00, 2_50, tax_minor=50), agreed=(taxed,))
    assert (row["status"], row["agreed_minor"]) == ("as_agreed", 2_00)
    # Without its tax, what is charged may have any.
    (row,) = rows(settled(100_00, 2_50), agreed=(taxed,))
    assert (row["status"], row["charged_minor"], row["agreed_minor"]) == ("as_agreed", 2_50, 2_50)


def test_tax_above_the_agreed_rate_is_a_break_and_hides_behind_no_lower_fee():
    found = rows(settled(100_00, 2_50, tax_minor=80), agreed=(FEE | {"tax_ppm": 250_000},))
    assert [one["what"] for one in found] == ["kind", "transaction"]
    assert (found[0]["difference_minor"], found[0]["overcharged_minor"]) == (-30, 30)
    assert found[0]["status"] == "overcharged"
    assert controls(found) == (Control("cards payment agreed from 2026-01-01", "SEK", 2_30, 2_00),)


def test_tax_that_is_a_row_of_its_own_is_shown_as_tax():
    (row,) = rows(settled(-5_00, 0, kind="fee_tax"))
    assert (row["what"], row["charged_minor"], row["tax_minor"]) == ("fee", 0, 5_00)


def test_charges_that_cancel_out_are_shown_and_what_costs_nothing_is_not():
    assert not rows(settled(100_00, 0), settled(-500_00, 0, kind="payout"), agreed=())
    (row,) = rows(settled(100_00, 5_00), settled(100_00, -5_00), agreed=())
    assert (row["transactions"], row["charged_minor"]) == (2, 0)
    (free,) = rows(settled(100_00, 0), agreed=(FEE | {"rate_ppm": 0},))
    assert (free["status"], free["gross_minor"]) == ("as_agreed", 100_00)


def test_charges_of_no_single_transaction_stand_beside_with_what_was_given_back():
    fee, returned = rows(settled(-25_00, 0, kind="fee", tax_minor=5_00), settled(10_00, 0, kind="fee_returned"))
    assert (fee["what"], fee["charged_minor"], fee["tax_minor"], fee["gross_minor"]) == ("fee", 20_00, 5_00, None)
    assert (returned["what"], returned["charged_minor"]) == ("fee", -10_00)
    assert not controls([fee, returned])


def test_each_month_of_settlement_has_its_row_the_first_from_the_reports_first_of_month():
    found = rows(settled(100_00, 2_00), settled(100_00, 2_00, settled_on=date(2026, 10, 1)), from_on=date(2026, 9, 5))
    assert [row["from_on"] for row in found] == [date(2026, 9, 5), date(2026, 10, 1)]
    assert first_of_month(date(2026, 9, 30)) == FIRST


def test_an_exchange_costs_what_came_in_less_than_by_the_rate_of_its_day():
    whole, one = of_exchanges(in_euro(560_20, 50_00))
    assert (whole["what"], whole["transactions"], whole["gross_minor"], whole["charged_minor"]) == (
        "kind",
        1,
        571_63,
        11_43,
    )
    assert (one["what"], one["status"], one["charged_minor"], one["agreed_minor"]) == (
        "exchange",
        "as_agreed",
        11_43,
        11_43,
    )
    assert (one["given"], one["got"], one["rate"]) == ("50.00 EUR", "560.20 SEK", "11.204")
    assert (one["base_currency"], one["quote_currency"], one["reference_rate"]) == ("EUR", "SEK", "11.4325")
    assert (one["reference_on"], one["reference_source"]) == (date(2026, 9, 8), "Riksbanken")
    assert (one["from_on"], one["document"], one["settlement_ref"]) == (date(2026, 9, 8), "receipt-r1", "po_1")
    # A gain is none of the provider's charges, and hides nothing.
    assert [row["charged_minor"] for row in of_exchanges(in_euro(580_00, 50_00))] == [-8_37, -8_37]


def test_an_exchange_that_cost_more_than_is_agreed_is_a_break_beyond_a_minor_unit():
    at_most = of_exchanges(in_euro(560_19, 50_00))
    assert [row["status"] for row in at_most] == ["rounding", "rounding"]
    assert not controls(at_most)
    found = of_exchanges(in_euro(560_18, 50_00), in_euro(571_63, 50_00))
    assert [(row["what"], row["status"], row["overcharged_minor"]) for row in found] == [
        ("kind", "overcharged", 2),
        ("exchange", "overcharged", 2),
        ("exchange", "undercharged", 0),
    ]
    assert controls(found) == (Control("cards exchange agreed from 2026-01-01", "SEK", 11_45, 11_43),)
    shown = of_exchanges(in_euro(500_00, 50_00), agreed=())
    assert [(row["status"], row["charged_minor"], row["overcharged_minor"]) for row in shown] == [
        ("not_agreed", 71_63, None)
    ] * 2
    assert not controls(shown)


def test_of_money_that_goes_out_an_exchange_costs_what_went_out_more():
    for kind in ("refund", "chargeback"):
        _, one = of_exchanges(in_euro(-583_06, 50_00, kind=kind))
        assert (one["given"], one["got"], one["rate"]) == ("583.06 SEK", "50.00 EUR", "11.6612")
        assert (one["gross_minor"], one["charged_minor"], one["status"]) == (-571_63, 11_43, "as_agreed")


def test_without_a_rate_of_the_last_seven_days_nothing_is_said_of_what_an_exchange_cost():
    week = in_euro(560_20, 50_00, booked_on=date(2026, 9, 15))
    assert of_exchanges(week)[1]["reference_on"] == date(2026, 9, 8)
    for late in (
        of_exchanges(week | {"booked_on": date(2026, 9, 16)}),
        of_exchanges(week | {"booked_on": date(2026, 9, 7)}),
        of_exchanges(week, rates=()),
        of_exchanges(week, rates=(EURO | {"pair": "SEK-USD", "base_currency": "USD"},)),
        # More than any book could have is no rate.
        of_exchanges(week, rates=(EURO | {"rate_digits": 10**15 - 1, "rate_decimals": 0},)),
    ):
        assert [row["status"] for row in late] == ["no_rate", "no_rate"]
        assert {row[name] for row in late for name in ("charged_minor", "gross_minor", "agreed_minor")} == {None}
        assert (late[0]["transactions"], late[1]["rate"], late[1]["reference_rate"]) == (1, "11.204", None)
        assert not controls(late)
    both = of_exchanges(week, week | {"booked_on": date(2026, 9, 16)})
    assert [(row["what"], row["status"], row["transactions"]) for row in both] == [
        ("kind", "no_rate", 1),
        ("exchange", "no_rate", 1),
        ("kind", "as_agreed", 1),
        ("exchange", "as_agreed", 1),
    ]


def test_the_last_rate_of_a_day_counts_and_a_rate_the_other_way_round_is_the_same():
    corrected = EURO | {"rate": "11.5", "rate_digits": 115, "rate_decimals": 1, "source": "Riksbanken, corrected"}
    (_, one) = of_exchanges(in_euro(560_20, 50_00), rates=(EURO, corrected))
    assert (one["gross_minor"], one["reference_source"]) == (575_00, "Riksbanken, corrected")
    krona = {"base_currency": "SEK", "quote_currency": "EUR", "rate": "0.08", "rate_digits": 8, "rate_decimals": 2}
    (_, one) = of_exchanges(in_euro(560_00, 50_00), rates=(EURO | krona,))
    assert (one["gross_minor"], one["charged_minor"]) == (625_00, 65_00)
    # The rate of both amounts is told the same way round: 50 / 560.
    assert (one["base_currency"], one["rate"], one["reference_rate"]) == ("SEK", "0.089285714", "0.08")


def test_a_row_that_is_only_an_exchange_is_one_and_its_other_side_is_none():
    out = settled(-50_00, 0, kind="exchange", bank_account="wallet-eur", currency="EUR")
    into = in_euro(560_20, 50_00, kind="exchange", charges_minor=1_00)
    found = rows(out, into, agreed=(MARGIN,))
    assert [(row["what"], row["bank_account"], row["charged_minor"]) for row in found] == [
        ("kind", "cards", 12_43),
        ("exchange", "cards", 12_43),
    ]
    (other,) = rows(out | {"charges_minor": 25}, agreed=(MARGIN,))
    assert (other["status"], other["charged_minor"], other["gross_minor"]) == ("not_agreed", 25, 0)
    # What is charged beside it is told without a rate too.
    found = rows(into, agreed=(MARGIN,), rates=())
    assert [(row["what"], row["status"], row["charged_minor"]) for row in found] == [
        ("kind", "no_rate", None),
        ("exchange", "no_rate", None),
        ("kind", "not_agreed", 1_00),
    ]


def test_a_payment_in_the_same_currency_and_one_of_nothing_are_no_exchange():
    for none in (settled(100_00, 2_00), in_euro(100_00, 0), in_euro(0, 10_00), in_euro(9, 9, currency="EUR")):
        assert not of_exchanges(none)


def test_what_is_charged_for_the_payment_is_no_cost_of_its_exchange():
    found = rows(in_euro(560_20, 50_00, charges_minor=11_20), agreed=(FEE, MARGIN))
    assert [(row["kind"], row["what"], row["charged_minor"], row["gross_minor"]) for row in found] == [
        ("exchange", "kind", 11_43, 571_63),
        ("exchange", "exchange", 11_43, 571_63),
        ("payment", "kind", 11_20, 560_20),
    ]


BOTH = FEE | {"rate_ppm": 12_000, "fixed_minor": 2_50}


def test_a_sum_is_compared_with_the_fee_of_as_many_transactions_as_it_says():
    (row,) = rows(settled(600_00, 15_25, tax_minor=3_05, transactions=2), agreed=(BOTH,))
    assert (row["status"], row["transactions"], row["charged_minor"], row["agreed_minor"]) == (
        "as_agreed", 2, 12_20, 12_20,
    )  # fmt: skip
    # A minor unit for each of its transactions is rounding.
    (row,) = rows(settled(600_00, 12_22, transactions=2), agreed=(BOTH,))
    assert row["status"] == "rounding"
    kind, single = rows(settled(600_00, 12_23, transactions=2), agreed=(BOTH,))
    assert (kind["status"], single["what"], single["transactions"], single["overcharged_minor"]) == (
        "overcharged", "transaction", 2, 3,
    )  # fmt: skip


def test_a_sum_is_compared_with_nothing_if_its_number_or_its_cost_is_not_said_or_each_fee_has_ends():
    for said in ({"transactions": None}, {"least_minor": 3_00}, {"most_minor": 50_00}):
        agreed = BOTH | {name: value for name, value in said.items() if name in BOTH}
        number = {"transactions": said.get("transactions", 2)}
        (row,) = rows(settled(600_00, 90_00, **number), agreed=(agreed,))
        assert (row["status"], row["agreed_minor"]) == ("not_agreed", None)
    assert rows(settled(600_00, 0, transactions=2), agreed=(BOTH,)) == []
    # One transaction that cost nothing was charged too little.
    (row,) = rows(settled(600_00, 0), agreed=(BOTH,))
    assert row["status"] == "undercharged"
