"""The rail of a payment: what the bank's code names, else what the account of ours is."""

from __future__ import annotations

import pytest

from reconciliation.matching.rails import rail_of


@pytest.mark.parametrize(
    ("bank_code", "account_kind", "rail"),
    [
        (None, "iban", "bank_transfer"),
        (None, "bban", "bank_transfer"),
        (None, None, "bank_transfer"),
        (None, "bankgiro", "bankgiro"),
        (None, "plusgiro", "plusgiro"),
        # BgMax writes codes of its own, which name no rail.
        ("20-2-1", "bankgiro", "bankgiro"),
        ("PMNT-RCDT-ESCT", "bankgiro", "bank_transfer"),
        ("PMNT-RCDT-DMCT", "plusgiro", "bank_transfer"),
        # A transfer with agreed commercial information is cleared as the account's are.
        ("PMNT-RCDT-VCOM", "bankgiro", "bankgiro"),
        ("PMNT-RCDT-VCOM", "iban", "bank_transfer"),
        ("PMNT-CCRD-POSP", "iban", "card"),
        ("PMNT-MCRD", "bankgiro", "card"),
        ("PMNT-CNTR-CDPT", "iban", "cash"),
        ("CCRD", "iban", "bank_transfer"),
        # A report of Swish payments, with and without their type.
        ("SWISH-BETALNING", "iban", "swish"),
        ("SWISH", "iban", "swish"),
    ],
)
def test_the_code_comes_before_the_account(bank_code, account_kind, rail):
    assert rail_of(bank_code, account_kind) == rail
