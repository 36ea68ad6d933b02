"""Runs a command: finds its entity, clock and books, prints its answer, reports every error, and sets the exit code.

Exit codes: 0 done, 1 refused or problems found, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import inspect
import os
import pwd
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, Literal, NamedTuple, ParamSpec

import typer
from typer.main import get_group

from infra.cli.answer import Answer, encoded
from infra.cli.derived_options import Derived, command_with
from infra.cli.interrupt import INTERRUPTED, interruptible
from infra.cli.options import AsJson, EntityName
from infra.cli.page import note, print_page
from infra.desk.days import DaysBack
from infra.desk.random_ids import random_id
from infra.desk.troubles import problems_of

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from infra.postgres import Urls
    from infra.settings import Settings
    from ledger.domain.terms.entity import Terms

P = ParamSpec("P")
Work = Callable[Concatenate["Call", P], Answer]


@dataclass(frozen=True)
class Call:
    """One call of a command: its entity, time and caller, and the form of its answer.

    `starts` says whether the call may start the embedded server.
    """

    as_json: bool
    settings: Settings
    now: datetime
    starts: bool = True
    _open: ExitStack = field(default_factory=ExitStack, init=False, repr=False)

    @property
    def entity(self) -> str:
        """The legal entity."""
        return self.settings.entity

    @property
    def today(self) -> date:
        """The entity's civil day, whatever the time zone of this machine."""
        from projections import civil_day

        return civil_day(self.terms, self.now)

    @cached_property
    def terms(self) -> Terms:
        """The entity's terms, or the defaults if its books cannot be read.

        The defaults are good enough to find the day and to show things. A command that records something fails anyway
        if the books cannot be read.
        """
        from infra import postgres
        from ledger import JournalUnavailable
        from ledger.domain.terms.entity import Terms
        from ledger.journal.archived_years import ArchivedFactsUnreadable
        from ledger.journal.codec import UnreadableFact

        try:
            if not self.starts and not postgres.runs(self.settings):
                return Terms()
            with self.desk() as desk:
                return desk.terms
        except (postgres.DatabaseTrouble, JournalUnavailable, UnreadableFact, ArchivedFactsUnreadable):
            return Terms()

    @cached_property
    def correlation(self) -> str:
        """The id that all facts of this call share."""
        return random_id(self.now)

    @cached_property
    def actor(self) -> str:
        """The operating-system user; there is no log-in yet that would tell more about the caller."""
        try:
            return f"user:{pwd.getpwuid(os.getuid()).pw_name}"
        except KeyError:
            return f"user:{os.getuid()}"

    @cached_property
    def urls(self) -> Urls:
        """The URLs of the entity's books; the embedded server is started if needed."""
        from infra.postgres import connect_urls

        return connect_urls(self.settings, self.entity)

    @cached_property
    def _desk(self) -> Desk:
        from infra.desk.desk import open_desk

        opened = open_desk(self.urls.writer, self.entity, self.now, self.actor, self.correlation)
        return self._open.enter_context(opened)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Return the entity's desk, which is opened once and stays open until the call ends."""
        yield self._desk

    def close(self) -> None:
        """Close the desk, if it was opened."""
        self._open.close()

    def say(self, line: str) -> None:
        """Print a line of the answer while the work is still going on."""
        if not self.as_json:
            print_page([line])
            sys.stdout.flush()


class Commands:
    """A group of commands; `name`, unless it is empty, is the first word of each command."""

    def __init__(self, name: str = "", about: str = "") -> None:
        self.name = name
        # Help written to a pipe is plain text.
        markup: Literal["rich"] | None = "rich" if sys.stdout.isatty() else None
        self.typer = typer.Typer(name=name or None, help=about, no_args_is_help=True, rich_markup_mode=markup)

    def add(self, name: str, *, starts: bool = True, derived: Derived | None = None) -> Callable[[Work[P]], Work[P]]:
        """Register a function as a command.

        The function receives a `Call` as its first argument; --entity and --json are added to the function's own
        options. Its docstring is the help, and its return value is the answer. `derived` gives a struct whose fields
        become further options; their values go into the function's `**` argument. `starts` is false if the server must
        not be started just to find the entity's civil day.
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
        """Return what the word `name` calls: the whole group if the group has a name, otherwise its command `name`."""
        group = get_group(self.typer)
        return group if self.name else group.commands[name]


class _Asked(NamedTuple):
    """The options that every command has."""

    command: str
    entity: str | None
    as_json: bool
    starts: bool


def _answer(asked: _Asked, work: Callable[..., Answer], given: dict[str, Any]) -> None:
    command, entity, as_json, starts = asked
    everything = bool(given.get("everything"))
    try:
        settings = _settings(entity)
    except Exception as trouble:
        _show(command, entity or "", Answer(problems=problems_of(trouble), ok=False), as_json, everything)
    call = Call(as_json, settings, datetime.now(UTC), starts)
    try:
        with interruptible(), closing(call):
            answer = work(call, **{name: _said(call, value) for name, value in given.items()})
    except KeyboardInterrupt:
        note("interrupted; everything recorded so far is complete, and you can run the same command again")
        raise typer.Exit(INTERRUPTED) from None
    except (typer.Exit, typer.BadParameter):
        raise
    except Exception as trouble:
        if os.environ.get("RESKONTRA_TRACE"):
            raise
        answer = Answer(problems=problems_of(trouble), ok=False)
    _show(command, call.entity, answer, as_json, everything)


def _said(call: Call, value: Any) -> Any:
    """Return the given value; `today` and `yesterday` become dates in the entity's time zone."""
    return value.before(call.today) if isinstance(value, DaysBack) else value


def _show(command: str, entity: str, answer: Answer, as_json: bool, everything: bool) -> None:
    if as_json:
        sys.stdout.flush()
        typer.echo(encoded(command, entity, answer))
    else:
        print_page(answer.page, everything=everything)
        sys.stdout.flush()
        for problem in answer.problems:
            # A report's first lines already say what is wrong with the report. A problem's sentence that is already on
            # the page is not printed again.
            if problem.sentence not in answer.page:
                note(f"reskontra: {problem.sentence}")
    raise typer.Exit(0 if answer.ok else 1)


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
