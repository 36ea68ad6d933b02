"""What Stripe's reporting categories mean in our words.

Source: docs.stripe.com/reports/reporting-categories.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from reconciliation.statements.kinds import Kind

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "charge": "payment",
        # A debit that the payer's bank refused after it was credited to us.
        "charge_failure": "chargeback",
        "refund": "refund",
        "partial_capture_reversal": "refund",
        "refund_failure": "refund_returned",
        "dispute": "chargeback",
        "dispute_reversal": "chargeback_returned",
        "fee": "fee",
        "network_cost": "fee",
        # What Stripe takes for the state on its fees.
        "tax": "fee_tax",
        "risk_reserved_funds": "reserve_held",
        "connect_reserved_funds": "reserve_held",
        "payout_minimum_balance_hold": "reserve_held",
        "payout_minimum_balance_release": "reserve_released",
        "payout": "payout",
        "payout_reversal": "payout_returned",
        "payout_failure": "payout_returned",
        "payout_cancel": "payout_returned",
        "currency_conversion": "exchange",
        **dict.fromkeys(
            (
                "other_adjustment", "transfer", "transfer_reversal", "topup", "topup_reversal", "platform_earning",
                "platform_earning_refund", "connect_collection_transfer", "contribution", "climate_order_purchase",
                "climate_order_refund", "unreconciled_customer_funds", "advance", "advance_funding",
                "anticipation_repayment", "financing_payout", "financing_payout_reversal", "financing_paydown",
                "financing_paydown_reversal", "issuing_authorization_hold", "issuing_authorization_release",
                "issuing_dispute", "issuing_disbursement", "issuing_transaction",
            ),
            "other",
        ),
    }
)  # fmt: skip


def kind_of(category: str, amount_minor: int) -> Kind | None:
    """The kind of a transaction, by its category and the direction of its money; None if the category is unknown."""
    kind = KINDS.get(category)
    if kind == "reserve_held" and amount_minor > 0:
        return "reserve_released"
    if kind == "reserve_released" and amount_minor < 0:
        return "reserve_held"
    return kind
