"""The catalogue: every fact, rule, posting, change, refusal and sentence, derived from the nouns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from ledger.domain import refusals
from ledger.domain.chart import Leg
from ledger.domain.fact import Command, Decision, Envelope, Fact, State, States
from ledger.domain.noun import Change, Noun, Rule
from ledger.domain.nouns import NOUNS
from ledger.domain.refusals import Refused

K = TypeVar("K")
V = TypeVar("V")


class Catalogue:
    """What a tuple of nouns comes to; a stored name is the class name for ever, a changed shape `ClassName.2`."""

    def __init__(self, nouns: Iterable[Noun]) -> None:
        self.nouns: dict[str, Noun] = _once((noun.name, noun) for noun in nouns)
        every = self.nouns.values()
        self.facts: dict[str, type[Fact]] = _once((fact.__name__, fact) for noun in every for fact in noun.kinds)
        self.rules: dict[type[Command], Rule] = _once(pair for noun in every for pair in noun.rules.items())
        self.refusals: dict[str, str] = _once(
            pair for one in (refusals.REFUSALS, *(noun.refusals for noun in every)) for pair in one.items()
        )
        self.posting: dict[type[Fact], Callable[[Any], tuple[Leg, ...]]] = _of_own(every, "legs")
        self.changing: dict[type[Fact], Callable[[Any], tuple[Change, ...]]] = _of_own(every, "changes")
        self._amounts: dict[type[Fact], Callable[[Any], int]] = _of_own(every, "amounts")
        self._sentences: dict[type[Fact], Callable[[Any], str]] = _of_own(every, "sentences")
        silent = [name for name, fact in self.facts.items() if fact not in self._sentences]
        if silent:
            raise ValueError(f"no sentence for {', '.join(silent)}")
        self.newest_is_enough = tuple(f"{noun.name}-" for noun in every if noun.newest_is_enough)
        self._evolve = {noun.name: noun.evolve for noun in every}

    def remember(self, stream: str, state: State | None, facts: Iterable[Fact]) -> State | None:
        """The state of a stream after more facts; its noun is the word before its first hyphen."""
        evolve = self._evolve[stream.partition("-")[0]]
        assert evolve is not None, f"{stream} keeps no facts"
        for fact in facts:
            state = evolve(state, fact)
        return state

    def decide(self, states: States, command: Command, envelope: Envelope) -> Decision:
        """The facts a command leads to; none where it is nothing new; raises Refused where it may not be."""
        return self.rules[type(command)](states, command, envelope)

    def legs(self, fact: Fact) -> tuple[Leg, ...]:
        """The posting of a fact, summing to zero by currency; nothing for a fact that moves no money."""
        post = self.posting.get(type(fact))
        return () if post is None else tuple(leg for leg in post(fact) if leg.amount_minor)

    def changes(self, fact: Fact) -> tuple[Change, ...]:
        """What a fact does to the balance of its stream; nothing for a fact that leaves it as it is."""
        change = self.changing.get(type(fact))
        return () if change is None else change(fact)

    def amount_minor(self, fact: Fact) -> int | None:
        """The amount a fact is about, minor units; none where it is about no money."""
        said = self._amounts.get(type(fact))
        amount = said(fact) if said is not None else getattr(fact, "amount_minor", None)
        return amount if isinstance(amount, int) else None

    def currency(self, fact: Fact) -> str | None:
        """The currency of the amount a fact is about, where it has one."""
        changes = self.changes(fact) or self.legs(fact)
        said = getattr(fact, "currency", None)
        return said if said is not None or not changes else changes[0].currency

    def sentence(self, fact: Fact) -> str:
        """What a fact says in one plain sentence, without its amount."""
        return self._sentences[type(fact)](fact)

    def title(self, document: str) -> str:
        """What a statement calls a document, by its stream."""
        noun = document.partition("-")[0]
        found = self.nouns.get(noun)
        return found.title if found is not None and found.title else noun

    def keeps(self, stream: str) -> bool:
        """Whether a name is that of a stream of some noun."""
        found = self.nouns.get(stream.partition("-")[0])
        return "-" in stream and found is not None and found.evolve is not None

    def refusal(self, refused: Refused) -> str:
        """Why a command was refused, in one sentence, and the ids it concerns; KeyError for a code nobody lists."""
        return self.refusals[refused.code] + (f" ({refused.about})" if refused.about else "")

    def taken_in_turns(self, streams: Iterable[str]) -> tuple[str, ...]:
        """Those streams whose writers take turns, sorted, each once."""
        return tuple(sorted({stream for stream in streams if stream.startswith(self.newest_is_enough)}))


def _once(pairs: Iterable[tuple[K, V]]) -> dict[K, V]:
    """A dictionary in which nothing is registered twice."""
    found: dict[K, V] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{key} is registered twice")
        found[key] = value
    return found


def _of_own(nouns: Iterable[Noun], part: str) -> dict[type[Fact], Callable[[Any], Any]]:
    """One part of all nouns, each of which may speak for its own facts alone."""
    found: dict[type[Fact], Callable[[Any], Any]] = {}
    for noun in nouns:
        told: Mapping[type[Fact], Callable[[Any], Any]] = getattr(noun, part)
        strangers = [fact.__name__ for fact in told if fact not in noun.kinds]
        if strangers:
            raise ValueError(f"{noun.name} has {part} of {', '.join(strangers)}, which are not its facts")
        found.update(told)
    return found


CATALOGUE: Final = Catalogue(NOUNS)
