"""Reviewed versions: data that one person requests and another approves, and that is never edited, only replaced.

Of such data, the newest approved version that has begun counts, unless it has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Self

import msgspec

from ledger.domain.approval import Decided, decided_by
from ledger.domain.fact import Envelope, State, States
from ledger.domain.refusals import Refused


class Span(NamedTuple):
    """The days of an approved version; a null last day means until further notice."""

    version: int
    from_on: date
    until_on: date | None


def in_force(spans: Iterable[Span], day: date) -> int | None:
    """The version that counts on a day: the newest approved one that has begun, unless it has ended."""
    newest = max((one for one in spans if one.from_on <= day), default=None)
    return newest.version if newest is not None and (newest.until_on is None or day <= newest.until_on) else None


def version_name(id: str, version: int) -> str:
    """How what is made by a version names it: the id and the version."""
    return f"{id}.v{version}"


class Version(State, frozen=True):
    """A version: the fact with which it was requested, and whether it was approved; it ends on `until_on`, if given."""

    requested: Any
    status: Decided
    until_on: date | None

    def counts_after(self, day: date) -> bool:
        """Whether the version was approved and still counts after a day."""
        return self.status == "approved" and (self.until_on is None or self.until_on > day)


class Versions(State, frozen=True):
    """All versions of something, in order; each noun has a class of its own for its state."""

    versions: tuple[Version, ...] = ()

    def numbered(self, version: int) -> Version | None:
        """The version with a number."""
        return self.versions[version - 1] if 0 < version <= len(self.versions) else None

    def requesting(self, requested: Any, until_on: date | None) -> Self:
        """The versions with a further one that was requested."""
        new = Version(requested=requested, status="requested", until_on=until_on)
        return msgspec.structs.replace(self, versions=(*self.versions, new))

    def deciding(self, version: int, status: Decided) -> Self:
        """The versions after one of them was approved or rejected."""
        decided = (
            msgspec.structs.replace(one, status=status) if one.requested.version == version else one
            for one in self.versions
        )
        return msgspec.structs.replace(self, versions=tuple(decided))

    def ending(self, last_on: date) -> Self:
        """The versions after all of them ended that counted after a day."""
        ended = (
            msgspec.structs.replace(one, until_on=last_on) if one.counts_after(last_on) else one
            for one in self.versions
        )
        return msgspec.structs.replace(self, versions=tuple(ended))


@dataclass(frozen=True, slots=True)
class Review:
    """How a noun's versions are reviewed: its state, what people and the command line call it, and its own refusals."""

    state: type[Versions]
    word: str
    command: str
    unknown: str
    waits: str
    not_requested: str
    not_in_force: str

    def next_version(self, states: States, stream: str, id: str) -> int:
        """The number of the next version, once no other version waits."""
        state = states.get(stream)
        versions = state.versions if isinstance(state, self.state) else ()
        if versions and versions[-1].status == "requested":
            raise Refused(self.waits, version_name(id, len(versions)))
        return len(versions) + 1

    def decided(self, states: States, stream: str, id: str, version: int, envelope: Envelope) -> tuple[Any, str]:
        """The request of a version that waits for a decision, and the person who decides, who never requested it."""
        state, name = states.get(stream), version_name(id, version)
        found = state.numbered(version) if isinstance(state, self.state) else None
        if found is None:
            raise Refused(self.unknown, name)
        if found.status != "requested":
            raise Refused(self.not_requested, name)
        return found.requested, decided_by(envelope, found.requested, name)

    def require_counting(self, states: States, stream: str, id: str, last_on: date) -> None:
        """Refuse an end after which no version would have counted anyway."""
        state = states.get(stream)
        if not isinstance(state, self.state):
            raise Refused(self.unknown, id)
        if not any(one.counts_after(last_on) for one in state.versions):
            raise Refused(self.not_in_force, id)

    def with_own(self, refusals: Mapping[str, str]) -> dict[str, str]:
        """The sentences of a noun's refusals by code, in order, with those of the review."""
        listing = f"`reskontra {self.command} list`"
        own = {
            self.not_in_force: (
                f"No version of the {self.word} counts after that day; {listing} shows until when each counts."
            ),
            self.not_requested: f"That version of the {self.word} was decided already; see {listing}.",
            self.unknown: f"There is no such {self.word}, or no such version of it; see {listing}.",
            self.waits: (
                f"A version of the {self.word} waits for a decision; have it approved or rejected before you request "
                "the next one."
            ),
        }
        return dict(sorted({**own, **refusals}.items()))
