"""The step that finds what the recalls and chargebacks of a file mean for the chunk that is proposed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from reconciliation.matching import recalls
from reconciliation.matching.identity import id_key
from reconciliation.matching.movements import RECALL_RULES
from reconciliation.proposals import statement
from reconciliation.proposals.recalled import NOTHING, Recalled, recalled

if TYPE_CHECKING:
    import pyarrow as pa

    from reconciliation.steps.day import BankDay
    from reconciliation.steps.file_load import FileLoad

Row = Mapping[str, Any]

_PLACE = ["statement_no", "raw_position"]
# By what a payment is known to be a direct debit's.
_SAME = ("end_to_end_id", "amount_minor", "currency", "bank_account")
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
    entries = statement.with_ids(with_sums)
    matched = _with_parts(day, entries, waiting, recalls.match(entries, receipts, waiting))
    matched = _undecided(matched, look_up.debits_by_hand(matched.certain["part_id"].to_list()))
    matched = _with_greater(entries, receipts, matched)
    reasons = dict(pl.DataFrame(pl.from_arrow(waiting)).select("part_id", "return_reason").iter_rows())
    return recalled(matched, whole, day.chunk, chunk, reasons)


def _with_parts(day: BankDay, entries: pl.DataFrame, waiting: pa.Table, matched: recalls.Matched) -> recalls.Matched:
    """The recalls, with those that take a direct debit back in parts, which no amount but its own id names."""
    left = recalls.unmatched(entries, waiting, matched)
    done = set(day.books.journal.marks([f"recall:{key}" for key in left["key"]]))
    left = left.filter(pl.Series([f"recall:{key}" not in done for key in left["key"]], dtype=pl.Boolean))
    named = entries.filter(pl.col("end_to_end_key").is_in(left["end_to_end_key"].implode()))
    ids = named["end_to_end_id"].drop_nulls().unique().sort().to_list()
    if left.is_empty() or not ids:
        return matched
    collections = day.books.store.collections
    receipts = [
        {**one, "end_to_end_key": id_key(one["bank_account"], one["end_to_end_id"]), "booked_on": one["collected_on"]}
        | {"receipt_key": None, "receipt_no": -1}
        for one in collections.collected(ids)
    ]
    receipts += _of_file(named, collections.of_ids(ids), {one["receipt_id"] for one in receipts})
    return recalls.in_parts(matched, left, receipts)


def _with_greater(entries: pl.DataFrame, receipts: pa.Table, matched: recalls.Matched) -> recalls.Matched:
    """The recalls, with the receipts of greater amounts that the others name: a person says which a part is of."""
    known = pl.concat([matched.certain["part_id"], matched.doubtful["part_id"]])
    left = recalls.recalls(entries).filter(~pl.col("money_id").is_in(known.implode()))
    mine = left.select(
        *recalls.columns("account", -pl.col("amount_minor")),
        "key",
        part_id="money_id",
        no=pl.col("no").cast(pl.Int64),
        recalled_on="booked_on",
    ).rename({"minor": "taken"})
    theirs = pl.DataFrame(pl.from_arrow(receipts)).select(
        *recalls.columns("bank_account", pl.col("amount_minor")),
        *("receipt_id", "booked_on"),
        receipt_key=pl.lit(None, pl.String),
        receipt_no=pl.lit(-1, pl.Int64),
        waited=pl.lit(value=False),
    )
    names = ("plain", *recalls.KEYS)
    found = [
        mine.join(theirs.drop(set(names) - {name}), on=("account", "currency", name), maintain_order="left_right")
        for name in names
    ]
    greater = pl.concat([one.select(*matched.doubtful.columns, "taken") for one in found]).filter(
        pl.col("minor") > pl.col("taken")
    )
    shown = greater.drop("taken").unique(["part_id", "receipt_id"], keep="first", maintain_order=True)
    return matched._replace(doubtful=pl.concat([matched.doubtful, shown], how="vertical_relaxed"))


def _undecided(matched: recalls.Matched, by_hand: Collection[str]) -> recalls.Matched:
    """The recalls, with those of these debits in doubt: a person has said otherwise of each, so no rule decides."""
    is_said = pl.col("part_id").is_in(list(by_hand))
    said = matched.certain.filter(is_said).select(matched.doubtful.columns)
    doubtful = pl.concat([matched.doubtful, said], how="vertical_relaxed")
    return recalls.Matched(matched.certain.filter(~is_said), doubtful)


def _of_file(entries: pl.DataFrame, known: Sequence[Row], booked: Collection[str]) -> Iterator[dict[str, Any]]:
    """The payments of direct debits among these entries that settle them, like receipts of the book."""
    ordered = {tuple(one[name] for name in _SAME): one["items"] for one in known}
    for row in statement.receipts(entries).iter_rows(named=True):
        said = (row["end_to_end_id"], row["amount_minor"], row["currency"], row["account"])
        if said in ordered and row["money_id"] not in booked:
            yield {
                **{name: row[name] for name in ("end_to_end_key", "currency", "booked_on")},
                "receipt_id": row["money_id"],
                "receipt_key": row["key"],
                "receipt_no": row["no"],
                "left_minor": row["amount_minor"],
                "items": ordered[said],
            }


def _of_debits(day: BankDay, receipts: pa.Table) -> pa.Table:
    """The receipts that a file of direct debits may take back: no payment by hand beside a direct debit like it."""
    frame = pl.DataFrame(pl.from_arrow(receipts))
    debits = {one["receipt_id"] for one in day.books.store.collections.of_receipts(frame["receipt_id"].to_list())}
    frame = frame.with_columns(is_debit=pl.col("receipt_id").is_in(list(debits)))
    alike = pl.col("is_debit").any().over("bank_account", "currency", "amount_minor", "reference")
    return frame.filter(pl.col("is_debit") | ~alike).drop("is_debit").to_arrow()


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
