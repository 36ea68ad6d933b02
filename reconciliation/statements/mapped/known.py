"""A version of a file mapping as the reader knows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from ledger.domain.bank.file_mapping_facts import FileMapping
from ledger.domain.bank.reviewed_versions import Span, in_force, version_name


class KnownMapping(NamedTuple):
    """A version by which a table may be read; `until_on` is its last day, whether it was said or the mapping ended.

    `pinned` says that a table must be read by it whatever its days are: because it was read so before, or as a trial.
    """

    mapping_id: str
    version: int
    until_on: date | None
    mapping: FileMapping
    pinned: bool = False

    @property
    def name(self) -> str:
        """The name of the version, such as collector.v2."""
        return version_name(self.mapping_id, self.version)


def counting(known: Iterable[KnownMapping], day: date) -> frozenset[str]:
    """The names of the versions that count on a day: of each mapping the newest that has begun, unless it has ended."""
    by_id: dict[str, list[Span]] = {}
    for one in known:
        by_id.setdefault(one.mapping_id, []).append(Span(one.version, one.mapping.from_on, one.until_on))
    found = ((id, in_force(spans, day)) for id, spans in by_id.items())
    return frozenset(version_name(id, version) for id, version in found if version is not None)
