"""Movements that are not receipts: the ledger account that the rules choose, and those that a person must explain."""

from __future__ import annotations

from typing import Final

# Sub-families of the ISO 20022 external code set ExternalBankTransactionSubFamily1Code that are charges of the bank.
_CHARGES: Final = frozenset({"CHRG", "FEES", "COMM", "COME", "COMI", "COMT"})

# Account role and rule of our own payment for a sent refund.
REFUND_SENT: Final = ("cash_in_transit", "refund_sent")

# Why a movement that is not a receipt waits for a person.
MOVEMENT_REASONS: Final[dict[str, str]] = {
    "details_do_not_sum": "The details of the bank's line do not sum to it; say what the difference is.",
    "debit_unexplained": "Money left the account for a reason the rules do not know; say what it was.",
    "deduction_unexplained": "The bank deducted this within a deposit; say what it was.",
}


def classified(part: str, is_charge: bool, bank_code: str | None, line_minor: int) -> tuple[str, str]:
    """The account role and the rule for an entry with this part and bank code, on a line with this amount."""
    if part == "rest":
        return ("bank_fees", "charges_of_line") if is_charge else ("bank_suspense", "details_do_not_sum")
    if (bank_code or "").rpartition("-")[2] in _CHARGES:
        return ("bank_fees", "bank_code_charges")
    if part == "detail" and line_minor > 0:
        return ("bank_suspense", "deduction_unexplained")
    return ("bank_suspense", "debit_unexplained")
