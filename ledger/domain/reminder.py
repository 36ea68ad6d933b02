"""Reminders: on the due date and free of charge, and only when the bank is loaded and the item is open."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ledger.domain.fact import Command, Decision, Fact, NewFact, Part, stream_of
from ledger.domain.refusals import Refused

Suppression = Literal["PAID", "STALE_FEED", "NOT_PATIENT"]

# Facts


class ReminderSent(Fact, frozen=True):
    """A reminder was decided for sending, with all that was known when it was decided.

    `balance_minor` is what the book showed open, at `ledger_position`, with every bank file loaded through
    `bank_loaded_through`: proof of what was known.
    """

    account_id: str
    share: int
    level: int
    channel: str
    balance_minor: int
    currency: str
    due_on: date
    ledger_position: int
    bank_loaded_through: date


class ReminderSuppressed(Fact, frozen=True):
    """A reminder that was due was not sent, and why."""

    account_id: str
    share: int
    level: int
    on: date
    why: Suppression


ReminderFact = ReminderSent | ReminderSuppressed

# State


class Reminders(Part, frozen=True):
    """What an invoice remembers of its reminders: (share, level) sent, (share, level, day) suppressed."""

    sent: tuple[tuple[int, int], ...] = ()
    suppressed: tuple[tuple[int, int, date], ...] = ()


class Remindable(Part, frozen=True):
    """What the rule needs to know of one share of an invoice."""

    invoice_id: str
    account_id: str
    share: int
    payer: str
    open_minor: int
    currency: str
    due_on: date
    reminders: Reminders


# Evolve


def evolve(state: Reminders, fact: ReminderFact) -> Reminders:
    """The reminders after one more fact."""
    match fact:
        case ReminderSent():
            return Reminders(sent=(*state.sent, (fact.share, fact.level)), suppressed=state.suppressed)
        case ReminderSuppressed():
            return Reminders(sent=state.sent, suppressed=(*state.suppressed, (fact.share, fact.level, fact.on)))
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


# Commands


class RemindInvoice(Command, frozen=True):
    """Remind of one share of an invoice on a day, given how far the bank is loaded."""

    invoice_id: str
    on: date
    ledger_position: int
    bank_loaded_through: date | None
    loading_incomplete: bool = False
    share: int = 1
    level: int = 0
    channel: str = "letter"

    def streams(self) -> tuple[str, ...]:
        """The one stream this needs."""
        return (stream_of("invoice", self.invoice_id),)


# Decide


def remind(item: Remindable, command: RemindInvoice) -> Decision:
    """Send at most once a level; suppress, with the reason, where the book cannot be sure it is owed."""
    if command.loading_incomplete:
        raise Refused("loading_incomplete", command.invoice_id)
    if command.on < item.due_on:
        raise Refused("not_due", command.invoice_id)
    if (command.share, command.level) in item.reminders.sent:
        return ()
    why = _suppression(item, command)
    if why is None:
        return (NewFact(command.streams()[0], _sent(item, command)),)
    if (command.share, command.level, command.on) in item.reminders.suppressed:
        return ()
    suppressed = ReminderSuppressed(
        account_id=item.account_id, share=command.share, level=command.level, on=command.on, why=why
    )
    return (NewFact(command.streams()[0], suppressed),)


def _suppression(item: Remindable, command: RemindInvoice) -> Suppression | None:
    if item.payer not in ("patient", "guardian"):
        return "NOT_PATIENT"
    if item.open_minor <= 0:
        return "PAID"
    if command.bank_loaded_through is None or command.bank_loaded_through < command.on:
        return "STALE_FEED"
    return None


def _sent(item: Remindable, command: RemindInvoice) -> ReminderSent:
    assert command.bank_loaded_through is not None
    return ReminderSent(
        account_id=item.account_id,
        share=command.share,
        level=command.level,
        channel=command.channel,
        balance_minor=item.open_minor,
        currency=item.currency,
        due_on=item.due_on,
        ledger_position=command.ledger_position,
        bank_loaded_through=command.bank_loaded_through,
    )
