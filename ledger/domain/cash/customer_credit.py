"""The use of customer credit: a payer's money that settles nothing yet is applied to an item, or released."""

from __future__ import annotations

from functools import partial
from typing import Final

from ledger.domain.approval import Because
from ledger.domain.balance import effective_day
from ledger.domain.cash.reach import within_reach
from ledger.domain.cash.way_back import Draft
from ledger.domain.fact import DatedCommand, Decision, Envelope, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import account_of, require_credit
from ledger.domain.receivables.credit_use import credit_applied
from ledger.domain.receivables.item import item_of
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS

# Commands


class ApplyCredit(DatedCommand, frozen=True):
    """Apply customer credit of an account to one of its items; without an amount, as much as is open and free."""

    allocation_id: str
    account_id: str
    item_id: str
    amount_minor: int | None = None

    def streams(self) -> tuple[str, ...]:
        """The account and the item."""
        return (stream_of("account", self.account_id), stream_of("item", self.item_id))


class ReleaseCredit(DatedCommand, frozen=True):
    """Release customer credit from an item: it was a mistake to apply it, or it is moved."""

    allocation_id: str
    account_id: str
    because: Because = "moved"

    def streams(self) -> tuple[str, ...]:
        """The account, and the terms for an item that may have to be raised."""
        return (stream_of("account", self.account_id), TERMS)

    def more(self, states: States) -> tuple[str, ...]:
        """The items to which the account's credit is applied, and where money must come back from."""
        return tuple(within_reach(states))


# Decide


def apply_credit(states: States, command: ApplyCredit, envelope: Envelope) -> Decision:
    """Apply credit to an item of the same account: never more than the item's open amount or the free credit.

    It takes effect when the item is open and the credit is free, and not before the item arose.
    """
    account = account_of(states, command.account_id)
    item = item_of(states, command.item_id)
    if command.allocation_id in account.applied:
        applied = account.applied[command.allocation_id].fact
        if applied.item_id != command.item_id or command.amount_minor not in (None, applied.amount_minor):
            raise Refused("fact_already_recorded", command.allocation_id)
        return ()
    if command.allocation_id in account.released:
        raise Refused("fact_already_recorded", command.allocation_id)
    currency = item.raised.currency
    if item.raised.account_id != command.account_id:
        raise Refused("account_differs", command.item_id)
    amount = command.amount_minor
    if amount is None:
        if not item.open_minor:
            raise Refused("item_not_open", command.item_id)
        amount = min(item.open_minor, account.free_in(currency).latest)
        if not amount:
            raise Refused("amount_exceeds_credit", command.account_id)
    require_credit(account, amount, currency)
    if amount > item.open_minor:
        raise Refused("amount_exceeds_balance", command.item_id)
    free = account.free_in(currency).first_day_of(amount)
    opened = item.balance.first_day_of(amount)
    on = effective_day(command.on, envelope.occurred_on, item.raised.arose_on, free, opened)
    return credit_applied(command.account_id, command.allocation_id, item, amount, on)


def release_credit(states: States, command: ReleaseCredit, envelope: Envelope) -> Decision:
    """Release the credit whole: the item is open again, and the account has its credit again.

    A mistake is undone as of the day on which the credit was applied, as a correction of its voucher, as far as the
    credit is still applied.
    """
    account = account_of(states, command.account_id)
    used = account.applied.get(command.allocation_id)
    if used is None:
        raise Refused("credit_not_applied", command.allocation_id)
    draft = Draft(states, command.because, stream_of("account", command.account_id))
    natural = used.on if command.because == "mistake" else envelope.occurred_on
    release = partial(Draft.release, account_id=command.account_id, used=used, amount_minor=used.fact.amount_minor)
    return tuple(draft.on_first_day(release, command.on, natural, used.on).decided)


# Registration

NOUN: Final = Noun(
    "credit",
    rules={ApplyCredit: apply_credit, ReleaseCredit: release_credit},
    duties={
        ApplyCredit: ("billing", "finance"),
        ReleaseCredit: ("billing", "finance"),
    },
    refusals={
        "account_differs": "Customer credit can only settle items of its own account.",
        "credit_not_applied": (
            "The account has no applied customer credit with that id, or all of it has been released, by a person or "
            "because its money went back. Until that day it stays so: a mistake reaches only what is still in force."
        ),
    },
)
