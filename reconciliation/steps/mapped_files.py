"""Which file mappings read the tables of the archive: the approved ones and, for a booked file, the one it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from ledger.domain.bank.file_mapping_facts import FileMapping
from reconciliation.statements import Profile
from reconciliation.statements.mapped.known import KnownMapping

if TYPE_CHECKING:
    from projections.store.rule_lookups import ForLineRules
    from reconciliation.archive import Archive
    from reconciliation.statements import Parsed


class FileMappings:
    """The approved versions of all mappings, and by which of them a file was read before."""

    def __init__(self, look_up: ForLineRules) -> None:
        self._look_up = look_up
        self._known = approved(look_up.file_mappings())

    def parsed(self, archive: Archive, sha256: str, plain: Profile) -> Parsed:
        """The parsed data of a file: by a reader of its own or, if there is none, by a mapping."""
        if not self._known:
            return archive.parsed(sha256, plain)
        name = self._look_up.read_by(sha256)
        if name is not None:
            before = tuple(one._replace(pinned=True) for one in self._known if one.name == name)
            return archive.parsed(sha256, replace(plain, mappings=before))
        found = archive.parsed(sha256, plain)
        return found if found.format is not None else archive.parsed(sha256, replace(plain, mappings=self._known))


def approved(rows: Iterable[Mapping[str, Any]]) -> tuple[KnownMapping, ...]:
    """The approved versions among the rows of the read table, as the reader knows them."""
    return tuple(known(row) for row in rows if row["status"] == "approved")


def known(row: Mapping[str, Any], *, pinned: bool = False) -> KnownMapping:
    """A version as the reader knows it."""
    mapping = msgspec.json.decode(row["content"], type=FileMapping)
    return KnownMapping(row["mapping_id"], row["version"], row["until_on"], mapping, pinned)
