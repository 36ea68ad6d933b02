"""Pairs what lines have beside their payments, such as the bank's charges, as their payments are paired.

Nothing says of such a rest by itself which one it is. But a line whose payments another file has shown is that file's
line too, so what both have beside these payments is the same money.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from reconciliation.matching.occurrences import in_order

# A rest of a file, and the booked money that it is.
_PAIRS: Final = {"id": pl.String, "money_id": pl.String}


def same(mine: pl.DataFrame, theirs: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Pairs (`id`, `money_id`) of rests that are the same money.

    `mine` and `theirs` have id, line and amount_minor, and `lines` has the line of mine and `their_line` of each pair
    of payments. Files may divide the same payments into different lines: then the rests of all these lines are the
    same if their sums are equal, and else those of equal amounts.
    """
    found: list[tuple[str, str]] = []
    for ours, others in _groups(lines.select("line", "their_line").unique(maintain_order=True).iter_rows()):
        left = mine.filter(pl.col("line").is_in(ours))
        right = theirs.filter(pl.col("line").is_in(others)).select("amount_minor", money_id="id")
        if right.is_empty():
            continue
        if left["amount_minor"].sum() == right["amount_minor"].sum():
            ids = right["money_id"].to_list()
            found += ((id, ids[min(nth, len(ids) - 1)]) for nth, id in enumerate(left["id"]))
        else:
            found += in_order(left, right, ["amount_minor"]).select("id", "money_id").iter_rows()
    return pl.DataFrame(found, schema=_PAIRS, orient="row")


def _groups(pairs: Iterable[tuple[str, str]]) -> Sequence[tuple[list[str], list[str]]]:
    """The lines of both sides that share payments, directly or by way of other lines."""
    groups: list[tuple[list[str], list[str]]] = []
    for line, their_line in pairs:
        joined: tuple[list[str], list[str]] = ([line], [their_line])
        rest = []
        for ours, others in groups:
            if line in ours or their_line in others:
                joined = (ours + joined[0], others + joined[1])
            else:
                rest.append((ours, others))
        groups = [*rest, joined]
    return groups
