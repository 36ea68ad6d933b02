"""Accounts at payment providers on the command line, and payments that are recorded when they are captured."""

from __future__ import annotations

import json

import pytest

from tests.infra.cli.command_line import Answers, Reskontra

DECLARE = "provider-account declare cards --currency SEK --provider stripe --rail card"
ANSWERS: Answers = {
    "provider-account declare": ("cards --currency SEK --provider stripe --rail card", 0),
    "provider-account list": ("", 0),
    "money-in-transit": ("--as-of 2026-10-31", 0),
}


def refused(reskontra: Reskontra, words: str) -> str:
    said = reskontra(f"{words} --json", code=1)
    return str(json.loads(said.out)["problems"][0]["code"])


def test_what_is_not_said_again_stays_as_it_was_declared(reskontra: Reskontra):
    reskontra(f"{DECLARE} --number acct_1 --sender STRIPE --payout-terms 3+1+5 --source contract")
    reskontra("provider-account declare cards --currency SEK --name Cards")
    (row,) = reskontra.json("provider-account list")["rows"]
    assert (row["name"], row["provider"], row["rail"]) == ("Cards", "stripe", "card")
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
