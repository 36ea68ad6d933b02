"""The demo: a clinic group's month through the real jobs, and the user's own files beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.printing import progress
from infra.desk.problems import Problem

COMMANDS: Final = Commands()


@COMMANDS.add("demo")
def demo(
    call: Call,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE", help="Bank files of your own, loaded after the month.")
    ] = None,
) -> Told:
    """Run a made-up month of a clinic group.

    Day by day through the real jobs, then files of your own; a second time there is nothing new.
    """
    from infra.demo.run import run

    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        call.say(line)

    code = run(call.settings, files or [], say, _days)
    problems = [] if code == 0 else [Problem("demo_failed", "the demo found a problem: see what it said")]
    return Told(rows=[{"said": line} for line in said], problems=problems, ok=code == 0)


def _days(days: Sequence[date], what: str) -> Iterable[date]:
    with progress(len(days), what) as advance:
        for day in days:
            yield day
            advance(1)
