"""The command line as a scenario uses it: its commands, their options, and each of them carried out in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command
from typer.models import TyperPath

from infra.cli.answer import Answer, encoded
from infra.cli.caller import Asked
from infra.cli.entrance import app
from infra.desk.problems import Problem
from infra.scenarios.use_cases import OWN_ENTITY, Moment, Option

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from infra.scenarios.use_cases import Answer as Data
    from infra.scenarios.use_cases import CarryOut
    from infra.settings import Settings

# Commands that do something outside the books of one entity, or whose answer has another shape.
_OUTSIDE: Final = ("db", "demo", "group", "inspect", "rehearse", "serve", "serve-bank-day")
# Options that every command has: a scenario has its own books, and always needs the whole answer as data.
_OF_ALL: Final = ("entity", "json", "help", "all")
# The error of wrong usage, which typer itself does not export.
_USAGE: Final[Any] = typer.BadParameter.__mro__[1]
_WRONG_USAGE: Final = "wrong_usage"


class KnownCommands:
    """The commands that scenarios may use, as they are registered."""

    def names(self) -> Sequence[str]:
        """Return the names of all commands; all modules of the command line are imported for this."""
        return tuple(_names(_command_line()))

    def options(self, command: str) -> Mapping[str, Option] | None:
        """Return the options of a command; an argument is called by the word that help shows for it."""
        found = _command(command)
        if found is None:
            return None
        options = (_option(one) for one in found.get_params(typer.Context(found)))
        return {option.name: option for option in options if option.name not in _OF_ALL}

    def wrong(self, command: str, words: Sequence[str]) -> str | None:
        """Return what the command's own option parser says against these words."""
        try:
            _command(command).make_context(command, list(words))
        except _USAGE as wrong:
            return str(wrong.format_message())
        return None


class _Office:
    """The desks at which all persons of a scenario work, one an entity; they stay open, because opening takes long."""

    def __init__(self, ending: ExitStack) -> None:
        self._ending = ending
        self._desks: dict[str, Desk] = {}

    def desk(self, url: Callable[[], str], settings: Settings, now: datetime, user: str, correlation: str) -> Desk:
        """Return the entity's desk as this person finds it."""
        from infra.desk.desk import open_desk

        if settings.entity not in self._desks:
            opened = open_desk(url(), settings.entity, now, user, settings.vault_key, correlation)
            self._desks[settings.entity] = self._ending.enter_context(opened)
        return replace(self._desks[settings.entity], now=now, user=user, correlation=correlation)


@dataclass
class Player:
    """A caller with its own books, clock and person, that keeps each answer instead of printing it."""

    where: Settings
    moment: Moment
    office: _Office
    kept: bytes = b""

    def settings(self, asked: Asked) -> Settings:
        """Return where the scenario's books are."""
        return self.where

    def now(self) -> datetime:
        """Return the scenario's time."""
        return self.moment.at

    def user(self) -> str:
        """Return the scenario's person."""
        return self.moment.person

    def knows(self, user: str) -> bool:
        """Return true: a scenario's persons are users of no machine."""
        return True

    def desk(
        self, url: Callable[[], str], settings: Settings, now: datetime, correlation: str
    ) -> AbstractContextManager[Desk]:
        """Return the open desk, at which this command's person now works."""
        return nullcontext(self.office.desk(url, settings, now, self.user(), correlation))

    def waiting(self) -> AbstractContextManager[None]:
        """Leave Ctrl-C to the command that plays the scenario through."""
        return nullcontext()

    def answered(self, asked: Asked, entity: str, answer: Answer) -> None:
        """Keep the answer as --json prints it."""
        self.kept = encoded(asked.command, entity, answer)


@contextmanager
def carried_out_in(books: Settings) -> Iterator[CarryOut]:
    """Return the function that carries out a command in these books; nothing is printed."""
    import msgspec

    with ExitStack() as ending:
        office = _Office(ending)
        further: dict[str, Settings] = {}

        def books_of(entity: str | None) -> Settings:
            if entity is None:
                return books
            if entity not in further:
                further[entity] = ending.enter_context(_books_beside(books, entity_called(books, entity)))
            return further[entity]

        def carry_out(command: str, words: Sequence[str], moment: Moment) -> Data:
            caller = Player(books_of(moment.entity), moment, office)
            nowhere = StringIO()
            try:
                with (
                    redirect_stdout(nowhere),
                    redirect_stderr(nowhere),
                    _command_line().make_context("reskontra", [*command.split(), *words], obj=caller) as context,
                ):
                    context.command.invoke(context)
            except _USAGE as wrong:
                refused = Answer(problems=[Problem(_WRONG_USAGE, str(wrong.format_message()))], ok=False)
                caller.answered(Asked(command, None, as_json=True), caller.where.entity, refused)
            answer: Data = msgspec.json.decode(caller.kept)
            return answer

        yield carry_out


def entity_called(books: Settings, name: str) -> str:
    """Return the entity that a scenario calls by a name: its own one, or a further one of the same installation."""
    return books.entity if name == OWN_ENTITY else f"{books.entity}_{name}"


@contextmanager
def _books_beside(books: Settings, entity: str) -> Iterator[Settings]:
    """Create the books of a further entity, which are dropped at the end of the block."""
    from infra import postgres, rooms

    beside = replace(books, entity=entity, writer_url=None, reader_url=None, vault_url=None)
    with postgres.temporary_entity(postgres.owner_url(books), entity):
        rooms.upgrade(beside, entity)
        yield beside


@cache
def _command_line() -> Any:
    return get_command(app)


def _command(name: str) -> Any:
    """The command of this name, or None if there is none that a scenario may use."""
    words = name.split()
    found = None if not words or words[0] in _OUTSIDE else _command_line()
    for word in words:
        found = found.get_command(typer.Context(found), word) if isinstance(found, TyperGroup) else None
    return None if isinstance(found, TyperGroup) else found


def _names(group: Any, before: tuple[str, ...] = ()) -> Iterator[str]:
    context = typer.Context(group)
    for name in group.list_commands(context):
        if before or name not in _OUTSIDE:
            found = group.get_command(context, name)
            if isinstance(found, TyperGroup):
                yield from _names(found, (*before, name))
            else:
                yield " ".join((*before, name))


def _option(parameter: Any) -> Option:
    positional = parameter.param_type_name == "argument"
    takes = str(parameter.metavar or "")
    longest = max(parameter.opts, key=len).removeprefix("--")
    return Option(
        name=takes.lower().replace("_", "-") if positional else longest,
        takes=takes,
        positional=positional,
        flag=bool(getattr(parameter, "is_flag", False)),
        several=parameter.nargs == -1 or bool(getattr(parameter, "multiple", False)),
        path=isinstance(parameter.type, TyperPath),
    )
