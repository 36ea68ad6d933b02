"""Walks through the lines of a file piece by piece, so that only one piece of what is measured is in memory.

First all lines are summed up by statement, and by movement where its details are in several pieces. Then each piece is
measured. Movements with one bank id, or alike, may be in different pieces: of each movement, one number is kept by
which those are found that must be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import polars as pl

from reconciliation.gate import frames
from reconciliation.gate.frames import KEY
from reconciliation.gate.verdict import Terms
from reconciliation.matching.booking_day import booking_day
from reconciliation.statements import TRAITS, Parsed

# So many lines are measured at once, and most files have fewer: each judgement of Great Expectations takes its time.
PIECE_ROWS: Final = 50_000


class Piece(NamedTuple):
    """The movements and members of a piece."""

    movements: pl.DataFrame
    members: pl.DataFrame


class Walk:
    """The measurements of a file; `statements` has one empty row if a file has no statement."""

    def __init__(self, parsed: Parsed, terms: Terms) -> None:
        self._kept, self._traits = parsed.kept, TRAITS.get(parsed.format or "")
        self._day = booking_day(terms.earliest_on, terms.latest_on)
        self._whole = False
        self._spread = self._heads = pl.DataFrame()
        self.several = False
        self._marks: list[pl.Series] = []
        totals = pl.DataFrame(pl.from_arrow(parsed.totals))
        self._sum_up(pl.DataFrame(pl.from_arrow(parsed.statements)), frames.problems(parsed.problems))
        summed = self._summed
        self.statements = frames.numbered(summed if summed.height else summed.clear(1)).with_columns(
            format=pl.lit(parsed.format, pl.String), control_totals=pl.lit(totals.height, pl.Int64)
        )
        self.totals = frames.numbered(totals)

    @property
    def lines(self) -> int:
        """The number of lines and details in the file."""
        return self._kept.num_rows

    def pieces(self) -> Iterator[Piece]:
        """The measured pieces, in the order of the file."""
        self._marks = []
        for lines in self._chunks():
            movements = self._movements(lines)
            if self.several:
                self._marks.append(frames.marks(movements))
            heads = frames.heads(movements)
            if self.several:
                heads = pl.concat([heads, self._heads.join(heads, on=KEY, how="anti")])
            remittance = self._traits is not None and self._traits.holds == "remittance"
            members = frames.members(heads, lines, remittance=remittance)
            yield Piece(frames.compared(movements), members)

    def repeated(self) -> pl.DataFrame:
        """The movements of a walked file that may be equal to others, in its order."""
        marks = pl.concat(self._marks).sort()
        several = marks.filter(marks == marks.shift(1)).unique()
        found: list[pl.DataFrame] = []
        for lines, mark in zip(self._chunks() if several.len() else (), self._marks, strict=False):
            again = mark.is_in(several.implode())
            if again.any():
                found.append(self._movements(lines).filter(again))
        return frames.compared(pl.concat(found)) if found else pl.DataFrame()

    def _chunks(self) -> Iterator[pl.DataFrame]:
        for chunk in self._kept.chunks(max(self._kept.num_rows, 1) if self._whole else PIECE_ROWS):
            yield pl.DataFrame(pl.from_arrow(chunk))

    def _movements(self, lines: pl.DataFrame) -> pl.DataFrame:
        details = frames.details(lines)
        if self.several:
            here = self._spread.join(lines, on=KEY, how="semi")
            details = pl.concat([details.join(here, on=KEY, how="anti"), here])
        return frames.movements(self._summed, lines, details, self._day)

    def _sum_up(self, statements: pl.DataFrame, problems: pl.DataFrame) -> None:
        """Sum up all lines by statement, and those by movement whose details are in several pieces."""
        settles = self._traits is not None and self._traits.settles
        sums = told = None
        places: list[pl.DataFrame] = []
        spread: list[pl.DataFrame] = []
        heads: list[pl.DataFrame] = []
        last = None
        for lines in self._chunks():
            sums = _added(sums, frames.sums(lines))
            told = _added(told, frames.told(lines)) if settles else None
            if problems.height:
                places.append(frames.places(lines, problems))
            if self._kept.num_rows <= PIECE_ROWS:
                # All lines are in one piece, so nothing is in several.
                continue
            number = lines.select(pl.col(KEY[0]).cast(pl.Int64) * 2**32 + pl.col(KEY[1])).to_series()
            self._whole = self._whole or not number.is_sorted() or (last is not None and number[0] < last)
            last = number[-1]
            edge = lines.filter((number == number[0]) | (number == last))
            spread.append(frames.details(edge))
            heads.append(frames.heads(edge.filter((pl.col("detail_no") == 0) & (pl.col("status") == "booked"))))
        assert sums is not None
        self.several = len(spread) > 1 and not self._whole
        if self.several:
            self._spread, self._heads = frames.joined_details(spread), pl.concat(heads).unique(maintain_order=True)
        self.problems = frames.placed(problems, places)
        self._summed = frames.statements(statements, sums, told)


def _added(sums: pl.DataFrame | None, more: pl.DataFrame) -> pl.DataFrame:
    return more if sums is None else frames.joined([sums, more])
