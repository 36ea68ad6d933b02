"""Keeping the books sound: read tables made anew from the journal, and every check that proves the book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Problem, Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.printing import progress

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
_UNSEALED: Final = (
    "facts are not sealed yet: nothing here tells whether somebody with the owner's rights changed one after it "
    "was recorded"
)


@COMMANDS.add("rebuild")
def rebuild(
    call: Call,
    accept_differences: Annotated[
        bool, typer.Option("--accept-differences", help="Take the rebuilt tables also where they differ.")
    ] = False,
) -> Told:
    """Replay the journal into new read tables.

    They are compared with the live ones, and take their place when they are equal.
    """
    from projections import rebuild as rebuild_tables

    with call.books() as books, progress(0, "replaying the journal"):
        found = rebuild_tables(books.journal, call.urls.owner, call.entity, accept_differences=accept_differences)
    if found.equal:
        verdict = "every table is equal; the rebuilt ones are live now"
    elif found.swapped:
        verdict = "tables differed, which was accepted; the rebuilt ones are live now"
    else:
        verdict = "tables differ; the live ones stay. Find out why, or run with --accept-differences"
    problems = [] if found.swapped else [Problem("read_tables_differ", verdict)]
    page: list[str | Table] = [f"compared at position {found.position}", Table(_TABLES, _rows(found)), verdict]
    return Told(rows=_rows(found), problems=problems, ok=found.swapped, position=found.position, page=page)


@COMMANDS.add("verify")
def verify(call: Call) -> Told:
    """Check that the books are sound.

    Facts, postings, number series, bank files, read tables and the tie-out, each one said sound or not.
    """
    from infra.cli.checks import read_facts, read_tables, tie_out

    with call.books() as books:
        position = books.follow()
        with progress(position, "reading every fact") as advance:
            checks = read_facts(books.journal, position, advance)
        with progress(0, "comparing the read tables with a replay"):
            checks.append(read_tables(books))
        checks.append(tie_out(books, call.today))
    rows = [{"check": check.name, "ok": check.ok, "found": check.found} for check in checks]
    problems = [Problem(check.code, f"{check.name}: {check.found}") for check in checks if not check.ok]
    verdict = "the books are sound" if not problems else f"{len(problems)} of {len(checks)} checks found a problem"
    lines = [f"{'ok     ' if check.ok else 'PROBLEM'}  {check.name}: {check.found}" for check in checks]
    return Told(
        rows=rows,
        totals=[{"name": "checks", "made": len(checks), "failed": len(problems), "sealed": False}],
        problems=problems,
        ok=not problems,
        as_of=call.today,
        known_at=position,
        position=position,
        page=[*lines, f"{verdict}, {call.entity} at position {position}", _UNSEALED],
    )


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
