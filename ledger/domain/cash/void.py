"""The voiding of a receipt that a person recorded by mistake: it never was, and nothing is done with its money."""

from __future__ import annotations

from typing import Final

from ledger.domain.cash.recall import settled_by, undone
from ledger.domain.cash.receipt import receipt_of
from ledger.domain.cash.receipt_facts import ReceiptVoided
from ledger.domain.cash.refund_state import Refund
from ledger.domain.cash.way_back import Draft
from ledger.domain.chart_of_accounts import UNTIL_PAID_OUT
from ledger.domain.fact import Command, Decision, Envelope, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.credit_facts import CustomerCreditReclaimed
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS

# Commands


class VoidReceipt(Command, frozen=True):
    """Void a receipt that was recorded by hand, by mistake; nobody dates it, because it never was."""

    receipt_id: str
    reason_code: str

    def streams(self) -> tuple[str, ...]:
        """The receipt, and the terms."""
        return (stream_of("receipt", self.receipt_id), TERMS)

    def more(self, states: States) -> tuple[str, ...]:
        """Everything that the receipt's money settles, the accounts that got the rest, and all uses of their credit."""
        return settled_by(states, self.receipt_id)


# Decide


def void(states: States, command: VoidReceipt, envelope: Envelope) -> Decision:
    """Undo all that is done with the money, and the receipt, as of their own days, as corrections of their vouchers.

    Refused once the money has left the bank: then somebody owes it, and a person must say who.
    """
    receipt = receipt_of(states, command.receipt_id)
    payment = receipt.payment
    if not payment.by_hand:
        raise Refused("receipt_not_by_hand", command.receipt_id)
    if receipt.voided_minor:
        return ()
    draft = Draft(states, "mistake", stream_of("receipt", command.receipt_id))
    if receipt.elsewhere:
        raise Refused("receipt_elsewhere", command.receipt_id)
    amount = receipt.with_us_minor
    for made, on in undone(receipt, amount - receipt.unallocated_minor):
        draft = draft.undone(command.receipt_id, made, None, on)
    if any(isinstance(new.fact, CustomerCreditReclaimed) for new in draft.decided):
        left = [one for one in map(states.get, states) if isinstance(one, Refund) and one.status in ("sent", "settled")]
        named = ", ".join(f"refund {one.requested.refund_id}" for one in left)
        raise Refused("money_has_left", f"{command.receipt_id}, paid out by {named}")
    after = receipt_of(draft.states, command.receipt_id)
    for on, part in after.balance.parts_of(amount, payment.booked_on):
        voided = ReceiptVoided(
            account_id=after.account_id,
            amount_minor=part,
            currency=payment.currency,
            role=UNTIL_PAID_OUT[payment.rail],
            reason_code=command.reason_code,
            provider_account=payment.bank_account if payment.held_by else None,
        )
        draft.add("receipt", command.receipt_id, voided, on)
    return tuple(draft.decided)


# Registration

NOUN: Final = Noun(
    "void",
    rules={VoidReceipt: void},
    duties={VoidReceipt: ("finance",)},
    refusals={
        "money_has_left": (
            "Some of the receipt's money was paid out as a refund and has left the bank, so the receipt cannot be "
            "voided. If the refund's money came back or never left, record that first, with `reskontra refund return` "
            "or `reskontra refund fail`. If it did leave, undo the allocation first, with `reskontra allocate RECEIPT "
            "--reverse ALLOCATION`: then the payer owes what was paid out, and the receipt can be voided and recorded "
            "anew."
        ),
        "receipt_elsewhere": (
            "Some of the receipt's money is booked on another account role; bring it back first, with `reskontra "
            "receipt reclassify --back`."
        ),
        "receipt_not_by_hand": (
            "The bank booked this payment, so it is no mistake of ours: reverse its allocation, or assign the bank's "
            "debit with `reskontra receipt recall` if the bank took it back."
        ),
    },
)
