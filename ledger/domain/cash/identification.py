"""Whose a receipt is: a person says so, or takes that back; otherwise it follows the receipt's allocations.

It was so from the bank's day on, whenever it is found out, so both decisions take effect on that day.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from ledger.domain.cash.receipt import receipt_of
from ledger.domain.cash.receipt_facts import IdentificationWithdrawn, ReceiptIdentified
from ledger.domain.fact import Command, Decision, Envelope, NewFact, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.mark import payer_of
from ledger.domain.refusals import Refused

# Commands


class IdentifyReceipt(Command, frozen=True):
    """Record which payer a receipt came from."""

    receipt_id: str
    account_id: str
    method: str = "manual"

    def streams(self) -> tuple[str, ...]:
        """The receipt and the payer's account."""
        return (stream_of("receipt", self.receipt_id), stream_of("account", self.account_id))


class WithdrawIdentification(Command, frozen=True):
    """Take back what a person said about whose a receipt is; from then on, it follows the allocations again."""

    receipt_id: str
    reason_code: str

    def streams(self) -> tuple[str, ...]:
        """The receipt."""
        return (stream_of("receipt", self.receipt_id),)


# Decide


def identify(states: States, command: IdentifyReceipt, envelope: Envelope) -> Decision:
    """Identify the payer; an identified payer cannot be replaced while any amount of the receipt is allocated.

    Nor can one be named who is another than who got the rest of an allocation as credit.
    """
    state = receipt_of(states, command.receipt_id)
    payer_of(states, command.account_id)
    if state.identified_as == command.account_id:
        return ()
    others = {state.identified_as if state.allocations else None, *state.credited} - {None, command.account_id}
    if others:
        raise Refused("receipt_identified_otherwise", command.receipt_id)
    identified = ReceiptIdentified(
        account_id=command.account_id, method=command.method, currency=state.payment.currency
    )
    return (NewFact(stream_of("receipt", command.receipt_id), identified, state.payment.booked_on),)


def withdraw(states: States, command: WithdrawIdentification, envelope: Envelope) -> Decision:
    """Take the identification back, with a reason; the allocations stay."""
    state = receipt_of(states, command.receipt_id)
    if state.identified_as is None:
        raise Refused("receipt_not_identified", command.receipt_id)
    withdrawn = IdentificationWithdrawn(
        account_id=replace(state, identified_as=None).account_id,
        reason_code=command.reason_code,
        currency=state.payment.currency,
    )
    return (NewFact(stream_of("receipt", command.receipt_id), withdrawn, state.payment.booked_on),)


# Registration

NOUN: Final = Noun(
    "identification",
    rules={IdentifyReceipt: identify, WithdrawIdentification: withdraw},
    duties={
        IdentifyReceipt: ("billing", "finance"),
        WithdrawIdentification: ("billing", "finance"),
    },
    refusals={
        "receipt_identified_otherwise": (
            "The receipt is identified as another account's payment and is allocated, or its rest became another "
            "account's credit; take that back with `reskontra identify --undo`, or reverse its allocations first."
        ),
        "receipt_not_identified": "Nobody has said whose payment the receipt is; its payer follows its allocations.",
    },
)
