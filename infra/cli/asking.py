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
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec

import typer

from infra.cli.answer import Told, encoded
from infra.cli.interrupting import INTERRUPTED, interruptible
from infra.cli.options import AsJson, EntityName
from infra.cli.printing import note, print_page
from infra.cli.troubles import problems_of

if TYPE_CHECKING:
    from infra.postgres import Urls
    from infra.settings import Settings
    from projections import Books
    from reconciliation.store import ReconciliationStore

P = ParamSpec("P")
Work = Callable[Concatenate["Call", P], Told]


@dataclass(frozen=True)
class Call:
    """One command as it was asked: for which entity, when, by whom, and how it is to be answered."""

    command: str
    as_json: bool
    everything: bool
    settings: Settings
    now: datetime

    @property
    def entity(self) -> str:
        """The legal entity."""
        return self.settings.entity

    @property
    def today(self) -> date:
        """The day here, where the operator sits."""
        return self.now.astimezone().date()

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
            yield books

    @contextmanager
    def desk(self) -> Iterator[ReconciliationStore]:
        """The working lists of what waits for a person."""
        from reconciliation.store import ReconciliationStore

        with ReconciliationStore(self.urls.writer, self.entity) as desk:
            yield desk

    def settle_for_jobs(self) -> None:
        """Tell this process, and those it starts, where the books are; before Prefect is imported, which reads it."""
        from infra.settings import create_data_dir
        from reconciliation.flows import settle_surroundings

        # Prefect makes its own folder, but not those above it.
        create_data_dir(self.settings.data_dir)
        settings = self.settings
        settle_surroundings(os.environ, self.urls.writer, settings.data_dir, settings.seals, settings.keys)

    def say(self, line: str) -> None:
        """Tell people a line of the answer while the work still goes on."""
        if not self.as_json:
            print_page([line])
            sys.stdout.flush()


class Commands:
    """Commands that belong together; `name` stands before each of theirs, unless it is empty."""

    def __init__(self, name: str = "", about: str = "") -> None:
        self.name = name
        self.typer = typer.Typer(name=name or None, help=about, no_args_is_help=True)

    def add(self, name: str) -> Callable[[Work[P]], Work[P]]:
        """Register a function as a command; it gets the call first, and --entity and --json are added to its own.

        Its docstring is the help, what it returns is the answer.
        """

        def register(work: Work[P]) -> Work[P]:
            full = f"{self.name} {name}".strip()
            _, *own = inspect.signature(work, eval_str=True).parameters.values()

            def run(*, entity: str | None, as_json: bool, **given: Any) -> None:
                _answer(full, work, entity, as_json, given)

            run.__doc__ = work.__doc__
            run.__signature__ = inspect.Signature([*own, *_SHARED])  # type: ignore[attr-defined]
            self.typer.command(name)(run)
            return work

        return register


def _answer(command: str, work: Callable[..., Told], entity: str | None, as_json: bool, given: dict[str, Any]) -> None:
    everything = bool(given.get("everything"))
    try:
        settings = _settings(entity)
    except Exception as trouble:
        _show(command, entity or "", Told(problems=problems_of(trouble), ok=False), as_json, everything)
    call = Call(command, as_json, everything, settings, datetime.now(UTC))
    try:
        with interruptible():
            told = work(call, **given)
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
