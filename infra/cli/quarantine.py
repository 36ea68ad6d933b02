"""What is doubtful about bank lines, and movements that nobody has explained."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.options import Everything
from infra.desk import waiting

COMMANDS: Final = Commands()

_QUARANTINE: Final = (
    ("id", "id"),
    ("code", "code"),
    ("what is to be done", "sentence"),
    ("movement part", "part_id"),
    ("file", "file"),
    ("place", "raw_position"),
    ("opened", "opened_at"),
)


@COMMANDS.add("quarantine")
def quarantine(
    call: Call,
    close: Annotated[
        str | None, typer.Option(metavar="ID", help="Close one, as in doubt-12 or review-7; give --reason.")
    ] = None,
    reason: Annotated[str | None, typer.Option(metavar="CODE", help="Why it is closed, as a code.")] = None,
    everything: Everything = False,
) -> Told:
    """List what is doubtful about bank lines.

    Their money is booked all the same. Movements that nobody has explained stand there too.
    """
    if (close is None) != (reason is None):
        raise typer.BadParameter("--close and --reason belong together")
    with call.desk() as desk:
        if close is not None and reason is not None:
            waiting.close(desk, close, reason)
        doubts, movements = waiting.quarantine(desk)
    rows = [*doubts, *movements]
    page: list[str | Table] = [
        *([f"closed {close}"] if close else []),
        f"{len(rows)} wait for a person in {call.entity}",
        Table(_QUARANTINE, rows, long=True),
    ]
    return Told(rows=rows, totals=[{"name": "open", "doubts": len(doubts), "movements": len(movements)}], page=page)
