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
    """The digest of a command's name and content; one that no journal could hold has a digest all the same."""
    try:
        content = type(command).__name__.encode() + _DIGEST.encode(command)
    except (UnicodeEncodeError, OverflowError):
        content = repr(command).encode("utf-8", "backslashreplace")
    return hashlib.blake2b(content, digest_size=16).digest()


def require_same(mark: CommandMark, digest: bytes) -> None:
    """Refuse a key that was already used for another command."""
    if mark.digest != digest:
        raise Refused("key_reused", mark.key)
