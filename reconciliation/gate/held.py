"""Which expectations held on which rows, so that Great Expectations is not asked again about equal ones.

Whether an expectation holds depends on nothing but the expectation and the values of its columns; nearly all of them
judge each row by itself. Most rows of small files are equal to rows of another file in what is judged: no line is
doubtful, no figure is declared, each currency is SEK. Only what held is remembered: each failure is judged anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any, Final, TypeAlias

import polars as pl

# What is asked of an expectation: a digest for each different row, or None if that is not worth while.
Asked: TypeAlias = frozenset[bytes] | None

_IS_THERE: Final = "expect_column_values_to_not_be_null"
_IF_ANY_IS_MISSING: Final = ("any_value_is_missing", "either_value_is_missing")
# Great Expectations answers for each row of these without looking at another row. What is not named here is taken to
# depend on all rows.
ROW_BY_ROW: Final = frozenset(
    {
        _IS_THERE,
        "expect_column_values_to_be_in_set",
        "expect_column_values_to_not_be_in_set",
        "expect_column_values_to_be_between",
        "expect_column_pair_values_to_be_equal",
        "expect_column_pair_values_a_to_be_greater_than_b",
        "expect_balances_to_foot",
        "expect_declared_to_be_read",
        "expect_details_to_sum_to_movement",
        "expect_settlement_to_be_explained",
        "expect_movement_to_be_proven",
    }
)
# Longer columns, and many different rows, are rarely those of another file; reading them takes as long as judging them.
_MOST_ROWS: Final = 1_000
_MOST_DIFFERENT: Final = 100
# The digests of so many rows take a few megabytes.
_MOST_REMEMBERED: Final = 50_000


class Held:
    """The expectations that held, as digests: a file's values are personal data, so none is kept."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()

    def __contains__(self, asked: Asked) -> bool:
        return asked is not None and asked <= self._known

    def remember(self, asked: Asked) -> None:
        """From now on, the expectation of these digests is known to hold on their rows."""
        if asked is None:
            return
        if len(self._known) + len(asked) > _MOST_REMEMBERED:
            self._known.clear()
        self._known |= asked


def digests(frame: pl.DataFrame, expectations: Sequence[Any]) -> list[Asked]:
    """For each expectation, what is asked of it and the columns that it needs."""
    if frame.height > _MOST_ROWS:
        return [None] * len(expectations)
    values: dict[str, list[Any]] = {}
    schema = frame.schema
    return [_digests(expectation, frame, schema, values) for expectation in expectations]


def columns(expectation: Any) -> list[str]:
    """The columns that an expectation needs; Great Expectations receives only these."""
    asked = [getattr(expectation, name, None) for name in ("column", "column_A", "column_B")]
    return [*(column for column in asked if column), *(getattr(expectation, "column_list", None) or ())]


def _digests(expectation: Any, frame: pl.DataFrame, schema: pl.Schema, values: dict[str, list[Any]]) -> Asked:
    needed = columns(expectation)
    for column in needed:
        if column not in values:
            one = frame[column]
            # A day may be beyond what Python's days reach, so it is read as a number.
            values[column] = (one.to_physical() if one.dtype.is_temporal() else one).to_list()
    rows: Iterable[Any] = zip(*(values[column] for column in needed), strict=True)
    if expectation.expectation_type in ROW_BY_ROW:
        different = {_looked_at(expectation, row): None for row in rows}
    else:
        different = {tuple(rows): None}
    if len(different) > _MOST_DIFFERENT:
        return None
    # The name of the code, which is all that `meta` says, changes nothing about whether the expectation holds.
    fields = sorted((name, value) for name, value in vars(expectation).items() if name != "meta")
    of = repr((type(expectation), fields, [str(schema[column]) for column in needed]))
    return frozenset(_of(of, row) for row in different)


def _looked_at(expectation: Any, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """What an expectation looks at in a row: nothing if the row is to be ignored, or only whether there is a value."""
    if expectation.expectation_type == _IS_THERE:
        return (row[0] is None,)
    ignored = getattr(expectation, "ignore_row_if", None) in _IF_ANY_IS_MISSING and None in row
    return (None,) * len(row) if ignored else row


def _of(expectation: str, row: object) -> bytes:
    return blake2b(f"{expectation} {row!r}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
