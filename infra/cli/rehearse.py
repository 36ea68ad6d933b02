"""The command that plays scenario files through, each in books of its own that are thrown away afterwards."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.page import progress
from infra.desk.counts import counted
from infra.desk.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.scenarios.comparison import Difference

COMMANDS: Final = Commands()


@COMMANDS.add("rehearse")
def rehearse(
    call: Call,
    paths: Annotated[list[Path], typer.Argument(metavar="FILE", help="Scenario files.")],
) -> Answer:
    """Play scenario files through, each in books of its own.

    Says where the books differ from what the file expects. The books are made for the file and dropped afterwards; your
    own books are neither read nor changed. docs/scenarios.md describes the files.
    """
    with progress(len(paths), "rehearsing") as advance:
        played = []
        for path in paths:
            played.append(_played(call, path))
            advance(1)
    failed = sum(one.status != "ok" for one in played)
    return Answer(
        rows=[one.row for one in played],
        problems=[Problem(f"scenario_{one.status}", line, str(one.path)) for one in played for line in one.lines],
        ok=not failed,
        page=[
            *(line for one in played for line in (one.heading, *one.lines)),
            f"{counted(len(played), 'scenario')}, {failed or 'none'} not as expected",
        ],
    )


class _File(NamedTuple):
    """A file that was played through: what it is about, what differs, or why it cannot be read."""

    path: Path
    status: str
    about: str | None = None
    steps: int = 0
    differences: Sequence[Difference] = ()
    mistake: str | None = None

    @property
    def row(self) -> dict[str, Any]:
        """The result for programs."""
        differences = [one._asdict() for one in self.differences]
        about = {"file": str(self.path), "status": self.status, "about": self.about}
        return about | {"steps": self.steps, "differences": differences}

    @property
    def heading(self) -> str:
        """The result in a line."""
        return f"{self.status:9}  {self.path}" + ("" if self.about is None else f": {self.about}")

    @property
    def lines(self) -> list[str]:
        """What is not as expected, each with its line in the file."""
        if self.mistake is not None:
            return [self.mistake]
        return [
            f"{self.path}:{one.line}: {one.what}: expected {one.expected}, found {one.actual}"
            for one in self.differences
        ]


def _played(call: Call, path: Path) -> _File:
    """Play a file through; it is read before books are made for it."""
    from infra import rooms
    from infra.cli.command_line import KnownCommands, carried_out_in, entity_called
    from infra.scenarios.mistake import Mistake
    from infra.scenarios.play import play
    from infra.scenarios.reader import read_scenario

    about = None
    try:
        scenario = read_scenario(path, KnownCommands())
        about = scenario.about
        with rooms.temporary_books(call.settings) as books, carried_out_in(books) as carry_out:
            found = play(scenario, carry_out, books.data_dir, partial(entity_called, books), books.places_file)
    except Mistake as mistake:
        return _File(path, "malformed", about, mistake=str(mistake))
    return _File(path, found.status, about, found.steps, found.differences)
