"""Tables (CSV, XLSX) of senders without a reader of their own, read by the file mapping whose header they have.

The version counts that was in force on the last day of the rows. A table that no mapping knows is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

import pyarrow.compute as pc

from ledger.domain.bank.file_mapping_facts import FileMapping
from reconciliation.statements.delimited import Columns, Row, fitted
from reconciliation.statements.findings import Findings
from reconciliation.statements.mapped.cells import Cells
from reconciliation.statements.mapped.figures import Figures
from reconciliation.statements.mapped.known import KnownMapping, counting
from reconciliation.statements.mapped.package import Unreadable, is_workbook
from reconciliation.statements.mapped.statement import BankStatement, Body, ProviderStatement, unproven
from reconciliation.statements.mapped.table import DelimitedTable, Found, Table, find, missing
from reconciliation.statements.mapped.transactions import Transactions
from reconciliation.statements.mapped.workbook import Workbook
from reconciliation.statements.problems import refuse
from reconciliation.statements.rows import nothing_read
from reconciliation.statements.shape import Parsed, Profile
from reconciliation.statements.traits import Proof, Traits


class _Match(NamedTuple):
    """A version whose header a table has, and where."""

    known: KnownMapping
    found: Found


def read(data: bytes, profile: Profile) -> Parsed | None:
    """Read content that no other reader knows by the version that counts; none if it is no table.

    Problems: file_not_mapped, mapping_header_differs, mappings_contradict, mapping_not_in_force, and those of the rows.
    """
    try:
        table: Table = Workbook(data) if is_workbook(data) else DelimitedTable(data)
        matches = [_Match(one, found) for one in profile.mappings if (found := find(table, one.mapping)) is not None]
        if not matches:
            return _unmatched(table, profile)
    except Unreadable as trouble:
        return nothing_read(None, trouble.problem) if profile.mappings else None
    pinned = next((one for one in matches if one.known.pinned), None)
    return _counting(table, matches, profile) if pinned is None else _read(table, pinned)


def _counting(table: Table, matches: list[_Match], profile: Profile) -> Parsed:
    counted: list[tuple[_Match, Parsed]] = []
    days: list[date] = []
    for one in reversed(matches):
        parsed = _read(table, one)
        days_of = (pc.max(batch["booked_on"]).as_py() for batch in parsed.kept.batches())
        day = max(filter(None, days_of), default=None)
        # Without any day, nothing of the table is booked, and its own problems say why.
        if day is None or one.known.name in counting(profile.mappings, day):
            counted.append((one, parsed))
        else:
            days.append(day)
    names = sorted({one.known.mapping_id for one, _ in counted})
    if len(names) > 1:
        told = (
            f"the file has the header of several file mappings ({', '.join(names)}): find texts above the header that "
            "only the files of one of them have, and request its next version with these marks"
        )
        return nothing_read(None, refuse("mappings_contradict", told, "file"))
    if not counted:
        known = ", ".join(one.known.name for one in matches)
        told = (
            f"the file ends on {max(days)}, when {known}, whose header it has, does not count: look into `reskontra "
            "file-mapping list`, and fetch the file as it is written on that day, or request the next version"
        )
        return nothing_read(None, refuse("mapping_not_in_force", told, "file"))
    return counted[0][1]


def _read(table: Table, match: _Match) -> Parsed:
    """Read a table by one version, row by row."""
    mapping, findings = match.known.mapping, Findings()
    cells = Cells(mapping, findings)
    columns, figures = Columns(mapping.header), Figures(mapping, cells, findings)
    reading = Transactions(mapping, columns, cells, findings)
    body = _body(mapping, reading, figures, findings)
    encoding, rows = table.rows(mapping, match.found, findings)
    below = _below(figures, rows, match.found.above)
    for row in fitted(below, columns, findings):
        said = reading.said(row)
        body.see(said, reading.read(said, row), row)
    figures.missing()
    if mapping.proof == "none":
        unproven(findings)
    return replace(body.parsed(format_of(mapping), encoding), message=match.known.name)


def _body(mapping: FileMapping, reading: Transactions, figures: Figures, findings: Findings) -> Body:
    kind = ProviderStatement if mapping.at_provider else BankStatement
    return kind(mapping, reading, figures, findings)


def _below(figures: Figures, table: Iterator[Row], above: int) -> Iterator[Row]:
    """The rows of transactions; the figures above the header are taken, and all else there is passed over."""
    head = [next(table, None) for _ in range(above + 1)]
    for _ in figures.without(row for row in head[:-1] if row is not None):
        pass
    yield from figures.without(table)


def _unmatched(table: Table, profile: Profile) -> Parsed | None:
    """What is wrong with a table that no mapping reads; none if it is none, or a workbook like that of no mapping."""
    for one in reversed(profile.mappings):
        lacking = missing(table, one.mapping)
        if lacking is not None:
            what = f"lacks {', '.join(lacking)}" if lacking else "has further columns, or has them in another order"
            marks = ", and its marks must be above it" if one.mapping.marks else ""
            told = (
                f"the file is like those of the file mapping {one.name}, but its header {what}{marks}: ask for the "
                "file as it was or, if the sender has changed it for good, request the next version of the mapping"
            )
            return nothing_read(None, refuse("mapping_header_differs", told, "file"))
    if isinstance(table, DelimitedTable) and table.seems_to_be_one:
        return nothing_read(None, refuse("file_not_mapped", _NOT_MAPPED, "file"))
    return None


_NOT_MAPPED: Final = (
    "no reader knows this content, and no approved file mapping has its header: check that the file is in one of the "
    "known formats; if it is a table of another sender, request a file mapping for it with `reskontra "
    "file-mapping request`, and have another person approve it (docs/file_mappings.md)"
)


def format_of(mapping: FileMapping) -> str:
    """The format of a mapping's files: what they hold and what proves them."""
    return _FORMATS[mapping.at_provider, _PROOFS[mapping.proof]]


_PROOFS: Final[dict[str, Proof]] = {
    "balances": "balances",
    "payout": "balances",
    "total": "stated",
    "count": "stated",
    "none": "accepted",
}
_FORMATS: Final[dict[tuple[bool, Proof], str]] = {
    (False, "balances"): "mapped.statement",
    (False, "stated"): "mapped.payments",
    (False, "accepted"): "mapped.payments.unproven",
    (True, "balances"): "mapped.settlement",
    (True, "stated"): "mapped.transactions",
    (True, "accepted"): "mapped.transactions.unproven",
}
_TITLES: Final[dict[str, str]] = {
    "mapped.statement": "Tables (CSV, XLSX) with balances, read by a file mapping",
    "mapped.payments": "Tables (CSV, XLSX) with a total or a number of rows, read by a file mapping",
    "mapped.payments.unproven": "Tables (CSV, XLSX) that state nothing, read by a file mapping",
    "mapped.settlement": "Tables (CSV, XLSX) of a provider's transactions with payouts, read by a file mapping",
    "mapped.transactions": "Tables (CSV, XLSX) of a provider's transactions with a total, read by a file mapping",
    "mapped.transactions.unproven": "Tables (CSV, XLSX) of a provider's transactions, read by a file mapping",
}

TRAITS: Final = tuple(
    Traits(
        format,
        _TITLES[format],
        "the mapping says where the sender describes the file",
        proof,
        holds="settlement" if at_provider else "statement",
        provider="mapped" if at_provider else None,
        mapped=True,
    )
    for (at_provider, proof), format in _FORMATS.items()
)
