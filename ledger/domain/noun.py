"""A noun's registration: its facts, state and rules; for each fact, its changes, its postings and its sentence."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from ledger.domain.chart_of_accounts import Leg
from ledger.domain.duty import Act, Duties
from ledger.domain.fact import Command, Decision, Envelope, Fact, State, States

# The three balances of the sub-ledger: what a payer owes (item), money received that settles nothing yet (receipt), and
# customer credit (credit).
Balance = Literal["item", "receipt", "credit"]
# The way in which a balance changed. A reversal is named like the change that it reverses, but its amount has the
# opposite sign.
Effect = Literal[
    "raised",
    "paid",
    "credited",
    "written_off",
    "rounded_off",
    "received",
    "identified",
    "allocated",
    "recalled",
    "reclassified",
    "withdrawn",
    "never_received",
    "voided",
    "granted",
    "applied",
    "refunded",
]

Rule = Callable[[States, Any, Envelope], Decision]


class Change(NamedTuple):
    """How a fact changes the balance of its own stream, on the fact's own day.

    The amount is in minor units. Its sign means the same for every balance: positive if it makes the payer owe more,
    negative if it makes the payer owe less. `document` is the stream of the document that caused the change, or null
    for the fact's own stream. `account_id` is the account of a receipt's payer after the fact, or null if unknown.
    """

    balance: Balance
    effect: Effect
    amount_minor: int
    currency: str
    document: str | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of stream, `name-id`, and everything that is derived from its facts.

    `facts` is the union of its fact classes, in the order of a stream's life; `evolve` gives the state after a fact
    that takes effect on a day. `duties` says whose duty each command is, and `acts` what somebody decides with a fact.
    `legs` gives what a fact posts in the general ledger, and `changes` what it moves in the sub-ledger. `amounts` gives
    the amount of a fact that has no `amount_minor`. With `newest_is_enough`, only the newest fact of a long stream is
    read, and the stream's writers take turns. `title` names the noun's documents in an account statement. If the noun
    `governs`, its facts decide how later facts are treated, so they are in the treatment history. If a module only adds
    rules, its noun has no facts.
    """

    name: str
    facts: Any = ()
    evolve: Callable[[Any, Any, date], State] | None = None
    rules: Mapping[type[Command], Rule] = field(default_factory=dict)
    duties: Mapping[type[Command], Duties] = field(default_factory=dict)
    acts: Mapping[type[Fact], Act] = field(default_factory=dict)
    legs: Mapping[type[Fact], Callable[[Any], tuple[Leg, ...]]] = field(default_factory=dict)
    changes: Mapping[type[Fact], Callable[[Any], tuple[Change, ...]]] = field(default_factory=dict)
    amounts: Mapping[type[Fact], Callable[[Any], int]] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    sentences: Mapping[type[Fact], Callable[[Any], str]] = field(default_factory=dict)
    newest_is_enough: bool = False
    title: str = ""
    governs: bool = False

    @property
    def fact_classes(self) -> tuple[type[Fact], ...]:
        """The classes of the noun's facts."""
        if isinstance(self.facts, tuple):
            return self.facts
        return typing.get_args(self.facts) or (self.facts,)
