"""Authority: what each person has decided in a month, beside the limits of their duties, and what they may go beyond.

Every limited decision is recorded in the stream of its person and month. So two decisions of a person at one time
conflict, and the second one is decided again with the first one counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from ledger.domain.duty import Act, person_actor
from ledger.domain.fact import (
    Command,
    Decision,
    Envelope,
    Fact,
    NewFact,
    State,
    States,
    stream_of,
)
from ledger.domain.money import in_units, require_positive
from ledger.domain.noun import Noun
from ledger.domain.people.limit import LIMITS, NO_AUTHORITY, UNLIMITED, Limit, Limited, Limits
from ledger.domain.people.person import person_of
from ledger.domain.refusals import Refused

# Facts


class AuthorityUsed(Fact, frozen=True):
    """A person decided something that counts towards their month."""

    kind: Limited
    document: str
    amount_minor: int
    currency: str


class ExceptionUsed(Fact, frozen=True):
    """A person decided something beyond their limits, because an exception allowed it."""

    kind: Limited
    document: str
    amount_minor: int
    currency: str


class ExceptionGranted(Fact, frozen=True):
    """Another person allowed somebody to decide up to an amount about one document, whatever the limits are."""

    kind: Limited
    document: str
    amount_minor: int
    currency: str
    reason_code: str


AuthorityFact = AuthorityUsed | ExceptionUsed | ExceptionGranted

# State


class Authority(State, frozen=True):
    """A person's month: what they decided, by kind and currency, and what is left of exceptions, by document."""

    used: Mapping[tuple[str, str], int]
    exceptions: Mapping[tuple[str, str, str], int]


_NOTHING: Final = Authority(used={}, exceptions={})

# Evolve


def evolve(state: Authority | None, fact: AuthorityFact, on: date) -> Authority:
    """The month after one more fact."""
    before = state or _NOTHING
    excepted = (fact.kind, fact.document, fact.currency)
    match fact:
        case AuthorityUsed():
            key = (fact.kind, fact.currency)
            used = {**before.used, key: before.used.get(key, 0) + fact.amount_minor}
            return Authority(used=used, exceptions=before.exceptions)
        case ExceptionUsed():
            left = {**before.exceptions, excepted: before.exceptions[excepted] - fact.amount_minor}
            return Authority(used=before.used, exceptions=left)
        case ExceptionGranted():
            return Authority(used=before.used, exceptions={**before.exceptions, excepted: fact.amount_minor})
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def authority_stream(person_id: str, day: date) -> str:
    """The stream of what a person decides in the calendar month of a day."""
    return stream_of("authority", f"{person_id}-{day:%Y%m}")


# Commands


class GrantException(Command, frozen=True):
    """Allow a person to decide up to an amount about one document this month, whatever their limits are."""

    person_id: str
    kind: Limited
    document: str
    amount_minor: int
    currency: str
    reason_code: str
    month: date

    def streams(self) -> tuple[str, ...]:
        """The person's month, and the person."""
        return (authority_stream(self.person_id, self.month), stream_of("person", self.person_id))


# Decide


def grant(states: States, command: GrantException, envelope: Envelope) -> Decision:
    """Grant the exception, with a reason; nobody grants themselves one."""
    stream, _ = command.streams()
    person_of(states, command.person_id)
    if envelope.actor == person_actor(command.person_id):
        raise Refused("exception_to_oneself", command.document)
    require_positive((command.amount_minor,), command.document)
    granted = ExceptionGranted(
        kind=command.kind,
        document=command.document,
        amount_minor=command.amount_minor,
        currency=command.currency,
        reason_code=command.reason_code,
    )
    return (NewFact(stream, granted),)


class Use(NamedTuple):
    """A limited decision about a document."""

    kind: Limited
    document: str
    amount_minor: int
    currency: str


def used(states: States, person_id: str, duties: Sequence[str], uses: Sequence[Use], day: date) -> tuple[str, Decision]:
    """The duty under which a person may make these decisions on a day, and the facts that count them.

    The first of the duties whose limits admit all of them is taken; what an exception allows counts towards the
    exception, not the month. Refuses decisions that no duty's limits admit, and says which they pass.
    """
    stream = authority_stream(person_id, day)
    month, limits = states.get(stream), states.get(LIMITS)
    before = month if isinstance(month, Authority) else _NOTHING
    found = limits if isinstance(limits, Limits) else UNLIMITED
    passed = []
    for duty in duties:
        counted = _counted(before, found, duty, uses, day)
        if not isinstance(counted, str):
            return duty, tuple(NewFact(stream, fact) for fact in counted)
        passed.append(counted)
    raise Refused("limit_passed", "; ".join(passed))


def _counted(
    before: Authority, limits: Limits, duty: str, uses: Sequence[Use], day: date
) -> list[AuthorityUsed | ExceptionUsed] | str:
    """The facts that count decisions under the limits of a duty; if these do not admit them, which one they pass."""
    state, facts = before, []
    for use in uses:
        limit = limits.of(duty, use.kind, use.currency, day)
        used_minor = state.used.get((use.kind, use.currency), 0)
        excepted_minor = state.exceptions.get((use.kind, use.document, use.currency), 0)
        fact: AuthorityUsed | ExceptionUsed
        if limit is None or limit.admits(use.amount_minor, used_minor + use.amount_minor):
            fact = AuthorityUsed(**use._asdict())
        elif excepted_minor >= use.amount_minor:
            fact = ExceptionUsed(**use._asdict())
        else:
            return f"{duty}: {_passed(limit, use, used_minor, excepted_minor)}"
        state = evolve(state, fact, day)
        facts.append(fact)
    return facts


def _passed(limit: Limit, use: Use, used_minor: int, excepted_minor: int) -> str:
    """Which limit a decision passes, how much it is, and how much of it is left."""

    def written(amount_minor: int) -> str:
        return in_units(amount_minor, use.currency)

    said = f"{use.kind} of {use.document}, {written(use.amount_minor)}"
    if limit == NO_AUTHORITY:
        said += f": no limit is set in {use.currency}, so nothing"
    elif limit.single_minor is not None and use.amount_minor > limit.single_minor:
        said += f": at most {written(limit.single_minor)} at once"
    elif limit.month_minor is not None:
        left_minor = max(limit.month_minor - used_minor, 0)
        said += f": at most {written(limit.month_minor)} in a month, of which {written(left_minor)} is left"
    return said + (f", or {written(excepted_minor)} by exception" if excepted_minor else "")


# Registration

NOUN: Final = Noun(
    "authority",
    facts=AuthorityFact,
    evolve=evolve,
    rules={GrantException: grant},
    duties={GrantException: ("manager", "approver")},
    acts={
        ExceptionGranted: Act("exception", about=lambda fact: fact.document),
        ExceptionUsed: Act("forced", about=lambda fact: fact.document),
    },
    refusals={
        "exception_to_oneself": "Nobody grants themselves an exception; another person must do it.",
    },
    sentences={
        AuthorityUsed: lambda fact: f"Decided {fact.kind} of {fact.document}",
        ExceptionUsed: lambda fact: f"Decided {fact.kind} of {fact.document}, by exception",
        ExceptionGranted: lambda fact: f"Exception granted for {fact.kind} of {fact.document} ({fact.reason_code})",
    },
)
