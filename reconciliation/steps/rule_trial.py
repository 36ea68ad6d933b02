"""The step that tries a line rule on what is booked: which lines it would explain, and how they are booked now.

The lines are read from the files of the archive, since the book has neither their words nor the other party's account.
Nothing of what they say is given back but which of them fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from ledger.vault.refusals import VaultRefused
from reconciliation.archive import ArchiveRefused
from reconciliation.matching.accounts import OurAccounts
from reconciliation.matching.entries import PAYMENTS
from reconciliation.matching.line_rules import fits
from reconciliation.steps.mapped_files import FileMappings
from reconciliation.steps.settlement_load import load

if TYPE_CHECKING:
    from projections import Books
    from reconciliation.archive import Archive

_PLACE: Final = ("statement_no", "raw_position")


class Tried(NamedTuple):
    """The booked lines that a rule fits, how many were looked at, and how many are in files that cannot be read."""

    fitting: list[dict[str, Any]]
    looked_at: int
    not_read: int


def tried(books: Books, archive: Archive, on: date, rule: Mapping[str, Any]) -> Tried:
    """Try a version of a rule on all booked lines that are no allocated payments, whatever its days are."""
    now = books.store.now
    terms, accounts = books.terms(), OurAccounts(now.bank_accounts(), now.provider_accounts())
    mappings = FileMappings(books.store.rules)
    by_file: dict[str, list[dict[str, Any]]] = {}
    for line in books.store.rules.booked_lines():
        by_file.setdefault(line["file"], []).append(line)
    fitting: list[dict[str, Any]] = []
    looked_at = not_read = 0
    for sha256, lines in by_file.items():
        try:
            entries = load(sha256, archive, on, terms, accounts, mappings).plain
        except (ArchiveRefused, VaultRefused):
            # The file was erased, for example.
            not_read += len(lines)
            continue
        looked_at += len(lines)
        fitting += _fitting(lines, entries, rule)
    return Tried(fitting, looked_at, not_read)


def _fitting(
    lines: Iterable[Mapping[str, Any]], entries: pl.DataFrame, rule: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Those of a file's booked lines that the rule fits; a place with several entries says nothing for certain."""
    shown = entries.filter(pl.col("part").is_in(PAYMENTS)).unique(_PLACE, keep="none")
    said = {(row["statement_no"], row["raw_position"]): row for row in shown.to_dicts()}
    found = ((line, said.get((line["statement_no"], line["raw_position"]))) for line in lines)
    return [dict(line) for line, entry in found if entry is not None and fits(rule, entry)]
