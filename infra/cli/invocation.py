"""Runs a command: finds its entity, clock and books through its caller, reports every error, and gives the answer."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, Literal, ParamSpec, TypeVar

import typer
from typer.main import get_group

from infra.cli.answer import Answer
from infra.cli.caller import Asked, Caller, Terminal
from infra.cli.derived_options import Derived, command_with
from infra.cli.options import AsJson, EntityName
from infra.cli.page import print_page
from infra.desk import set_aside
from infra.desk.days import DaysBack
from infra.desk.duties import AskedOf
from infra.desk.own_files import refuse_others
from infra.desk.problems import Problem, Stopped
from infra.desk.random_ids import random_id
from infra.desk.troubles import problems_of
from infra.desk.vault import VaultDoor, require_own_key

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from infra.postgres import Urls
    from infra.settings import Settings
    from ledger.domain.duty import Duty
    from ledger.domain.terms.entity import Terms

P = ParamSpec("P")
Said = TypeVar("Said")
Work = Callable[Concatenate["Call", P], Answer]


@dataclass(frozen=True)
class Call:
    """One call of a command: its entity, time and caller, and the form of its answer.

    `starts` says whether the call may start the embedded server, and `key` is its idempotency key, if it has one.
    """

    as_json: bool
    settings: Settings
    now: datetime
    caller: Caller
    starts: bool = True
    key: str | None = None
    _open: ExitStack = field(default_factory=ExitStack, init=False, repr=False)

    @property
    def entity(self) -> str:
        """The legal entity."""
        return self.settings.entity

    @property
    def today(self) -> date:
        """The entity's civil day, whatever the time zone of this machine."""
        from ledger import civil_day

        return civil_day(self.terms, self.now)

    @cached_property
    def terms(self) -> Terms:
        """The entity's terms, or the defaults if its books cannot be read.

        The defaults are good enough to find the day and to show things. A command that records something fails anyway
        if the books cannot be read.
        """
        from ledger.domain.terms.entity import Terms

        return self.from_books(lambda desk: desk.terms, Terms())

    def from_books(self, ask: Callable[[Desk], Said], otherwise: Said) -> Said:
        """What the entity's books say, or `otherwise` if they cannot be read, or are not running and may not be."""
        from infra import postgres
        from ledger import JournalUnavailable
        from ledger.journal.archived_years import ArchivedFactsUnreadable
        from ledger.journal.codec import UnreadableFact
        from projections import ReadStoreTrouble

        unreadable = (JournalUnavailable, UnreadableFact, ArchivedFactsUnreadable, ReadStoreTrouble)
        try:
            if not self.starts and not postgres.runs(self.settings):
                return otherwise
            with self.desk() as desk:
                return ask(desk)
        except (postgres.DatabaseTrouble, *unreadable):
            return otherwise

    @cached_property
    def correlation(self) -> str:
        """The id that all facts of this call share."""
        return random_id(self.now)

    @cached_property
    def urls(self) -> Urls:
        """The URLs of the entity's books; the embedded server is started if needed."""
        from infra.postgres import connect_urls

        return connect_urls(self.settings, self.entity)

    @property
    def vault(self) -> VaultDoor:
        """Where the entity's vault is, and its master key."""
        return VaultDoor(self.urls.vault, self.settings.vault_key, self.settings.archive)

    @cached_property
    def _desk(self) -> Desk:
        opened = self.caller.desk(lambda: self.urls.writer, self.settings, self.now, self.correlation)
        return replace(self._open.enter_context(opened), command_key=self.key)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Return the entity's desk, which is opened once and stays open until the call ends.

        The master key says who a user is. So if nobody is known, and the key is another entity's, that is said.
        """
        try:
            yield self._desk
        except Stopped as stopped:
            if any(one.code == "actor_unknown" for one in stopped.problems):
                require_own_key(self.vault, self.entity)
            raise

    def other_desk(self, entity: str) -> AbstractContextManager[Desk]:
        """Open the desk of another entity of this installation, where the same user works as a person of that entity.

        The owner of the database acts as that entity's writer, because our own entity's login has no right there.
        """
        from infra.postgres import connect_urls

        there = replace(self.settings, entity=entity, writer_url=None, reader_url=None)
        return self.caller.desk(lambda: connect_urls(there, entity).writer, there, self.now, self.correlation)

    def with_alarm(self, answer: Answer) -> Answer:
        """Return the answer with the alarm that facts are set aside, if the books were opened and some are."""
        if "_desk" not in vars(self) or any(problem.code == set_aside.CODE for problem in answer.problems):
            return answer
        alarm = set_aside.alarm(self._desk, answer.known_at)
        if not alarm:
            return answer
        page = (*(one.sentence for one in alarm), *answer.page)
        return replace(answer, problems=(*alarm, *answer.problems), ok=False, page=page)

    def stopped(self, trouble: Exception) -> Answer:
        """Return the answer to a trouble; if something was recorded before it, the answer says so first."""
        problems = problems_of(trouble)
        recorded = self._desk.recorded if "_desk" in vars(self) else []
        if not recorded:
            return Answer(problems=problems, ok=False)
        last = recorded[-1]
        said = (
            f"RECORDED at position {last.last_position} with the key {last.key}, so do not record it again; but what "
            "follows was not all done. Once the cause is mended, `reskontra verify` says what is missing, if anything"
        )
        return Answer(
            rows=[{name: getattr(one, name) for name in _OF_OUTCOME} for one in recorded],
            problems=(Problem("recorded", said), *problems),
            ok=False,
            position=last.last_position,
            page=[said],
            recorded=True,
        )

    def close(self) -> None:
        """Close the desk, if it was opened."""
        self._open.close()

    def say(self, line: str) -> None:
        """Print a line of the answer while the work is still going on."""
        if not self.as_json:
            print_page([line])
            sys.stdout.flush()


_NONE: Final[Mapping[str, Any]] = {}
# What is told of an outcome that nothing followed.
_OF_OUTCOME: Final = ("status", "key", "first_position", "last_position")


class Commands:
    """A group of commands; `name`, unless it is empty, is the first word of each command."""

    def __init__(self, name: str = "", about: str = "") -> None:
        self.name = name
        self.asked: dict[str, AskedOf] = {}
        # Help written to a pipe is plain text.
        markup: Literal["rich"] | None = "rich" if sys.stdout.isatty() else None
        self.typer = typer.Typer(name=name or None, help=about, no_args_is_help=True, rich_markup_mode=markup)

    def add(
        self,
        name: str,
        *,
        starts: bool = True,
        derived: Derived | None = None,
        gives: tuple[str, ...] = (),
        also: Mapping[str, str] = _NONE,
        needs: Mapping[str, tuple[Duty, ...]] = _NONE,
    ) -> Callable[[Work[P]], Work[P]]:
        """Register a function as a command.

        The function receives a `Call` as its first argument; --entity and --json are added to the function's own
        options. Its docstring is the help, and its return value is the answer. `derived` gives a struct whose fields
        become further options; their values go into the function's `**` argument. `starts` is false if the server must
        not be started just to find the entity's civil day.

        `gives`, `also` and `needs` say whose duty the command is, as in `AskedOf`.
        """
        self.asked[f"{self.name} {name}".strip()] = AskedOf(gives, also, needs)

        def register(work: Work[P]) -> Work[P]:
            full = f"{self.name} {name}".strip()
            _, *taken = inspect.signature(work, eval_str=True).parameters.values()
            own = [one for one in taken if one.kind is not inspect.Parameter.VAR_KEYWORD]

            def run(*, context: typer.Context, entity: str | None, as_json: bool, **given: Any) -> None:
                everything = bool(given.get("everything"))
                # What an option needs is beside what the command itself shows.
                shows = not (gives or also or any(not option.startswith("--") for option in needs))
                asked = Asked(full, entity, as_json, everything, records=bool(gives))
                _answer(context.obj or Terminal(), asked, starts, shows, work, given)

            run.__doc__ = work.__doc__
            run.__signature__ = inspect.Signature([*own, *_SHARED])  # type: ignore[attr-defined]
            self.typer.command(name, cls=None if derived is None else command_with(run, derived))(run)
            return work

        return register

    def called(self, name: str) -> Any:
        """Return what the word `name` calls: the whole group if the group has a name, otherwise its command `name`."""
        group = get_group(self.typer)
        return group if self.name else group.commands[name]


def _answer(
    caller: Caller, asked: Asked, starts: bool, shows: bool, work: Callable[..., Answer], given: dict[str, Any]
) -> None:
    with caller.waiting():
        try:
            settings = caller.settings(asked)
        except Exception as trouble:
            caller.answered(asked, asked.entity or "", Answer(problems=problems_of(trouble), ok=False))
            return
        call = Call(asked.as_json, settings, caller.now(), caller, starts, given.get("key"))
        try:
            with closing(call):
                refuse_others(settings, _paths(given.values()))
                answer = work(call, **{name: _said(call, value, given.get("key")) for name, value in given.items()})
                if shows:
                    answer = call.with_alarm(answer)
        except (typer.Exit, typer.BadParameter):
            raise
        except Exception as trouble:
            if os.environ.get("RESKONTRA_TRACE"):
                raise
            answer = call.stopped(trouble)
    caller.answered(asked, call.entity, answer)


def _paths(given: Iterable[Any]) -> Iterator[Path]:
    """The files and folders among what was given."""
    for value in given:
        yield from (one for one in (value if isinstance(value, (list, tuple)) else [value]) if isinstance(one, Path))


def _said(call: Call, value: Any, key: object) -> Any:
    """Return the given value; `today` and `yesterday` become dates in the entity's time zone.

    In a command that is repeated with its key, they mean what they meant when it was first given.
    """
    if not isinstance(value, DaysBack):
        return value
    if not isinstance(key, str):
        return value.before(call.today)
    from infra.desk.first_time import first_time

    with call.desk() as desk:
        return value.before(first_time(desk, key).today)


_SHARED: Final = (
    inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
    inspect.Parameter("entity", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=EntityName),
    inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=AsJson),
)
