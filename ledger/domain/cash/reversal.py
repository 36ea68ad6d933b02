"""The reversal of an allocation: the receipt has its money again, and the items are open again."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.approval import Because
from ledger.domain.balance import effective_day
from ledger.domain.cash.receipt import Receipt, receipt_of
from ledger.domain.cash.receipt_facts import AllocationReversed, ReceiptAllocated, Target
from ledger.domain.fact import DatedCommand, Decision, Envelope, NewFact, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import CustomerCreditWithdrawn, account_of, require_credit
from ledger.domain.receivables.item import item_of, mirrored
from ledger.domain.receivables.item_facts import ItemDeallocated
from ledger.domain.refusals import Refused

# Commands


class ReverseAllocation(DatedCommand, frozen=True):
    """Reverse a whole allocation of a receipt, because it was a mistake or because the money is moved."""

    allocation_id: str
    receipt_id: str
    because: Because = "moved"

    def streams(self) -> tuple[str, ...]:
        """The receipt."""
        return (stream_of("receipt", self.receipt_id),)

    def more(self, states: States) -> tuple[str, ...]:
        """The items that were paid, and any account that got the rest of the receipt as customer credit."""
        receipt = states.get(stream_of("receipt", self.receipt_id))
        made = receipt.allocations.get(self.allocation_id, ()) if isinstance(receipt, Receipt) else ()
        accounts = (stream_of("account", one.fact.credit_account) for one in made if one.fact.credit_account)
        return (*(stream_of("item", target.item_id) for one in made for target in one.fact.targets), *accounts)


# Decide


def reverse(states: States, command: ReverseAllocation, envelope: Envelope) -> Decision:
    """Reverse the whole allocation; the customer credit that it created must still be free.

    A mistake is reversed as of the allocation's own day, as a correction of its voucher; moved money as of today. If
    the credit was not free on every day since then, the reversal takes effect on the first day from which it was.
    """
    receipt = receipt_of(states, command.receipt_id)
    made = receipt.allocations.get(command.allocation_id)
    if made is None:
        raise Refused("allocation_unknown", command.allocation_id)
    stream = stream_of("receipt", command.receipt_id)
    decided: list[NewFact] = []
    for allocated, made_on in made:
        mistaken = command.because == "mistake"
        natural = made_on if mistaken else envelope.occurred_on
        on = effective_day(command.on, natural, made_on, _credit_free_on(states, allocated))
        reversed_ = AllocationReversed(
            allocation_id=allocated.allocation_id,
            because=command.because,
            currency=allocated.currency,
            targets=allocated.targets,
            credit_minor=allocated.credit_minor,
            credit_account=allocated.credit_account,
        )
        undone = [NewFact(stream, reversed_, on)]
        undone += [_withdrawn(states, allocated, target, stream, on) for target in allocated.targets]
        undone += _credit_taken_back(states, allocated, stream, on)
        decided += [new._replace(corrects=mistaken) for new in undone]
    return tuple(decided)


def _withdrawn(states: States, made: ReceiptAllocated, target: Target, document: str, on: date) -> NewFact:
    item_of(states, target.item_id)
    withdrawn = ItemDeallocated(
        allocation_id=made.allocation_id, document=document, amount_minor=target.amount_minor, currency=made.currency
    )
    return mirrored(target.item_id, withdrawn, on)


def _credit_free_on(states: States, made: ReceiptAllocated) -> date | None:
    """The first day from which the credit that an allocation created is free; None if it created none."""
    if made.credit_account is None:
        return None
    account = account_of(states, made.credit_account)
    require_credit(account, made.credit_minor, made.currency)
    return account.free_in(made.currency).first_day_of(made.credit_minor)


def _credit_taken_back(states: States, made: ReceiptAllocated, document: str, on: date) -> Decision:
    if made.credit_account is None:
        return ()
    taken = CustomerCreditWithdrawn(amount_minor=made.credit_minor, currency=made.currency, document=document)
    return (NewFact(stream_of("account", made.credit_account), taken, on),)


# Registration

NOUN: Final = Noun(
    "reversal",
    rules={ReverseAllocation: reverse},
    refusals={
        "allocation_unknown": "The receipt has no allocation with that id, or that allocation has been reversed.",
    },
)
