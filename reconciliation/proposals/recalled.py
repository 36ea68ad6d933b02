"""What a file's recalls mean for its proposals: which receipts they take, which wait, and which a person is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

import polars as pl

from ledger.domain.cash.recall import RecallReceipt
from reconciliation.matching.entries import Entry
from reconciliation.matching.recalls import Matched, within_a_day

# The bank's reason, from ISO 20022's external code set ExternalReturnReason1Code; and that of a recall without one.
_REASON_CODE: Final = re.compile(r"[A-Z]{2}[0-9A-Z]{2}")
NO_REASON: Final = "RECALLED_BY_BANK"
# The record of a refund of a direct debit, with the two digits of its reason.
# Source: Bankgirot, Bg Autogiro, Technical Manual, July 2016, 8.2.2 (codes in TK77).
_OF_REFUND: Final = re.compile(r"77-[0-9]{2}")
# At most this many receipts that fit a recall are listed.
_MOST: Final = 5


class Due(NamedTuple):
    """A recall whose receipt is certain and recorded by now, and the entry that leads to it.

    It is recorded right after the entry with the key `after`, the later of debit and receipt: the bank may book the
    same payment anew further down. It is of the day of the debit (`on`).
    """

    entry: Entry
    key: str
    command: RecallReceipt
    after: str
    on: date


class Recalled(NamedTuple):
    """The recalls of a file by the keys of entries, as far as they concern a chunk.

    `certain` are the debits whose receipt is certain. `fit` gives the receipts that fit each other debit of the file.
    `taken` are the receipts that came and went: a recall of the same day in the file takes them back, so they pay
    nothing. `gone` are all of which nothing is left for a person to explain. `waits` are those that a recall booked
    earlier may have taken back, with the ids of these debits. `due` are the recalls to record with the chunk.
    """

    certain: frozenset[str] = frozenset()
    fit: Mapping[str, tuple[dict[str, Any], ...]] = {}
    taken: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    waits: Mapping[str, tuple[str, ...]] = {}
    due: tuple[Due, ...] = ()


NOTHING: Final = Recalled()


def recalled(
    matched: Matched, entries: pl.DataFrame, size: int, chunk: int, reasons: Mapping[str, str | None]
) -> Recalled:
    """What matched recalls mean for a chunk; `entries` are all of the file, with no, and `size` is that of a chunk.

    `reasons` are what the files say of why the debits that wait were booked, by their ids.
    """
    certain, doubtful = matched
    whole = certain.filter(~pl.col("in_part"))
    fit: dict[str, list[dict[str, Any]]] = {}
    waits: dict[str, list[str]] = {}
    for row in doubtful.iter_rows(named=True):
        if not row["waited"]:
            candidate = {name: row[name] for name in ("receipt_id", "currency", "booked_on")}
            fit.setdefault(row["key"], []).append({**candidate, "amount_minor": row["minor"]})
        elif row["receipt_key"] is not None:
            waits.setdefault(row["receipt_key"], []).append(row["part_id"])
    return Recalled(
        frozenset(certain.filter(~pl.col("waited"))["key"]),
        {key: tuple(found[:_MOST]) for key, found in fit.items()},
        frozenset(whole.filter(~pl.col("waited") & within_a_day())["receipt_key"].drop_nulls()),
        frozenset(whole["receipt_key"].drop_nulls()),
        {key: tuple(found) for key, found in waits.items()},
        tuple(_due(certain, entries, size, chunk, reasons)),
    )


def _due(
    certain: pl.DataFrame, entries: pl.DataFrame, size: int, chunk: int, reasons: Mapping[str, str | None]
) -> list[Due]:
    """The recalls of which the last, recall or receipt, is recorded with the chunk."""
    now = certain.filter(pl.max_horizontal("no", "receipt_no") // size == chunk)
    # A recall of an earlier file is known by the receipt that this file brings.
    now = now.select(
        *("part_id", "key", "receipt_id", "recalled_on", "items"),
        row=pl.when("waited").then("receipt_no").otherwise("no"),
        after=pl.when(pl.col("receipt_no") > pl.col("no")).then("receipt_key").otherwise("key"),
    )
    rows = now.join(entries.select(*Entry._fields, row=pl.col("no").cast(pl.Int64)), on="row", maintain_order="left")
    found: list[Due] = []
    columns = ("part_id", "key", "receipt_id", "after", "recalled_on", "items", *Entry._fields)
    for part_id, key, receipt_id, after, on, items, *said in rows.select(columns).iter_rows():
        entry = Entry._make(said)
        # Of a debit that waits, the entry is the receipt that it takes back.
        reason = said_of(reasons.get(part_id, entry.return_reason), entry.bank_code) or NO_REASON
        command = RecallReceipt(receipt_id=receipt_id, part_id=part_id, reason_code=reason, item_ids=tuple(items))
        found.append(Due(entry, key, command, after, on))
    return found


def said_of(return_reason: str | None, bank_code: str | None) -> str | None:
    """The bank's reason of a recall by its code: ISO's, or that of a record of Autogiro; None if it gives none."""
    said = reason_code(return_reason)
    refund = bank_code is not None and _OF_REFUND.fullmatch(bank_code)
    return said or (f"AG-{bank_code}" if refund else None)


def reason_code(return_reason: str | None) -> str | None:
    """The reason if it is a code of ISO 20022; a bank's own text may name a person."""
    return return_reason if return_reason is not None and _REASON_CODE.fullmatch(return_reason) else None
