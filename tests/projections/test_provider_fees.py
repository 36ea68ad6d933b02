"""Fees charged beside fees agreed, from transactions alone: what is rounding, what is a break, and what is neither."""

from __future__ import annotations

from datetime import date
from typing import Any

from projections.reports.provider_fees import Schedule, charged, controls
from projections.reports.report import Control, first_of_month

FIRST = date(2026, 9, 1)
FEE = {"bank_account": "cards", "kind": "payment", "from_on": date(2026, 1, 1), "currency": "SEK", "source": "contract"}
FEE |= {"rate_ppm": 20_000, "fixed_minor": 0, "least_minor": None, "most_minor": None, "tax_ppm": None}


def settled(gross: int, taken: int, **said: Any) -> dict[str, Any]:
    about: dict[str, Any] = {"bank_account": "cards", "currency": "SEK", "kind": "payment", "amount_minor": gross}
    about |= {"settled_on": date(2026, 9, 10), "booked_on": date(2026, 9, 8), "charges_minor": taken, "tax_minor": None}
    return about | {"settlement_ref": "po_1", "document": "receipt-r1"} | said


def rows(*transactions: dict[str, Any], agreed: Any = (FEE,), from_on: date = FIRST) -> list[dict[str, Any]]:
    return list(charged(transactions, Schedule(agreed), {"cards": "stripe"}, from_on))


def test_a_minor_unit_a_transaction_is_rounding_and_more_is_a_break():
    (row,) = rows(settled(100_00, 2_01), settled(100_00, 1_99), settled(100_00, 2_01))
    assert (row["status"], row["transactions"], row["difference_minor"]) == ("rounding", 3, 1)
    assert not controls([row])
    found = rows(settled(100_00, 2_02), settled(100_00, 1_00), settled(100_00, 3_00))
    assert [one["what"] for one in found] == ["kind", "transaction", "transaction"]
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
