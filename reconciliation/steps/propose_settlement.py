"""The step that proposes commands and reviews for a chunk of a payment provider's transactions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from reconciliation.matching import disputes, pairing, payout_rows, recalls, remittances
from reconciliation.matching.entries import RECEIVED
from reconciliation.matching.sent_payouts import Sent
from reconciliation.proposals import payout, remittance, settlement, statement
from reconciliation.proposals.proposal import Proposal, Review, Setting
from reconciliation.proposals.waiting import beside_recorded
from reconciliation.steps.captured_sums import SUMMED, UNSURE
from reconciliation.steps.known_payouts import sent_in
from reconciliation.steps.matched import matched, suggested
from reconciliation.steps.recalled import recalled_in
from reconciliation.steps.settlement_load import (
    CAPTURED,
    CHANGED,
    CONTRADICTED,
    GAINED,
    REPEATED,
    SECOND,
    is_recorded_otherwise,
)

if TYPE_CHECKING:
    from reconciliation.steps.day import BankDay
    from reconciliation.steps.settlement_load import SettlementLoad


def propose(day: BankDay, loading: SettlementLoad, chunk: int) -> Proposal:
    """Propose commands and reviews for one chunk of transactions."""
    look_up = day.books.store.matching
    whole = loading.entries(look_up).with_row_index("no")
    mine = whole.slice(chunk * day.chunk, day.chunk)
    fresh = mine.filter(pl.col("decision").is_in([pairing.BOOK, UNSURE]))
    known = set(day.books.journal.marks([f"line:{key}" for key in fresh["key"]]))
    fresh = fresh.filter(~pl.col("key").is_in(list(known)))
    sent = _sent(day, whole.filter(pl.col("decision") == pairing.BOOK), fresh)
    refunds = look_up.refunds_named(sorted(set(fresh["end_to_end_id"].drop_nulls())))
    setting = Setting(
        loading.sha256,
        day.actor,
        day.recorded_at,
        day.correlation,
        refunds,
        payouts=sent.payouts,
        fee_tax_codes={one.bank_account: one.fee_tax_code for one in loading.accounts.at_providers()},
    )
    paid = disputes.named_in(statement.receipts(fresh), whole)
    others = statement.with_ids(fresh.filter(is_recorded_otherwise()))
    recorded = dict(others.select("money_id", "receipt_id").iter_rows())
    disputed = recalls.recalls(whole)["bank_id_key"].drop_nulls().to_list()
    found = matched(look_up, paid, disputed, others["key"].to_list())
    taken = recalled_in(day, loading, whole.filter(pl.col("decision") == pairing.BOOK), fresh, chunk)
    taken = taken._replace(fit={**taken.fit, **loading.of_sums.waiting})
    proposal = statement.propose(fresh, found, suggested(look_up, found), setting, taken)
    of_payouts = payout.said(sent, fresh, setting)
    charged = mine.filter(pl.col("decision").is_in([pairing.BOOK, CAPTURED, UNSURE, SUMMED]))
    settled = charged.filter(pl.col("decision") != SUMMED)
    summed = loading.of_sums.of_keys(set(mine.filter(pl.col("decision") == SUMMED)["key"]))
    claims = remittances.claims(mine, loading.is_remittance)
    said = claims.filter(~pl.col("decision").is_in([CONTRADICTED, GAINED, REPEATED, SECOND]))
    submissions = (
        *proposal.submissions,
        *of_payouts.submissions,
        *settlement.charges(charged.filter(~pl.col("key").is_in(list(known))), setting, chunk),
        *settlement.settled(settled, setting, chunk),
        *settlement.settled_by_sums(summed, whole, setting),
        *remittance.adjudicated(said, setting, chunk, day.books.store.settlements.adjudicated),
    )
    waits = [
        replace(one, reasons=beside_recorded(one.reasons, recorded.get(one.receipt_id or "")))
        for one in proposal.reviews
    ]
    reviews = (*waits, *_doubts(whole, mine), *of_payouts.reviews)
    return replace(proposal, submissions=submissions, reviews=reviews, explained=of_payouts.explained)


def _doubts(whole: pl.DataFrame, mine: pl.DataFrame) -> tuple[Review, ...]:
    """A review for each transaction of a chunk that was not booked, or that overlaps what was."""
    contradicted = mine.filter(pl.col("decision") == CONTRADICTED).to_dicts()
    # A remittance that repeats another is one question, which its first entry asks.
    repeated = whole.filter(pl.col("decision") == REPEATED).unique("statement_no", keep="first")["no"].to_list()
    asks = (pl.col("decision") != REPEATED) | pl.col("no").is_in(repeated)
    waits = [_waits(row) for row in mine.filter(pl.col("decision").is_in(list(_WAITS)) & asks).to_dicts()]
    overlaps = [_review(row, "payout_overlaps", _OVERLAPS) for row in mine.filter("overlaps").to_dicts()]
    return (*map(_contradiction, contradicted), *waits, *overlaps)


def _sent(day: BankDay, entries: pl.DataFrame, fresh: pl.DataFrame) -> Sent:
    """What the new payouts of a chunk are; also those of other chunks may be what a line of our bank is."""
    if payout_rows.payouts_of(fresh).is_empty():
        return Sent()
    rows = payout_rows.payouts_of(entries)
    known = set(day.books.journal.marks([f"line:{key}" for key in rows["key"]]))
    return sent_in(day, rows.filter(~pl.col("key").is_in(list(known))))


def _contradiction(row: dict[str, Any]) -> Review:
    booked = {
        "receipt_id" if row["kind"] in RECEIVED else "part_id": row["settled_as"],
        "amount_minor": row["settled_minor"],
        "charges_minor": row["charged_minor"] or 0,
        "currency": row["currency"],
        "booked_on": str(row["booked_on"]),
    }
    where = str(row["raw_position"])
    return Review(None, f"line-{row['key']}", "transaction_contradicts", (_CONTRADICTS,), (booked,), where, _money(row))


def _waits(row: dict[str, Any]) -> Review:
    return _review(row, *_WAITS[row["decision"]])


def _review(row: dict[str, Any], code: str, sentence: str) -> Review:
    return Review(None, f"line-{row['key']}", code, (sentence,), (), str(row["raw_position"]), _money(row))


def _money(row: dict[str, Any]) -> dict[str, Any]:
    """What the file has of a transaction, which the book may have otherwise or not at all."""
    named = {"bank_account": row["account"], "currency": row["currency"], "booked_on": str(row["booked_on"])}
    return named | {"amount_minor": row["amount_minor"], "charges_minor": row["charges_minor"] or 0}


_GAINED: Final = (
    "The settlement is in the book and pays out the same as before, but now it has this transaction besides, so it was "
    "not booked. Perhaps the provider gave a transaction another number. Ask the provider what is right. If it is "
    "another payment, record it with `reskontra receipt record --provider-account`; then close this with `reskontra "
    "doubt close`."
)
_CHANGED: Final = (
    "What is settled here is in the book and was paid out, with other amounts or another id of the payout. So the "
    "payout was not booked again. Ask the provider what is right, and compare the bank's line; then close this with "
    "`reskontra doubt close`."
)
_OVERLAPS: Final = (
    "Some of what is paid out here was paid out before, so it was not booked again; the payout was booked as it is. If "
    "the bank has both payouts, the provider paid twice. Ask the provider, and record what is too much with `reskontra "
    "receipt record --provider-account`; then close this with `reskontra doubt close`."
)
_SECOND: Final = (
    "Another payment in the file has the same id, and a provider's id is of one transaction, so one was booked. Ask "
    "the provider. If it is another payment, record it with `reskontra receipt record --provider-account`; then close "
    "this with `reskontra doubt close`."
)
_REPEATED: Final = (
    "The remittance has another number than one in the book, but it pays the same claims with the same amounts, so it "
    "was not booked. Perhaps the payer paid anew what went astray. Ask the payer whether it paid twice. If so, "
    "record what is too much with `reskontra receipt record --provider-account`; then close this with `reskontra doubt "
    "close`."
)
_WAITS: Final = {
    GAINED: ("settlement_gained", _GAINED),
    CHANGED: ("settlement_changed", _CHANGED),
    REPEATED: ("remittance_repeated", _REPEATED),
    SECOND: ("transaction_repeated", _SECOND),
}
_CONTRADICTS: Final = (
    "The provider's file has another amount or other charges of this transaction than the book, so it was not booked. "
    "Ask the provider what is right. If what is in the book is wrong, move the difference with `reskontra receipt "
    "reclassify`; then close this with `reskontra doubt close`."
)
