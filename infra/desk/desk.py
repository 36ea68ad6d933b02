"""The desk of one entity: its books and working lists, and who uses them and when."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.problems import Problem, Stopped
from infra.desk.random_ids import random_id

if TYPE_CHECKING:
    from ledger import Outcome, Submission
    from ledger.domain.fact import Command, Fact
    from ledger.domain.terms.entity import Terms
    from projections import Books
    from projections.store.names import Names
    from reconciliation.store import ReconciliationStore

# The namespace of ids derived from the caller's key; a repeated command with the same key gets the same ids.
_OF_KEYS: Final = uuid.UUID("5b1a7e9c-61a4-4f0e-9d0b-7c3f2f0a8e11")


@dataclass(frozen=True)
class Occasion:
    """A command's details: its key, when it happened, when it counts in the ledger, and on whose behalf it is given."""

    key: str | None = None
    on: date | None = None
    accounting_date: date | None = None
    on_behalf_of: str | None = None


class Done(NamedTuple):
    """The result of a command: the ledger's outcome, the ids it is about, and further details.

    `days` are the days on which the command's facts take effect.
    """

    outcome: Outcome
    named: Mapping[str, str]
    days: tuple[date, ...] = ()
    more: Mapping[str, Any] = {}

    @property
    def row(self) -> dict[str, Any]:
        """The result as one row, for programs."""
        return {
            "status": self.outcome.status,
            **self.named,
            "key": self.outcome.key,
            "first_position": self.outcome.first_position,
            "last_position": self.outcome.last_position,
            "effective_days": self.days,
            **self.more,
        }


class Listed(NamedTuple):
    """A list as of now: its rows, and the position up to which it is complete."""

    rows: list[dict[str, Any]]
    position: int


@dataclass(frozen=True)
class Desk:
    """An entity's books, and who works on them and when; all facts of this work share `correlation`."""

    books: Books
    lists: ReconciliationStore
    now: datetime
    actor: str
    correlation: str

    @cached_property
    def today(self) -> date:
        """The entity's civil day."""
        from projections import civil_day

        return civil_day(self.terms, self.now)

    @cached_property
    def terms(self) -> Terms:
        """The entity's terms."""
        return self.books.terms()

    @cached_property
    def names(self) -> Names:
        """The look-ups by name; on first use, the read tables are brought up to date."""
        self.books.follow()
        return self.books.store.names

    def id(self, given: str | None, occasion: Occasion) -> str:
        """Return the given id, or an id derived from the key, or else a random id that sorts by time."""
        if given is not None:
            return given
        return str(uuid.uuid5(_OF_KEYS, occasion.key)) if occasion.key is not None else random_id(self.now)

    def record(self, command: Command, occasion: Occasion, **named: str) -> Done:
        """Decide and record one command; raises Stopped with the ledger's code if the command is refused.

        The ids in `named` are returned with the outcome. The read tables are brought up to date at once, so that the
        next report need not wait.
        """
        from ledger import execute

        outcome = execute(self.books.journal, self.submission(command, occasion))
        if outcome.status == "refused":
            about = ", ".join(f"{name} {value}" for name, value in named.items())
            raise Stopped(Problem(str(outcome.code), str(outcome.sentence), about or None))
        self.books.follow(at=self.now)
        return Done(outcome, named, self._effective_days(outcome))

    def _effective_days(self, outcome: Outcome) -> tuple[date, ...]:
        """The days on which the facts of a command take effect, which the rule may have chosen."""
        if outcome.first_position is None or outcome.last_position is None:
            return ()
        count = outcome.last_position - outcome.first_position + 1
        found = self.books.journal.follow(outcome.first_position - 1, count)
        return tuple(sorted({one.envelope.occurred_on for one in found if one.envelope.key == outcome.key}))

    def submission(self, command: Command, occasion: Occasion) -> Submission:
        """Return the command in its envelope, which also states the command's reason if there is one."""
        from msgspec.structs import replace

        from ledger import Envelope, Reason, Submission
        from ledger.domain.fact import DatedCommand

        if isinstance(command, DatedCommand) and occasion.on is not None:
            command = replace(command, on=occasion.on)
        reason = getattr(command, "reason_code", None)
        envelope = Envelope(
            occurred_on=occasion.on or self.today,
            accounting_date=self.today,
            recorded_at=self.now,
            actor=self.actor,
            key=occasion.key or random_id(self.now),
            on_behalf_of=occasion.on_behalf_of,
            correlation=self.correlation,
            reason=Reason(reason) if reason else None,
        )
        return Submission(command, envelope, occasion.accounting_date)

    def with_amount(self, done: Done, stream: str, of: str) -> Done:
        """Add to the result what was requested: the amount, the currency, and the account or item.

        The request is the first fact of `stream`; `of` is the name of the field that contains the account or item.
        """
        requested, *_ = self.facts([stream])
        return done._replace(more={name: getattr(requested, name) for name in (of, "amount_minor", "currency")})

    def facts(self, streams: Sequence[str]) -> list[Fact]:
        """Return the recorded facts of some streams, to say what a command led to."""
        return [dated.fact for _, _, dated in self.books.journal.facts(streams)]


@contextmanager
def open_desk(url: str, entity: str, now: datetime, actor: str, correlation: str) -> Iterator[Desk]:
    """Open an entity's desk for any entry point.

    `url` connects to the database as the writer role; the caller gives `now` and `actor`.
    """
    from projections import open_books
    from reconciliation.store import ReconciliationStore

    with open_books(url, entity) as books, ReconciliationStore(url, entity) as lists:
        yield Desk(books, lists, now, actor, correlation)
