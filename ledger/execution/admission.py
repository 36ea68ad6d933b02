"""Who may give the commands of a chunk: their duties today, and what they may decide, checked once for every door."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from ledger.civil_time import civil_day
from ledger.domain.catalogue import Catalogue
from ledger.domain.duty import person_of_actor
from ledger.domain.fact import Command, Envelope, NewFact, State, known_stream
from ledger.domain.identifier import is_id
from ledger.domain.people.admission import admitted
from ledger.domain.people.authority import Use
from ledger.domain.people.limit import limited_kind
from ledger.domain.terms import entity
from ledger.domain.terms.entity import terms_of

StatesOf = Callable[[Iterable[str]], dict[str, State | None]]


class Admitted(NamedTuple):
    """The day on which a command is given, and the duties under which it may be given; none if a job gives it."""

    day: date
    duties: tuple[str, ...]


class Admission:
    """Admits the commands of one attempt; states are those of the attempt, so earlier commands of a chunk count."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._streams: dict[str, tuple[str, ...]] = {}
        # By actor, command and time: the states that were looked at, and what follows from them.
        self._known: dict[tuple[str, type[Command], datetime], tuple[list[State | None], Admitted]] = {}

    def streams(self, actor: str) -> tuple[str, ...]:
        """The streams that say what somebody may do: the entity's terms, for its civil day, and the person."""
        found = self._streams.get(actor)
        if found is None:
            person_id = person_of_actor(actor)
            person = () if person_id is None or not is_id(person_id) else (known_stream("person", person_id),)
            found = self._streams[actor] = (entity.STREAM, *person)
        return found

    def admit(self, command: Command, envelope: Envelope, states: Mapping[str, State | None], of: StatesOf) -> Admitted:
        """The day and the duties of a command; refuses it if whoever gives it may not."""
        actor, at = envelope.actor, envelope.recorded_at
        looked_at = of(self.streams(actor))
        key = (actor, type(command), at)
        known = self._known.get(key)
        if known is not None and all(map(_same, known[0], looked_at.values())):
            return known[1]
        day = civil_day(terms_of(looked_at), at)
        duties = admitted({**states, **looked_at}, command, self._catalogue.duties[type(command)], actor, day)
        found = Admitted(day, duties)
        self._known[key] = (list(looked_at.values()), found)
        return found

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
    return one is other
