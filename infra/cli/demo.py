"""The demo's command: it runs the real jobs over a clinic group's month, and then loads the user's own files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.page import progress
from infra.desk.problems import Problem

COMMANDS: Final = Commands()


@COMMANDS.add("demo")
def demo(
    call: Call,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Your own bank files; they are loaded after the demo's month."),
    ] = None,
) -> Answer:
    """Run an invented month of a clinic group.

    Runs the real jobs for each day, then loads your own files. A second run finds nothing new.
    """
    from infra.demo.run import create_books, run

    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        call.say(line)

    create_books(call.settings)
    with call.desk() as desk:
        code = run(desk, call.settings, files or [], say, _days)
    problems = [] if code == 0 else [Problem("demo_failed", "the demo found a problem; see the lines above")]
    return Answer(rows=[{"said": line} for line in said], problems=problems, ok=code == 0)


def _days(days: Sequence[date], what: str) -> Iterable[date]:
    with progress(len(days), what) as advance:
        for day in days:
            yield day
            advance(1)
