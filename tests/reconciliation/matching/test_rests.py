"""What lines have beside their payments is the same where their payments are."""

from __future__ import annotations

import polars as pl
import pytest

from reconciliation.matching.rests import same

Rest = tuple[str, str, int]


def frame(*rests: Rest) -> pl.DataFrame:
    schema = {"id": pl.String, "line": pl.String, "amount_minor": pl.Int64}
    return pl.DataFrame(rests, schema=schema, orient="row")


def pairs(mine: list[Rest], theirs: list[Rest], lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    linked = pl.DataFrame(lines, schema={"line": pl.String, "their_line": pl.String}, orient="row")
    return same(frame(*mine), frame(*theirs), linked).pairs.rows()


@pytest.mark.parametrize(
    ("mine", "theirs", "lines", "found"),
    [
        # Of equal rests, that of the line with the same payments.
        ([("a", "1", -1), ("b", "2", -1)], [("x", "8", -1), ("y", "9", -1)], [("1", "9"), ("2", "8")], ["ay", "bx"]),
        # One line has the payments of two.
        ([("a", "1", -3)], [("x", "8", -1), ("y", "9", -2)], [("1", "8"), ("1", "9")], ["ax"]),
        ([("a", "1", -1), ("b", "2", -2)], [("x", "8", -3)], [("1", "8"), ("2", "8")], ["ax", "bx"]),
        # Payments that lines share by way of others.
        ([("a", "1", -1), ("b", "2", -3)], [("x", "8", -4)], [("1", "8"), ("2", "9"), ("1", "9")], ["ax", "bx"]),
        # Where the sums differ, equal amounts are the same, and nothing else is.
        ([("a", "1", -1), ("b", "2", -2)], [("x", "8", -2)], [("1", "8"), ("2", "8")], ["bx"]),
        ([("a", "1", -1)], [("x", "8", -2)], [("1", "8")], []),
        ([("a", "1", -1)], [], [("1", "8")], []),
        ([("a", "1", -1)], [("x", "8", -1)], [("1", "9")], []),
    ],
)
def test_rests_are_the_same_where_their_payments_are(
    mine: list[Rest], theirs: list[Rest], lines: list[tuple[str, str]], found: list[str]
):
    assert sorted("".join(one) for one in pairs(mine, theirs, lines)) == found
