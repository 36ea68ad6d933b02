"""Recording one command a person gave: its envelope, its id and key, and the answer that says what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from infra.cli.answer import Problem, Stopped, Told
from infra.cli.asking import Call
from infra.cli.printing import note
from infra.cli.random_ids import random_id

if TYPE_CHECKING:
    from ledger import Outcome
    from ledger.domain.fact import Command, Fact
    from projections import Books

# The ids that are made from a person's own key, so that the same command with the same key is the same command.
_OF_KEYS: Final = uuid.UUID("5b1a7e9c-61a4-4f0e-9d0b-7c3f2f0a8e11")


@dataclass(frozen=True)
class Entry:
    """What a person says around a command: its key, the day it happened, the day it counts, why, and for whom."""

    key: str | None = None
    on: date | None = None
    accounting_date: date | None = None
    reason: str | None = None
    on_behalf_of: str | None = None
    evidence: tuple[str, ...] = ()

    def id(self, given: str | None, now: datetime) -> str:
        """The id asked for; else one made of the key; else a random one that rises with time."""
        if given is not None:
            return given
        return str(uuid.uuid5(_OF_KEYS, self.key)) if self.key is not None else random_id(now)


def record(call: Call, books: Books, command: Command, entry: Entry, named: Mapping[str, Any]) -> Outcome:
    """Decide and record one command; raises Stopped with the ledger's code where it is refused.

    `named` are the ids to tell back; the read tables follow at once, so that the next report needs no wait.
    """
    from ledger import Envelope, Reason, Submission, execute

    on = entry.on or call.today
    envelope = Envelope(
        occurred_on=on,
        accounting_date=entry.accounting_date or call.today,
        recorded_at=call.now,
        actor=call.actor,
        key=entry.key or random_id(call.now),
        on_behalf_of=entry.on_behalf_of,
        correlation=call.correlation,
        reason=Reason(entry.reason) if entry.reason else None,
        evidence=entry.evidence,
    )
    outcome = execute(books.journal, Submission(command, envelope))
    if outcome.status == "refused":
        about = ", ".join(f"{name} {value}" for name, value in named.items())
        raise Stopped(Problem(str(outcome.code), str(outcome.sentence), about or None))
    books.follow(at=call.now)
    return outcome


def recorded(outcome: Outcome, named: Mapping[str, Any], *lines: str, more: Mapping[str, Any] | None = None) -> Told:
    """What became of a command, its ids and key told back."""
    row = {
        "status": outcome.status,
        **named,
        "key": outcome.key,
        "first_position": outcome.first_position,
        "last_position": outcome.last_position,
        **(more or {}),
    }
    ids = ", ".join(f"{name.removesuffix('_id').replace('_', ' ')} {value}" for name, value in named.items())
    if outcome.status == "nothing_new":
        verdict = "nothing new: it was recorded before"
    else:
        verdict = f"recorded at position {outcome.last_position}"
    page = [f"{ids}: {verdict}", *(lines if outcome.status == "done" else ()), f"key {outcome.key}"]
    return Told(rows=[row], position=outcome.last_position, page=page)


def do(call: Call, command: Command, entry: Entry, named: Mapping[str, Any], *lines: str) -> Told:
    """Record one command in the entity's books and tell what became of it."""
    with call.books() as books:
        return recorded(record(call, books, command, entry, named), named, *lines)


def facts_of(books: Books, streams: Sequence[str]) -> list[Fact]:
    """The facts of some streams, as they are recorded now: for telling what became of a command."""
    found = books.journal.read(streams)
    return [one.fact for stream in streams for one in found.get(stream, ())]


def decider(call: Call, user: str | None) -> str | None:
    """On whose behalf a decision is recorded, if another's; says that nobody has checked who it is.

    The actor is always the operating-system user. With `--as` the decision is told as another's, and both names
    stand in the book.
    """
    if user is None:
        note(f"four eyes are not enforced until there is a log-in: you decide as {call.actor}, your login here")
        return None
    name = f"user:{user.removeprefix('user:')}"
    note(f"four eyes are not enforced until there is a log-in: {call.actor} records this as {name}'s decision")
    return name
