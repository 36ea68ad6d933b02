"""How a command is asked and answered: its entity and clock, its books, its exit code, and every trouble in one place.

Exit codes: 0 done, 1 refused or problems found, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import inspect
import os
import pwd
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, Literal, NamedTuple, ParamSpec

import typer
from typer.main import get_group

from infra.cli.answer import Told, encoded
from infra.cli.derived_options import Derived, command_with
from infra.cli.interrupting import INTERRUPTED, interruptible
from infra.cli.options import AsJson, EntityName
from infra.cli.printing import note, print_page
from infra.cli.troubles import problems_of
from infra.desk.days import DaysBack
from infra.desk.random_ids import random_id

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from infra.postgres import Urls
    from infra.settings import Settings
    from ledger.domain.terms.entity import Terms
    from projections import Books

P = ParamSpec("P")
Work = Callable[Concatenate["Call", P], Told]


@dataclass(frozen=True)
class Call:
    """One command as it was asked: for which entity, when, by whom, and how it is to be answered.

    `starts` says whether the embedded server may be started for it.
    """

    command: str
    as_json: bool
    everything: bool
    settings: Settings
    now: datetime
    starts: bool = True
    _opened: list[Books] = field(default_factory=list, init=False, repr=False)

    @property
    def entity(self) -> str:
        """The legal entity."""
        return self.settings.entity

    @property
    def today(self) -> date:
        """The entity's civil day, wherever this machine stands."""
        from projections import civil_day

        return civil_day(self.terms, self.now)

    @cached_property
    def terms(self) -> Terms:
        """The entity's terms, or their defaults where its books cannot be read.

        For telling the day, and for what is only looked at; what is recorded rests on `books.terms()`.
        """
        from infra import postgres
        from ledger import JournalUnavailable
        from ledger.domain.terms.entity import Terms
        from ledger.journal.archived import ArchivedFactsUnreadable
        from ledger.journal.codec import UnreadableFact

        try:
            if self._opened:
                return self._opened[-1].terms()
            if not self.starts and not postgres.runs(self.settings):
                return Terms()
            with self.books() as books:
                return books.terms()
        except (postgres.DatabaseTrouble, JournalUnavailable, UnreadableFact, ArchivedFactsUnreadable):
            return Terms()

    @cached_property
    def correlation(self) -> str:
        """What all facts of this call have in common."""
        return random_id(self.now)

    @cached_property
    def actor(self) -> str:
        """The operating-system user, which is all that is known until there is a log-in."""
        try:
            return f"user:{pwd.getpwuid(os.getuid()).pw_name}"
        except KeyError:
            return f"user:{os.getuid()}"

    @cached_property
    def urls(self) -> Urls:
        """The ways into the entity's books, the embedded server started when it is needed."""
        from infra.postgres import connect_urls

        return connect_urls(self.settings, self.entity)

    @contextmanager
    def books(self) -> Iterator[Books]:
        """The entity's books, for writing."""
        from projections import open_books

        with open_books(self.urls.writer, self.entity) as books:
            self._opened.append(books)
            try:
                yield books
            finally:
                self._opened.remove(books)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """The entity's desk: its books and working lists, at work for whoever asked."""
        from infra.desk.desk import Desk
        from reconciliation.store import ReconciliationStore

        with self.books() as books, ReconciliationStore(self.urls.writer, self.entity) as lists:
            yield Desk(books, lists, self.now, self.actor, self.correlation)

    def say(self, line: str) -> None:
        """Tell people a line of the answer while the work still goes on."""
        if not self.as_json:
            print_page([line])
            sys.stdout.flush()


class Commands:
    """Commands that belong together; `name` stands before each of theirs, unless it is empty."""

    def __init__(self, name: str = "", about: str = "") -> None:
        self.name = name
        # In a pipe help is plain.
        markup: Literal["rich"] | None = "rich" if sys.stdout.isatty() else None
        self.typer = typer.Typer(name=name or None, help=about, no_args_is_help=True, rich_markup_mode=markup)

    def add(self, name: str, *, starts: bool = True, derived: Derived | None = None) -> Callable[[Work[P]], Work[P]]:
        """Register a function as a command; it gets the call first, and --entity and --json are added to its own.

        Its docstring is the help, what it returns is the answer. `derived` options are given to its `**`; `starts`
        is false where no server is started to find the entity's civil day.
        """

        def register(work: Work[P]) -> Work[P]:
            full = f"{self.name} {name}".strip()
            _, *taken = inspect.signature(work, eval_str=True).parameters.values()
            own = [one for one in taken if one.kind is not inspect.Parameter.VAR_KEYWORD]

            def run(*, entity: str | None, as_json: bool, **given: Any) -> None:
                _answer(_Asked(full, entity, as_json, starts), work, given)

            run.__doc__ = work.__doc__
            run.__signature__ = inspect.Signature([*own, *_SHARED])  # type: ignore[attr-defined]
            self.typer.command(name, cls=None if derived is None else command_with(run, derived))(run)
            return work

        return register

    def called(self, name: str) -> Any:
        """The group of that name, or the one command of it where nothing stands before it."""
        group = get_group(self.typer)
        return group if self.name else group.commands[name]


class _Asked(NamedTuple):
    """What every command is asked."""

    command: str
    entity: str | None
    as_json: bool
    starts: bool


def _answer(asked: _Asked, work: Callable[..., Told], given: dict[str, Any]) -> None:
    command, entity, as_json, starts = asked
    everything = bool(given.get("everything"))
    try:
        settings = _settings(entity)
    except Exception as trouble:
        _show(command, entity or "", Told(problems=problems_of(trouble), ok=False), as_json, everything)
    call = Call(command, as_json, everything, settings, datetime.now(UTC), starts)
    try:
        with interruptible():
            told = work(call, **{name: _said(call, value) for name, value in given.items()})
    except KeyboardInterrupt:
        note("interrupted; what was recorded before is whole, and the same command may be run again")
        raise typer.Exit(INTERRUPTED) from None
    except (typer.Exit, typer.BadParameter):
        raise
    except Exception as trouble:
        if os.environ.get("RESKONTRA_TRACE"):
            raise
        told = Told(problems=problems_of(trouble), ok=False)
    _show(command, call.entity, told, as_json, everything)


def _said(call: Call, value: Any) -> Any:
    """What was given, today and yesterday as the entity's own days."""
    return value.before(call.today) if isinstance(value, DaysBack) else value


def _show(command: str, entity: str, told: Told, as_json: bool, everything: bool) -> None:
    if as_json:
        sys.stdout.flush()
        typer.echo(encoded(command, entity, told))
    else:
        print_page(told.page, everything=everything)
        sys.stdout.flush()
        for problem in told.problems:
            # A report says what is wrong with it in its first line, and not twice.
            if problem.sentence not in told.page:
                note(f"reskontra: {problem.sentence}")
    raise typer.Exit(0 if told.ok else 1)


def _settings(entity: str | None) -> Settings:
    from infra.settings import load

    environ = dict(os.environ)
    if entity is not None:
        environ.pop("RESKONTRA_ENTITY", None)
    settings = load(environ, Path.cwd())
    return settings if entity is None else replace(settings, entity=entity)


_SHARED: Final = (
    inspect.Parameter("entity", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=EntityName),
    inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=AsJson),
)
