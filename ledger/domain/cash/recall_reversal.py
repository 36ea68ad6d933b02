"""The reversal of a recall: the bank did not take the payment back, or took another one back with that debit."""

from __future__ import annotations

from typing import Final

from ledger.domain.bank.movement import movement_of
from ledger.domain.bank.movement_facts import MovementUncleared
from ledger.domain.cash.recall import CLEARS
from ledger.domain.cash.receipt import receipt_of
from ledger.domain.cash.receipt_facts import RecallReversed
from ledger.domain.fact import Command, Decision, Envelope, NewFact, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# Commands


class ReverseRecall(Command, frozen=True):
    """Take back that a debit of the bank, or an amount of it, took a receipt back.

    Nobody dates it, because the recall never was. What the receipt's money had settled stays open: a person applies
    the money again.
    """

    receipt_id: str
    part_id: str
    reason_code: str

    def streams(self) -> tuple[str, ...]:
        """The receipt and the debit."""
        return (stream_of("receipt", self.receipt_id), stream_of("movement", self.part_id))


# Decide


def reverse(states: States, command: ReverseRecall, envelope: Envelope) -> Decision:
    """Give the receipt its money again, as of the days of the recall, and let the debit wait to be explained."""
    receipt, movement = receipt_of(states, command.receipt_id), movement_of(states, command.part_id)
    taken = receipt.recalled.get(command.part_id)
    if taken is None:
        raise Refused("recall_unknown", command.part_id)
    if not taken:
        return ()
    if movement.role not in CLEARS:
        raise Refused("movement_rest_elsewhere", command.part_id)
    decided: list[NewFact] = []
    for on, amount in taken:
        reversed_ = RecallReversed(
            part_id=command.part_id,
            account_id=receipt.account_id,
            amount_minor=amount,
            currency=receipt.payment.currency,
            role=movement.role,
            reason_code=command.reason_code,
        )
        waits = MovementUncleared(
            document=stream_of("receipt", command.receipt_id), amount_minor=-amount, currency=receipt.payment.currency
        )
        decided.append(NewFact(stream_of("receipt", command.receipt_id), reversed_, on, corrects=True))
        decided.append(NewFact(stream_of("movement", command.part_id), waits, on, corrects=True))
    return tuple(decided)


# Registration

NOUN: Final = Noun(
    "recall_reversal",
    rules={ReverseRecall: reverse},
    duties={ReverseRecall: ("finance",)},
    refusals={
        "movement_rest_elsewhere": (
            "What is left of the debit is booked on another account role, where nothing of the recall belongs. Bring "
            "it back first, with `reskontra movement reclassify MOVEMENT --role bank_suspense`."
        ),
        "recall_unknown": (
            "That debit took nothing of this receipt back. `reskontra receipt list` shows the receipts that the bank "
            "took back, and `reskontra movement list` the debits."
        ),
    },
)
