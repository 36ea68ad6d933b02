"""A submitted command, and its outcome."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from ledger.domain.fact import Command, Envelope

Status = Literal["done", "nothing_new", "refused"]


class Submission(msgspec.Struct, frozen=True, gc=False):
    """A command and the envelope for its facts; the caller gives time, actor and key.

    Every fact counts in the general ledger on the day on which it takes effect, unless a person gave another day:
    `counts_on`. A fact that corrects a recorded voucher counts on the envelope's accounting date.
    """

    command: Command
    envelope: Envelope
    counts_on: date | None = None


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """The outcome of a command: the first and last position of its facts, or why it was refused.

    `nothing_new` with positions means that the first answer to the same key is repeated; without positions it means
    that there was nothing to record.
    """

    key: str
    status: Status
    first_position: int | None = None
    last_position: int | None = None
    code: str | None = None
    sentence: str | None = None
