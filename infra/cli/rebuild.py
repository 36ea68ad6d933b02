"""The command that rebuilds the read tables from the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.page import amount, progress
from infra.desk.counts import counted
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
    ("example", "sample"),
)


@COMMANDS.add("rebuild")
def rebuild(
    call: Call,
    accept_differences: Annotated[
        bool,
        typer.Option("--accept-differences", help="Use the rebuilt tables even if they differ from the live ones."),
    ] = False,
) -> Answer:
    """Replay the journal into new read tables.

    The new tables are compared with the live ones and replace them if there is no difference. With
    --accept-differences, they replace the live ones despite differences, but only if every sealed fact is unchanged.
    """
    from infra.desk.verification import Verification

    with call.desk() as desk:
        found = Verification(desk, call.urls, call.settings.sealing, amount, call.vault, progress).rebuild(
            accept_differences=accept_differences
        )
    if found.taken_in:
        verdict = (
            f"the tables lacked facts of {counted(found.taken_in, 'stream')}, which were set aside; the rebuilt tables "
            "have them, and are now live"
        )
    elif found.equal:
        verdict = "all tables are equal; the rebuilt tables are now live"
    elif found.swapped:
        verdict = "tables differed, and you accepted the differences; the rebuilt tables are now live"
    else:
        verdict = (
            "tables differ, so the live tables stay in use; before you use --accept-differences, run "
            "`reskontra verify` to find out why"
        )
    problems = [] if found.swapped else [Problem("read_tables_differ", verdict)]
    page: list[str | Table] = [f"compared at position {found.position}", Table(_TABLES, _rows(found)), verdict]
    return Answer(rows=_rows(found), problems=problems, ok=found.swapped, position=found.position, page=page)


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
