"""Accounts at payment providers on the command line, and payments that are recorded when they are captured."""

from __future__ import annotations

import json

import pytest

from tests.infra.cli.command_line import Answers, Reskontra

DECLARE = "provider-account declare cards --currency SEK --provider stripe --rail card"
FEES = "provider-account fees cards --kind payment --from 2026-01-01 --source contract"
ANSWERS: Answers = {
    "provider-account declare": ("cards --currency SEK --provider stripe --rail card", 0),
    "provider-account list": ("", 0),
    "provider-account fees": ("cards --kind payment --from 2026-01-01 --source contract --percent 1.5", 1),
    "money-in-transit": ("--as-of 2026-10-31", 0),
    "provider-fees": ("--as-of 2026-10-31", 0),
    "remittances": ("--as-of 2026-10-31", 0),
    "scores": ("--as-of 2026-10-31", 0),
}


def refused(reskontra: Reskontra, words: str) -> str:
    said = reskontra(f"{words} --json", code=1)
    return str(json.loads(said.out)["problems"][0]["code"])


def test_terms_of_payout_may_say_for_how_long_a_reserve_is_kept(reskontra: Reskontra):
    reskontra(f"{DECLARE} --payout-terms 3+1+5 --payout-terms 3+1+5+180:2026-07-01 --source contract")
    (row,) = reskontra.json("provider-account list")["rows"]
    assert row["payout_terms"] == ["3+1+5:1900-01-01", "3+1+5+180:2026-07-01"]


def test_terms_of_payout_may_say_that_we_withdraw_what_is_paid_out(reskontra: Reskontra):
    reskontra(f"{DECLARE} --payout-terms 3+1+5+by-hand --payout-terms 3+1+5+180+by-hand:2026-07-01 --source contract")
    (row,) = reskontra.json("provider-account list")["rows"]
    assert row["payout_terms"] == ["3+1+5+by-hand:1900-01-01", "3+1+5+180+by-hand:2026-07-01"]


def test_what_is_not_said_again_stays_as_it_was_declared(reskontra: Reskontra):
    reskontra(f"{DECLARE} --number acct_1 --sender STRIPE --payout-terms 3+1+5 --source contract --fee-tax-code SE-25")
    reskontra("provider-account declare cards --currency SEK --name Cards")
    (row,) = reskontra.json("provider-account list")["rows"]
    assert (row["name"], row["provider"], row["rail"]) == ("Cards", "stripe", "card")
    assert row["fee_tax_code"] == "SE-25"
    assert (row["numbers"], row["senders"], row["payout_terms"]) == (["acct_1"], ["STRIPE"], ["3+1+5:1900-01-01"])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("provider-account declare cards --currency SEK", "provider_unnamed"),
        ("provider-account declare cards --currency SEK --provider nobody --rail card", "provider_unknown"),
        (f"{DECLARE} --payout-terms soon --source contract", "payout_terms_malformed"),
        (f"{DECLARE} --payout-terms 3+1+5:2026-02-30 --source contract", "payout_terms_malformed"),
        (f"{DECLARE} --payout-terms 3+1+5", "payout_terms_without_source"),
        ("receipt record --amount 10.00 --provider-account cards --payment-ref ch_1", "provider_account_undeclared"),
    ],
)
def test_what_cannot_be_declared_or_recorded_is_refused_with_what_to_do(reskontra: Reskontra, words: str, code: str):
    assert refused(reskontra, words) == code


def test_a_captured_payment_needs_its_id_and_has_the_accounts_rail(reskontra: Reskontra):
    reskontra(DECLARE)
    assert refused(reskontra, "receipt record --amount 10.00 --provider-account cards") == "payment_ref_missing"
    wrong = "receipt record --amount 10.00 --provider-account cards --payment-ref ch_1 --rail swish"
    assert refused(reskontra, wrong) == "provider_account_differs"
    reskontra("receipt record --amount 10.00 --provider-account cards --payment-ref ch_1")
    (row,) = [one for one in reskontra.json("money-in-transit")["rows"] if one["what"] == "captured"]
    assert (row["provider_ref"], row["amount_minor"], row["status"]) == ("ch_1", 10_00, "expected")


def test_a_captured_payment_that_is_recorded_again_is_refused_with_the_receipt_that_it_is(reskontra: Reskontra):
    reskontra(DECLARE)
    words = "receipt record --amount 10.00 --provider-account cards --payment-ref ch_1"
    reskontra(f"{words} --id r1")
    (problem,) = json.loads(reskontra(f"{words} --json", code=1).out)["problems"]
    assert (problem["code"], problem["about"]) == ("payment_already_recorded", "r1")
    assert "'ch_1' is receipt r1 already: a person recorded it" in problem["sentence"]
    assert reskontra.json(f"{words} --id r1")["rows"][0]["status"] == "nothing_new"
    reskontra("receipt void r1 --reason TWICE")
    reskontra(words)


def test_agreed_fees_are_typed_as_people_write_them_and_listed(reskontra: Reskontra):
    reskontra(f"{DECLARE} --number acct_1")
    said = reskontra(f"{FEES} --percent 1,5 --fixed 1.80 --minimum 2 --maximum 50 --tax 25")
    assert "kind payment" in said.out
    reskontra(
        "provider-account fees acct_1 --kind chargeback_returned --from 2026-01-01 --source letter --fixed -150.00"
    )
    reskontra("provider-account fees cards --kind payment --from 2026-09-01 --source letter --ended")
    (row,) = reskontra.json("provider-account list")["rows"]
    assert row["fees"] == [
        "chargeback_returned:2026-01-01 0% + -150.00",
        "payment:2026-01-01 1.5% + 1.80, at least 2.00, at most 50.00, plus 25% tax",
        "payment:2026-09-01 nothing",
    ]
    (fact, _, _) = reskontra.json("history feeschedule-cards")["rows"]
    assert fact["text"] == "Fee agreed for payment at cards from 2026-01-01"


def test_a_fee_that_is_repeated_with_its_key_is_recorded_once(reskontra: Reskontra):
    reskontra(DECLARE)
    for _ in range(2):
        reskontra(f"{FEES} --percent 1.5 --key k1")
    assert reskontra.json("history feeschedule-cards", code=0)["rows"][1:] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "fee_unclear"),
        ("--tax 25", "fee_unclear"),
        ("--ended --fixed 1", "fee_unclear"),
        ("--percent 1.55555", "percentage_malformed"),
        ("--percent 100.1", "percentage_malformed"),
        ("--percent 1.5 --tax -25", "percentage_malformed"),
        ("--percent half", "percentage_malformed"),
        ("--fixed 1.805", "amount_malformed"),
        ("--percent 1 --minimum 3 --maximum 2.99", "fee_ends_crossed"),
    ],
)
def test_a_fee_that_cannot_be_is_refused_with_what_to_do(reskontra: Reskontra, words: str, code: str):
    reskontra(DECLARE)
    assert refused(reskontra, f"{FEES} {words}".strip()) == code
