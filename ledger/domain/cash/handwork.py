"""What was decided about a receipt by hand, or by the bank: no rule decides about such a receipt."""

from __future__ import annotations

from typing import Final

from ledger.domain.cash.receipt import Receipt
from ledger.domain.refusals import Refused

# The rule of an allocation that a person makes.
BY_HAND: Final = "manual"


def require_undecided(receipt: Receipt, rule: str, receipt_id: str, payer: str | None) -> None:
    """Refuse an allocation by a rule if people have decided about the receipt, or named another payer.

    What a person undid on purpose is so never done again by itself.
    """
    if rule != BY_HAND and (decided(receipt) or receipt.identified_as not in (None, payer)):
        raise Refused("receipt_decided_by_hand", receipt_id)


def decided(receipt: Receipt) -> bool:
    """Whether an allocation was made by hand or undone, or money was taken off the receipt.

    What another entity received for us is decided by a person there, and so also here.
    """
    by_hand = any(made.fact.rule == BY_HAND for parts in receipt.allocations.values() for made in parts)
    taken_off = receipt.recalled or receipt.elsewhere or receipt.voided_minor
    return bool(by_hand or receipt.reversed_allocations or taken_off or receipt.payment.by_transfer)
