"""The step that matches receipts again that wait: their invoice may have come since, or their allocation was undone.

What is certain is allocated by the same rule as when a file is loaded, with all that the payment's file says. About
the rest, what is known now is put on the list of reviews.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import polars as pl

from ledger import execute
from ledger.vault.refusals import VaultRefused
from reconciliation.archive import ArchiveRefused
from reconciliation.matching import quoted_orders
from reconciliation.matching.accounts import OurAccounts
from reconciliation.proposals import waiting
from reconciliation.proposals.statement import suggestions_by_key
from reconciliation.steps import debit_returns, debit_sums
from reconciliation.steps.matched import matched, suggested
from reconciliation.steps.settlement_load import load
from reconciliation.store import ALLOCATED

if TYPE_CHECKING:
    import pyarrow as pa

    from projections import Books
    from reconciliation.archive import Archive
    from reconciliation.steps.day import BankDay
    from reconciliation.store import ReconciliationStore


@dataclass(frozen=True, slots=True)
class Work:
    """The books and files of an entity, and who matches, when, and as part of which work."""

    books: Books
    archive: Archive
    lists: ReconciliationStore
    on: date
    recorded_at: datetime
    actor: str
    correlation: str


@dataclass(frozen=True, slots=True)
class Rematched:
    """The receipts that were allocated now, their money by currency, and how many receipts still wait.

    `answered` is what the bank has answered to our orders, as is known only now, by the words of `answered`.
    """

    receipts: tuple[str, ...] = ()
    amounts_minor: dict[str, int] = field(default_factory=dict)
    waiting: int = 0
    answered: dict[str, int] = field(default_factory=dict)


def rematch(day: BankDay, upto: int) -> Rematched:
    """Match all receipts again that have unallocated money and were recorded up to a position in the journal."""
    answered = dict(debit_sums.settle_waiting(day) + debit_returns.take_back(day))
    work = Work(day.books, day.archive, day.desk, day.on, day.recorded_at, day.actor, day.correlation)
    return replace(_matched(work, day.books.store.matching.waiting(upto), whole=True), answered=answered)


def match_early(work: Work, references: Collection[str]) -> Rematched:
    """Match again what quotes one of these references; the read tables must be up to date."""
    return _matched(work, work.books.store.matching.waiting_for(references), whole=False)


def match_undone(work: Work, receipts: Collection[str]) -> Rematched:
    """Say again what receipts may be for of which a person has undone an allocation, if the read tables are up to date.

    None of them is allocated: what people decide about is left to people.
    """
    return _matched(work, work.books.store.matching.waiting_among(receipts), whole=True)


def _matched(work: Work, waits: pa.Table, *, whole: bool) -> Rematched:
    """Match receipts again; with `whole`, put also those of which no file can be read on the list of reviews.

    What somebody else changes meanwhile is decided as it then is, and a receipt about which a person has decided is
    left to people. So this may run at any time, also twice at once.
    """
    receipts = _said(work, pl.DataFrame(pl.from_arrow(waits)), whole=whole) if waits.num_rows else pl.DataFrame()
    if receipts.is_empty():
        return Rematched()
    look_up = work.books.store.matching
    recorded = work.books.store.settlements.recorded_otherwise(receipts["key"].to_list())
    found = waiting.reserved(matched(look_up, receipts, recorded=recorded))
    certain = found.filter(pl.col("reason").is_null())
    run = str(work.books.store.position())
    commands = waiting.allocations(certain, work.actor, work.correlation, work.recorded_at, work.on, run)
    # A payment that its payer divided has several commands.
    receipts_of = [allocated.receipt_id for allocated, _ in commands]
    outcomes = list(zip(receipts_of, execute(work.books.journal, [one for _, one in commands]), strict=True))
    refused = {key: outcome for key, outcome in outcomes if outcome.status == "refused"}
    done = {key: None for key, outcome in outcomes if outcome.status == "done" and key not in refused}
    codes = {key: outcome.code for key, outcome in refused.items()}
    kept = found.filter(pl.col("reason").is_not_null() | pl.col("key").is_in(list(refused)))
    kept = kept.with_columns(
        reason=pl.coalesce("reason", pl.col("key").replace_strict(codes, default=None, return_dtype=pl.String)),
        amount_minor="unallocated_minor",
    )
    offered = suggestions_by_key(suggested(look_up, kept))
    sentences = {key: outcome.sentence or "" for key, outcome in refused.items()}
    work.lists.renew_reviews(
        tuple(waiting.reviews(kept, offered, sentences, recorded)), waiting.CODES, work.recorded_at
    )
    work.lists.close_reviews_of(list(done), work.actor, ALLOCATED, work.recorded_at)
    return Rematched(tuple(done), waiting.money(receipts, done), receipts.height - len(done))


def _said(work: Work, found: pl.DataFrame, *, whole: bool) -> pl.DataFrame:
    """The receipts with what their files say; with `whole`, also those of which no file can be read."""
    now = work.books.store.now
    terms, accounts = work.books.terms(), OurAccounts(now.bank_accounts(), now.provider_accounts())
    read = [waiting.not_read(found.clear())]
    for (sha256,), receipts in found.filter(pl.col("file").is_not_null()).group_by("file", maintain_order=True):
        try:
            plain = load(str(sha256), work.archive, work.on, terms, accounts).plain
        except (ArchiveRefused, VaultRefused):
            # The file was erased, for example; a person decides.
            continue
        read.append(waiting.read_again(receipts, quoted_orders.named(plain, work.books.store.matching)))
    if whole:
        known = pl.concat(read, how="diagonal_relaxed")["key"]
        read.append(waiting.not_read(found.filter(~pl.col("receipt_id").is_in(known.implode()))))
    return pl.concat(read, how="diagonal_relaxed")
