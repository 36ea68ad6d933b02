"""Pairs what lines have beside their payments, such as the bank's charges, as their payments are paired.

Nothing says of such a rest by itself which one it is. But a line whose payments another file has shown is that file's
line too, so what both have beside these payments is the same money.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import polars as pl

from reconciliation.matching.occurrences import in_order


class Paired(NamedTuple):
    """Pairs (`id`, `money_id`) of rests that are the same money, and what is left of both sides of lines that are.

    Both have the `group` of their lines, and the `id` of the rest or of the booked money.
    """

    pairs: pl.DataFrame
    mine: pl.DataFrame
    theirs: pl.DataFrame


def same(mine: pl.DataFrame, theirs: pl.DataFrame, lines: pl.DataFrame) -> Paired:
    """Pair the rests that are the same money.

    `mine` and `theirs` have id, line and amount_minor, and `lines` has the line of mine and `their_line` of each pair
    of payments. Files may divide the same payments into different lines: then the rests of all these lines are the
    same if their sums are equal, and else those of equal amounts.
    """
    groups = _groups(lines.select("line", "their_line").unique(maintain_order=True).iter_rows())
    left = _grouped(mine, groups[0], "line").select("id", "amount_minor", "group", nth=_nth())
    right = _grouped(theirs, groups[1], "line").select("amount_minor", "group", money_id="id", nth=_nth())
    sums = left.group_by("group").agg(pl.col("amount_minor").sum())
    equal = sums.join(
        right.group_by("group").agg(pl.col("amount_minor").sum(), last=pl.len().cast(pl.Int64) - 1),
        on=["group", "amount_minor"],
    ).select("group", "last")
    # Of fewer rests with the same sum, the last one is also what the others are.
    whole = left.join(equal, on="group", maintain_order="left").with_columns(nth=pl.min_horizontal("nth", "last"))
    whole = whole.join(right, on=["group", "nth"], maintain_order="left").select("id", "money_id")
    left, right = (one.join(equal, on="group", how="anti", maintain_order="left") for one in (left, right))
    pairs = pl.concat([whole, in_order(left, right, ["group", "amount_minor"]).select("id", "money_id")])
    right = right.join(pairs, on="money_id", how="anti", maintain_order="left").rename({"money_id": "id"})
    left = left.join(pairs, on="id", how="anti", maintain_order="left")
    return Paired(pairs, *(one.select("id", "group") for one in (left, right)))


def _nth() -> pl.Expr:
    return pl.int_range(pl.len(), dtype=pl.Int64).over("group")


def _grouped(rests: pl.DataFrame, groups: Mapping[str, int], name: str) -> pl.DataFrame:
    """The rests of the lines that are in a group, with its number."""
    of = pl.DataFrame({name: list(groups), "group": list(groups.values())}, schema={name: pl.String, "group": pl.Int64})
    return rests.join(of, on=name, maintain_order="left")


def _groups(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, int], dict[str, int]]:
    """The group of each line of both sides; lines that share payments, also by way of others, are in the same one."""
    ours: dict[str, int] = {}
    theirs: dict[str, int] = {}
    above: list[int] = []

    def top(group: int) -> int:
        while above[group] != group:
            above[group] = group = above[above[group]]
        return group

    for line, their_line in pairs:
        groups = {top(one) for one in (ours.get(line), theirs.get(their_line)) if one is not None} or {len(above)}
        first = min(groups)
        if first == len(above):
            above.append(first)
        for one in groups:
            above[one] = first
        ours[line] = theirs[their_line] = first
    return {line: top(one) for line, one in ours.items()}, {line: top(one) for line, one in theirs.items()}
