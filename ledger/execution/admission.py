"""Who may give the commands of a chunk, and of which days: checked once for every door."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple

from ledger.civil_time import beginning_of, civil_day
from ledger.domain.catalogue import Catalogue
from ledger.domain.duty import person_of_actor
from ledger.domain.fact import Command, Envelope, NewFact, State, known_stream
from ledger.domain.identifier import is_id
from ledger.domain.people.admission import admitted
from ledger.domain.people.authority import Use
from ledger.domain.people.limit import limited_kind
from ledger.domain.people.registration import RegisterPerson
from ledger.domain.terms import entity
from ledger.domain.terms.entity import Terms, terms_of
from ledger.domain.terms.near_days import require_near
from ledger.execution.submission import Submission

StatesOf = Callable[[Iterable[str]], dict[str, State | None]]


_DAY: Final = timedelta(days=1)


class Admitted(NamedTuple):
    """The day on which a command is given, and the duties under which it may be given; none if a job gives it.

    `terms` are those of the entity on that day.
    """

    day: date
    duties: tuple[str, ...]
    terms: Terms


class Remembered(NamedTuple):
    """An admission: the states that were looked at, and the instants from which to which it holds while they do."""

    looked_at: tuple[State | None, ...]
    begins: datetime
    ends: datetime
    admitted: Admitted


class Admission:
    """Admits the commands of one attempt; states are those of the attempt, so earlier commands of a chunk count.

    A process remembers by actor and command whom it admitted, and looks again when a state or the civil day changes.
    """

    def __init__(self, catalogue: Catalogue, remembered: dict[tuple[str, type[Command]], Any]) -> None:
        self._catalogue = catalogue
        self._streams: dict[str, tuple[str, ...]] = {}
        self._remembered: dict[tuple[str, type[Command]], Remembered] = remembered
        # Those of this attempt: their states need not be looked at again before one of them changes.
        self._fresh: dict[tuple[str, type[Command]], Remembered] = {}

    def streams(self, actor: str) -> tuple[str, ...]:
        """The streams that say what somebody may do: the entity's terms, for its civil day, and the person."""
        found = self._streams.get(actor)
        if found is None:
            person_id = person_of_actor(actor)
            person = () if person_id is None or not is_id(person_id) else (known_stream("person", person_id),)
            found = self._streams[actor] = (entity.STREAM, *person)
        return found

    def admit(self, one: Submission, states: Mapping[str, State | None], of: StatesOf) -> Admitted:
        """The day and the duties of a command; refuses it if whoever gives it may not, or if one of its days is far."""
        admitted = self._admitted(one.command, one.envelope, states, of)
        require_near(one.command, one.envelope, one.counts_on, admitted.terms, admitted.day)
        return admitted

    def _admitted(
        self, command: Command, envelope: Envelope, states: Mapping[str, State | None], of: StatesOf
    ) -> Admitted:
        actor, at, kind = envelope.actor, envelope.recorded_at, type(command)
        key = (actor, kind)
        fresh = self._fresh.get(key)
        if fresh is not None and fresh.begins <= at < fresh.ends:
            return fresh.admitted
        looked_at = of(self.streams(actor))
        now = tuple(looked_at.values())
        known = self._remembered.get(key)
        if known is not None and known.begins <= at < known.ends and all(map(_same, known.looked_at, now)):
            self._fresh[key] = known
            return known.admitted
        terms = terms_of(looked_at)
        day = civil_day(terms, at)
        duties = admitted({**states, **looked_at}, command, self._catalogue.duties[kind], actor, day)
        found = Admitted(day, duties, terms)
        # The first person's registration depends on another state, too.
        if kind is not RegisterPerson:
            begins, ends = (beginning_of(terms, one).astimezone(UTC) for one in (day, day + _DAY))
            self._fresh[key] = self._remembered[key] = Remembered(now, begins, ends, found)
        return found

    def look_again(self) -> None:
        """Look at the states of everybody again, because one of them has changed within this attempt."""
        self._fresh.clear()

    def uses(self, facts: Sequence[NewFact]) -> list[Use]:
        """The limited decisions among facts."""
        acts, catalogue = self._catalogue.acts, self._catalogue
        found = []
        for new in facts:
            act = acts.get(type(new.fact))
            if act is not None and act.limited:
                amount, currency = catalogue.amount_minor(new.fact), catalogue.currency(new.fact)
                assert amount is not None, f"{act.kind} is limited, so it has an amount"
                assert currency is not None, f"{act.kind} is limited, so its amount has a currency"
                found.append(Use(limited_kind(act.kind), act.document(new.fact, new.stream), amount, currency))
        return found


def _same(one: State | None, other: State | None) -> bool:
    return one is other or one == other
