"""The reversal of an allocation: the receipt has its money again, and the items are open again."""

from __future__ import annotations

from typing import Final

from ledger.domain.approval import Because
from ledger.domain.cash.reach import settled_with
from ledger.domain.cash.receipt import Receipt, receipt_of
from ledger.domain.cash.refund_state import Refund
from ledger.domain.cash.way_back import Draft
from ledger.domain.fact import DatedCommand, Decision, Envelope, States, known_stream, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import Account, account_of
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS

# Commands


class ReverseAllocation(DatedCommand, frozen=True):
    """Reverse what is in force of an allocation, because it was a mistake or because the money is moved."""

    allocation_id: str
    receipt_id: str
    because: Because = "moved"

    def streams(self) -> tuple[str, ...]:
        """The receipt, and the terms for an item that may have to be raised."""
        return (stream_of("receipt", self.receipt_id), TERMS)

    def more(self, states: States) -> tuple[str, ...]:
        """The items that were paid, any account that got the rest of the receipt, and where money must come back from.

        Money comes back from customer credit if a credit note gave it back there after it had been paid.
        """
        receipt = states.get(stream_of("receipt", self.receipt_id))
        made = receipt.allocations.get(self.allocation_id, ()) if isinstance(receipt, Receipt) else ()
        return settled_with([one.fact for one in made], states)


# Decide


def reverse(states: States, command: ReverseAllocation, envelope: Envelope) -> Decision:
    """Reverse what is in force of the allocation; nothing that can be undone may use the customer credit it created.

    What was paid out of that credit is owed as an item. A mistake is reversed as of the allocation's own day, as a
    correction of its voucher; moved money as of today. If the credit was not free on every day since then, the reversal
    takes effect on the first day from which it was; on a day that nobody gave, each part on its own.
    """
    receipt = receipt_of(states, command.receipt_id)
    made = receipt.allocations.get(command.allocation_id)
    if made is None:
        raise Refused("allocation_unknown", command.allocation_id)
    draft = Draft(states, command.because, stream_of("receipt", command.receipt_id))
    for allocated, made_on in made:
        if allocated.credit_account is not None:
            holder = account_of(draft.states, allocated.credit_account)
            uses = _undoable(draft.states, holder, allocated.currency)
            if uses and allocated.credit_minor > holder.free_in(allocated.currency).latest:
                # People decided these uses, so people undo them first.
                raise Refused("amount_exceeds_credit", f"{holder.account_id}, used by {', '.join(uses)}")
        natural = made_on if command.because == "mistake" else envelope.occurred_on
        draft = draft.undone(command.receipt_id, allocated, command.on, natural, made_on)
    return tuple(draft.decided)


def _undoable(states: States, account: Account, currency: str) -> list[str]:
    """What uses customer credit and can be undone: refunds that were not sent, and allocations to items."""
    refunds = [one for one in (states[known_stream("refund", id)] for id in account.refunds) if isinstance(one, Refund)]
    unsent = [one.requested for one in refunds if one.status in ("requested", "approved")]
    applied = [one.fact for one in account.applied.values()]
    return [
        *(f"refund {one.refund_id}" for one in unsent if one.currency == currency),
        *(f"allocation {one.allocation_id}" for one in applied if one.currency == currency),
    ]


# Registration

NOUN: Final = Noun(
    "reversal",
    rules={ReverseAllocation: reverse},
    duties={ReverseAllocation: ("billing", "finance")},
    refusals={
        "allocation_unknown": (
            "The receipt has no allocation with that id, or all of that allocation has been reversed or taken back by "
            "the bank. Until that day it stays so: a mistake reaches only what is still in force."
        ),
    },
)
