"""A book in memory: the plainest reading of the rules, and the oracle the stored book is compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from ledger.domain.catalogue import noun_of, remember
from ledger.domain.fact import Command, Decision, Fact, NewFact, State
from ledger.domain.postings import legs
from ledger.domain.refusals import Refused
from ledger.domain.rulebook import decide


class Book:
    """Streams of facts; commands are decided on the states they name, and what is decided is appended."""

    def __init__(self) -> None:
        self.log: list[NewFact] = []
        self.states: dict[str, State] = {}

    def decide(self, command: Command) -> Decision:
        """What a command leads to, without recording it; raises Refused."""
        boundary: tuple[str, ...] = command.streams()  # type: ignore[attr-defined]
        decision = decide({stream: self.states.get(stream) for stream in boundary}, command)
        for stream, fact in decision:
            assert stream in boundary, f"{type(command).__name__} decided on {stream}, which it did not name"
            assert type(fact) in noun_of(stream).facts, f"{stream} does not remember {type(fact).__name__}"
        return decision

    def append(self, decision: Decision) -> None:
        """Record what was decided."""
        for new in decision:
            state = remember(new.stream, self.states.get(new.stream), (new.fact,))
            assert state is not None
            self.states[new.stream] = state
            self.log.append(new)

    def do(self, command: Command) -> Decision:
        """Decide and record; raises Refused."""
        decision = self.decide(command)
        self.append(decision)
        return decision

    def given(self, *commands: Command) -> Book:
        """The book after these commands."""
        for command in commands:
            self.do(command)
        return self

    def when(self, command: Command) -> When:
        """What a command leads to now, to be compared by `then`, `nothing_new` or `refused`."""
        return When(self, command)

    def facts(self, stream: str) -> list[Fact]:
        """The facts of one stream, in order."""
        return [new.fact for new in self.log if new.stream == stream]

    def balances(self, currency: str = "SEK") -> dict[str, int]:
        """The general ledger: minor units by role, debit above zero, roles at zero left out."""
        return balances((new.fact for new in self.log), currency)


class When:
    """A command put to a book."""

    def __init__(self, book: Book, command: Command) -> None:
        self._book = book
        self._command = command

    def then(self, *expected: Fact | NewFact) -> Book:
        """It leads to exactly these facts, in this order (a NewFact also says on which stream), now recorded."""
        assert expected, "say nothing_new() where nothing is expected"
        decision = self._book.do(self._command)
        assert len(decision) == len(expected), f"it led to {[type(new.fact).__name__ for new in decision]}"
        for new, want in zip(decision, expected, strict=True):
            assert (new if isinstance(want, NewFact) else new.fact) == want, f"expected {want}, got {new}"
        return self._book

    def nothing_new(self) -> Book:
        """It is accepted and there is nothing to record."""
        assert self._book.do(self._command) == ()
        return self._book

    def refused(self, code: str) -> Book:
        """It is refused for that reason, and the book is as it was."""
        before = len(self._book.log)
        with pytest.raises(Refused) as caught:
            self._book.do(self._command)
        assert caught.value.code == code
        assert len(self._book.log) == before
        return self._book


def balances(facts: Iterable[Fact], currency: str) -> dict[str, int]:
    """Postings summed by role, in one currency, roles at zero left out."""
    sums: Counter[str] = Counter()
    for fact in facts:
        for leg in legs(fact):
            if leg.currency == currency:
                sums[leg.role] += leg.amount_minor
    return {role: amount for role, amount in sums.items() if amount}
