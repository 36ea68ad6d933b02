"""A fact as it stands in the journal, and one about to be added."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from ledger.domain.fact import Envelope, Fact


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """A recorded fact: its position in the entity's journal, its place in its stream, its stored name."""

    position: int
    stream: str
    version: int
    name: str
    fact: Fact
    envelope: Envelope


class StoredFact(NamedTuple):
    """A fact as its bytes lie in the journal, and all that gives them meaning."""

    position: int
    stream: str
    version: int
    name: str
    state: bytes


class Addition(NamedTuple):
    """A fact to be added at the next version of its stream, encoded."""

    stream: str
    version: int
    name: str
    state: bytes


class CommandMark(NamedTuple):
    """What the journal remembers of a command: its key, a digest of its content, its first and last fact.

    `first` and `last` are indexes into the additions of the same save, and positions once recorded.
    """

    key: str
    digest: bytes
    first: int
    last: int
