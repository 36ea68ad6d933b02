"""Keeping the books sound: read tables made anew from the journal, and every check that proves the book."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Problem, Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.printing import progress

if TYPE_CHECKING:
    from infra.cli.checks import Check
    from ledger.sealing import Audit, LogRead
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
def verify(
    call: Call,
    key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="The log's verifier key, or a file of it, had from somebody you trust."),
    ] = None,
    kept: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A checkpoint that was kept elsewhere; the log must hold it."),
    ] = None,
) -> Told:
    """Check that the books are sound.

    Every fact beside its seal, keys and checkpoints, postings, number series, bank files, read tables and the tie-out,
    each one said sound or not; and what lies after the last seal.
    """
    from infra.cli.checks import facts_beyond, follow, read_facts, read_seals, read_tables, tie_out
    from infra.cli.sealing import given_key
    from ledger.sealing import Audit, read_leaves, read_log

    trusted = None if key is None else given_key(key)
    with call.books() as books:
        log = read_log(call.settings.sealing, trusted, kept or ())
        audit = Audit(log.checkpoints, read_leaves(call.settings.sealing.folder))
        position = follow(books)
        with progress(position, "reading every fact") as advance:
            checks = read_facts(books.journal, position, audit, advance)
        checks += read_seals(log, audit)
        with progress(0, "comparing the read tables with a replay"):
            checks.append(read_tables(books))
        checks.append(tie_out(books, call.today))
        beyond = facts_beyond(books.journal, max(position, audit.sealed_position))
    rows = [{"check": check.name, "ok": check.ok, "found": check.found} for check in checks]
    problems = [problem for check in checks if not check.ok for problem in _problems(check)]
    failed = sum(not check.ok for check in checks)
    verdict = f"{failed} of {len(checks)} checks found a problem" if failed else "the books are sound"
    lines = [f"{'ok     ' if check.ok else 'PROBLEM'}  {check.name}: {check.found}" for check in checks]
    return Told(
        rows=rows,
        totals=[{"name": "checks", "made": len(checks), "failed": failed}, _seals(log, audit, beyond)],
        problems=problems,
        ok=not problems,
        as_of=call.today,
        known_at=position,
        position=position,
        page=[*lines, f"{verdict}, {call.entity} at position {position}", *_open(log, audit, beyond)],
    )


def _problems(check: Check) -> list[Problem]:
    if check.findings:
        return [Problem(one.code, one.sentence, one.about) for one in check.findings]
    return [Problem(check.code, f"{check.name}: {check.found}")]


def _seals(log: LogRead, audit: Audit, beyond: int) -> dict[str, Any]:
    last, window = log.last, audit.window
    return {
        "name": "seals",
        "sealed": last is not None,
        "checkpoint": last and last.number,
        "sealed_facts": last.size if last else 0,
        "sealed_position": audit.sealed_position,
        "sealed_at": last and last.sealed_at,
        "open_facts": window.facts,
        "open_first": window.first,
        "open_last": window.last,
        "beyond_facts": beyond,
    }


def _open(log: LogRead, audit: Audit, beyond: int) -> list[str]:
    """What nothing proves yet, said at the end of every answer."""
    last, window = log.last, audit.window
    if last is None:
        said = f"open window: all {window.facts} facts; nothing is sealed yet, run `reskontra seal now`"
    elif window.facts:
        since = f"since checkpoint {last.number} was signed {last.sealed_at}"
        said = f"open window: {window.facts} facts, positions {window.first} to {window.last}, recorded {since}"
    else:
        said = f"open window: none; all is sealed up to position {last.position}, signed {last.sealed_at}"
    more = f"{beyond} facts lie beyond the stable position: appended at this moment, or put there by hand"
    return [said, more] if beyond else [said]


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
