"""Who gives a command: where its books are, what time it is, and how the answer is given.

A person at a terminal is one caller, a scenario file another; a command cannot tell them apart. The exit codes at a
terminal are: 0 done, 1 refused or problems found, 2 wrong usage, 3 recorded but not all that follows was done or told,
130 interrupted.
"""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import typer

from infra.cli.answer import Answer, encoded
from infra.cli.interrupt import INTERRUPTED, interruptible
from infra.cli.page import note, print_page

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from infra.settings import Settings


# Where Linux says who logged in; the highest number means nobody.
LOGIN: Final = Path("/proc/self/loginuid")
_NOBODY: Final = 2**32 - 1
# The exit code of a command that recorded facts although something failed afterwards.
RECORDED: Final = 3


def logged_in(said: Path) -> int | None:
    """Return the number of the user who logged in to the machine; None if nobody did, or if the machine cannot say."""
    try:
        number = int(said.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return None if number == _NOBODY else number


class Asked(NamedTuple):
    """A command and the options that every command has; `everything` also prints the rest of a long list.

    `records` says whether the command is one that records facts.
    """

    command: str
    entity: str | None
    as_json: bool
    everything: bool = False
    records: bool = False


class Caller(Protocol):
    """Who gives commands, and receives their answers."""

    def settings(self, asked: Asked) -> Settings:
        """Return where the books are; raises SettingsInvalid."""

    def now(self) -> datetime:
        """Return the time at which the command is given."""

    def user(self) -> str:
        """Return the name by which the machine knows who gives the command."""

    def knows(self, user: str) -> bool:
        """Return whether the machine has a user of this name."""

    def desk(
        self, url: Callable[[], str], settings: Settings, now: datetime, correlation: str
    ) -> AbstractContextManager[Desk]:
        """Open the entity's desk; `url` finds the writer's URL, and starts the server if needed."""

    def waiting(self) -> AbstractContextManager[None]:
        """Wait for the command's work, which is done within this block."""

    def answered(self, asked: Asked, entity: str, answer: Answer) -> None:
        """Receive the answer."""


class Terminal:
    """A person or a script: the environment has the settings, the answer is printed, and the exit code sums it up."""

    def settings(self, asked: Asked) -> Settings:
        """Return the settings of the environment; a given entity is taken instead of the environment's."""
        from infra.settings import load

        environ = dict(os.environ)
        if asked.entity is not None:
            environ.pop("RESKONTRA_ENTITY", None)
        settings = load(environ, Path.cwd())
        return settings if asked.entity is None else replace(settings, entity=asked.entity)

    def now(self) -> datetime:
        """Return the machine's time."""
        return datetime.now(UTC)

    def user(self) -> str:
        """Return the user who logged in to the machine, or the user's number if the machine has no name for it.

        Linux remembers who logged in when somebody goes on as another user (`sudo -u`, `su`), and lets nobody change
        that. So several persons can use books that belong to one account of the machine. Where nobody logged in, as in
        a container, it is the user who runs the program. Source: proc_pid_loginuid(5).
        """
        number = logged_in(LOGIN)
        number = os.getuid() if number is None else number
        try:
            return pwd.getpwuid(number).pw_name
        except KeyError:
            return str(number)

    def knows(self, user: str) -> bool:
        """Return whether the machine has a user of this name, or with this number and no name."""
        if user.isdecimal():
            return True
        try:
            pwd.getpwnam(user)
        except KeyError:
            return False
        return True

    def desk(
        self, url: Callable[[], str], settings: Settings, now: datetime, correlation: str
    ) -> AbstractContextManager[Desk]:
        """Open the entity's desk for one command."""
        from infra.desk.desk import open_desk

        return open_desk(url(), settings.entity, now, self.user(), settings.vault_key, correlation)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let Ctrl-C end the work."""
        try:
            with interruptible():
                yield
        except KeyboardInterrupt:
            note("interrupted; everything recorded so far is complete, and you can run the same command again")
            raise typer.Exit(INTERRUPTED) from None

    def answered(self, asked: Asked, entity: str, answer: Answer) -> None:
        """Print the answer and end with its exit code, even if nobody reads it or it cannot be written."""
        code = 0 if answer.ok else RECORDED if answer.recorded else 1
        try:
            self._print(asked, entity, answer)
        except BrokenPipeError:
            # Whoever read the answer has had enough of it.
            _write_no_more()
        except (OSError, ValueError) as trouble:
            _write_no_more()
            code = RECORDED if asked.records and code in (0, RECORDED) else 1
            carried_out = "RECORDED, but the" if code == RECORDED else "the"
            note(f"reskontra: {carried_out} answer could not be written ({type(trouble).__name__})")
        raise typer.Exit(code)

    def _print(self, asked: Asked, entity: str, answer: Answer) -> None:
        if asked.as_json:
            sys.stdout.flush()
            typer.echo(encoded(asked.command, entity, answer))
        else:
            print_page(answer.page, everything=asked.everything)
            sys.stdout.flush()
            for problem in answer.problems:
                # A report's first lines already say what is wrong with the report. A problem's sentence that is already
                # on the page, alone or in a line, is not printed again.
                if not any(isinstance(one, str) and problem.sentence in one for one in answer.page):
                    note(f"reskontra: {problem.sentence}")


def _write_no_more() -> None:
    """Send what is still in the buffers to nowhere, so that the interpreter's end does not change the exit code."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
