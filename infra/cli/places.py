"""Commands for the places where files of banks and payment providers come."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import On
from infra.cli.page import progress
from infra.desk import bank_day, place
from infra.desk.bank_day import SCHEDULING
from infra.desk.problems import Problem

COMMANDS: Final = Commands(
    "places", "The drop folders and SFTP servers where files of banks and payment providers come."
)

_PLACES: Final = (
    ("place", "place"),
    ("kind", "kind"),
    ("where", "where"),
    ("accounts", "accounts"),
    ("schedule", "schedule"),
    ("expected by", "expected_by"),
    ("then", "after_taking"),
    ("last file", "last_taken_at"),
)


@COMMANDS.add("list")
def list_(call: Call) -> Answer:
    """List the places where files come, with when the last file was taken there.

    The places are named in a file, which docs/places.md describes.
    """
    with call.desk() as desk:
        rows = place.listed(desk, place.places_of(desk, call.settings))
    return Answer(rows=rows, page=[Table(_PLACES, rows)])


_BEHIND: Final = (
    ("place", "place"),
    ("account", "account"),
    ("state", "state"),
    ("since", "since_on"),
    ("expected through", "expected_on"),
)


@COMMANDS.add("watch", needs={"": SCHEDULING})
def watch(call: Call) -> Answer:
    """Say which accounts are not loaded as far as they should be by now, and tell that on the channels.

    Each fact is told once on each channel of the table `alerts`, and once that it is over. A channel that fails is
    tried again by the next run.
    """
    with call.desk() as desk:
        desk.require(*SCHEDULING)
        watched = place.watched(desk, call.settings)
    rows = [one._asdict() for one in watched.behind]
    problems = [
        Problem(f"account_{one.state}", f"account {one.account} ({one.place}) is {one.state}", one.account)
        for one in watched.behind
    ]
    problems += [Problem("channel_failed", f"{name}: {why}", name) for name, why in watched.failed.items()]
    told = [f"told on {name}: {count}" for name, count in watched.sent.items()]
    page: list[str | Table] = [Table(_BEHIND, rows)] if rows else ["all accounts are loaded as far as expected"]
    sent = [{"name": name, "notices": count} for name, count in watched.sent.items()]
    return Answer(rows=rows, totals=sent, problems=problems, ok=not problems, page=[*page, *told])


@COMMANDS.add("take", gives=("IngestFile", "BookPayoutMovement", "SettleTransactions"))
def take(
    call: Call,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="PLACE", help="The places; all if you give none.")
    ] = None,
    on: On = None,
) -> Answer:
    """Take the files that came to these places, and load them into the book as `reconcile` does.

    Each file is taken once and whole: one that is still being written is left for the next run. A file is put away
    only when it is in the archive, and what is wrong with one file or place does not stop the others.
    """
    from infra.cli.reconcile import answer_of

    with call.desk() as desk:
        chosen = place.places_of(desk, call.settings, names or ())
        with progress(1, "running the bank day") as advance:

            def heard(_done: int, total: int) -> None:
                advance(1, total)

            none: list[Path] = []
            return answer_of(call, bank_day.load(desk, call.settings, none, on, heard, places=chosen))
