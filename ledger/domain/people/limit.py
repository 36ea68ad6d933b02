"""Limits: how much a duty may decide at once and in a month, by kind of decision and currency, from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final, Literal, NamedTuple, get_args

from ledger.domain.duty import Act, Duty, person_actor
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, State, States, stream_of
from ledger.domain.money import in_units
from ledger.domain.noun import Noun
from ledger.domain.people.person import Person
from ledger.domain.refusals import Refused
from ledger.domain.terms import entity

# What may be limited: each is the kind of an act whose amounts count.
Limited = Literal["write_off", "credit", "refund"]
LIMITED: Final[tuple[Limited, ...]] = get_args(Limited)
# The duties that decide each kind, as the nouns register it for their commands. A limit of another duty binds nobody.
DECIDED_BY: Final[Mapping[Limited, tuple[Duty, ...]]] = {
    "write_off": ("approver",),
    "credit": ("billing", "manager", "finance"),
    "refund": ("approver",),
}


def limited_kind(kind: str) -> Limited:
    """The kind of a limited act; raises ValueError for another one."""
    return LIMITED[LIMITED.index(kind)]


# A journal belongs to one entity, so it has one stream of limits.
LIMITS: Final = stream_of("limit", "entity")

# Facts


class LimitSet(Fact, frozen=True):
    """From a day on, a duty may decide at most so much at once and in a calendar month, in minor units.

    Without either amount, that one is unlimited.
    """

    apart: ClassVar[tuple[str, ...]] = ("duty", "kind", "currency")

    duty: Duty
    kind: Limited
    currency: str
    single_minor: int | None
    month_minor: int | None
    from_on: date


# State


class Limit(NamedTuple):
    """At most so much at once and in a month, from a day on; null is unlimited."""

    from_on: date
    single_minor: int | None
    month_minor: int | None

    def admits(self, amount_minor: int, sum_minor: int) -> bool:
        """Whether a decision is within the limit, and with it the sum of the month."""
        single, month = self.single_minor, self.month_minor
        return (single is None or amount_minor <= single) and (month is None or sum_minor <= month)

    def lifts(self, before: Limit | None) -> bool:
        """Whether it admits a decision that the limit before it does not; null is no limit."""
        return before is not None and (_more(self.most, before.most) or _more(self.month_minor, before.month_minor))

    def said(self, currency: str) -> str:
        """The limit in words."""
        single, month = (
            "any amount" if one is None else in_units(one, currency) for one in (self.single_minor, self.month_minor)
        )
        return f"{single} at once, {month} in a month"

    @property
    def most(self) -> int | None:
        """The most that one decision may be about; null is unlimited. No decision is above what a month admits."""
        return min((one for one in self[1:] if one is not None), default=None)


def _more(amount_minor: int | None, before_minor: int | None) -> bool:
    return before_minor is not None and (amount_minor is None or amount_minor > before_minor)


Key = tuple[str, Limited, str]


class Limits(State, frozen=True):
    """The entity's limits: for each duty, kind and currency, in the order in which they were set."""

    by_key: Mapping[Key, tuple[Limit, ...]]

    def of(self, duty: str, kind: Limited, currency: str, day: date) -> Limit | None:
        """The limit in force on a day: the one that began last, and of two that began together the newer one.

        A duty that has limits of a kind, but none in a currency, may decide nothing in that currency. Without any
        limit of the kind, the duty is not limited, and null is returned.
        """
        found = [one for one in self.by_key.get((duty, kind, currency), ()) if one.from_on <= day]
        if found:
            return max(reversed(found), key=lambda one: one.from_on)
        limited = any(
            key[:2] == (duty, kind) and any(one.from_on <= day for one in limits) for key, limits in self.by_key.items()
        )
        return NO_AUTHORITY if limited else None


# Of a duty with limits of a kind, in a currency without any.
NO_AUTHORITY: Final = Limit(date.min, 0, 0)
# Before any limit was set.
UNLIMITED: Final = Limits(by_key={})


# Evolve


def evolve(state: Limits | None, fact: LimitSet, on: date) -> Limits:
    """The limits after one more was set."""
    before = {} if state is None else state.by_key
    key = (fact.duty, fact.kind, fact.currency)
    limit = Limit(fact.from_on, fact.single_minor, fact.month_minor)
    return Limits(by_key={**before, key: (*before.get(key, ()), limit)})


def lifted(before: Limits, fact: LimitSet) -> bool:
    """Whether a new limit admits, on some day, what the limits before it do not.

    A new limit is in force until the next one begins. On the way, the duty may become limited in another currency.
    """
    after = evolve(before, fact, fact.from_on)
    limits = (one for key, several in after.by_key.items() if key[:2] == (fact.duty, fact.kind) for one in several)
    days = {fact.from_on, *(one.from_on for one in limits if one.from_on > fact.from_on)}
    asked = [(fact.duty, fact.kind, fact.currency, day) for day in days]
    return any(new is not None and new.lifts(before.of(*one)) for one in asked if (new := after.of(*one)))


