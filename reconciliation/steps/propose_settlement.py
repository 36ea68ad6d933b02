"""The step that proposes commands and reviews for a chunk of a payment provider's transactions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from reconciliation.matching import pairing, payouts, remittances
from reconciliation.matching.entries import RECEIVED
from reconciliation.matching.payouts import OpenPayout
from reconciliation.proposals import remittance, settlement, statement
from reconciliation.proposals.proposal import Proposal, Review, Setting
from reconciliation.steps.matched import matched, suggested
from reconciliation.steps.recalled import recalled_in
from reconciliation.steps.settlement_load import CAPTURED, CONTRADICTED, GAINED

if TYPE_CHECKING:
    from reconciliation.steps.day import BankDay
    from reconciliation.steps.settlement_load import SettlementLoad


def propose(day: BankDay, loading: SettlementLoad, chunk: int) -> Proposal:
    """Propose commands and reviews for one chunk of transactions."""
    look_up = day.books.store.matching
    whole = loading.entries(look_up).with_row_index("no")
    mine = whole.slice(chunk * day.chunk, day.chunk)
    fresh = mine.filter(pl.col("decision") == pairing.BOOK)
    known = set(day.books.journal.marks([f"line:{key}" for key in fresh["key"]]))
    fresh = fresh.filter(~pl.col("key").is_in(list(known)))
    waiting = [OpenPayout(**one) for one in day.books.store.settlements.open_payouts()]
    refunds = look_up.refunds_named(sorted(set(fresh["end_to_end_id"].drop_nulls())))
    setting = Setting(
        loading.sha256, day.actor, day.recorded_at, day.correlation, refunds, payouts=payouts.sent(fresh, waiting)
    )
    paid = statement.receipts(fresh)
    found = matched(look_up, paid)
    taken = recalled_in(day, loading, whole.filter(pl.col("decision") == pairing.BOOK), fresh, chunk)
    proposal = statement.propose(fresh, found, suggested(look_up, found), setting, taken)
    settled = mine.filter(pl.col("decision").is_in([pairing.BOOK, CAPTURED]))
    submissions = (
        *proposal.submissions,
        *settlement.charges(settled.filter(~pl.col("key").is_in(list(known))), setting, chunk),
        *settlement.settled(settled, setting, chunk),
    )
    if loading.is_remittance:
        said = remittances.claims(mine.filter(~pl.col("decision").is_in([CONTRADICTED, GAINED])))
        submissions = (*submissions, *remittance.adjudicated(said, setting, chunk))
    contradicted = mine.filter(pl.col("decision") == CONTRADICTED).to_dicts()
    gained = mine.filter(pl.col("decision") == GAINED).to_dicts()
    doubts = (*map(_contradiction, contradicted), *map(_gain, gained))
    return replace(proposal, submissions=submissions, reviews=(*proposal.reviews, *doubts))


def _contradiction(row: dict[str, object]) -> Review:
    named = "receipt_id" if row["kind"] in RECEIVED else "part_id"
    booked = {
        named: row["settled_as"] or row["receipt_id"],
        "amount_minor": row["settled_minor"] if row["settled_minor"] is not None else row["captured_minor"],
        "charges_minor": row["charged_minor"] or 0,
        "currency": row["currency"],
        "booked_on": str(row["booked_on"]),
    }
    where = str(row["raw_position"])
    return Review(None, f"line-{row['key']}", "transaction_contradicts", (_CONTRADICTS,), (booked,), where)


def _gain(row: dict[str, object]) -> Review:
    return Review(None, f"line-{row['key']}", "settlement_gained", (_GAINED,), (), str(row["raw_position"]))


_GAINED: Final = (
    "The settlement is in the book and pays out the same as before, but now it has this transaction besides, so it was "
    "not booked. Perhaps the provider gave a transaction another number. Ask the provider what is right. If it is "
    "another payment, record it with `reskontra receipt record --provider-account`; then close this with `reskontra "
    "doubt close`."
)
_CONTRADICTS: Final = (
    "The provider's file has another amount or other charges of this transaction than the book, so it was not booked. "
    "Ask the provider what is right. If what is in the book is wrong, void a payment that a person recorded, or move "
    "the difference with `reskontra receipt reclassify`; then close this with `reskontra doubt close`."
)
