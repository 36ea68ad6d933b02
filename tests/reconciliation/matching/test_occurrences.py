"""Equal rows are joined in order; where one side has none, nothing is joined, and the columns are the same."""

from __future__ import annotations

import polars as pl

from reconciliation.matching.occurrences import in_order

LEFT = pl.DataFrame({"id": ["a", "b", "c"], "amount": [1, 1, None], "day": [1, 1, 1]})
RIGHT = pl.DataFrame({"money": [1.0, 2.0, 3.0], "amount": [1, 1, 1], "day": [1, 1, None]})


def test_the_nth_of_equal_rows_is_joined_with_the_nth() -> None:
    assert in_order(LEFT, RIGHT, ("amount", "day")).rows() == [("a", 1, 1, 1.0), ("b", 1, 1, 2.0)]


def test_nothing_is_joined_with_nothing_in_the_same_columns() -> None:
    whole = in_order(LEFT, RIGHT, ("amount", "day"))
    for left, right in ((LEFT.clear(), RIGHT), (LEFT, RIGHT.clear()), (LEFT.clear(), RIGHT.clear())):
        found = in_order(left, right, ("amount", "day"))
        assert (found.height, found.schema) == (0, whole.schema)
