"""The first time a command was given with its key: what it left out then has the same default when it is repeated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from infra.desk.desk import Desk

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.fact import Fact
    from ledger.domain.terms.entity import Terms


class FirstTime(NamedTuple):
    """The civil day and the entity's terms when a command was first given, and the position of its first fact.

    A command that is given for the first time has those of now, and no position.
    """

    today: date
    terms: Terms
    position: int | None = None

    def before(self, recorded: list[Recorded]) -> list[Fact]:
        """Those of a stream's facts that the command found when it was first given."""
        return [one.fact for one in recorded if self.position is None or one.position < self.position]


def first_time(desk: Desk, key: str | None) -> FirstTime:
    """Return when a command with this key was first given: the defaults of a repeated command are those of that time.

    Otherwise a command whose answer was lost would have other content after midnight, or under new terms.
    """
    from ledger import civil_day

    recorded = _recorded(desk, key)
    if not recorded:
        return FirstTime(desk.today, desk.terms)
    first = recorded[0]
    terms = _terms(desk, first.position)
    return FirstTime(civil_day(terms, first.envelope.recorded_at), terms, first.position)


def first_facts(desk: Desk) -> list[Recorded]:
    """Return what the desk's command recorded when it was first given with its key; nothing if it is new."""
    return _recorded(desk, desk.command_key)


def meant_then(desk: Desk, noun: str, ids: Iterable[str]) -> list[str]:
    """Return those of these ids that a repeated command meant when it was first given: a name keeps its meaning."""
    streams = {one.stream for one in first_facts(desk)}
    return [id for id in ids if f"{noun}-{id}" in streams]


def _recorded(desk: Desk, key: str | None) -> list[Recorded]:
    """The facts of the command that was first given with this key."""
    journal = desk.books.journal
    mark = None if key is None else journal.marks([key]).get(key)
    return [] if mark is None else [one for page in journal.replay(mark.first - 1, mark.last) for one in page]


def _terms(desk: Desk, position: int) -> Terms:
    from ledger.domain.terms.entity import STREAM, EntityTermsDeclared, Terms

    declared = [one.fact for one in desk.books.journal.read_all(STREAM) if one.position < position]
    last = declared[-1] if declared else None
    return last.terms if isinstance(last, EntityTermsDeclared) else Terms()
