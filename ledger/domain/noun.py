"""A noun registers itself: its facts, how they are remembered, its rules, and what each fact moves, posts and says."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from ledger.domain.chart import Leg
from ledger.domain.fact import Command, Decision, Envelope, Fact, State, States

# The three balances of the sub-ledger: what a payer owes, money received that settles nothing yet, customer credit.
Balance = Literal["item", "receipt", "credit"]
# In what way a balance changed; an undoing has the effect of what it undoes and the other sign.
Effect = Literal[
    "raised", "paid", "credited", "written_off", "received", "identified", "allocated", "granted", "applied", "refunded"
]

Rule = Callable[[States, Any, Envelope], Decision]


class Change(NamedTuple):
    """What a fact does to the balance of its own stream, on the fact's own day.

    One sign for every balance: above zero the payer owes more, below zero less, in minor units. `document` is the
    stream of the document behind it, the fact's own where it is null; `account_id` says whose a receipt is, where
    the fact says so.
    """

    balance: Balance
    effect: Effect
    amount_minor: int
    currency: str
    document: str | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of stream, `name-id`, and all that the house derives from its facts.

    `facts` is their union, in the order of a life; `evolve` remembers them. `legs` is the general ledger's count of a
    fact, `changes` the sub-ledger's. `amounts` says what a fact is about where it has no `amount_minor`. Where
    `newest_is_enough`, the stream is long and its newest fact alone is read; its writers take turns. `title` is what a
    statement calls its documents. A module that only adds rules to the facts of others registers them without facts.
    """

    name: str
    facts: Any = ()
    evolve: Callable[[Any, Any], State] | None = None
    rules: Mapping[type[Command], Rule] = field(default_factory=dict)
    legs: Mapping[type[Fact], Callable[[Any], tuple[Leg, ...]]] = field(default_factory=dict)
    changes: Mapping[type[Fact], Callable[[Any], tuple[Change, ...]]] = field(default_factory=dict)
    amounts: Mapping[type[Fact], Callable[[Any], int]] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    sentences: Mapping[type[Fact], Callable[[Any], str]] = field(default_factory=dict)
    newest_is_enough: bool = False
    title: str = ""

    @property
    def kinds(self) -> tuple[type[Fact], ...]:
        """The classes of its facts."""
        if isinstance(self.facts, tuple):
            return self.facts
        return typing.get_args(self.facts) or (self.facts,)
