"""A fact is something that happened; its envelope says when, by whom, why and under which policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import ClassVar, NamedTuple

import msgspec

from ledger.domain.identifier import is_id
from ledger.domain.refusals import Refused


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """Something that happened; it is never edited, and its stored name is its class name for ever.

    `apart` names the fields that say which of several things of its stream a fact is about.
    """

    apart: ClassVar[tuple[str, ...]] = ()


class Mirror(Fact, frozen=True):
    """A mirror: what an item, an account or an invoice records about another document's fact.

    The mirror itself has no posting; only the other document's fact has one. Both facts are appended together, and the
    mirror changes the balance of the stream that contains the mirror.
    """


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """Something that a person or a job asks the book to record.

    `streams` names the document's stream and other streams that the rule needs. Once these are loaded, `more` may
    name further streams that depend on what was loaded. The rule sees all of these streams. The rule may also begin
    streams that are not named, if they belong to the command's document, such as the streams of an invoice's items.
    `begins` is a number n: the command itself normally writes the first fact of each of the first n streams that
    `streams` names. These n streams are therefore assumed to be new, and are read only if the decision depends on
    them. `from_bank` names the fields with what a bank said, which nobody can word otherwise. `looked_up` names those
    that nobody says, because whoever gives the command finds them in the book: a repeated command may find others.
    `most_ahead` and `most_back` say by how many days somebody may date it in the future and in the past, if that is a
    rule of its own and not the entity's.
    """

    begins: ClassVar[int] = 0
    from_bank: ClassVar[tuple[str, ...]] = ()
    looked_up: ClassVar[tuple[str, ...]] = ()
    most_ahead: ClassVar[int | None] = None
    most_back: ClassVar[int | None] = None

    def streams(self) -> tuple[str, ...]:
        """The streams to load first, including the document's own."""
        raise AssertionError(f"{type(self).__name__} names no streams")

    def more(self, states: States) -> tuple[str, ...]:
        """Return the further streams to load, which depend on the states loaded so far.

        It is asked again with these streams loaded, until it returns no others. A missing state is no error here: the
        rule will refuse the command. It never returns a number series: `streams` must name the series, because a writer
        waits for its turn on a series before anything is loaded.
        """
        return ()

    def days_said(self) -> tuple[date, ...]:
        """Return the days on which, as somebody says, what is recorded took place; none that is only planned."""
        return ()


class DatedCommand(Command, frozen=True, kw_only=True):
    """A command that a person may date: `on` is the day that they gave, or null if the rule chooses the day.

    The rule chooses the natural day, or the first later day on which the decision can hold. It never moves a day that
    was given: it refuses the command if the decision cannot hold from that day on.
    """

    on: date | None = None

    def days_said(self) -> tuple[date, ...]:
        """The day that a person gave."""
        return () if self.on is None else (self.on,)


class State(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The state of a stream: what the rules need to know of the stream's facts, and nothing more."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A value inside a fact or a command, such as an invoice line; `from_bank` is as in a command."""

    from_bank: ClassVar[tuple[str, ...]] = ()


class Reason(Part, frozen=True):
    """The reason: a stable code, and a pointer to its text (never the text itself)."""

    code: str
    text_ref: str | None = None


class PolicyRef(Part, frozen=True):
    """The policy under which a fact was decided: its id, version and rule."""

    id: str
    version: int
    rule: str


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """What every fact carries besides its content.

    `occurred_on` is the day the fact happened (for bank money, the bank's booking day). `accounting_date` is the day on
    which it counts in the general ledger. `recorded_at` is the instant of recording (aware, UTC). `key` is the
    idempotency key of the command. `actor` is the person or the job that acts, and decides; `duty` is the duty under
    which they do. `on_behalf_of` is a person who asked the actor for it. `corrects` is the stream of the document whose
    recorded voucher the fact corrects. Source: Swedish Bookkeeping Act 5:7, on the dates of a voucher, and BFNAR
    2013:2, points 2.17-2.18, on corrections.
    """

    occurred_on: date
    accounting_date: date
    recorded_at: datetime
    actor: str
    key: str
    duty: str | None = None
    on_behalf_of: str | None = None
    corrects: str | None = None
    cause: str | None = None
    correlation: str | None = None
    policy: PolicyRef | None = None
    reason: Reason | None = None
    evidence: tuple[str, ...] = ()
    system: str | None = None


class NewFact(NamedTuple):
    """A fact that was decided but not yet recorded, and its stream.

    If the rule sets `on`, the fact takes effect on that day; otherwise it takes effect on the envelope's day. A fact
    that corrects a recorded voucher counts in the ledger where that voucher counts, or in the first open period.
    """

    stream: str
    fact: Fact
    on: date | None = None
    corrects: bool = False


class Dated(NamedTuple):
    """A fact, the day on which it takes effect, and the day on which it counts in the ledger if that is known."""

    fact: Fact
    on: date
    counts_on: date | None = None


# The state of each stream; None if the stream has no facts yet.
States = Mapping[str, "State | None"]
Decision = tuple[NewFact, ...]


# While a command is decided, the same few ids are needed again and again.
@lru_cache(maxsize=16_384)
def stream_of(noun: str, id: str) -> str:
    """The name of a stream, `noun-id`; refuses a malformed id."""
    if not is_id(id):
        raise Refused("id_malformed", f"{noun} id of {len(id)} characters")
    return f"{noun}-{id}"


def known_stream(noun: str, id: str) -> str:
    """The name of a stream whose id is already in the book, so the id need not be checked again."""
    return f"{noun}-{id}"
