"""A book in memory: the plainest reading of the rules, and the oracle the stored book is compared with."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest

from ledger.domain.bounds import require_bounds
from ledger.domain.catalogue import CATALOGUE, Catalogue
from ledger.domain.duty import person_of_actor
from ledger.domain.fact import Command, Dated, Decision, Envelope, Fact, NewFact, State
from ledger.domain.noun import Noun
from ledger.domain.people.authority import Use, used
from ledger.domain.people.limit import limited_kind
from ledger.domain.refusals import Refused

DAY = date(2024, 7, 12)
_AT = datetime(2024, 7, 12, 8, tzinfo=UTC)


class Asked(NamedTuple):
    """A command, who asks for it and on which day; for whom and under which duty, where that matters."""

    command: Command
    actor: str = "anna"
    on: date = DAY
    on_behalf_of: str | None = None
    duty: str | None = None

    @property
    def envelope(self) -> Envelope:
        """The envelope in which it comes."""
        return Envelope(
            occurred_on=self.on,
            accounting_date=self.on,
            recorded_at=_AT,
            actor=self.actor,
            key="k",
            on_behalf_of=self.on_behalf_of,
            duty=self.duty,
        )


Ask = Command | Asked
# By its code what a noun refuses: what is asked before, and what is refused then, in the clinic of test_refusals.
Raised = dict[str, tuple[tuple[Ask, ...], Ask]]


def asked(ask: Ask) -> Asked:
    """The command with who asks, Anna where nobody is named."""
    return ask if isinstance(ask, Asked) else Asked(ask)


def by(actor: str, ask: Ask) -> Asked:
    """The same, asked by somebody else."""
    return asked(ask)._replace(actor=actor)


def under(duty: str, ask: Ask) -> Asked:
    """The same, asked under a duty."""
    return asked(ask)._replace(duty=duty)


def on(day: date, ask: Ask) -> Asked:
    """The same, on another day."""
    return asked(ask)._replace(on=day)


def dated(*facts: Fact, on: date = DAY) -> list[Dated]:
    """The facts, all on one day."""
    return [Dated(fact, on) for fact in facts]


def noun_of(catalogue: Catalogue, stream: str) -> Noun:
    """The noun of a stream, from the word before its first hyphen; KeyError where there is none."""
    return catalogue.nouns[stream.partition("-")[0]]


class Book:
    """Streams of facts; commands are decided on the states they ask for, and what is decided is appended."""

    def __init__(self, catalogue: Catalogue = CATALOGUE) -> None:
        self.catalogue = catalogue
        self.log: list[NewFact] = []
        self.states: dict[str, State] = {}

    def decide(self, ask: Ask, envelope: Envelope | None = None) -> Decision:
        """What a command leads to, without recording it; raises Refused. Its own envelope stands for another."""
        one = asked(ask)
        said = envelope or one.envelope
        require_bounds(one.command, said)
        states = self._asked_for(one.command)
        decision = self.catalogue.decide(states, one.command, said)
        begun: set[str] = set()
        for new in decision:
            outside = new.stream not in states and (new.stream in self.states or new.stream in begun)
            assert not outside, f"{type(one.command).__name__} goes on with {new.stream}, which it did not ask for"
            begun.add(new.stream)
            noun = noun_of(self.catalogue, new.stream)
            assert type(new.fact) in noun.fact_classes, f"{new.stream} does not remember {type(new.fact).__name__}"
        return decision

    def _asked_for(self, command: Command) -> dict[str, State | None]:
        """The states a command names, and those it asks for besides."""
        states = {stream: self.states.get(stream) for stream in command.streams()}
        while more := [stream for stream in command.more(states) if stream not in states]:
            states |= {stream: self.states.get(stream) for stream in more}
        return states

    def append(self, decision: Decision, day: date = DAY) -> None:
        """Record what was decided; a fact without a day of its own takes effect on this day."""
        for new in decision:
            dated = Dated(new.fact, new.on or day)
            state = self.catalogue.remember(new.stream, self.states.get(new.stream), (dated,))
            assert state is not None
            self.states[new.stream] = state
            self.log.append(new._replace(on=dated.on))

    def do(self, ask: Ask, envelope: Envelope | None = None) -> Decision:
        """Decide and record, and count what a person may decide only so much of; raises Refused."""
        said = envelope or asked(ask).envelope
        decision = self.decide(ask, said)
        decision += self._counted(asked(ask).command, decision, said)
        self.append(decision, said.occurred_on)
        return decision

    def _counted(self, command: Command, decision: Decision, envelope: Envelope) -> Decision:
        person_id = person_of_actor(envelope.actor)
        limited = [new for new in decision if (act := self.catalogue.acts.get(type(new.fact))) and act.limited]
        if person_id is None or not limited:
            return ()
        duties, day = self.catalogue.duties[type(command)], envelope.recorded_at.date()
        return used(self.states, person_id, duties, [self._use(new) for new in limited], day)[1]

    def _use(self, new: NewFact) -> Use:
        act = self.catalogue.acts[type(new.fact)]
        amount, currency = self.catalogue.amount_minor(new.fact), self.catalogue.currency(new.fact)
        assert amount is not None and currency is not None  # noqa: PT018
        return Use(limited_kind(act.kind), act.document(new.fact, new.stream), amount, currency)

    def given(self, *asks: Ask) -> Book:
        """The book after these commands."""
        for ask in asks:
            self.do(ask)
        return self

    def when(self, ask: Ask) -> When:
        """What a command leads to now, to be compared by `then`, `nothing_new` or `refused`."""
        return When(self, ask)

    def facts(self, stream: str) -> list[Fact]:
        """The facts of one stream, in order."""
        return [new.fact for new in self.log if new.stream == stream]

    def balances(self, currency: str = "SEK") -> dict[str, int]:
        """The general ledger: minor units by role, debit above zero, roles at zero left out."""
        sums: Counter[str] = Counter()
        for new in self.log:
            for leg in self.catalogue.legs(new.fact):
                if leg.currency == currency:
                    sums[leg.role] += leg.amount_minor
        return {role: amount for role, amount in sums.items() if amount}


class When:
    """A command put to a book."""

    def __init__(self, book: Book, ask: Ask) -> None:
        self._book = book
        self._ask = ask

    def then(self, *expected: Fact | NewFact) -> Book:
        """It leads to exactly these facts, in this order (a NewFact also says where and when), now recorded.

        A NewFact without a day takes effect on the day of the command.
        """
        assert expected, "say nothing_new() where nothing is expected"
        decision, day = self._book.do(self._ask), asked(self._ask).on
        assert len(decision) == len(expected), f"it led to {[type(new.fact).__name__ for new in decision]}"
        for new, want in zip(decision, expected, strict=True):
            if isinstance(want, NewFact):
                assert new._replace(on=new.on or day) == want._replace(on=want.on or day)
            else:
                assert new.fact == want
        return self._book

    def nothing_new(self) -> Book:
        """It is accepted and there is nothing to record."""
        assert self._book.do(self._ask) == ()
        return self._book

    def refused(self, code: str) -> Book:
        """It is refused for that reason, and the book is as it was."""
        before = len(self._book.log)
        with pytest.raises(Refused) as caught:
            self._book.do(self._ask)
        assert caught.value.code == code
        assert len(self._book.log) == before
        return self._book
