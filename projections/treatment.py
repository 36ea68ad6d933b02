"""What the treatment history is made of: facts that govern how later facts are treated, and the program's versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger import Journal, Recorded

# The end of a fact's stored bytes is its envelope, and there the program's version.
_SYSTEM: Final = b'"system":"'


class Treatment(NamedTuple):
    """The governing facts, by stream in order, and the first fact that each version of the program recorded."""

    streams: Mapping[str, Sequence[Recorded]]
    first_of_version: Mapping[str, Recorded]


def treatment(journal: Journal, upto: int) -> Treatment:
    """Find both in all facts up to a position.

    Only stored bytes are read, because every fact names the version that recorded it; few facts are then decoded.
    """
    governing = tuple(f"{name}-" for name, noun in journal.catalogue.nouns.items() if noun.governs)
    streams: dict[str, None] = {}
    first: dict[bytes, int] = {}
    for page in journal.stored_pages(0, upto):
        for fact in page:
            if fact.stream.startswith(governing):
                streams[fact.stream] = None
            version = _version(fact.state)
            if version not in first:
                first[version] = fact.position
    found = {stream: [one for one in journal.read_all(stream) if one.position <= upto] for stream in sorted(streams)}
    versions = (journal.follow(position - 1, 1)[0] for position in first.values())
    return Treatment(found, {one.envelope.system or "unknown": one for one in versions})


def _version(state: bytes) -> bytes:
    at = state.rfind(_SYSTEM)
    return b"" if at < 0 else state[at + len(_SYSTEM) : state.index(b'"', at + len(_SYSTEM))]
