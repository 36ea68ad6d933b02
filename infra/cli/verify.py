"""The command that runs every check of the books."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.page import amount, progress
from infra.desk.counts import counted
from infra.desk.problems import Problem

if TYPE_CHECKING:
    from infra.desk.check import Check
    from infra.desk.verification import Verified
    from ledger.sealing import Audit, LogRead

COMMANDS: Final = Commands()


@COMMANDS.add("verify")
def verify(
    call: Call,
    key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="The log's verifier key, or a file with the key, from somebody you trust."),
    ] = None,
    kept: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="A checkpoint that was kept elsewhere; the log must contain it.",
        ),
    ] = None,
) -> Answer:
    """Check that the books are sound.

    Checks every fact against its seal. Also checks keys, checkpoints, postings, number series, bank files, read tables,
    the tie-out, archived years, the vault and the archive. Reports which of these are sound, and what was recorded
    after the last checkpoint.
    """
    from infra.cli.seal import given_key
    from infra.desk.verification import Verification

    trusted = None if key is None else given_key(key)
    with call.desk() as desk:
        found = Verification(desk, call.urls, call.settings.sealing, amount, call.vault, progress).verify(
            call.today, trusted, kept or ()
        )
    checks = found.checks
    problems = [problem for check in checks for problem in _problems(check)]
    failed = sum(not check.ok for check in checks)
    verdict = f"{failed} of {len(checks)} checks found a problem" if failed else "the books are sound"
    where = f"{verdict}, {call.entity} at position {found.position}"
    return Answer(
        rows=[{"check": check.name, "ok": check.ok, "found": check.found} for check in checks],
        totals=[{"name": "checks", "made": len(checks), "failed": failed}, _seals(found)],
        problems=problems,
        ok=not problems,
        as_of=call.today,
        known_at=found.position,
        position=found.position,
        page=[*map(_line, checks), where, *_open(found.log, found.audit)],
    )


def _line(check: Check) -> str:
    return f"{'ok     ' if check.ok else 'PROBLEM'}  {check.name}: {check.found}"


def _problems(check: Check) -> list[Problem]:
    if check.ok:
        return []
    if check.findings:
        return [Problem(one.code, one.sentence, one.about) for one in check.findings]
    return [Problem(check.code, f"{check.name}: {check.found}")]


def _seals(found: Verified) -> dict[str, Any]:
    last, window = found.log.last, found.audit.window
    return {
        "name": "seals",
        "sealed": last is not None,
        "checkpoint": last and last.number,
        "sealed_facts": last.size if last else 0,
        "sealed_position": found.audit.sealed_position,
        "sealed_at": last and last.sealed_at,
        "open_facts": window.facts,
        "open_first": window.first,
        "open_last": window.last,
        "beyond_facts": found.beyond,
    }


def _open(log: LogRead, audit: Audit) -> list[str]:
    """Return the answer's last lines: the facts that no checkpoint covers yet, and what would stop the next sealing."""
    last, window = log.last, audit.window
    all_of_them = "the only fact" if window.facts == 1 else f"all {window.facts} facts"
    if last is None and log.findings:
        said = f"open window: {all_of_them}; no sound checkpoint covers {_them(window.facts)}"
    elif last is None:
        said = f"open window: {all_of_them}; nothing is sealed yet, run `reskontra seal now`"
    elif not audit.finished:
        said = (
            f"open window: unknown; the last checkpoint reaches position {last.position} and was signed at "
            f"{last.sealed_at}"
        )
    elif window.facts:
        where = f"positions {window.first} to {window.last}" if window.facts > 1 else f"position {window.first}"
        since = f"since checkpoint {last.number} was signed at {last.sealed_at}"
        said = f"open window: {counted(window.facts, 'fact')}, {where}, recorded {since}"
    else:
        said = (
            f"open window: none; everything up to position {last.position} is sealed; the last checkpoint was signed "
            f"at {last.sealed_at}"
        )
    return [said, log.remark] if log.remark else [said]


def _them(number: int) -> str:
    return "it" if number == 1 else "them"
