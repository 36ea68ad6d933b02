"""What the gate is asked and what it answers: terms in, a verdict with reasons and doubts out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

import msgspec

if TYPE_CHECKING:
    from ledger.domain.terms import entity


class Terms(msgspec.Struct, frozen=True):
    """What a legal entity believes: the currencies it keeps and the days a bank can have booked on."""

    kept_currencies: frozenset[str]
    earliest_on: date
    latest_on: date

    @classmethod
    def of(cls, terms: entity.Terms, on: date) -> Self:
        """What an entity believes on a day by its terms."""
        earliest, latest = on - timedelta(days=terms.days_back), on + timedelta(days=terms.days_ahead)
        return cls(frozenset(terms.currencies), earliest, latest)


class Reason(msgspec.Struct, frozen=True):
    """Why a file is refused, or what is worth knowing: a code, a sentence to act on, and the place in the file."""

    code: str
    sentence: str
    position: str


class Doubt(msgspec.Struct, frozen=True):
    """What is doubtful about one line, whose money is booked all the same.

    `line_no` is null for a whole statement and `statement_no` for a whole file; `detail_no` 0 is the line itself.
    """

    statement_no: int | None
    line_no: int | None
    detail_no: int
    code: str
    sentence: str
    raw_position: str | None


class ExpectationResult(msgspec.Struct, frozen=True):
    """One expectation as Great Expectations judged it: counts only, never a value of the file."""

    code: str
    expectation: str
    expected: str
    about: str
    success: bool
    checked: int
    failed: int


class Verdict(msgspec.Struct, frozen=True):
    """What the gate says about a file; a refused file is refused whole, an accepted one is booked whole."""

    accepted: bool
    format: str | None
    refusals: tuple[Reason, ...]
    doubts: tuple[Doubt, ...]
    warnings: tuple[Reason, ...]
    expectations: tuple[ExpectationResult, ...]

    def plain(self) -> dict[str, Any]:
        """The verdict as plain JSON values, to be stored and shown."""
        shown: dict[str, Any] = msgspec.to_builtins(self)
        return shown
