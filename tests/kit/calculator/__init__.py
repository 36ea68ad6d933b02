"""The accountant's calculator: a second reckoning by plain SQL over the raw facts, and how to ask it.

The SQL imports nothing of ours and knows no read table. Of ours, this module knows only the default edges of the aging.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg

from ledger.domain.terms.entity import Terms

_FOLDER: Final = Path(__file__).parent
_READING: Final = (_FOLDER / "reading.sql").read_text(encoding="utf-8")
_QUESTIONS: Final = (_READING + (_FOLDER / "questions.sql").read_text(encoding="utf-8")).encode()
_CHECKS: Final = (_READING + (_FOLDER / "checks.sql").read_text(encoding="utf-8")).encode()
_REMINDERS: Final = (_READING + (_FOLDER / "reminders.sql").read_text(encoding="utf-8")).encode()
_ANSWERS: Final = (_FOLDER / "answers.sql").read_bytes()
# Aging buckets, where the entity declares no others.
EDGES: Final = Terms().aging_edges
NEWEST: Final = 2**63 - 1
# What a book in memory can say as well.
FIGURES: Final = ("open", "owed", "aged", "held", "asked", "unallocated", "credit", "control")
LAST_DAY: Final = date(9999, 12, 31)

# As of a day, and as known at a position.
Clock = tuple[date, int]
# Figure, subject, detail: minor units; what is zero is left out.
Figures = dict[tuple[str, str, str], int]
# First and last position and the number of facts, by the key of the command that led to them.
Answers = dict[str, tuple[int, int, int]]


class Wrong(NamedTuple):
    """What must never be, in whatever book: what is wrong with what, from which position on, on which day."""

    wrong: str
    subject: str
    position: int
    day: date | None
    amount: int


class UnknownFact(AssertionError):
    """A fact that the calculator cannot read; without it every figure may be wrong."""


def figures_at(
    connection: psycopg.Connection[Any], clocks: Sequence[Clock], wanted: Collection[str], accounts: Sequence[str] = ()
) -> list[Figures]:
    """What the raw facts come to, on each pair of clocks; statements of the named accounts only, and holds of now."""
    given = {
        "days": [day for day, _ in clocks],
        "positions": [position for _, position in clocks],
        "figures": list(wanted),
        "accounts": list(accounts),
        "edges": list(EDGES),
    }
    found: list[Figures] = [{} for _ in clocks]
    for number, figure, subject, detail, amount in _rows(connection, _QUESTIONS, given):
        if figure == "unknown":
            raise UnknownFact(f"the calculator does not know the fact {subject}")
        found[number - 1][figure, subject, detail] = amount
    return found


def figures(
    connection: psycopg.Connection[Any], as_of: date, known_at: int = NEWEST, wanted: Collection[str] = FIGURES
) -> Figures:
    """The same on one pair of clocks."""
    (found,) = figures_at(connection, [(as_of, known_at)], wanted)
    return found


def checked(
    connection: psycopg.Connection[Any],
    given: Mapping[str, date] | None = None,
    counted: Collection[str] = (),
    zone: str = "Europe/Stockholm",
) -> list[Wrong]:
    """What is wrong in the book on any day and at any position.

    The facts do not say which days a person chose: `given` are these days by the key of the command, and `counted` the
    keys of the commands of which a person gave the accounting date.
    """
    days = given or {}
    asked = {"given": list(days), "days": list(days.values()), "counted": list(counted), "zone": zone}
    found = [Wrong(*row) for row in _rows(connection, _CHECKS, asked)]
    for one in found:
        if one.wrong == "unknown fact":
            raise UnknownFact(f"the calculator does not know the fact {one.subject}")
    return found


def misdirected(
    connection: psycopg.Connection[Any], runs: Sequence[Clock], limit: int = Terms().difference_limit
) -> list[tuple[str, str, int]]:
    """Reminders that asked for money that was there, and items without money or hold that no run reminded of.

    `runs` are the days of reminder runs with the position after each; an item of which no more than `limit` is left
    needs no reminder. Each has what is wrong, the item and the position.
    """
    given = {"days": [day for day, _ in runs], "positions": [position for _, position in runs], "limit": limit}
    return [(wrong, item, at) for wrong, item, at in _rows(connection, _REMINDERS, given)]


def answers(connection: psycopg.Connection[Any]) -> Answers:
    """What the raw facts say was answered to each key."""
    return {key: (first, last, count) for key, first, last, count in connection.execute(_ANSWERS)}


def _rows(connection: psycopg.Connection[Any], query: bytes, given: Mapping[str, object]) -> list[tuple[Any, ...]]:
    """The rows of a query; the planner has no statistics of its parts, so it may not loop over them in each other."""
    with connection.transaction():
        connection.execute("SET LOCAL enable_nestloop = off")
        connection.execute("SET LOCAL jit = off")
        return connection.execute(query, given).fetchall()
