"""The command that lists doubts about bank lines and unexplained movements."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Answer, Row, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Everything
from infra.desk.counts import counted
from infra.desk.quarantine import quarantine as waiting

COMMANDS: Final = Commands()

_MONEY: Final = (
    ("id", "id"),
    ("booked", "booked_on"),
    ("currency", "currency"),
    ("amount", "amount_minor"),
    ("charges", "charges_minor"),
    ("bank account", "bank_account"),
    ("file", "file_shown"),
    ("place", "place"),
    ("code", "code"),
)
_OPEN: Final = (
    *_MONEY,
    ("why, and what to do", "sentence"),
    ("movement part", "part_id"),
    ("payments that fit", "fits"),
    ("opened", "opened_at"),
)
_CLOSED: Final = (*_MONEY, ("closed", "closed_on"), ("by", "closed_by"), ("reason", "closed_because"))
_HOW: Final = (
    "`reskontra doubt close ID --reason CODE` closes what somebody has looked into; `reskontra movement reclassify` or "
    "`reskontra receipt recall` says what a movement part was, and then it is not listed any more"
)


@COMMANDS.add("quarantine")
def quarantine(
    call: Call,
    closed: Annotated[
        bool, typer.Option("--closed", help="List what persons have closed instead, with who did and why.")
    ] = False,
    everything: Everything = False,
) -> Answer:
    """List the doubts about bank lines.

    Each has its money, its file, the place in it, and what to do. The money of these lines is booked nevertheless. Also
    lists bank movements that nobody has explained.
    """
    with call.desk() as desk:
        doubts, movements, position = waiting(desk, closed=closed)
    rows = [*doubts, *movements]
    shown = [_shown(row) for row in rows]
    totals = [{"name": "closed" if closed else "open", "doubts": len(doubts), "movements": len(movements)}]
    if closed:
        page: list[str | Table] = [f"{counted(len(rows), 'doubt')} closed in {call.entity}"]
        page += [Table(_CLOSED, shown, long=True)]
        page += ["`reskontra doubt reopen ID --reason CODE` lets one wait for a person again"] if rows else []
        return Answer(rows=rows, totals=totals, position=position, page=page)
    said = f"{counted(len(doubts), 'doubt')} and {counted(len(movements), 'unexplained movement')} wait for a person"
    page = [f"{said} in {call.entity}", Table(_OPEN, shown, long=True), *([_HOW] if rows else [])]
    return Answer(rows=rows, totals=totals, position=position, page=page)


def _shown(row: Row) -> Row:
    """Add the file as people call it: its names, and the beginning of its hash."""
    names = ", ".join(row["file_names"])
    return {**row, "file_shown": f"{names} ({row['file']})" if names else row["file"]}
