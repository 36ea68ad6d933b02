"""Reminders: sent on the due date, free of charge, and only if the bank's files are loaded and the item is open."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import Command, Decision, Envelope, State, States, known_stream, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import Account, account_of
from ledger.domain.receivables.item import Item, item_of, mirrored
from ledger.domain.receivables.item_facts import ReminderSent, ReminderSuppressed, Suppression
from ledger.domain.receivables.mark import addressee
from ledger.domain.refusals import Refused

# Commands


class RemindItem(Command, frozen=True):
    """Send a reminder for an item on a day, given how far the bank's files are loaded.

    `bank_differs` is true while an amount that contradicts the bank waits for a person.
    """

    item_id: str
    on: date
    ledger_position: int
    bank_loaded_through: date | None
    file_half_loaded: bool = False
    bank_differs: bool = False
    level: int = 0
    channel: str = "letter"

    def streams(self) -> tuple[str, ...]:
        """The item."""
        return (stream_of("item", self.item_id),)

    def more(self, states: States) -> tuple[str, ...]:
        """The account of the item, and that of the guardian if the payer is a minor."""
        item = states.get(stream_of("item", self.item_id))
        if not isinstance(item, Item):
            return ()
        account = known_stream("account", item.raised.account_id)
        return (account, *_guardians(states.get(account)))


# Decide


def remind(states: States, command: RemindItem, envelope: Envelope) -> Decision:
    """Send at most one reminder per level; suppress it, with a reason, if it is not certain that money is owed."""
    item = item_of(states, command.item_id)
    if command.file_half_loaded:
        raise Refused("file_half_loaded", command.item_id)
    if command.on < item.due[0].on:
        raise Refused("item_not_due", command.item_id)
    if command.level in item.reminded:
        return ()
    to = addressee(states, item.raised.account_id)
    why = _suppression(item, command, _of_payer(states, item, to))
    if why is None:
        assert to is not None, "a payer to whom nobody writes is a reason"
        return (mirrored(command.item_id, _sent(item, command, to)),)
    if (command.level, command.on) in item.suppressed:
        return ()
    return (mirrored(command.item_id, ReminderSuppressed(level=command.level, on=command.on, why=why)),)


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


def _suppression(item: Item, command: RemindItem, of_payer: Suppression | None) -> Suppression | None:
    if item.raised.payer not in ("patient", "guardian"):
        return "not_a_patient"
    if item.open_minor <= 0:
        return "paid"
    if of_payer is not None:
        return of_payer
    if item.held_on(command.on):
        return "held"
    if command.bank_loaded_through is None or command.bank_loaded_through < command.on:
        return "bank_not_loaded"
    if command.bank_differs:
        return "bank_differs"
    return None


def _sent(item: Item, command: RemindItem, to: str) -> ReminderSent:
    assert command.bank_loaded_through is not None
    return ReminderSent(
        level=command.level,
        channel=command.channel,
        addressed_to=to,
        balance_minor=item.open_minor,
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
        "file_half_loaded": "A bank file is still being loaded; finish loading it before acting on balances.",
        "item_not_due": "The item is not yet due on that day.",
    },
)
