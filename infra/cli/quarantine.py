"""The command that lists and closes unexplained movements and doubts about bank lines."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Everything
from infra.desk import worklist

COMMANDS: Final = Commands()

_QUARANTINE: Final = (
    ("id", "id"),
    ("code", "code"),
    ("what to do", "sentence"),
    ("movement part", "part_id"),
    ("receipts that fit", "fits"),
    ("file", "file"),
    ("where", "raw_position"),
    ("opened", "opened_at"),
)


@COMMANDS.add("quarantine", needs={"--close": worklist.CLOSING})
def quarantine(
    call: Call,
    close: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Close this doubt or review, such as doubt-12 or review-7; needs --reason."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option(metavar="CODE", help="The reason for closing the doubt or review, as a code.")
    ] = None,
    everything: Everything = False,
) -> Answer:
    """List the doubts about bank lines.

    The money of these lines is booked nevertheless. Also lists bank movements that nobody has explained.
    """
    if (close is None) != (reason is None):
        raise typer.BadParameter("give --close and --reason together")
    with call.desk() as desk:
        if close is not None and reason is not None:
            worklist.close(desk, close, reason)
        doubts, movements = worklist.quarantine(desk)
    rows = [*doubts, *movements]
    page: list[str | Table] = [
        *([f"closed {close}"] if close else []),
        f"{len(rows)} doubts and unexplained movements wait for a person in {call.entity}",
        Table(_QUARANTINE, rows, long=True),
    ]
    return Answer(rows=rows, totals=[{"name": "open", "doubts": len(doubts), "movements": len(movements)}], page=page)
