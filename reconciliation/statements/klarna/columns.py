"""The columns of Klarna's settlement report, and what its types of transactions are.

Source: Klarna, Settlement reports, fields description; Kustom, Settlement reports, the same fields.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from reconciliation.statements.delimited import Dialect
from reconciliation.statements.kinds import Kind

DIALECT: Final = Dialect(";\t,")
# The first block has a row of names and a row of totals; these names make it one.
NEEDED_OF_SUMMARY: Final = ("total_settlement_amount", "settlement_currency", "payment_reference", "payout_date")
NEEDED_OF_TRANSACTIONS: Final = ("type", "amount")

# Each total of the first block, and whether it raises (+1) or lowers (-1) the settlement.
EFFECTS: Final = MappingProxyType(
    {
        "sale": 1,
        "return": -1,
        "reversal": -1,
        "fee": -1,
        "fee_correction": 1,
        "commission": 1,
        "commission_reversal": -1,
        "tax": -1,
        "charge": -1,
        "credit": 1,
        "repay": -1,
        "deposit": 1,
        "holdback": -1,
        "release": 1,
        "fee_refund": 1,
    }
)
# These totals have no transactions: the debt to Klarna that the settlement pays or adds to, and fees given back.
WITHOUT_TRANSACTIONS: Final[MappingProxyType[str, Kind]] = MappingProxyType(
    {"repay": "carried_over", "deposit": "carried_over", "fee_correction": "fee_returned"}
)

# Each type of transaction: what it is to us, and the total that counts it.
TYPES: Final[MappingProxyType[str, tuple[Kind, str]]] = MappingProxyType(
    {
        "SALE": ("payment", "sale"),
        "RETURN": ("refund", "return"),
        "REVERSAL": ("chargeback", "reversal"),
        "REVERSAL_MERCHANT_PROTECTION": ("chargeback_returned", "reversal"),
        "FEE": ("fee", "fee"),
        "FEE_REFUND": ("fee_returned", "fee_refund"),
        "TAX": ("fee_tax", "tax"),
        "COMMISSION": ("other", "commission"),
        "CORRECTION": ("other", "correction"),
        "CHARGE": ("other", "charge"),
        "CREDIT": ("other", "credit"),
        "HOLDBACK": ("reserve_held", "holdback"),
        "RELEASE": ("reserve_released", "release"),
    }
)
# These types lower what Klarna owes us, so their amounts are below zero, unless the report writes none with a sign.
LOWERING: Final = frozenset({"RETURN", "REVERSAL", "FEE", "TAX", "CHARGE", "HOLDBACK"})
# Detailed types that are something else to us than the others of their type.
DETAILED: Final[MappingProxyType[str, Kind]] = MappingProxyType(
    {
        # Klarna takes the money back because its customer did not pay; we refunded nothing.
        "PAYMENT_DEFAULT": "chargeback",
        "CORRECTION_DISPUTE": "chargeback_returned",
        "COMMISSION_RETURN": "other",
    }
)
