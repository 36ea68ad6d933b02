"""Which expectations held on which columns, so that Great Expectations is not asked again about equal ones.

Whether an expectation holds depends on nothing but the expectation and the values of its columns. Most columns of small
files are equal to those of another file: no line is doubtful, no figure is declared, each currency is SEK. Only what
held is remembered: each failure is judged anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Final

import polars as pl

# A longer column is rarely equal to another one, and reading its values takes as long as judging it.
_MOST_ROWS: Final = 1_000
# The digests of so many columns take a few megabytes.
_MOST_REMEMBERED: Final = 20_000


class Held:
    """The expectations that held, as digests: a file's values are personal data, so none is kept."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()

    def __contains__(self, asked: bytes | None) -> bool:
        return asked in self._known

    def remember(self, asked: bytes | None) -> None:
        """From now on, the expectation with this digest is known to hold on these columns."""
        if asked is None:
            return
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known.add(asked)


def digests(frame: pl.DataFrame, expectations: Sequence[Any]) -> list[bytes | None]:
    """For each expectation, a digest of it and of the columns that it needs; None for a frame that is too long."""
    if frame.height > _MOST_ROWS:
        return [None] * len(expectations)
    values: dict[str, bytes] = {}
    return [_digest(expectation, frame, values) for expectation in expectations]


def columns(expectation: Any) -> list[str]:
    """The columns that an expectation needs; Great Expectations receives only these."""
    asked = [getattr(expectation, name, None) for name in ("column", "column_A", "column_B")]
    return [*(column for column in asked if column), *(getattr(expectation, "column_list", None) or ())]


def _digest(expectation: Any, frame: pl.DataFrame, values: dict[str, bytes]) -> bytes:
    needed = columns(expectation)
    for column in needed:
        if column not in values:
            # A day may be beyond what Python's days reach, so it is read as a number.
            values[column] = _of(str(frame.schema[column]), frame[column].to_physical().to_list())
    # The name of the code, which is all that `meta` says, changes nothing about whether the expectation holds.
    fields = sorted((name, value) for name, value in vars(expectation).items() if name != "meta")
    return _of(type(expectation), fields, [values[column] for column in needed])


def _of(*parts: object) -> bytes:
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
