"""Reminders: on the due date and free of charge, and only when the bank is loaded and the item is open."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import Command, Decision, Envelope, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.item import Item, item_of, mirrored
from ledger.domain.receivables.item_facts import ReminderSent, ReminderSuppressed, Suppression
from ledger.domain.refusals import Refused

# Commands


class RemindItem(Command, frozen=True):
    """Remind of an item on a day, given how far the bank is loaded."""

    item_id: str
    on: date
    ledger_position: int
    bank_loaded_through: date | None
    loading_incomplete: bool = False
    level: int = 0
    channel: str = "letter"

    def streams(self) -> tuple[str, ...]:
        """The item."""
        return (stream_of("item", self.item_id),)


# Decide


def remind(states: States, command: RemindItem, envelope: Envelope) -> Decision:
    """Send at most once a level; suppress, with the reason, where the book cannot be sure it is owed."""
    item = item_of(states, command.item_id)
    if command.loading_incomplete:
        raise Refused("loading_incomplete", command.item_id)
    if command.on < item.due[0].on:
        raise Refused("not_due", command.item_id)
    if command.level in item.reminded:
        return ()
    why = _suppression(item, command)
    if why is None:
        return (mirrored(command.item_id, _sent(item, command)),)
    if (command.level, command.on) in item.suppressed:
        return ()
    return (mirrored(command.item_id, ReminderSuppressed(level=command.level, on=command.on, why=why)),)


def _suppression(item: Item, command: RemindItem) -> Suppression | None:
    if item.raised.payer not in ("patient", "guardian"):
        return "NOT_PATIENT"
    if item.open_minor <= 0:
        return "PAID"
    if item.held_on(command.on):
        return "HELD"
    if command.bank_loaded_through is None or command.bank_loaded_through < command.on:
        return "STALE_FEED"
    return None


def _sent(item: Item, command: RemindItem) -> ReminderSent:
    assert command.bank_loaded_through is not None
    return ReminderSent(
        level=command.level,
        channel=command.channel,
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
    refusals={
        "loading_incomplete": "A bank file is still being loaded; finish it before acting on balances.",
        "not_due": "The item is not due on that day.",
    },
)
