"""A recorded fact, and a fact to add to the journal."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from ledger.domain.fact import Envelope, Fact


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """A recorded fact: its position in the entity's journal, its version in its stream, its stored name."""

    position: int
    stream: str
    version: int
    name: str
    fact: Fact
    envelope: Envelope


class StoredFact(NamedTuple):
    """A fact as its stored bytes, with its position, stream, version and name, which give the bytes their meaning."""

    position: int
    stream: str
    version: int
    name: str
    state: bytes


class Addition(NamedTuple):
    """An encoded fact to add as the next version of its stream."""

    stream: str
    version: int
    name: str
    state: bytes


class Obeyed(NamedTuple):
    """A stream that every writer obeys, and the version up to which a writer has read it.

    The writer's save fails if the stream has a newer fact by then.
    """

    stream: str
    version: int


class CommandMark(NamedTuple):
    """The mark of a command in the journal: its key, a digest of its content, its first and last fact.

    Before the save, `first` and `last` are indexes into the list of additions; after the save, they are positions.
    """

    key: str
    digest: bytes
    first: int
    last: int
