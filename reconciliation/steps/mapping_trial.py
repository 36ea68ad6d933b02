"""The step that tries a file mapping on the tables of the archive: what it would read, and whether that is booked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger import zone_of
from ledger.vault.refusals import VaultRefused
from ledger.vault.spool import Spool
from reconciliation.archive import ArchiveRefused
from reconciliation.gate import Terms, examine
from reconciliation.statements import Profile, read
from reconciliation.steps.mapped_files import FileMappings

if TYPE_CHECKING:
    from projections import Books
    from reconciliation.archive import Archive
    from reconciliation.statements import Parsed
    from reconciliation.statements.mapped.known import KnownMapping


def tried(books: Books, archive: Archive, on: date, version: KnownMapping) -> list[dict[str, Any]]:
    """What a version reads in each table that it knows; `reads` compares that with how the table was read before.

    A table of another header is left out. What is read is neither stored nor booked.
    """
    terms = books.terms()
    plain, judged = Profile(zone_of(terms)), Terms.of(terms, on)
    before = FileMappings(books.store.rules)
    rows = []
    for file in books.store.rules.tables():
        sha256 = file["sha256"]
        try:
            found = read(archive.read(sha256), replace(plain, mappings=(version,)), Spool().keep)
        except (ArchiveRefused, VaultRefused):
            # The file was erased, for example.
            rows.append(_row(file, "unreadable"))
            continue
        if found.message != version.name:
            continue
        reads = "newly"
        if file["read_by"] is not None:
            alike = found.lines.equals(before.parsed(archive, sha256, plain).lines)
            reads = "alike" if alike else "differently"
        refusals = examine(found, judged).refusals
        rows.append(_row(file, "refused" if refusals else reads, found, [one.code for one in refusals]))
    return rows


def _row(
    file: Mapping[str, Any], reads: str, found: Parsed | None = None, refusals: list[str] | None = None
) -> dict[str, Any]:
    row = {"file": file["sha256"], "status": file["status"], "read_by": file["read_by"], "reads": reads}
    nothing = dict.fromkeys(("format", "from_on", "to_on", "currency"))
    if found is None:
        return row | nothing | {"lines": 0, "amount_minor": 0, "refusals": []}
    lines = _money(found.lines)
    days = lines["booked_on"]
    return row | {
        "format": found.format,
        "from_on": pc.min(days).as_py(),
        "to_on": pc.max(days).as_py(),
        "currency": pc.first(lines["currency"]).as_py(),
        "lines": lines.num_rows,
        "amount_minor": pc.sum(lines["amount_minor"]).as_py() or 0,
        "refusals": list(dict.fromkeys(refusals or ())),
    }


def _money(lines: pa.Table) -> pa.Table:
    """The lines, without the sum of a settlement beside its transactions."""
    return lines.filter(pc.fill_null(pc.not_equal(lines["kind"], "settlement"), fill_value=True))
