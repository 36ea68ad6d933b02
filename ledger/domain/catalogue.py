"""The catalogue: every fact, rule, posting, change, refusal and sentence, derived from the nouns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from ledger.domain import refusals
from ledger.domain.chart_of_accounts import Leg
from ledger.domain.duty import DUTIES, JOBS, Act, Duties
from ledger.domain.fact import Command, Dated, Decision, Envelope, Fact, State, States
from ledger.domain.noun import Change, Noun, Rule
from ledger.domain.nouns import NOUNS
from ledger.domain.receivables.following_tax import with_tax
from ledger.domain.refusals import Refused

K = TypeVar("K")
V = TypeVar("V")


class Catalogue:
    """Everything that is derived from a tuple of nouns.

    A fact's stored name is `ClassName`, or `ClassName.2` for its second shape.
    """

    def __init__(self, nouns: Iterable[Noun]) -> None:
        self.nouns: dict[str, Noun] = _once((noun.name, noun) for noun in nouns)
        every = self.nouns.values()
        self.facts: dict[str, type[Fact]] = _once((fact.__name__, fact) for noun in every for fact in noun.fact_classes)
        self.rules: dict[type[Command], Rule] = _once(pair for noun in every for pair in noun.rules.items())
        self.refusals: dict[str, str] = _once(
            pair for one in (refusals.REFUSALS, *(noun.refusals for noun in every)) for pair in one.items()
        )
        self.posting: dict[type[Fact], Callable[[Any], tuple[Leg, ...]]] = _of_own(every, "legs")
        self.changing: dict[type[Fact], Callable[[Any], tuple[Change, ...]]] = _of_own(every, "changes")
        self.acts: dict[type[Fact], Act] = _of_own(every, "acts")
        self._amounts: dict[type[Fact], Callable[[Any], int]] = _of_own(every, "amounts")
        self._sentences: dict[type[Fact], Callable[[Any], str]] = _of_own(every, "sentences")
        silent = [name for name, fact in self.facts.items() if fact not in self._sentences]
        if silent:
            raise ValueError(f"no sentence for {', '.join(silent)}")
        self.duties: dict[type[Command], Duties] = _duties(every, self.rules)
        self.newest_is_enough = tuple(f"{noun.name}-" for noun in every if noun.newest_is_enough)
        self._evolve = {noun.name: noun.evolve for noun in every}

    def remember(self, stream: str, state: State | None, facts: Iterable[Dated]) -> State | None:
        """The state of a stream after more facts, each with the day on which it takes effect.

        The rule is that of the stream's noun (the stream's name up to the first hyphen).
        """
        evolve = self._evolve[stream.partition("-")[0]]
        assert evolve is not None, f"{stream} is of a noun that has no facts of its own"
        for dated in facts:
            state = evolve(state, dated.fact, dated.on)
        return state

    def decide(self, states: States, command: Command, envelope: Envelope) -> Decision:
        """The facts that a command leads to, with the tax that follows; none if it changes nothing.

        Raises Refused if a rule forbids it.
        """
        return with_tax(states, self.rules[type(command)](states, command, envelope), envelope.occurred_on)

    def legs(self, fact: Fact) -> tuple[Leg, ...]:
        """The posting of a fact, which sums to zero in each currency; empty for a fact that moves no money."""
        post = self.posting.get(type(fact))
        return () if post is None else tuple(leg for leg in post(fact) if leg.amount_minor or leg.base_minor)

    def changes(self, fact: Fact) -> tuple[Change, ...]:
        """How a fact changes the balance of its stream; empty if the fact changes no balance."""
        change = self.changing.get(type(fact))
        return () if change is None else change(fact)

    def amount_minor(self, fact: Fact) -> int | None:
        """The amount of a fact in minor units; None if the fact is not about money."""
        said = self._amounts.get(type(fact))
        amount = said(fact) if said is not None else getattr(fact, "amount_minor", None)
        return amount if isinstance(amount, int) else None

    def currency(self, fact: Fact) -> str | None:
        """The currency of a fact's amount; None if the fact has no amount."""
        changes = self.changes(fact) or self.legs(fact)
        said = getattr(fact, "currency", None)
        return said if said is not None or not changes else changes[0].currency

    def sentence(self, fact: Fact) -> str:
        """One plain sentence that says what happened, without the amount."""
        return self._sentences[type(fact)](fact)

    def title(self, document: str) -> str:
        """The title of this stream's document in an account statement."""
        noun = document.partition("-")[0]
        found = self.nouns.get(noun)
        return found.title if found is not None and found.title else noun

    def keeps(self, stream: str) -> bool:
        """Whether this name is possible for a stream of one of the nouns."""
        found = self.nouns.get(stream.partition("-")[0])
        return "-" in stream and found is not None and found.evolve is not None

    def refusal(self, refused: Refused) -> str:
        """A sentence saying why a command was refused, with the ids concerned; raises KeyError for an unlisted code."""
        return self.refusals[refused.code] + (f" ({refused.about})" if refused.about else "")

    def taken_in_turns(self, streams: Iterable[str]) -> tuple[str, ...]:
        """The given streams that only one writer at a time may write to, sorted, without duplicates."""
        return tuple(sorted({stream for stream in streams if stream.startswith(self.newest_is_enough)}))


def _once(pairs: Iterable[tuple[K, V]]) -> dict[K, V]:
    """A dictionary of the pairs; raises ValueError if a key is registered twice."""
    found: dict[K, V] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{key} is registered twice")
        found[key] = value
    return found


def _duties(nouns: Iterable[Noun], rules: Mapping[type[Command], Rule]) -> dict[type[Command], Duties]:
    """Whose duty each command is; raises ValueError for a command that is nobody's, and for an unknown duty."""
    found: dict[type[Command], Duties] = _once(pair for noun in nouns for pair in noun.duties.items())
    wrong = [command.__name__ for command in (*rules, *found) if command not in rules or not found.get(command)]
    if wrong:
        raise ValueError(f"nobody's duty, or no rule: {', '.join(wrong)}")
    unknown = {duty for duties in found.values() for duty in duties} - {*DUTIES, *JOBS}
    if unknown:
        raise ValueError(f"no duty or job is called {', '.join(sorted(unknown))}")
    return found


def _of_own(nouns: Iterable[Noun], part: str) -> dict[type[Fact], Any]:
    """Merge the attribute named `part` of all nouns; each noun may register only its own facts."""
    found: dict[type[Fact], Any] = {}
    for noun in nouns:
        registered: Mapping[type[Fact], Any] = getattr(noun, part)
        strangers = [fact.__name__ for fact in registered if fact not in noun.fact_classes]
        if strangers:
            raise ValueError(f"{noun.name} registers {part} for {', '.join(strangers)}, which are not its facts")
        found.update(registered)
    return found


CATALOGUE: Final = Catalogue(NOUNS)
