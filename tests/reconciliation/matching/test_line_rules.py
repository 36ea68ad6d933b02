"""What rules and numbers of ours say of lines: which version counts, what a line must fulfil, and contradictions."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest

from reconciliation.matching.line_rules import Explained, LineRules, counterparty_key

DAY: Final = date(2026, 9, 10)
BANKGIRO: Final = "5050-1055"


def rule(**said: Any) -> dict[str, Any]:
    """A rule for the tax authority, approved, unless said."""
    about: dict[str, Any] = {
        "rule_id": "tax",
        "version": 1,
        "status": "approved",
        "from_on": date(2026, 9, 1),
        "role": "tax_account",
        "phrases": ("SKATTEVERKET",),
        "counterparty_keys": (),
        "rank": 1,
    }
    unsaid = ("until_on", "bank_account", "direction", "bank_code", "currency", "least_minor", "most_minor", "tax_code")
    return dict.fromkeys(unsaid) | about | said


def line(**said: Any) -> dict[str, Any]:
    """A debit to the tax authority, unless said."""
    about: dict[str, Any] = {"account": "b1", "currency": "SEK", "amount_minor": -1_200_00, "booked_on": DAY}
    about |= {"text": "moms", "counterparty": "Skatteverket", "counterparty_account": "50501055"}
    return about | {"bank_code": "PMNT-ICDT-ESCT"} | said


def explained(*rules: dict[str, Any], **said: Any) -> Explained | None:
    return LineRules(rules).explain(line(**said))


TAX: Final = Explained("tax_account", "tax.v1")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"bank_account": "b1", "direction": "out", "currency": "SEK"},
        {"bank_code": "PMNT"},
        {"bank_code": "PMNT-ICDT-ESCT"},
        {"phrases": ("other", "moms")},
        {"phrases": (), "counterparty_keys": (counterparty_key(BANKGIRO),)},
        {"least_minor": 1_200_00, "most_minor": 1_200_00},
    ],
)
def test_a_line_that_fulfils_all_is_explained(said: dict[str, Any]) -> None:
    assert explained(rule(**said)) == TAX


@pytest.mark.parametrize(
    "said",
    [
        {"bank_account": "b2"},
        {"direction": "in"},
        {"currency": "EUR"},
        {"bank_code": "PMNT-ICD"},
        {"bank_code": "ACMT"},
        {"phrases": ("SKATTE",)},
        {"phrases": ("moms Skatteverket",)},
        {"counterparty_keys": (counterparty_key("1234567"),)},
        {"least_minor": 1_200_01},
        {"most_minor": 1_199_99},
        {"from_on": date(2026, 9, 11)},
        {"until_on": date(2026, 9, 9)},
        {"status": "requested"},
        {"status": "rejected"},
    ],
)
def test_a_line_that_does_not_fulfil_all_is_not(said: dict[str, Any]) -> None:
    assert explained(rule(**said)) is None


def test_what_a_line_does_not_say_fulfils_nothing() -> None:
    silent = {"text": None, "counterparty": None, "counterparty_account": None, "bank_code": None}
    assert explained(rule(), **silent) is None
    assert explained(rule(phrases=(), bank_code="PMNT"), **silent) is None
    assert explained(rule(phrases=(), counterparty_keys=(counterparty_key(BANKGIRO),)), **silent) is None


def test_of_a_rule_the_newest_version_that_has_begun_counts() -> None:
    narrower = rule(version=2, from_on=DAY, role="suppliers")
    assert explained(rule(), narrower) == Explained("suppliers", "tax.v2")
    assert explained(rule(), narrower, booked_on=date(2026, 9, 9)) == TAX
    # An ended version does not bring the one before it back.
    assert explained(rule(), narrower | {"until_on": DAY}, booked_on=date(2026, 9, 11)) is None


def test_rules_that_contradict_each_other_are_both_named() -> None:
    other = rule(rule_id="vat", role="suppliers")
    assert explained(other, rule()) == Explained("bank_suspense", "rules_contradict", None, ("tax.v1", "vat.v1"))
    assert explained(other | {"role": "tax_account"}, rule()) == TAX
    assert explained(other | {"rank": 2}, rule()) == TAX


def test_rules_that_say_different_tax_codes_contradict_each_other() -> None:
    taxed = rule(rule_id="vat", tax_code="SE-25")
    assert explained(taxed) == Explained("tax_account", "vat.v1", tax_code="SE-25")
    assert explained(taxed, rule()) == Explained("bank_suspense", "rules_contradict", None, ("tax.v1", "vat.v1"))
    assert explained(taxed, rule(tax_code="SE-25")) == Explained("tax_account", "tax.v1", tax_code="SE-25")


def test_a_line_with_another_account_of_ours_is_a_transfer() -> None:
    accounts = [
        {"bank_account": "b1", "numbers": ["111", "50501055"]},
        {"bank_account": "b2", "numbers": ["SE4550000000058398257466"]},
        {"bank_account": "b3", "numbers": ["333"]},
        {"bank_account": "b4", "numbers": ["333"]},
    ]
    rules = LineRules([rule()], accounts)
    transfer = Explained("own_transfers", "own_transfer", "b2")
    assert rules.explain(line(counterparty_account="SE45 5000 0000 0583 9825 7466")) == transfer
    # Its own number, and one that several of our accounts have in different currencies, name no other account.
    assert rules.explain(line()) == TAX
    assert rules.explain(line(counterparty_account="333")) == TAX
