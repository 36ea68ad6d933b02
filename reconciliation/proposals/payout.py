"""Proposes whose payouts movements are that were booked before.

A provider's file says so of lines of our bank, and a line that pays several payouts says so of what the provider sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from ledger.domain.cash.payout_reclassification import ReclassifyAsPayout
from ledger.domain.cash.receipt_as_payout import ReclassifyReceiptAsPayout
from ledger.execution.submission import Submission
from reconciliation.matching.movements import MOVEMENT_REASONS
from reconciliation.matching.payouts import AMBIGUOUS, Arrived
from reconciliation.matching.sent_payouts import Sent
from reconciliation.proposals.proposal import Review, Setting
from reconciliation.proposals.statement import money_id

# Why a movement or a receipt is another payout than it was taken for, or one at all.
_QUOTED: Final = "PAYOUT_QUOTED"


class Said(NamedTuple):
    """Movements and receipts that become payouts of a chunk, reviews of those that may be, and those explained."""

    submissions: tuple[Submission, ...]
    reviews: tuple[Review, ...]
    explained: tuple[str, ...]


def said(sent: Sent, fresh: pl.DataFrame, setting: Setting) -> Said:
    """What the payouts among a chunk's new entries say of lines that came before them."""
    rows = {row["key"]: row for row in fresh.filter(pl.col("key").is_in(list(sent.payouts))).to_dicts()}
    quoting = [one for one in sent.quoting if one.key in rows]
    moved = tuple(paid_together(part, sent.payout_of(key), rows[key], setting) for part, key in quoting)
    moved += tuple(_beside(sent, rows, setting))
    unsure = {part: [rows[key] for key in keys if key in rows] for part, keys in sent.unsure.items()}
    reviews = tuple(_unsure(sent, part, found) for part, found in unsure.items() if found)
    joined = [part for key, parts in sent.joined.items() if key in rows for part in parts]
    received = [one for one in sent.receipts if one.key in rows]
    moved += tuple(_received(sent, id, rows[key], setting) for id, key in received)
    return Said(moved, reviews, (*joined, *(one.part_id for one in (*quoting, *received))))


def _beside(sent: Sent, rows: Mapping[str, dict[str, Any]], setting: Setting) -> Iterator[Submission]:
    """What the provider sent that one line paid together with another payout becomes that payout's."""
    of_file = {money_id(row["booked_on"], key): (sent.payouts[key].payout_id, key) for key, row in rows.items()}
    before = {part_id: (id, sent.beside[id].key) for part_id, id in sent.parts.items() if sent.beside[id].key in rows}
    for part_id, (id, key) in (before | of_file).items():
        if id in sent.beside:
            yield paid_together(part_id, sent.beside[id].payout_id, rows[key], setting)


def paid_by(found: Arrived, entries: pl.DataFrame, setting: Setting) -> Iterator[Submission]:
    """What providers sent that lines of a bank's file pay together with another payout becomes that payout's."""
    several = {key: of for key, of in found.payouts.items() if of.beside}
    for row in entries.filter(pl.col("key").is_in(list(several))).iter_rows(named=True):
        of = several[row["key"]]
        parts = (part_id for part_id, id in found.sent.items() if id in of.beside)
        yield from (paid_together(part_id, of.payout_id, row, setting) for part_id in parts)


def paid_together(part_id: str, payout_id: str, row: Mapping[str, Any], setting: Setting) -> Submission:
    """Make a provider's movement part of the payout with which a line paid it; `row` is the entry that shows this."""
    command = ReclassifyAsPayout(part_id=part_id, payout_id=payout_id, reason_code=_QUOTED)
    key = f"payout:{row['key']}:{part_id}"
    return setting.submission(command, key, row["booked_on"], row["raw_position"])


def _received(sent: Sent, receipt_id: str, row: dict[str, Any], setting: Setting) -> Submission:
    payout_id = sent.payout_of(row["key"])
    command = ReclassifyReceiptAsPayout(receipt_id=receipt_id, payout_id=payout_id, reason_code=_QUOTED)
    return setting.submission(command, f"payout:{row['key']}:{receipt_id}", row["booked_on"], row["raw_position"])


def _unsure(sent: Sent, part_id: str, found: list[dict[str, Any]]) -> Review:
    fit = tuple(
        {
            "payout_id": sent.payouts[row["key"]].payout_id,
            "amount_minor": -row["amount_minor"],
            "currency": row["currency"],
            "booked_on": str(row["booked_on"]),
        }
        for row in found
    )
    return Review(None, part_id, AMBIGUOUS, (MOVEMENT_REASONS[AMBIGUOUS],), fit, None)
