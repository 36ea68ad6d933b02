"""A fact is what happened; its envelope says when, by whom, why and under which policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import ClassVar, NamedTuple

import msgspec

from ledger.domain.identifier import is_id
from ledger.domain.refusals import Refused


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """Something that happened and is never edited; its stored name is its class name for ever."""


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """Something a person or a job asks the book to record.

    It names its document, and the streams that say what else is needed: `more` is asked once these are loaded. A rule
    sees the streams of both, and begins those that are its document's own.

    `begins` says how many of the streams it names first it is to begin, nearly always: these are taken for new, and
    read only where something turns on it.
    """

    begins: ClassVar[int] = 0

    def streams(self) -> tuple[str, ...]:
        """The streams to load first, the document's own among them."""
        raise AssertionError(f"{type(self).__name__} names no streams")

    def more(self, states: States) -> tuple[str, ...]:
        """The streams to load besides, as the states say that are loaded so far; what is missing the rule refuses.

        Once it names any, it names the same for ever. A number series is none of them: `streams` names it, as its
        writers take turns from there.
        """
        return ()


class State(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a noun remembers of its facts, as far as its rules need it."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A piece of a fact or a command, such as an invoice line."""


class Reason(Part, frozen=True):
    """Why: a stable code, and where its text lies (never the text itself)."""

    code: str
    text_ref: str | None = None


class PolicyRef(Part, frozen=True):
    """The policy under which a fact was decided: its id, version and rule."""

    id: str
    version: int
    rule: str


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """What every fact carries beside its content.

    `occurred_on` is when it happened (for bank money: the booking day at the bank), `accounting_date` the
    day it counts in the general ledger, `recorded_at` the instant it was recorded (aware, UTC); `key` is the
    idempotency key of the command. Source: the dates of a verification in the Swedish Bookkeeping Act 5:7.
    """

    occurred_on: date
    accounting_date: date
    recorded_at: datetime
    actor: str
    key: str
    role: str | None = None
    on_behalf_of: str | None = None
    cause: str | None = None
    correlation: str | None = None
    policy: PolicyRef | None = None
    reason: Reason | None = None
    evidence: tuple[str, ...] = ()
    system: str | None = None


class NewFact(NamedTuple):
    """A fact decided but not yet recorded, and the stream it belongs to.

    `on` is the day it is effective where its rule says so; else that is the envelope's.
    """

    stream: str
    fact: Fact
    on: date | None = None


# States by stream; None where the stream has no facts yet.
States = Mapping[str, "State | None"]
Decision = tuple[NewFact, ...]


# The same few ids are asked for again and again while a command is decided.
@lru_cache(maxsize=16_384)
def stream_of(noun: str, id: str) -> str:
    """Name of the stream of one noun's facts, `noun-id`; refuses an id that is malformed."""
    if not is_id(id):
        raise Refused("id_malformed", f"{noun} id of {len(id)} characters")
    return f"{noun}-{id}"


def known_stream(noun: str, id: str) -> str:
    """The same of an id that the book has already, which needs no second look."""
    return f"{noun}-{id}"


def acting(envelope: Envelope) -> str:
    """Who decides: the one it is done for, where another's decision is recorded; else who records it."""
    return envelope.on_behalf_of or envelope.actor


def require_reason(reason_code: str, about: str) -> None:
    """Refuse an adjustment that nobody can explain afterwards."""
    if not reason_code:
        raise Refused("reason_missing", about)
