"""Facts to stored bytes and back: JSON that SQL can read, decoded strictly into the fact's own type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Generic, TypeVar

import msgspec

from ledger.domain.catalogue import FACTS
from ledger.domain.fact import Envelope, Fact
from ledger.journal.upcasts import UPCASTS

F = TypeVar("F", bound=Fact)


class Stored(msgspec.Struct, Generic[F], frozen=True, forbid_unknown_fields=True, gc=False):
    """The shape of a stored fact: its content and its envelope."""

    fact: F
    envelope: Envelope


# A function from the stored bytes of an older shape to those of the newest.
Upcast = Callable[[bytes], bytes]


class UnknownFact(LookupError):
    """A stored name that this version of the ledger has no fact for."""


class Codec:
    """Encodes and decodes facts of a catalogue; an older shape is lifted by its upcast first.

    A stored name is `ClassName`, or `ClassName.2` once its shape changed; `upcasts` maps an older stored
    name to the newer one and the function that lifts its bytes, step by step.
    """

    def __init__(
        self,
        facts: Mapping[str, type[Fact]] = FACTS,
        upcasts: Mapping[str, tuple[str, Upcast]] = UPCASTS,
    ) -> None:
        self._upcasts = upcasts
        self._encoder = msgspec.json.Encoder()
        self._decoders = {name: msgspec.json.Decoder(Stored[fact]) for name, fact in facts.items()}  # type: ignore[valid-type]
        self._newest = _newest_names(facts, upcasts)

    def name_of(self, fact: Fact) -> str:
        """The stored name of a fact's newest shape."""
        return self._newest[type(fact).__name__]

    def encode_envelope(self, envelope: Envelope) -> bytes:
        """The envelope's bytes, encoded once for all facts of a command."""
        return self._encoder.encode(envelope)

    def encode(self, fact: Fact, envelope: bytes) -> bytes:
        """Stored bytes of a fact within an encoded envelope."""
        return b'{"fact":%b,"envelope":%b}' % (self._encoder.encode(fact), envelope)

    def decode(self, name: str, state: bytes) -> Stored[Fact]:
        """The fact and envelope of stored bytes; raises UnknownFact, or ValidationError naming the field."""
        while name in self._upcasts:
            name, lift = self._upcasts[name]
            state = lift(state)
        decoder = self._decoders.get(name.partition(".")[0])
        if decoder is None or self._newest.get(name.partition(".")[0]) != name:
            raise UnknownFact(f"no fact is stored under the name {name}")
        return decoder.decode(state)


def _newest_names(facts: Mapping[str, type[Fact]], upcasts: Mapping[str, tuple[str, Upcast]]) -> dict[str, str]:
    newest = {name: name for name in facts}
    for older in upcasts:
        name = older
        while name in upcasts:
            name = upcasts[name][0]
        newest[name.partition(".")[0]] = name
    return newest


CODEC: Final = Codec()
