"""File mappings: how the tables of senders without a reader are read, with a row for each version of a mapping."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.bank.file_mapping_facts import (
    FileMappingApproved,
    FileMappingEnded,
    FileMappingRejected,
    FileMappingRequested,
)
from projections.read_models.model import Keyed, Row, Rows, id_of
from projections.read_models.reviewed_versions import decided, ended

if TYPE_CHECKING:
    from ledger import Recorded


class FileMappingRow(Row, frozen=True):
    """A version of a mapping."""

    mapping_id: Annotated[str, "The mapping."]
    version: Annotated[int, "Number of the version, from 1."]
    status: Annotated[str, "Where it stands: requested, approved or rejected."]
    from_on: Annotated[date, "First day of the files that it reads; a file's day is the last day of its rows."]
    until_on: Annotated[date | None, "Last day of the files that it reads; null until further notice."]
    bank_account: Annotated[str, "Our account whose files it reads."]
    at_provider: Annotated[bool, "Whether the account is at a payment provider."]
    currency: Annotated[str, "ISO 4217 code of the amounts."]
    proof: Annotated[str, "What proves its files: balances, payout, total, count or none."]
    source: Annotated[str, "Where the sender's layout is described."]
    content: Annotated[str, "The whole mapping, as JSON."]
    reason_code: Annotated[str | None, "Reason of its rejection or its end."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Row, ...]:
    """The versions that one more fact adds or changes."""
    fact, mapping_id = recorded.fact, id_of(recorded)
    match fact:
        case FileMappingRequested():
            return (_requested(fact),)
        case FileMappingApproved():
            return decided(rows[(mapping_id, fact.version)], "approved")
        case FileMappingRejected():
            return decided(rows[(mapping_id, fact.version)], "rejected", fact.reason_code)
        case FileMappingEnded():
            return ended(rows, mapping_id, fact.last_on, fact.reason_code)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _requested(fact: FileMappingRequested) -> FileMappingRow:
    mapping = fact.file_mapping
    return FileMappingRow(
        mapping_id=fact.mapping_id,
        version=fact.version,
        status="requested",
        from_on=mapping.from_on,
        until_on=mapping.until_on,
        bank_account=mapping.bank_account,
        at_provider=mapping.at_provider,
        currency=mapping.currency,
        proof=mapping.proof,
        source=mapping.source,
        content=msgspec.json.encode(mapping).decode(),
        reason_code=None,
    )


FILE_MAPPINGS: Final = Keyed(
    "file_mappings",
    "How tables of senders without a reader are read, each mapping with all its versions.",
    FileMappingRow,
    ("mapping_id", "version"),
    (FileMappingRequested, FileMappingApproved, FileMappingRejected, FileMappingEnded),
    evolve,
)
