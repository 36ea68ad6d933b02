"""The digest of a command's content: a key that is used again must be for the same command."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from ledger.domain.fact import Command
from ledger.domain.refusals import Refused
from ledger.journal.recorded_facts import CommandMark

_DIGEST: Final = msgspec.json.Encoder()


def digest_of(command: Command) -> bytes:
    """The digest of a command's name and of what it says; one that no journal could hold has a digest all the same.

    What was looked up in the book for it is not what it says.
    """
    try:
        content = type(command).__name__.encode() + _DIGEST.encode(_said(command) if command.looked_up else command)
    except (UnicodeEncodeError, OverflowError):
        content = repr(command).encode("utf-8", "backslashreplace")
    return hashlib.blake2b(content, digest_size=16).digest()


def _said(command: Command) -> dict[str, object]:
    return {name: getattr(command, name) for name in command.__struct_fields__ if name not in command.looked_up}


def require_same(mark: CommandMark, digest: bytes) -> None:
    """Refuse a key that was already used for another command."""
    if mark.digest != digest:
        raise Refused("key_reused", mark.key)