# Commands


class SetLimit(Command, frozen=True):
    """Set how much a duty may decide at once and in a month, from today or a later day on.

    `set_by` is the person who sets it.
    """

    set_by: str
    duty: Duty
    kind: Limited
    currency: str
    single_minor: int | None = None
    month_minor: int | None = None
    from_on: date | None = None

    def streams(self) -> tuple[str, ...]:
        """The entity's limits and terms, and the person who sets a limit."""
        return (LIMITS, entity.STREAM, stream_of("person", self.set_by))


# Decide


def set_limit(states: States, command: SetLimit, envelope: Envelope) -> Decision:
    """Set the limit, never from a past day; a limit that is in force already is nothing new.

    Nobody lifts a limit of a duty that they hold themselves.
    """
    if envelope.actor != person_actor(command.set_by):
        raise Refused("actor_unknown")
    _require_limit(states, command)
    from_on = command.from_on or envelope.occurred_on
    if from_on < envelope.occurred_on:
        raise Refused("limit_in_the_past", command.duty)
    state = states.get(LIMITS)
    limits = state if isinstance(state, Limits) else UNLIMITED
    before = limits.by_key.get((command.duty, command.kind, command.currency), ())
    if before and before[-1][1:] == (command.single_minor, command.month_minor) and before[-1].from_on <= from_on:
        return ()
    limit = LimitSet(
        duty=command.duty,
        kind=command.kind,
        currency=command.currency,
        single_minor=command.single_minor,
        month_minor=command.month_minor,
        from_on=from_on,
    )
    in_force = limits.of(command.duty, command.kind, command.currency, from_on)
    if limit.single_minor is None and limit.month_minor is None and (in_force is None or in_force.most is None):
        raise Refused("limit_without_amount", command.duty)
    if _binds(states, command, from_on) and lifted(limits, limit):
        raise Refused("limit_of_oneself", command.duty)
    return (NewFact(LIMITS, limit),)


def _require_limit(states: States, command: SetLimit) -> None:
    """Refuse a limit that is none, that would bind nobody, or that contradicts itself."""
    single, month = command.single_minor, command.month_minor
    if any(amount is not None and amount < 0 for amount in (single, month)):
        raise Refused("limit_malformed", command.duty)
    if command.duty not in DECIDED_BY[command.kind]:
        raise Refused("limit_of_other_duty", f"{command.kind}: {', '.join(DECIDED_BY[command.kind])}")
    if command.currency not in entity.terms_of(states).currencies:
        raise Refused("limit_of_other_currency", command.currency)
    if single is not None and month is not None and single > month:
        raise Refused("limit_contradictory", Limit(date.min, single, month).said(command.currency))


def _binds(states: States, command: SetLimit, day: date) -> bool:
    """Whether the person who sets a limit from a day on holds its duty on that day or later."""
    person = states.get(stream_of("person", command.set_by))
    return isinstance(person, Person) and person.holds_from(command.duty, day)


def _said(fact: LimitSet) -> str:
    return Limit(fact.from_on, fact.single_minor, fact.month_minor).said(fact.currency)


# Registration

NOUN: Final = Noun(
    "limit",
    facts=LimitSet,
    evolve=evolve,
    governs=True,
    rules={SetLimit: set_limit},
    duties={SetLimit: ("admin",)},
    acts={LimitSet: Act("limit", detail=lambda fact: f"{fact.duty} {fact.kind} from {fact.from_on}: {_said(fact)}")},
    refusals={
        "limit_contradictory": (
            "More at once than in a month could never be decided. Give at most the month's amount for a decision at "
            "once, or leave it out."
        ),
        "limit_in_the_past": "A limit begins today or later: what was decided before was decided under the old one.",
        "limit_malformed": ("The amounts of a limit are not below zero."),
        "limit_of_oneself": (
            "Nobody lifts a limit that binds them: whoever has the duty may only make its limits narrower. Another "
            "administrator, without this duty, must set this one."
        ),
        "limit_of_other_currency": (
            "The entity's terms do not have this currency, so nobody decides anything in it. `reskontra entity show` "
            "says which it has."
        ),
        "limit_of_other_duty": (
            "This duty does not decide this, so a limit would bind nobody. Set the limit of a duty named here."
        ),
        "limit_without_amount": (
            "Without an amount, a limit lifts one that is in force, and there is none. Say how much may be decided at "
            "once, or in a month."
        ),
    },
    sentences={
        LimitSet: lambda fact: f"Limit of {fact.duty} for {fact.kind} set from {fact.from_on}: {_said(fact)}",
    },
)
