"""The use of customer credit: a payer's money that has settled nothing yet is applied to one of their items."""

from __future__ import annotations

from typing import Final

from ledger.domain.balance import effective_day
from ledger.domain.fact import DatedCommand, Decision, Envelope, NewFact, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import CustomerCreditApplied, account_of, require_credit
from ledger.domain.receivables.item import item_of, mirrored
from ledger.domain.receivables.item_facts import ItemAllocated
from ledger.domain.refusals import Refused

# Commands


class ApplyCredit(DatedCommand, frozen=True):
    """Apply customer credit of an account to one of its items."""

    allocation_id: str
    account_id: str
    item_id: str
    amount_minor: int

    def streams(self) -> tuple[str, ...]:
        """The account and the item."""
        return (stream_of("account", self.account_id), stream_of("item", self.item_id))


# Decide


def apply_credit(states: States, command: ApplyCredit, envelope: Envelope) -> Decision:
    """Apply credit to an item of the same account: never more than the item's open amount or the free credit.

    It takes effect when the item is open and the credit is free, and not before the item arose.
    """
    account = account_of(states, command.account_id)
    item = item_of(states, command.item_id)
    currency = item.raised.currency
    if item.raised.account_id != command.account_id:
        raise Refused("account_differs", command.item_id)
    require_credit(account, command.amount_minor, currency)
    if command.amount_minor > item.open_minor:
        raise Refused("amount_exceeds_balance", command.item_id)
    document = stream_of("account", command.account_id)
    used = CustomerCreditApplied(
        allocation_id=command.allocation_id,
        item_id=command.item_id,
        amount_minor=command.amount_minor,
        currency=currency,
        ar_role=item.ar_role,
    )
    applied = ItemAllocated(
        allocation_id=command.allocation_id, document=document, amount_minor=command.amount_minor, currency=currency
    )
    free = account.free_in(currency).first_day_of(command.amount_minor)
    opened = item.balance.first_day_of(command.amount_minor)
    on = effective_day(command.on, envelope.occurred_on, item.raised.arose_on, free, opened)
    return (NewFact(document, used, on), mirrored(command.item_id, applied, on))


# Registration

NOUN: Final = Noun(
    "credit",
    rules={ApplyCredit: apply_credit},
    refusals={"account_differs": "Customer credit can only settle items of its own account."},
)
