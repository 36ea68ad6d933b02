"""The command that lists reminders: whom they were sent to, whom not, and why."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

import typer

from infra.cli.answer import Answer, Page, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Everything, day
from infra.cli.remind import IN_VAIN, IN_VAIN_SAID
from infra.desk import reminder
from infra.desk.counts import counted

COMMANDS: Final = Commands()

_LISTED: Final = (
    ("on", "on"),
    ("item", "called"),
    ("currency", "currency"),
    ("open", "open_minor"),
    ("asked", "asked_minor"),
    ("money waits", "waiting_minor"),
    ("reminder", "said"),
    ("task of", "task_of"),
    ("money", "money"),
)


@COMMANDS.add("reminders")
def reminders(
    call: Call,
    on: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="Only what the runs of this day decided, also about paid items."),
    ] = None,
    tasks: Annotated[
        bool,
        typer.Option("--tasks", help="Only items that wait for money about which finance must decide by now."),
    ] = False,
    in_vain: Annotated[
        bool,
        typer.Option("--in-vain", help="Only those that asked for money that was there on their day."),
    ] = False,
    everything: Everything = False,
) -> Answer:
    """List the reminders that were sent, and those that were not sent and why.

    For each open item, shows the newest decision; the newest day comes first. The documents with money that waits are
    named, so that the money can be allocated, identified or refunded.
    """
    if tasks and in_vain:
        raise typer.BadParameter("give one of --tasks and --in-vain")
    with call.desk() as desk:
        rows, position = reminder.in_vain(desk, on) if in_vain else reminder.decided(desk, on, tasks_only=tasks)
    sent, of = sum(one["decision"] == "sent" for one in rows), f"of {call.entity}{f' on {on}' if on else ''}"
    said = f"{counted(len(rows), 'item')} {of}: {counted(sent, 'reminder')} sent, {len(rows) - sent} not sent"
    page: Page = [said, Table(_LISTED, rows, long=True)]
    if in_vain:
        page = [f"{counted(sent, 'reminder')} {of} to people whose money was there", Table(IN_VAIN, rows, long=True)]
        page += [IN_VAIN_SAID] if rows else []
    return Answer(rows=rows, as_of=on, position=position, page=page)
