"""The step that keeps the bank's reason of a direct debit that was taken back already, by a person or another file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from ledger.domain.cash.collection_answer import ReturnCollection
from reconciliation.matching import pairing
from reconciliation.proposals.recalled import said_of

if TYPE_CHECKING:
    from ledger import Submission
    from projections.store.collection_lookups import ForCollections
    from reconciliation.proposals.proposal import Setting

Row = Mapping[str, Any]


def said(
    look_up: ForCollections, recalls: pl.DataFrame, certain: Collection[str], setting: Setting
) -> Iterator[Submission]:
    """What recalls of a file say of direct debits that were returned without this reason, whoever has their money.

    A new recall that is not `certain`, by its key, waits, and may be none of the direct debit that it names.
    """
    recalls = recalls.filter((pl.col("decision") != pairing.BOOK) | pl.col("key").is_in(list(certain)))
    rows = [(one, reason) for one in recalls.to_dicts() if (reason := said_of(one["return_reason"], one["bank_code"]))]
    if not rows:
        return
    known = look_up.of_ids(sorted({one["end_to_end_id"] for one, _ in rows if one["end_to_end_id"]}))
    payers = {one["counterparty_account"] for one, _ in rows if one["counterparty_account"]}
    known += look_up.of_mandates(sorted(payers))
    for row, reason in rows:
        for one in _named(row, known):
            if one["status"] == "returned" and one["reason_code"] != reason:
                id, receipt = one["collection_id"], one["receipt_id"]
                command = ReturnCollection(collection_id=id, receipt_id=receipt, reason_code=reason)
                key = f"returned:{id}:{receipt}:{reason}"
                yield setting.submission(command, key, row["booked_on"], row["raw_position"])


def _named(row: Row, known: Sequence[Row]) -> list[Row]:
    """The direct debit with the end-to-end id, or the last one with the payer's number, reference and amount."""
    if row["end_to_end_id"]:
        return [one for one in known if one["end_to_end_id"] == row["end_to_end_id"]][:1]
    plain = (row["reference"] or "").lstrip("0")
    return [
        one
        for one in known
        if one["mandate_id"] == row["counterparty_account"]
        and one["amount_minor"] == -row["amount_minor"]
        and plain
        and one["reference"].lstrip("0") == plain
    ][:1]
