"""A fact is what happened; its envelope says when, by whom, why and under which policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from ledger.domain.refusals import Refused

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """Something that happened and is never edited; its stored name is its class name for ever."""


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """Something a person or a job asks the book to record."""


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
    """A fact decided but not yet recorded, and the stream it belongs to."""

    stream: str
    fact: Fact


# States by stream; None where the stream has no facts yet.
States = Mapping[str, "State | None"]
Decision = tuple[NewFact, ...]


# The same few ids are asked for again and again while a command is decided.
@lru_cache(maxsize=16_384)
def stream_of(noun: str, id: str) -> str:
    """Name of the stream of one noun's facts, `noun-id`; refuses an id that is malformed."""
    if not _ID.fullmatch(id):
        raise Refused("id_malformed", f"{noun} id of {len(id)} characters")
    return f"{noun}-{id}"


def require_reason(reason_code: str, about: str) -> None:
    """Refuse an adjustment that nobody can explain afterwards."""
    if not reason_code:
        raise Refused("reason_missing", about)
