"""The desk of one entity: its books and working lists, and who uses them and when."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NewType

from infra.desk.problems import Problem, Stopped
from infra.desk.random_ids import random_id
from infra.desk.sign_in import holder

if TYPE_CHECKING:
    from ledger import Outcome, Submission
    from ledger.domain.duty import Duty, Job
    from ledger.domain.fact import Command, Fact, State
    from ledger.domain.terms.entity import Terms
    from projections import Books
    from projections.store.names import Names
    from reconciliation.store import ReconciliationStore

# The namespace of ids derived from the caller's key; a repeated command with the same key gets the same ids.
_OF_KEYS: Final = uuid.UUID("5b1a7e9c-61a4-4f0e-9d0b-7c3f2f0a8e11")


# The id of a person whom the book has, never a name as somebody typed it.
PersonId = NewType("PersonId", str)


@dataclass(frozen=True)
class Occasion:
    """A command's details: its key, when it happened, when it counts in the ledger, and the person who asked for it.

    `text_ref` is the id of the reason in words, which the vault has.
    """

    key: str | None = None
    on: date | None = None
    accounting_date: date | None = None
    on_behalf_of: PersonId | None = None
    text_ref: str | None = None


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
    """An entity's books, and who works on them and when; all facts of this work share `correlation`.

    `user` is the name by which the machine knows whoever works, and `key` the file of the entity's master key. If a
    `job` of the program works, it acts, and not the user who started it. `command_key` is the idempotency key of the
    command that is given, if it has one.
    """

    books: Books
    lists: ReconciliationStore
    now: datetime
    user: str
    key: Path
    correlation: str
    job: Job | None = None
    command_key: str | None = None
    # What one command of an entry point has recorded so far, whatever happens afterwards.
    recorded: list[Outcome] = field(default_factory=list, init=False)

    @cached_property
    def actor(self) -> str:
        """The job, or the person whom the machine knows by this name; raises Stopped if nobody is known by it."""
        from ledger.domain.duty import job_actor, person_actor

        if self.job is not None:
            return job_actor(self.job)
        person_id = holder(self.books, self.key, self.user)
        if person_id is None:
            known = self.books.catalogue.refusals["actor_unknown"]
            raise Stopped(Problem("actor_unknown", known if self.has_persons else _NOBODY_YET))
        return person_actor(person_id)

    @property
    def has_persons(self) -> bool:
        """Whether the entity has an administrator, and so persons who may give commands."""
        from ledger.domain.people.administration import ADMINISTRATION

        return bool(self.facts([ADMINISTRATION]))

    @cached_property
    def today(self) -> date:
        """The entity's civil day."""
        from ledger import civil_day

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

    def record(self, command: Command, occasion: Occasion, /, *, founder: str | None = None, **named: str) -> Done:
        """Decide and record one command; raises Stopped with the ledger's code if the command is refused.

        The ids in `named` are returned with the outcome. The read tables are brought up to date at once, so that the
        next report need not wait. `founder` is the entity's first person, who acts although nobody knows them yet.
        """
        from ledger import execute

        return self._done(execute(self.books.journal, self.submission(command, occasion, founder)), named)

    def record_together(self, parts: Sequence[tuple[Command, Occasion]], /, of: int = -1, **named: str) -> Done:
        """Record commands that belong together as `record` does: all of them or none.

        The result is that of the command with the index `of`, which is the last one's if nothing is said. If the person
        may not give all of them, the refusal names the duties that may.
        """
        from ledger import execute_together

        if len(parts) == 1:
            return self.record(*parts[0], **named)
        self.require_for(*(type(command) for command, _ in parts))
        submitted = [self.submission(command, occasion) for command, occasion in parts]
        outcomes = execute_together(self.books.journal, submitted)
        # If one is refused, its outcome is the last one.
        return self._done(outcomes[-1] if outcomes[-1].status == "refused" else outcomes[of], named)

    def record_alone(
        self, command: Command, occasion: Occasion, measure: Callable[[], Mapping[str, State]], **named: str
    ) -> Done:
        """Record a command as `record` does, while nobody else may record anything.

        `measure` says meanwhile what the book holds.
        """
        from ledger import execute_alone

        return self._done(execute_alone(self.books.journal, self.submission(command, occasion), measure), named)

    def _done(self, outcome: Outcome, named: Mapping[str, str]) -> Done:
        if outcome.status == "refused":
            about = ", ".join(f"{name} {value}" for name, value in named.items())
            raise Stopped(Problem(str(outcome.code), str(outcome.sentence), about or None))
        if outcome.last_position is not None:
            self.recorded.append(outcome)
        self.books.follow(at=self.now)
        return Done(outcome, named, self._effective_days(outcome))

    def _effective_days(self, outcome: Outcome) -> tuple[date, ...]:
        """The days on which the facts of a command take effect, which the rule may have chosen."""
        if outcome.first_position is None or outcome.last_position is None:
            return ()
        count = outcome.last_position - outcome.first_position + 1
        found = self.books.journal.follow(outcome.first_position - 1, count)
        return tuple(sorted({one.envelope.occurred_on for one in found if one.envelope.key == outcome.key}))

    def require(self, *duties: Duty) -> None:
        """Refuse work that leaves no fact, unless the person has one of these duties today; raises Stopped."""
        with self.telling():
            self._held(duties)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Tell a person what a rule refuses that is asked here and not by a command; raises Stopped."""
        from ledger import Refused

        try:
            yield
        except Refused as refused:
            raise Stopped(Problem(refused.code, self.books.catalogue.refusal(refused))) from None

    def require_for(self, *commands: type[Command]) -> None:
        """Refuse a person who may not give all these commands today, before anything is read; raises Stopped.

        Whether a job may give them is decided when they are recorded.
        """
        if self.job is not None:
            return
        from ledger.domain.duty import of_persons

        needed = [of_persons(self.books.catalogue.duties[one]) for one in commands]
        missing = [one for one in needed if not self.holds(*one)]
        if missing:
            for_all = [duty for duty in needed[-1] if all(duty in one for one in needed)]
            self.require(*(for_all or missing[-1]))

    def holds(self, *duties: Duty) -> bool:
        """Whether the person has one of these duties today; raises Stopped if nobody is known by the name."""
        from ledger import Refused

        try:
            return bool(self._held(duties))
        except Refused:
            return False

    def _held(self, duties: Sequence[Duty]) -> tuple[str, ...]:
        from ledger.domain.fact import stream_of
        from ledger.domain.people.admission import held_by

        stream = stream_of("person", self.actor.partition(":")[2])
        facts = [dated for _, _, dated in self.books.journal.facts([stream])]
        states = {stream: self.books.catalogue.remember(stream, None, facts)}
        return held_by(states, duties, self.actor, self.today)

    def submission(self, command: Command, occasion: Occasion, founder: str | None = None) -> Submission:
        """Return the command in its envelope, which also states the command's reason if there is one."""
        from msgspec.structs import replace

        from ledger import Envelope, Reason, Submission
        from ledger.domain.duty import person_actor
        from ledger.domain.fact import DatedCommand

        if isinstance(command, DatedCommand) and occasion.on is not None:
            command = replace(command, on=occasion.on)
        reason, asker = getattr(command, "reason_code", None), occasion.on_behalf_of
        envelope = Envelope(
            occurred_on=occasion.on or self.today,
            accounting_date=self.today,
            recorded_at=self.now,
            actor=self.actor if founder is None else person_actor(founder),
            key=occasion.key or random_id(self.now),
            on_behalf_of=None if asker is None else person_actor(asker),
            correlation=self.correlation,
            reason=Reason(reason, occasion.text_ref) if reason else None,
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


_NOBODY_YET: Final = (
    "The entity has no person yet, and only persons record something. Register yourself, for example with `reskontra "
    "person register --duty admin --duty billing --duty finance`, and then the others."
)


@contextmanager
def open_desk(url: str, entity: str, now: datetime, user: str, key: Path, correlation: str) -> Iterator[Desk]:
    """Open an entity's desk for any entry point.

    `url` connects to the database as the writer role; the caller gives `now`, `user` and the master key's file.
    """
    from projections import open_books
    from reconciliation.store import ReconciliationStore

    with open_books(url, entity) as books, ReconciliationStore(url, entity) as lists:
        yield Desk(books, lists, now, user, key, correlation)
