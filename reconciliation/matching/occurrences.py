"""Joins equal rows in order: equal amounts are not doubled, because the first of them belongs to the first."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def in_order(left: pl.DataFrame, right: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The rows of both whose `columns` are equal, in the order of `left`: the n-th of equal rows with the n-th.

    A row that lacks one of these values is left out.
    """
    # A join pairs no row that lacks a value.
    nth = pl.int_range(pl.len()).over(columns)
    if left.is_empty() or right.is_empty() or left.join(right, on=[*columns], how="semi").is_empty():
        return left.clear().join(right.clear(), on=[*columns])
    both = left.with_columns(nth=nth).join(right.with_columns(nth=nth), on=[*columns, "nth"], maintain_order="left")
    return both.drop("nth")
