"""Movements that are no receipts: which ledger account the rules put them on, and which a person must explain."""

from __future__ import annotations

from typing import Final

# Sub-families of ISO 20022 external code set ExternalBankTransactionSubFamily1Code that are the bank's price.
_CHARGES: Final = frozenset({"CHRG", "FEES", "COMM", "COME", "COMI", "COMT"})

# Role and rule of a payment of ours that a refund under way was sent with.
REFUND_SENT: Final = ("cash_in_transit", "refund-sent")

# Why a movement that is no receipt waits for a person.
MOVEMENT_REASONS: Final[dict[str, str]] = {
    "members-leave-over": "The members of the bank's line do not sum to it; say what the difference is.",
    "debit-unexplained": "Money left the account for a reason the rules do not know; say what it was.",
    "deduction": "The bank deducted this within a deposit; say what it was.",
}


def classified(part: str, is_charge: bool, bank_code: str | None, line_minor: int) -> tuple[str, str]:
    """Role of the ledger account and the rule: of an entry of this part, with this code, on a line of this amount."""
    if part == "rest":
        return ("bank_fees", "charges-of-line") if is_charge else ("bank_suspense", "members-leave-over")
    if (bank_code or "").rpartition("-")[2] in _CHARGES:
        return ("bank_fees", "bank-code-charges")
    if part == "detail" and line_minor > 0:
        return ("bank_suspense", "deduction")
    return ("bank_suspense", "debit-unexplained")
