"""Which payments a provider's sum of payments is, when a person says so: they were recorded when they were captured.

The sum waited in suspense. Its money is that of the payments, so it leaves our account at the provider again, where
each of them is already, and the settlement has settled them. What of the sum nobody recorded is a part of its own.
"""

from __future__ import annotations

from typing import ClassVar, Final

from ledger.domain.bank.settlement import Settlement, TransactionsSettled, part_of_sum
from ledger.domain.cash.receipt import Receipt, receipt_of
from ledger.domain.cash.reclassification import OfMovement, part_of, reclassified, without_document
from ledger.domain.fact import Decision, Envelope, NewFact, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# Commands


class ReclassifyAsPayments(OfMovement, frozen=True, kw_only=True):
    """Say that a movement at a payment provider is the sum of payments that were recorded when they were captured."""

    looked_up: ClassVar[tuple[str, ...]] = ("settlement_id",)

    settlement_id: str
    receipt_ids: tuple[str, ...]

    def streams(self) -> tuple[str, ...]:
        """The movement, the settlement that has it, and the payments."""
        payments = (stream_of("receipt", one) for one in self.receipt_ids)
        return (*super().streams(), stream_of("settlement", self.settlement_id), *payments)


# Decide


def as_payments(states: States, command: ReclassifyAsPayments, envelope: Envelope) -> Decision:
    """Let the settlement settle the payments, and take the sum from the account on which they are already."""
    stream = stream_of("settlement", command.settlement_id)
    settlement, said = states.get(stream), part_of(states, command)
    line = said.part.left
    if not isinstance(settlement, Settlement) or line.held_by is None or line.line_key is None:
        raise Refused("movement_of_no_settlement", command.part_id)
    payments = {id: receipt_of(states, id) for id in command.receipt_ids}
    for id, receipt in payments.items():
        if id in settlement.line_keys or not _captured_at(receipt, line.bank_account, line.currency):
            raise Refused("payment_not_of_sum", id)
    if sum(one.payment.amount_minor for one in payments.values()) != line.amount_minor:
        raise Refused("payments_do_not_sum", command.part_id)
    fact = TransactionsSettled(
        provider_account=settlement.provider_account,
        settlement_ref=settlement.settlement_ref,
        currency=line.currency,
        file=settlement.file,
        settled_on=settlement.settled_on,
        settled=tuple(part_of_sum(line.line_key, id, one.payment.amount_minor) for id, one in payments.items()),
    )
    moved = reclassified(said, command, line.money_role, stream)
    settled = NewFact(stream, fact, settlement.settled_on, corrects=True)
    return (*said.decided, *without_document(states, said.part, command, moved, settled))


def _captured_at(receipt: Receipt, bank_account: str, currency: str) -> bool:
    """Whether a person recorded a payment that the account's provider holds, and that was not voided."""
    payment = receipt.payment
    held = payment.by_hand and payment.held_by is not None and not receipt.voided_minor
    return held and (payment.bank_account, payment.currency) == (bank_account, currency)


# Registration

NOUN: Final = Noun(
    "captured_sum",
    rules={ReclassifyAsPayments: as_payments},
    duties={ReclassifyAsPayments: ("finance", "bank-day")},
    refusals={
        "movement_of_no_settlement": "No settlement of a payment provider has that movement.",
        "payment_not_of_sum": (
            "The payment cannot be of that sum: no person recorded it as captured on the sum's account and in its "
            "currency, it was voided, or the settlement has it already."
        ),
        "payments_do_not_sum": (
            "The payments have together another amount than what is left of the sum, or than --amount of it. Record "
            "what lacks, void what never was, or give with --amount how much of the sum they are."
        ),
    },
)
