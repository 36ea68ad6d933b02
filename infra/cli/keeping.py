"""Keeping the books sound: read tables made anew from the journal, and every check that proves the book."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Problem, Stopped, Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.printing import money, progress
from infra.cli.reading_facts import counted

if TYPE_CHECKING:
    from infra.cli.reading_facts import Check
    from ledger.sealing import Audit, LogRead
    from projections import Books, Rebuilt

COMMANDS: Final = Commands()

_TABLES: Final = (
    ("table", "table"),
    ("rows", "live_rows"),
    ("rebuilt", "rebuilt_rows"),
    ("differing", "differing"),
    ("equal", "equal"),
    ("for instance", "sample"),
)
# The checks that say whether the facts are what they were.
_OF_FACTS: Final = ("facts", "seals", "sealed facts", "control totals")
_NOT_ACCEPTED: Final = (
    "no difference is accepted while the seals do not hold ({found}): put right what `reskontra verify` names, changed "
    "facts from a backup; the live tables stay as they are"
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
    from projections import rebuild as rebuild_tables

    with call.books() as books:
        if accept_differences:
            _refuse_broken_seals(call, books)
        with progress(0, "replaying the journal"):
            found = rebuild_tables(books.journal, call.urls.owner, call.entity, accept_differences=accept_differences)
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


@COMMANDS.add("verify")
def verify(
    call: Call,
    key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="The log's verifier key, or a file of it, had from somebody you trust."),
    ] = None,
    kept: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="A checkpoint that was kept elsewhere; the log must hold it.",
        ),
    ] = None,
) -> Told:
    """Check that the books are sound.

    Every fact beside its seal, keys and checkpoints, postings, number series, bank files, read tables, the tie-out and
    archived years, each one said sound or not; and what lies after the last seal.
    """
    from infra.cli.checks import archived_years, facts_changed, follow, positions, read_tables, tie_out
    from infra.cli.sealing import given_key
    from ledger.sealing import read_log

    trusted = None if key is None else given_key(key)
    with call.books() as books:
        log = read_log(call.settings.sealing, trusted, kept or ())
        followed = follow(books)
        position = followed.position
        audit, upto, checks = _beside_seals(call, books, log, position)
        with progress(0, "comparing the read tables with a replay"):
            checks.append(read_tables(books, followed, facts_changed(checks)))
        checks.append(tie_out(books, call.today, followed))
        checks.append(archived_years(call.urls.writer, call.entity))
        drawn, beyond = positions(books.journal, upto)
    checks.append(drawn)
    problems = [problem for check in checks for problem in _problems(check)]
    failed = sum(not check.ok for check in checks)
    verdict = f"{failed} of {len(checks)} checks found a problem" if failed else "the books are sound"
    return Told(
        rows=[{"check": check.name, "ok": check.ok, "found": check.found} for check in checks],
        totals=[{"name": "checks", "made": len(checks), "failed": failed}, _seals(log, audit, beyond)],
        problems=problems,
        ok=not problems,
        as_of=call.today,
        known_at=position,
        position=position,
        page=[*map(_line, checks), f"{verdict}, {call.entity} at position {position}", *_open(log, audit)],
    )


def _beside_seals(call: Call, books: Books, log: LogRead, position: int) -> tuple[Audit, int, list[Check]]:
    """Every fact up to a position, or up to the last seal where that is further, beside its seal."""
    from infra.cli.checks import read_facts, read_seals
    from ledger.sealing import Audit, read_leaves

    audit = Audit(log.checkpoints, read_leaves(call.settings.sealing.folder), books.journal.catalogue, _amount)
    # What is sealed was stable once, so it is there to be read, also where the database tells less now.
    upto = max(position, audit.sealed_position)
    with progress(upto, "reading every fact") as advance:
        checks = read_facts(books.journal, upto, audit, advance)
    return audit, upto, [*checks, *read_seals(log, audit)]


def _refuse_broken_seals(call: Call, books: Books) -> None:
    """What was made of changed facts must not take the place of tables that may still be right."""
    from ledger.sealing import read_log

    log = read_log(call.settings.sealing)
    _, _, checks = _beside_seals(call, books, log, books.journal.stable_position())
    broken = [check for check in checks if not check.ok and check.name in _OF_FACTS]
    if broken:
        found = "; ".join(f"{check.name}: {check.found}" for check in broken)
        raise Stopped(Problem("seals_do_not_hold", _NOT_ACCEPTED.format(found=found)))


def _amount(minor: int, currency: str) -> str:
    return f"{money(minor, currency)} {currency}"


def _line(check: Check) -> str:
    return f"{'ok     ' if check.ok else 'PROBLEM'}  {check.name}: {check.found}"


def _problems(check: Check) -> list[Problem]:
    if check.ok:
        return []
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


def _open(log: LogRead, audit: Audit) -> list[str]:
    """What nothing proves yet, and what sealing will stumble over, said at the end of every answer."""
    last, window = log.last, audit.window
    all_of_them = "the only fact" if window.facts == 1 else f"all {window.facts} facts"
    if last is None and log.findings:
        said = f"open window: {all_of_them}; no checkpoint of a sound log is over {_them(window.facts)}"
    elif last is None:
        said = f"open window: {all_of_them}; nothing is sealed yet, run `reskontra seal now`"
    elif not audit.finished:
        said = f"open window: not known; the last seal reaches position {last.position}, signed {last.sealed_at}"
    elif window.facts:
        where = f"positions {window.first} to {window.last}" if window.facts > 1 else f"position {window.first}"
        since = f"since checkpoint {last.number} was signed {last.sealed_at}"
        said = f"open window: {counted(window.facts, 'fact')}, {where}, recorded {since}"
    else:
        said = f"open window: none; all is sealed up to position {last.position}, signed {last.sealed_at}"
    return [said, log.remark] if log.remark else [said]


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


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
