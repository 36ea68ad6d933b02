"""Line identity: a bank line has the same key in every file, and equal lines in one file have different keys.

The key is made from the bank's own id, together with account, day and amount, because banks reuse ids. If there is no
id, the key is made from the line's content. Both kinds of key also include the number of the occurrence: two lines of a
day with equal content are the first and the second occurrence. Another file may contain the same lines, because it
overlaps the first file or divides the lines differently. Each such line has the same occurrence number in both files,
and therefore the same key. If a statement continues an earlier statement of the same day, it also continues that
statement's count of occurrences.
"""

from __future__ import annotations

import hashlib
from typing import Final

import polars as pl

from reconciliation.matching.own_numbers import as_written

SEPARATOR: Final = "\x1f"
# Texts that banks write in place of a missing id.
_NO_ID: Final = r"(?i)^(NOT ?PROVIDED|NON?REF|UNKNOWN|N/?A|[0\W_]*)$"
_WITH_ID: Final = ("account", "dated_on", "own_id", "amount_minor", "currency")
# What a line says if the bank gives it no id.
CONTENT: Final = (
    "account",
    "dated_on",
    "amount_minor",
    "currency",
    "value_on",
    "reference",
    "end_to_end_id",
    "counterparty",
    "counterparty_account",
    "text",
)


def with_content(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `has_id` and `content` to the entries; `content` and its occurrence number together identify an entry.

    The content contains personal data, so it is only compared in memory and never stored.
    """
    frame = frame.with_columns(own_id=_own_id()).with_columns(has_id=pl.col("own_id").is_not_null())
    kind = pl.when(pl.col("part") == "rest").then(pl.lit("rest")).otherwise(pl.lit("money"))
    # If two batches contain equal details, these details are distinguished by the ids of the batches' lines.
    batch = pl.when((pl.col("members") > 1) | (pl.col("part") == "rest")).then("line_bank_ref").fill_null("")
    by_id = pl.concat_str(pl.lit("id"), kind, batch, *map(told, _WITH_ID), separator=SEPARATOR)
    by_content = pl.concat_str(pl.lit("content"), kind, batch, *content_of(frame), separator=SEPARATOR)
    return frame.with_columns(content=pl.when("has_id").then(by_id).otherwise(by_content))


def keyed(frame: pl.DataFrame, earlier: pl.DataFrame | None = None) -> pl.DataFrame:
    """Add the columns `key` and `movement_key` to the entries; `movement_key` is the first key of the entry's line.

    A key is a hash of the content and its occurrence number, in 24 hex digits; keys are unique within a file. `earlier`
    (from `continuity.earlier`) has the columns statement_no, content and count. `count` says how often the content
    already occurred in the earlier statements that statement `statement_no` continues.
    """
    frame = with_content(frame)
    offset = pl.lit(0, pl.Int64)
    if earlier is not None:
        counted = earlier.select("statement_no", "content", offset=pl.col("count").cast(pl.Int64))
        frame = frame.join(counted, on=["statement_no", "content"], how="left", maintain_order="left")
        offset = pl.col("offset").fill_null(0)
    nth = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("statement_no", "content")
    frame = frame.with_columns(occurrence=nth + offset)
    # If an earlier statement of the file already uses this occurrence number for the same content, the entry gets the
    # next free number.
    taken = (pl.int_range(pl.len()).over("content", "occurrence") > 0).cast(pl.Int64)
    frame = frame.with_columns(taken=taken)
    following = pl.col("occurrence").max().over("content") + pl.col("taken").cum_sum().over("content")
    frame = frame.with_columns(occurrence=pl.when(pl.col("taken") > 0).then(following).otherwise("occurrence"))
    keys = [
        _hash(f"{content}{SEPARATOR}{number}") for content, number in frame.select("content", "occurrence").iter_rows()
    ]
    frame = frame.with_columns(
        key=pl.Series(keys, dtype=pl.String),
        bank_id_key=line_ids(frame),
        end_to_end_key=payers_ids(frame),
    )
    return _of_movements(frame).drop("content", "own_id", "taken", *(["offset"] if earlier is not None else []))


def line_ids(frame: pl.DataFrame) -> pl.Series:
    """The hash of each entry's account and the bank's id of its line; null without an id."""
    return of_account(frame, pl.coalesce(given_id("line_bank_ref"), _whole_id()))


def payers_ids(frame: pl.DataFrame) -> pl.Series:
    """The hash of each entry's account and the id that the payer gave; null without an id."""
    return of_account(frame, given_id("end_to_end_id"))


def apart(frame: pl.DataFrame, taken: pl.Series, sha256: str) -> pl.DataFrame:
    """Give a new key to each entry whose key is in `taken`, although its money is not what has that key.

    For example, the bank sends the evening's statement before the morning's, and both have a first line of 99.00
    without an id.
    """
    clashes = pl.col("key").is_in(taken.implode()) & pl.col("fresh")
    if not frame.select(clashes.any()).item():
        return frame
    said = pl.concat_str(pl.lit(sha256), pl.col("statement_no").cast(pl.String), "key", separator=SEPARATOR)
    anew = said.map_elements(_hash, return_dtype=pl.String)
    return _of_movements(frame.with_columns(key=pl.when(clashes).then(anew).otherwise("key")))


def _of_movements(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(movement_key=pl.col("key").first().over("statement_no", "line_no"))


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def id_key(account: str, id: str) -> str:
    """The hash of an account of ours and an id. Facts keep no id itself, because it may be personal."""
    return _hash(f"{account}{SEPARATOR}{id}")


def of_account(frame: pl.DataFrame, id: pl.Expr) -> pl.Series:
    """The hash of each entry's account and an id; null without an id."""
    return hashed(frame.select(said=pl.concat_str("account", id, separator=SEPARATOR))["said"])


def hashed(said: pl.Series) -> pl.Series:
    """The hashes of texts; null stays null."""
    return pl.Series([None if text is None else _hash(text) for text in said], dtype=pl.String)


def _whole_id() -> pl.Expr:
    return pl.when(pl.col("part") == "line").then(given_id("bank_ref"))


def _own_id() -> pl.Expr:
    """The bank's id of an entry: the line's id or, for one of several details, its own id if unique in the line."""
    within = pl.len().over("statement_no", "line_no", "bank_ref")
    own = (within == 1) & pl.col("bank_ref").ne_missing(pl.col("line_bank_ref"))
    whole = given_id("bank_ref")
    return (
        pl.when(pl.col("part") == "line")
        .then(whole)
        # A single detail is the same money as its line. Some files do not show the detail, so the line's id is used.
        .when((pl.col("part") == "detail") & (pl.col("members") == 1))
        .then(pl.coalesce(given_id("line_bank_ref"), whole))
        .when((pl.col("part") == "detail") & own)
        .then(whole)
    )


def given_id(name: str) -> pl.Expr:
    """The id in a column; null if it is one of the texts that banks write in place of a missing id."""
    return pl.when(~pl.col(name).str.contains(_NO_ID)).then(name)


def content_of(entries: pl.DataFrame) -> list[pl.Expr]:
    """What entries say, as texts; a reference as the file has it, also if it is a number of ours."""
    said = {"reference": as_written(entries)}
    return [_as_text(said.get(name, pl.col(name))) for name in CONTENT]


def told(name: str) -> pl.Expr:
    """What a column says, as a text."""
    return _as_text(pl.col(name))


def _as_text(column: pl.Expr) -> pl.Expr:
    return column.cast(pl.String).fill_null("")
