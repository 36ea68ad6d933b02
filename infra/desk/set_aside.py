"""The alarm that facts are set aside, which every answer that shows the book has first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from infra.desk.counts import counted
from infra.desk.problems import Problem

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from projections.reports.report import SetAside

CODE: Final = "facts_set_aside"
# At most this many streams are named.
_NAMED: Final = 3


def problems_of(found: Sequence[SetAside]) -> list[Problem]:
    """The alarm, if facts are set aside."""
    if not found:
        return []
    first, facts = found[0], counted(sum(one.facts for one in found), "fact")
    streams = ", ".join(one.stream for one in found[:_NAMED])
    more = f" and {counted(len(found) - _NAMED, 'more stream')}" if len(found) > _NAMED else ""
    sentence = (
        f"THE FIGURES LACK {facts.upper()} of {streams}{more}, which no read table can hold (the first is "
        f"{first.fact} at position {first.ledger_position}: {first.why}). All other facts are in the figures. This is "
        "a fault of the program: report it, and run `reskontra rebuild` with a program that can hold these facts"
    )
    return [Problem(CODE, sentence, first.stream)]


def alarm(desk: Desk, known_at: int | None = None) -> list[Problem]:
    """The alarm as of now or of a position; none if the read tables cannot be read, which says more than the alarm."""
    from projections import ReadStoreTrouble

    try:
        return problems_of(desk.books.set_aside(known_at))
    except ReadStoreTrouble:
        return []
