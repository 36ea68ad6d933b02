"""Reminders: sent on the due date, free of charge, only if the bank's files are loaded, and only of what is not paid.

Money of the payer that waits with us, because nobody has said yet what it is for, counts as paid. So does what a direct
debit is to bring, until the bank has answered it.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.cash.difference import limit_of
from ledger.domain.dunning.waiting_money import MayPay, documents, waiting
from ledger.domain.fact import Command, Decision, Envelope, State, States, known_stream, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import Account, account_of
from ledger.domain.receivables.item import Item, item_of, mirrored
from ledger.domain.receivables.item_facts import MoneyWaiting, ReminderSent, ReminderSuppressed, Suppression
from ledger.domain.receivables.mark import addressee
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS
from ledger.domain.terms.entity import terms_of

# Commands


class RemindItem(Command, frozen=True):
    """Send a reminder for an item on a day, given how far the bank's files are loaded.

    `bank_differs` is true while an amount that contradicts the bank waits for a person, and `facts_set_aside` while the
    read tables lack facts. `money` are the documents whose money may be for the item, in the order in which they would
    pay it.
    """

    item_id: str
    on: date
    ledger_position: int
    bank_loaded_through: date | None
    file_half_loaded: bool = False
    facts_set_aside: bool = False
    bank_differs: bool = False
    level: int = 0
    channel: str = "letter"
    money: tuple[MayPay, ...] = ()

    def streams(self) -> tuple[str, ...]:
        """The item, the documents whose money may be for it, and the entity's terms."""
        return (stream_of("item", self.item_id), *documents(self.money), TERMS)

    def more(self, states: States) -> tuple[str, ...]:
        """The account of the item, and that of the guardian if the payer is a minor."""
        item = states.get(stream_of("item", self.item_id))
        if not isinstance(item, Item):
            return ()
        account = known_stream("account", item.raised.account_id)
        return (account, *_guardians(states.get(account)))

    def days_said(self) -> tuple[date, ...]:
        """The day of the run."""
        return (self.on,)


# Decide


def remind(states: States, command: RemindItem, envelope: Envelope) -> Decision:
    """Send at most one reminder per level; suppress it, with a reason, if it is not certain that money is owed.

    Of money that waits, only the rest is asked for; nothing is asked for if the rest is a small difference, nor if only
    a small difference is left of an item of which more was owed. The newest reason is recorded once a day.
    """
    item = item_of(states, command.item_id)
    if command.file_half_loaded:
        raise Refused("file_half_loaded", command.item_id)
    if command.facts_set_aside:
        raise Refused("facts_set_aside", command.item_id)
    if command.on < item.due[0].on:
        raise Refused("item_not_due", command.item_id)
    if command.level in item.reminded:
        return ()
    to = addressee(states, item.raised.account_id)
    money = waiting(states, item, to, command.money)
    limit = limit_of(terms_of(states), item.raised.currency)
    why = _suppression(item, command, _of_payer(states, item, to), _enough(item, money, limit))
    if why is None:
        assert to is not None, "a payer to whom nobody writes is a reason"
        return (mirrored(command.item_id, _sent(item, command, to, money)),)
    named = money if why == "money_waits" else ()
    fact = ReminderSuppressed(level=command.level, on=command.on, why=why, money=named)
    return () if item.suppressed.get(command.level) == fact else (mirrored(command.item_id, fact),)


def _enough(item: Item, money: tuple[MoneyWaiting, ...], limit: int) -> Suppression | None:
    """Why no letter is worth its trouble: money with us covers the item, or a small difference is left of it."""
    if money and item.open_minor - _sum(money) <= limit:
        return "money_waits"
    return "small_rest" if item.open_minor <= limit and item.open_minor < item.raised.amount_minor else None


def _sum(money: tuple[MoneyWaiting, ...]) -> int:
    return sum(one.amount_minor for one in money)


def _guardians(account: State | None) -> tuple[str, ...]:
    """The stream of the guardian's account, if the payer of an account is a minor who has one."""
    minor = account.marks.get("minor") if isinstance(account, Account) else None
    return () if minor is None or minor.guardian_id is None else (known_stream("account", minor.guardian_id),)


def _of_payer(states: States, item: Item, to: str | None) -> Suppression | None:
    """Why nobody writes to this payer, whatever the payer owes."""
    account = account_of(states, item.raised.account_id)
    if account.erased:
        return "erased"
    if "dead" in account.marks:
        return "dead"
    return "minor" if to is None else None


def _suppression(
    item: Item, command: RemindItem, of_payer: Suppression | None, enough: Suppression | None
) -> Suppression | None:
    if item.raised.payer not in ("patient", "guardian"):
        return "not_a_patient"
    if item.open_minor <= 0:
        return "paid"
    if of_payer is not None:
        return of_payer
    if item.held_on(command.on):
        return "held"
    if item.collected_by is not None:
        return "collected"
    if enough is not None:
        return enough
    if command.bank_loaded_through is None or command.bank_loaded_through < command.on:
        return "bank_not_loaded"
    if command.bank_differs:
        return "bank_differs"
    return None


def _sent(item: Item, command: RemindItem, to: str, money: tuple[MoneyWaiting, ...]) -> ReminderSent:
    assert command.bank_loaded_through is not None
    return ReminderSent(
        level=command.level,
        channel=command.channel,
        addressed_to=to,
        balance_minor=item.open_minor,
        waiting_minor=_sum(money),
        asked_minor=item.open_minor - _sum(money),
        money=money,
        currency=item.raised.currency,
        due_on=item.due[0].on,
        ledger_position=command.ledger_position,
        bank_loaded_through=command.bank_loaded_through,
    )


# Registration

NOUN: Final = Noun(
    "reminder",
    rules={RemindItem: remind},
    duties={RemindItem: ("billing", "finance", "reminders")},
    refusals={
        "facts_set_aside": "The read tables lack facts, so nobody knows who has paid; see `reskontra verify`.",
        "file_half_loaded": "A bank file is still being loaded; finish loading it before acting on balances.",
        "item_not_due": "The item is not yet due on that day.",
    },
)
