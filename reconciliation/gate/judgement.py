"""What came of the expectations about one kind of thing in a file, over all its pieces."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from reconciliation.gate.bench import GateBroken, Outcome


@dataclass(slots=True)
class Judged:
    """The outcome of one expectation: `rows` are the first rows for which it does not hold, `found` is their number."""

    code: str
    expectation: str
    success: bool = True
    checked: int = 0
    failed: int = 0
    found: int = 0
    rows: list[Mapping[str, Any]] = field(default_factory=list)

    def add(self, outcome: Outcome, frame: pl.DataFrame, most: int) -> None:
        """Take in the outcome of a piece; at most so many rows are kept."""
        self.success = self.success and outcome.success
        self.checked += outcome.checked
        self.failed += outcome.failed
        self.found += len(outcome.rows)
        if outcome.rows:
            self.rows += frame[sorted(outcome.rows[: most - len(self.rows)])].iter_rows(named=True)


class Finding:
    """The judgement of all frames about one kind of thing; of each expectation, at most so many rows are kept."""

    def __init__(self, about: str, most: int) -> None:
        self.about = about
        self.outcomes: Sequence[Judged] = ()
        self._most = most

    def add(self, frame: pl.DataFrame, outcomes: Sequence[Outcome]) -> None:
        """Take in the judgement of a piece."""
        self.outcomes = self.outcomes or [Judged(one.code, one.expectation) for one in outcomes]
        for judged, outcome in zip(self.outcomes, outcomes, strict=True):
            judged.add(outcome, frame, self._most)

    def correct(self, frame: pl.DataFrame, outcomes: Sequence[Outcome]) -> None:
        """Replace outcomes that were true of each piece alone by what is true of all of them."""
        of_all = {outcome.code: outcome for outcome in outcomes}
        for judged in self.outcomes:
            if judged.code not in of_all:
                continue
            if not judged.success and of_all[judged.code].success:
                raise GateBroken(f"the expectation for {judged.code} failed in a piece, but held in the whole file")
            checked, judged.success = judged.checked, True
            judged.checked = judged.failed = judged.found = 0
            judged.rows.clear()
            judged.add(of_all[judged.code], frame, self._most)
            judged.checked = checked

    def only(self, codes: Collection[str]) -> Finding:
        """The same judgement, restricted to some codes."""
        found = Finding(self.about, self._most)
        found.outcomes = [replace(outcome) for outcome in self.outcomes if outcome.code in codes]
        return found
