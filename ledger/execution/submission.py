"""A command as it is submitted, and what became of it."""

from __future__ import annotations

from typing import Literal

import msgspec

from ledger.domain.fact import Command, Envelope

Status = Literal["done", "nothing_new", "refused"]


class Submission(msgspec.Struct, frozen=True, gc=False):
    """A command and the envelope its facts will carry; time, actor and key come in from outside."""

    command: Command
    envelope: Envelope


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What became of a command: its facts' first and last position, or why it was refused.

    `nothing_new` with positions repeats the first answer to the same key; without, there was nothing to record.
    """

    key: str
    status: Status
    first_position: int | None = None
    last_position: int | None = None
    code: str | None = None
    sentence: str | None = None
