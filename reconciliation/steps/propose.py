"""The step that proposes commands and reviews for a chunk of entries; entries seen before are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from ledger.domain.bank.movement_facts import MovementClassified
from ledger.domain.cash.receipt_facts import ReceiptRecorded
from ledger.domain.cash.refund_movement import REPEATED
from reconciliation.matching import debits, pairing, recalls
from reconciliation.matching.entries import LUMP, quoting
from reconciliation.matching.line_rules import LineRules
from reconciliation.proposals import payout, seen_again, statement
from reconciliation.proposals.proposal import Proposal, Review, Setting
from reconciliation.steps import (
    changed_again,
    debit_sums,
    propose_answers,
    propose_collections,
    propose_mandates,
    propose_settlement,
    return_reasons,
    stated_otherwise,
)
from reconciliation.steps.answers_load import AdviceLoad, AnswersLoad
from reconciliation.steps.known_payouts import arrived_in
from reconciliation.steps.matched import matched, suggested
from reconciliation.steps.recalled import recalled_in
from reconciliation.steps.settlement_load import SettlementLoad

if TYPE_CHECKING:
    from ledger import Submission
    from ledger.domain.bank.line import BankLine
    from projections.store.matching_lookups import ForMatching
    from reconciliation.steps.day import BankDay
    from reconciliation.steps.file_load import FileLoad


def propose(day: BankDay, sha256: str, chunk: int) -> Proposal:
    """Propose commands and reviews for one chunk."""
    loading = day.loading(sha256)
    if isinstance(loading, SettlementLoad):
        return propose_settlement.propose(day, loading, chunk)
    if isinstance(loading, AdviceLoad):
        return propose_mandates.propose(day, loading, chunk)
    if isinstance(loading, AnswersLoad):
        return propose_answers.propose(day, loading, chunk)
    return _of_statement(day, loading, chunk)


def _of_statement(day: BankDay, loading: FileLoad, chunk: int) -> Proposal:
    look_up = day.books.store.matching
    whole = loading.entries(look_up).with_row_index("no")
    of_orders = debit_sums.of_orders(day, loading, whole)
    entries = whole.slice(chunk * day.chunk, day.chunk)
    entries = entries.filter(~pl.col("key").is_in(list(of_orders.shown_elsewhere)))
    debited = debits.payments(entries).to_dicts()
    ordered = propose_collections.known_of(day.books.store.collections, debited)
    quoted = quoting(entries)
    waiting = propose_collections.under_way(day.books.store.collections, quoted["reference"].to_list())
    left_out = _left_out(loading, entries)
    taken_back = recalls.recalls(entries)
    again, named = entries.filter(pl.col("seen_as").is_not_null()), _named_now(day, entries)
    repeated = entries.filter(pl.col("decision") == pairing.REPEATED)
    entries = entries.filter(pl.col("decision") == pairing.BOOK)
    known = set(day.books.journal.marks([f"line:{key}" for key in entries["key"]]))
    seen = pl.Series([f"line:{key}" in known for key in entries["key"]], dtype=pl.Boolean)
    repeats = _repeats(day, entries.filter(seen), repeated, loading)
    entries = entries.filter(~seen)
    summed = of_orders.of(entries)
    debited += summed.to_dicts()
    ordered += propose_collections.known_of(day.books.store.collections, summed.to_dicts())
    to_book = whole.filter(pl.col("decision") == pairing.BOOK)
    arrived = arrived_in(day, loading, to_book, entries)
    paid = statement.receipts(entries).filter(~pl.col("key").is_in([*arrived.payouts, *of_orders.sums]))
    paid = propose_collections.with_references(pl.concat([paid, summed]), ordered)
    found = matched(look_up, paid)
    ids = sorted(set(entries["end_to_end_id"].drop_nulls()))
    refunds = look_up.refunds_named(ids)
    twice = _paid_twice(look_up, entries) if refunds else frozenset()
    rules = LineRules(day.books.store.rules.line_rules(), day.books.store.now.bank_accounts())
    work = (loading.sha256, day.actor, day.recorded_at, day.correlation)
    setting = Setting(*work, refunds, twice, arrived.payouts, of_orders.explained, rules)
    taken = recalled_in(day, loading, to_book, entries, chunk, of_orders.payments)
    # What a sum pays or takes back is applied where the sum stands, before what is paid anew further down.
    booked = pl.concat([entries, summed, of_orders.returns(entries, taken.certain)]).sort("no", maintain_order=True)
    proposal = statement.propose(booked, found, suggested(look_up, found), setting, taken)
    sums = (*_sums(look_up, entries, setting), *of_orders.recalls(entries, setting, taken.certain))
    submissions = (*proposal.submissions, *payout.paid_by(arrived, entries, setting), *sums)
    submissions += seen_again.propose(again, str(loading.parsed.format), named, setting, chunk)
    answers, doubts = propose_collections.answers(day, loading, chunk, debited, ordered, setting)
    more, others = propose_collections.quoted(quoted, ordered, propose_collections.left(waiting, answers), setting)
    answers, doubts = [*answers, *more], [*doubts, *others]
    submissions += (*answers, *propose_collections.returned(day, (*submissions, *answers), setting))
    submissions += tuple(return_reasons.said(day.books.store.collections, taken_back, taken.certain, setting))
    doubts += debit_sums.together(day, entries)
    reviews = (*proposal.reviews, *repeats, *left_out, *doubts, *of_orders.reviews(entries, taken.certain))
    return replace(proposal, submissions=submissions, reviews=reviews)


def _left_out(loading: FileLoad, entries: pl.DataFrame) -> tuple[Review, ...]:
    """A review for each line that is not booked, or not as the file has it, because the book has its money."""
    changed = changed_again.reviews(loading.changed, entries)
    return (*statement.left_out(entries), *changed, *stated_otherwise.reviews(loading.otherwise, entries))


def _sums(look_up: ForMatching, entries: pl.DataFrame, setting: Setting) -> tuple[Submission, ...]:
    """What moves sums that were booked as a payment or in suspense, because the entries are their payments."""
    booked = entries["sum_booked_as"].drop_nulls().to_list()
    untouched = look_up.unnamed(booked), look_up.debits_assigned(booked, wholly=False)
    return (*seen_again.sums(entries, *untouched, setting), *seen_again.withdrawn(entries, setting))


def _paid_twice(look_up: ForMatching, entries: pl.DataFrame) -> frozenset[str]:
    """The hashes of those end-to-end ids of which a second payment of the bank waits for a person."""
    waiting = look_up.debits_waiting(recalls.ids(entries)[0], [], rules=(REPEATED,))
    return frozenset(waiting["end_to_end_key"].to_pylist())


def _named_now(day: BankDay, entries: pl.DataFrame) -> pl.DataFrame:
    """The receipts that had no reference and nothing of them is applied, with the request that a file now names.

    A file shows them again, or a statement has the money of one (`named_as`).
    """
    shown = entries.with_columns(named_as=pl.coalesce("seen_as", "paid_as")).filter(pl.col("named_as").is_not_null())
    if shown.is_empty():
        return shown
    part = pl.when(pl.col("part") == LUMP).then(pl.lit("line")).otherwise("part")
    open_ones = set(day.books.store.matching.unnamed(shown["named_as"].to_list()))
    paid = statement.receipts(shown.filter(pl.col("named_as").is_in(list(open_ones))).with_columns(part=part))
    return matched(day.books.store.matching, paid).filter(pl.col("reason").is_null())


def _repeats(day: BankDay, seen: pl.DataFrame, repeated: pl.DataFrame, loading: FileLoad) -> list[Review]:
    """A review for each line left out as a repeat, if neither a bank id nor a balance proves the repeat.

    `seen` are lines of which the book has the very key, `repeated` those that say the same of a payment otherwise.
    """
    if seen.is_empty() and repeated.is_empty():
        return []
    unproven = pl.col("statement_no").is_in(loading.unproven(day.books.store.matching))
    doubtful, repeated = seen.filter(~pl.col("has_id") & unproven), repeated.filter(unproven)
    money = {stream: row for row in doubtful.iter_rows(named=True) for stream in _streams_of(row)}
    money |= {f"{kind}-{row['repeats']}": row for row in repeated.iter_rows(named=True) for kind in _MONEY}
    reviews: list[Review] = []
    for stream, facts in day.books.journal.read(money).items():
        first, line = facts[0].fact, money[stream]
        if isinstance(first, ReceiptRecorded) and first.payment.file != loading.sha256:
            reviews.append(_repeat(line, {"receipt_id": first.receipt_id, **_money_of(first.payment)}))
        elif isinstance(first, MovementClassified) and first.line.file != loading.sha256:
            reviews.append(_repeat(line, {"part_id": first.part_id, **_money_of(first.line)}))
    return reviews


def _money_of(booked: BankLine) -> dict[str, Any]:
    return {"amount_minor": booked.amount_minor, "currency": booked.currency, "booked_on": str(booked.booked_on)}


def _repeat(line: Mapping[str, Any], *booked: dict[str, Any]) -> Review:
    """The review of a line, which is not booked; so it is named by its key, and not by any money."""
    return Review(None, f"line-{line['key']}", "possible_repeat", (_REPEAT,), booked, line["raw_position"])


def _streams_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The streams in which an entry may be booked: also a credit can be no receipt, if it belongs to a refund."""
    id = statement.money_id(row["booked_on"], row["key"])
    return tuple(f"{kind}-{id}" for kind in _MONEY[not statement.is_receipt(row) :])


_MONEY: Final = ("receipt", "movement")
_REPEAT: Final = (
    "Another file shows a payment like this one, and neither bank ids nor balances prove whether it is the same. It "
    "was booked once. If it is the same, close this with `reskontra doubt close`. If it came twice, load the account's "
    "statement of the day, with balances. What that has of the second payment becomes a receipt, or waits in "
    "`reskontra movement list` on bank_difference or bank_details; then make it a receipt with `reskontra movement "
    "reclassify`, with `--receipt` and, if it is part of a sum, `--amount`."
)
