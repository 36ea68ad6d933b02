"""Read tables made anew from the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.printing import amount, progress
from infra.desk.problems import Problem

if TYPE_CHECKING:
    from projections import Rebuilt

COMMANDS: Final = Commands()

_TABLES: Final = (
    ("table", "table"),
    ("rows", "live_rows"),
    ("rebuilt", "rebuilt_rows"),
    ("differing", "differing"),
    ("equal", "equal"),
    ("for instance", "sample"),
)


@COMMANDS.add("rebuild")
def rebuild(
    call: Call,
    accept_differences: Annotated[
        bool, typer.Option("--accept-differences", help="Take the rebuilt tables also where they differ.")
    ] = False,
) -> Told:
    """Replay the journal into new read tables.

    They are compared with the live ones, and take their place when they are equal. Differences are accepted only
    where every sealed fact is as it was sealed.
    """
    from infra.desk.verification import Verification

    with call.desk() as desk:
        found = Verification(desk, call.urls, call.settings.sealing, amount, progress).rebuild(
            accept_differences=accept_differences
        )
    if found.equal:
        verdict = "every table is equal; the rebuilt ones are live now"
    elif found.swapped:
        verdict = "tables differed, which was accepted; the rebuilt ones are live now"
    else:
        verdict = (
            "tables differ; the live ones stay. Find out why by `reskontra verify` before you run --accept-differences"
        )
    problems = [] if found.swapped else [Problem("read_tables_differ", verdict)]
    page: list[str | Table] = [f"compared at position {found.position}", Table(_TABLES, _rows(found)), verdict]
    return Told(rows=_rows(found), problems=problems, ok=found.swapped, position=found.position, page=page)


def _rows(found: Rebuilt) -> list[dict[str, Any]]:
    return [
        {
            "table": table.table,
            "live_rows": table.live_rows,
            "rebuilt_rows": table.rebuilt_rows,
            "differing": table.differing,
            "equal": table.equal,
            "sample": list(table.sample),
        }
        for table in found.tables
    ]
