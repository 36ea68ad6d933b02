"""Proposes what a provider's file says of lines of our bank that were booked before it: whose payouts they are."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import polars as pl

from ledger.domain.cash.payout_reclassification import ReclassifyAsPayout
from ledger.domain.cash.receipt_as_payout import ReclassifyReceiptAsPayout
from ledger.execution.submission import Submission
from reconciliation.matching.movements import MOVEMENT_REASONS
from reconciliation.matching.payouts import AMBIGUOUS
from reconciliation.matching.sent_payouts import Sent
from reconciliation.proposals.proposal import Review, Setting

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
    moved = tuple(_moved(sent, part_id, rows[key], setting) for part_id, key in sent.quoting if key in rows)
    unsure = {part: [rows[key] for key in keys if key in rows] for part, keys in sent.unsure.items()}
    reviews = tuple(_unsure(sent, part, found) for part, found in unsure.items() if found)
    joined = [part for key, parts in sent.joined.items() if key in rows for part in parts]
    quoting = [*sent.quoting, *sent.receipts]
    moved += tuple(_received(sent, id, rows[key], setting) for id, key in sent.receipts if key in rows)
    return Said(moved, reviews, (*joined, *(money for money, key in quoting if key in rows)))


def _moved(sent: Sent, part_id: str, row: dict[str, Any], setting: Setting) -> Submission:
    of = sent.payouts[row["key"]]
    command = ReclassifyAsPayout(part_id=part_id, payout_id=of.payout_id, reason_code=_QUOTED)
    return setting.submission(command, f"payout:{row['key']}:{part_id}", row["booked_on"], row["raw_position"])


def _received(sent: Sent, receipt_id: str, row: dict[str, Any], setting: Setting) -> Submission:
    of = sent.payouts[row["key"]]
    command = ReclassifyReceiptAsPayout(receipt_id=receipt_id, payout_id=of.payout_id, reason_code=_QUOTED)
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
