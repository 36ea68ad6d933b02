"""The step that finds what the recalls and chargebacks of a file mean for the chunk that is proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from reconciliation.matching import recalls
from reconciliation.matching.movements import RECALL_RULES
from reconciliation.proposals import statement
from reconciliation.proposals.recalled import NOTHING, Recalled, recalled

if TYPE_CHECKING:
    import pyarrow as pa

    from reconciliation.steps.day import BankDay
    from reconciliation.steps.file_load import FileLoad

_PLACE = ["statement_no", "raw_position"]
_WORDS = ("reference", "return_reason")


def recalled_in(
    day: BankDay,
    loading: FileLoad,
    whole: pl.DataFrame,
    fresh: pl.DataFrame,
    chunk: int,
    of_sums: pl.DataFrame | None = None,
) -> Recalled:
    """What the file's recalls and chargebacks, and those that wait for the chunk's new receipts, mean for the chunk.

    `of_sums` are the payments of sums in the file, each with the number of the sum's row; no row of the file is theirs.
    """
    with_sums = whole if of_sums is None else pl.concat([whole, of_sums])
    if of_sums is not None:
        fresh = pl.concat([fresh, of_sums.filter(pl.col("no").is_in(fresh["no"].implode()))])
    look_up = day.books.store.matching
    accounts, amounts = recalls.quoted(fresh)
    found = look_up.debits_waiting(*recalls.ids(fresh), rules=RECALL_RULES, bank_accounts=accounts, amounts=amounts)
    if not found.num_rows and recalls.recalls(whole).is_empty():
        return NOTHING
    waiting = _with_words(loading, found)
    receipts = look_up.recallable(*recalls.asked(whole, waiting))
    if loading.traits is not None and loading.traits.collected:
        receipts = _of_debits(day, receipts)
    matched = recalls.match(statement.with_ids(with_sums), receipts, waiting)
    reasons = dict(pl.DataFrame(pl.from_arrow(waiting)).select("part_id", "return_reason").iter_rows())
    return recalled(_with_parts(day, statement.with_ids(whole), matched), whole, day.chunk, chunk, reasons)


def _with_parts(day: BankDay, whole: pl.DataFrame, matched: recalls.Matched) -> recalls.Matched:
    """The recalls, with those that take a direct debit back in parts, which no amount but its own id names."""
    known = [*matched.certain["key"], *matched.doubtful["key"]]
    left = recalls.recalls(whole).filter(~pl.col("key").is_in(known) & pl.col("end_to_end_id").is_not_null())
    if left.is_empty():
        return matched
    booked = set(day.books.journal.marks([f"line:{key}" for key in left["key"]]))
    left = left.filter(pl.Series([f"line:{key}" not in booked for key in left["key"]], dtype=pl.Boolean))
    collected = day.books.store.collections.collected(left["end_to_end_id"].unique().sort().to_list())
    return recalls.in_parts(matched, left, collected)


def _of_debits(day: BankDay, receipts: pa.Table) -> pa.Table:
    """The receipts that a file of direct debits may take back: no payment by hand beside a direct debit like it."""
    frame = pl.DataFrame(pl.from_arrow(receipts))
    debits = {one["receipt_id"] for one in day.books.store.collections.of_receipts(frame["receipt_id"].to_list())}
    is_debit = pl.col("receipt_id").is_in(list(debits))
    alike = is_debit.any().over("bank_account", "currency", "amount_minor", "reference")
    return frame.filter(is_debit | ~alike).to_arrow()


def _with_words(loading: FileLoad, waiting: pa.Table) -> pa.Table:
    """The debits with the references and reasons in their files; the book has none of what is no payment to us."""
    debits = pl.DataFrame(pl.from_arrow(waiting))
    unsaid = {name: pl.lit(None, pl.String) for name in _WORDS}
    parts = [debits.filter(pl.col("file").is_null()).with_columns(**unsaid)]
    for file in debits["file"].drop_nulls().unique().sort():
        said = loading.shown(file).select(*_PLACE, *_WORDS).unique(_PLACE, keep="first", maintain_order=True)
        mine = debits.filter(pl.col("file") == file)
        parts.append(mine.join(said, on=_PLACE, how="left", maintain_order="left"))
    return pl.concat(parts).to_arrow()
