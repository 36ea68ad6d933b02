"""Converts facts to stored bytes and back: JSON that SQL can read, decoded strictly into the fact's type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import reduce
from typing import Any, Final, Generic, TypeVar

import msgspec

from ledger.domain.catalogue import CATALOGUE, Catalogue
from ledger.domain.fact import Dated, Envelope, Fact
from ledger.journal.recorded_facts import Recorded
from ledger.journal.upcasts import UPCASTS

F = TypeVar("F", bound=Fact)


class Stored(msgspec.Struct, Generic[F], frozen=True, forbid_unknown_fields=True, gc=False):
    """The shape of a stored fact: its content and its envelope."""

    fact: F
    envelope: Envelope


class Days(msgspec.Struct, frozen=True, gc=False):
    """The only fields of a fact's envelope that rules need: when the fact takes effect, and when it counts."""

    occurred_on: date
    accounting_date: date


class Content(msgspec.Struct, Generic[F], frozen=True, gc=False):
    """A stored fact's content and its days, without the rest of the envelope."""

    fact: F
    envelope: Days


# A function that converts the stored bytes of an older shape into a newer one.
Upcast = Callable[[bytes], bytes]
# A function that decodes the stored bytes of facts that share one stored name.
Reader = Callable[[bytes], Stored[Fact]]


class UnknownFact(LookupError):
    """This version of the ledger has no fact with that stored name."""


class UnreadableFact(Exception):
    """A stored fact whose bytes do not match its name; the message gives the position, the name and the field."""


class Codec:
    """Encodes and decodes facts of a catalogue; an older shape is first converted by its upcast.

    A stored name is `ClassName`, or `ClassName.2` after the shape of the class changed. `upcasts` maps each older
    stored name to a pair: the next stored name, and the function that converts the older bytes.
    """

    def __init__(
        self,
        catalogue: Catalogue = CATALOGUE,
        upcasts: Mapping[str, tuple[str, Upcast]] = UPCASTS,
    ) -> None:
        self.catalogue = catalogue
        self._upcasts = upcasts
        self._facts = facts = catalogue.facts
        self._encode = msgspec.json.Encoder().encode
        self._newest = _newest_names(facts, upcasts)
        # For each class of fact, the stored name of its newest shape.
        self.names = {fact: self._newest[name] for name, fact in facts.items()}
        self._readers: dict[str, Reader] = {}
        self._content_readers: dict[str, Callable[[bytes], Content[Fact]]] = {}

    def encode_envelope(self, envelope: Envelope) -> bytes:
        """The envelope's bytes, encoded once for all facts of a command."""
        return self._encode(envelope)

    def encode(self, fact: Fact, envelope: bytes) -> bytes:
        """The stored bytes of a fact together with its envelope, which is already encoded."""
        return b"".join((b'{"fact":', self._encode(fact), b',"envelope":', envelope, b"}"))

    def decode(self, name: str, state: bytes) -> Stored[Fact]:
        """The fact and envelope in stored bytes; raises UnknownFact, or a ValidationError that names the field."""
        return self._reader(name)(state)

    def recorded(self, rows: Iterable[tuple[int, str, int, str, bytes]]) -> list[Recorded]:
        """The facts in rows of (position, stream, version, stored name, bytes); raises UnreadableFact."""
        readers = self._readers
        found: list[Recorded] = []
        add = found.append
        for position, stream, version, name, state in rows:
            try:
                stored = (readers.get(name) or self._reader(name))(state)
            # An upcast can fail only because the stored fact is wrong.
            except Exception as error:
                raise UnreadableFact(f"the fact {name} at position {position} cannot be read: {error}") from error
            add(Recorded(position, stream, version, name, stored.fact, stored.envelope))
        return found

    def facts(self, rows: Iterable[tuple[int, str, int, str, bytes]]) -> list[tuple[str, int, Dated]]:
        """Facts with stream, version and days; rules need nothing else of the envelopes."""
        readers = self._content_readers
        found: list[tuple[str, int, Dated]] = []
        add = found.append
        for position, stream, version, name, state in rows:
            try:
                content = (readers.get(name) or self._content_reader(name))(state)
            except Exception as error:
                raise UnreadableFact(f"the fact {name} at position {position} cannot be read: {error}") from error
            days = content.envelope
            add((stream, version, Dated(content.fact, days.occurred_on, days.accounting_date)))
        return found

    def _content_reader(self, name: str) -> Callable[[bytes], Content[Fact]]:
        found = self._content_readers.get(name)
        if found is None:
            found = self._content_readers[name] = self._made_reader(name, Content)
        return found

    def _reader(self, name: str) -> Reader:
        """The decoder of a stored name: applies its upcasts in order, then decodes the newest shape."""
        found = self._readers.get(name)
        if found is None:
            found = self._readers[name] = self._made_reader(name, Stored)
        return found

    def _made_reader(self, name: str, shape: Any) -> Callable[[bytes], Any]:
        lifts: list[Upcast] = []
        newest = name
        while newest in self._upcasts:
            newest, lift = self._upcasts[newest]
            lifts.append(lift)
        fact = self._facts.get(newest.partition(".")[0])
        if fact is None or self._newest[fact.__name__] != newest:
            raise UnknownFact(f"this version of the ledger has no fact with the stored name {newest}")
        decode = msgspec.json.Decoder(shape[fact]).decode
        if not lifts:
            return decode
        return lambda state: decode(reduce(lambda lifted, lift: lift(lifted), lifts, state))


def _newest_names(facts: Mapping[str, type[Fact]], upcasts: Mapping[str, tuple[str, Upcast]]) -> dict[str, str]:
    newest = {name: name for name in facts}
    for older in upcasts:
        name = older
        while name in upcasts:
            name = upcasts[name][0]
        newest[name.partition(".")[0]] = name
    return newest


CODEC: Final = Codec()
