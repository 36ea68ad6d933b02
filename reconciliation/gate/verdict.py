"""The input and output of the gate: terms in, a verdict with reasons and doubts out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

import msgspec

from ledger.domain.days import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from ledger.domain.terms import entity


class Terms(msgspec.Struct, frozen=True):
    """What a legal entity accepts: the currencies in which it keeps books, and the possible booking days."""

    kept_currencies: frozenset[str]
    earliest_on: date
    latest_on: date

    @classmethod
    def of(cls, terms: entity.Terms, on: date) -> Self:
        """Derive from an entity's terms what it accepts on a day; no day that books cannot have."""
        earliest, latest = on - timedelta(days=terms.days_back), on + timedelta(days=terms.days_ahead)
        return cls(frozenset(terms.currencies), max(earliest, FIRST_DAY), min(latest, LAST_DAY))


class Reason(msgspec.Struct, frozen=True):
    """A reason for refusing a file, or a warning: a code, a sentence on what to do, and the position in the file."""

    code: str
    sentence: str
    raw_position: str


class Doubt(msgspec.Struct, frozen=True):
    """A doubt about one line, a whole statement or a whole file; the money is booked nevertheless.

    `line_no` is null if the doubt is about a whole statement or file; `statement_no` is null if the doubt is about the
    whole file. `detail_no` 0 means the line itself.
    """

    statement_no: int | None
    line_no: int | None
    detail_no: int
    code: str
    sentence: str
    raw_position: str | None


class ExpectationResult(msgspec.Struct, frozen=True):
    """The result of one expectation, as counts; it never contains a value from the file."""

    code: str
    expectation: str
    expected: str
    about: str
    success: bool
    checked: int
    failed: int


class Verdict(msgspec.Struct, frozen=True):
    """The gate's verdict on a file: the whole file is refused, or the whole file is accepted and booked."""

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
