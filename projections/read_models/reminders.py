"""Reminders: whom one was sent, whom not and why, line by line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.receivables.item_facts import ReminderSent, ReminderSuppressed
from projections.read_models.model import Index, Lines, Row, Tables, id_of

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue


class Reminder(Row, frozen=True):
    """What was decided about a reminder of an item."""

    ledger_position: Annotated[int, "Position of the fact in the journal."]
    line: Annotated[int, "Always 1."]
    item_id: Annotated[str, "The item."]
    level: Annotated[int, "Level of the reminder."]
    on_day: Annotated[date, "Day of the run."]
    sent: Annotated[bool, "Whether the reminder was sent."]
    why: Annotated[str | None, "Why it was not sent, such as money_waits, small_rest or held; null if it was sent."]
    asked_minor: Annotated[int, "Amount asked for, minor units; zero if the reminder was not sent."]
    waiting_minor: Annotated[int, "Money that waited and was not asked for, minor units."]
    money: Annotated[
        tuple[str, ...], "Streams of the receipts, accounts and refunds that have it, in the form noun-id."
    ]
    waiting_since: Annotated[date | None, "Since when the oldest of this money waits; null if there is none."]


def lines(recorded: Recorded, tables: Tables, catalogue: Catalogue) -> tuple[Reminder, ...]:
    """The line of a reminder that was sent or not sent."""
    fact = recorded.fact
    if not isinstance(fact, ReminderSent | ReminderSuppressed):
        return ()
    sent = isinstance(fact, ReminderSent)
    return (
        Reminder(
            recorded.position,
            1,
            id_of(recorded),
            fact.level,
            recorded.envelope.occurred_on if isinstance(fact, ReminderSent) else fact.on,
            sent,
            None if isinstance(fact, ReminderSent) else fact.why,
            fact.asked_minor if isinstance(fact, ReminderSent) else 0,
            sum(one.amount_minor for one in fact.money),
            tuple(one.document for one in fact.money),
            min((one.since_on for one in fact.money), default=None),
        ),
    )


REMINDERS: Final = Lines(
    "reminders",
    "Reminders that were sent and that were not sent, in the order in which it was recorded.",
    Reminder,
    lines,
    indexes=(Index(("item_id", "level")), Index(("on_day",))),
)
