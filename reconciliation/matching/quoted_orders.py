"""Our orders of direct debits that lines quote: in the bank's field for it, or as a word of a free text.

Only a line that names no payment by an end-to-end id can be the sum of an order, or take such a sum back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from reconciliation.matching.identity import id_key

if TYPE_CHECKING:
    from projections.store.matching_lookups import ForMatching

# A word of a text that has the length of an order's id. ISO 20022 allows at most 35 characters.
_WORD: Final = r"[0-9A-Za-z._-]{20,}"
_AROUND: Final = "._-"
_TEXTS: Final = ("text", "further_text")


def is_silent() -> pl.Expr:
    """Whether an entry is a line, or the only detail of one, that names no payment by an end-to-end id.

    A detail that has a valid reference is the payment of a request.
    """
    alone = (pl.col("part") == "detail") & (pl.col("members") == 1) & ~pl.col("reference_valid").fill_null(value=False)
    return pl.col("end_to_end_id").is_null() & (pl.col("part").is_in(["line", "lump"]) | alone)


def named(entries: pl.DataFrame, look_up: ForMatching) -> pl.DataFrame:
    """The entries with `our_order`, the order of ours that each quotes; null for none, or several in its texts.

    The bank's own field comes before all texts. In a text, only a whole word that is exactly an order's id counts.
    """
    numbered = entries.with_row_index("at")
    silent = numbered.filter(is_silent())
    said = _words(silent, "at")
    given = silent.select("at", word="order_id").drop_nulls()
    asked = pl.concat([given["word"], said["word"]]).unique().sort().to_list()
    ours = list(look_up.debits_of_orders(asked)) if asked else []
    if not ours:
        return entries.with_columns(our_order=pl.lit(None, pl.String))
    found = [one.filter(pl.col("word").is_in(ours)).unique() for one in (given, said)]
    alone = found[1].filter((pl.len().over("at") == 1) & ~pl.col("at").is_in(found[0]["at"].implode()))
    quoted = pl.concat([found[0], alone]).select("at", our_order="word")
    return numbered.join(quoted, on="at", how="left", maintain_order="left").drop("at")


def together(entries: pl.DataFrame, look_up: ForMatching) -> dict[str, list[str]]:
    """The orders of ours that entries quote in their texts, by their keys, where one quotes several."""
    silent = entries.filter(is_silent() & pl.col("our_order").is_null())
    if silent.is_empty():
        return {}
    several = _words(silent, "key").unique().filter(pl.len().over("key") > 1)
    asked = several["word"].unique().sort().to_list()
    ours = several.filter(pl.col("word").is_in(list(look_up.debits_of_orders(asked)) if asked else []))
    found = ours.sort("key", "word").group_by("key", maintain_order=True).agg("word")
    return {key: orders for key, orders in found.iter_rows() if len(orders) > 1}


def _words(entries: pl.DataFrame, of: str) -> pl.DataFrame:
    """The words of these entries' texts that may be orders, each with what `of` has of its entry."""
    texts = [entries.select(of, pl.col(name).str.extract_all(_WORD).alias("word")).explode("word") for name in _TEXTS]
    return pl.concat(texts).drop_nulls().with_columns(word=pl.col("word").str.strip_chars(_AROUND))


def keys_of_debits(entries: pl.DataFrame, look_up: ForMatching) -> list[str]:
    """The hashes of the end-to-end ids of all direct debits of the orders that these entries quote."""
    if entries["our_order"].null_count() == entries.height:
        return []
    debits = look_up.debits_of_orders(entries["our_order"].drop_nulls().unique().sort().to_list())
    accounts = entries["account"].unique().sort()
    return [id_key(account, id) for ids in debits.values() for id in ids for account in accounts]
