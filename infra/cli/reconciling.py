"""The bank day from the command line: files in, what became of the money in them, and whether the book ties out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from infra.cli.answer import Page, Problem, Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.options import On
from infra.cli.printing import progress

COMMANDS: Final = Commands()

_FILES: Final = (
    ("file", "name"),
    ("format", "format"),
    ("status", "shown_as"),
    ("lines", "entries"),
    ("receipts", "receipts"),
    ("movements", "movements"),
    ("seen before", "seen_before"),
    ("matched", "matched"),
    ("of them", "by_kind"),
    ("wait for a person", "waiting"),
)
_MATCHES: Final = (
    ("place", "raw_position"),
    ("booked", "booked_on"),
    ("currency", "currency"),
    ("amount", "amount_minor"),
    ("reference", "reference"),
    ("item", "item_id"),
    ("open", "open_minor"),
    ("kind", "kind"),
)
_REVIEWS: Final = (("place", "raw_position"), ("code", "code"), ("why", "reasons"), ("candidates", "candidates"))
_CONTROLS: Final = (
    ("control", "name"),
    ("currency", "currency"),
    ("book", "book_minor"),
    ("shown", "shown_minor"),
    ("difference", "difference_minor"),
)


@COMMANDS.add("reconcile")
def reconcile(
    call: Call,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files of the bank, or folders of them.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Plan everything and record nothing.")] = False,
    on: On = None,
    declare: Annotated[
        bool,
        typer.Option("--declare", help="Declare accounts nobody declared, with the file's format as their source."),
    ] = False,
) -> Told:
    """Load bank files into the book.

    Each is proven whole or refused whole; payments are matched by reference, the rest is put before a person, and
    the book is tied out. A file that was loaded before says nothing new.
    """
    if dry_run:
        from infra.cli.rehearsal import rehearse

        with progress(0, "planning the bank day"):
            return told(call, rehearse(call, paths, on, declare=declare), dry_run=True)
    call.settle_for_jobs()
    from reconciliation.flows import bank_day

    with progress(1, "running the bank day") as advance:
        summary = bank_day(
            told=lambda done, total: advance(1, total),
            entity=call.entity,
            paths=[str(path) for path in paths],
            on=(on or call.today).isoformat(),
            declare=declare,
            recorded_at=call.now.isoformat(),
            actor=call.actor,
        )
    return told(call, summary, dry_run=False)


def told(call: Call, summary: Mapping[str, Any], *, dry_run: bool) -> Told:
    """What became of a bank day, or would become of it, as an answer."""
    from datetime import date

    rows = [_row(file, dry_run) for file in summary["files"]]
    problems = [problem for file in summary["files"] for problem in _problems(file)] + _of_the_book(summary)
    ok = bool(summary["ok"]) and not problems
    if not ok and not problems:
        problems = [Problem("bank_day_not_ok", "the bank day found a problem: see `reskontra verify`")]
    return Told(
        rows=rows,
        totals=summary["controls"],
        problems=problems,
        ok=ok,
        as_of=date.fromisoformat(str(summary["on"])),
        known_at=summary["position"],
        position=summary["position"],
        page=_page(call, summary, rows, dry_run=dry_run),
    )


def _row(file: Mapping[str, Any], dry_run: bool) -> dict[str, Any]:
    counts = {
        name: file["counts"].get(name) for name in ("receipts", "movements", "allocations", "seen_before", "in_doubt")
    }
    plain = {name: file[name] for name in ("name", "sha256", "status", "format", "books", "nothing_new", "entries")}
    reviews = [{**review, "candidates": len(review["candidates"])} for review in file["reviews"]]
    kinds = {kind: found["count"] for kind, found in file["kinds"].items()}
    return {
        **plain,
        "shown_as": _shown_as(file, dry_run),
        "recorded": file["done"],
        "matched": file["matched"],
        "kinds": kinds,
        "by_kind": [f"{count} {kind}" for kind, count in kinds.items()],
        "waiting": file["reviewed"] + len(file["doubts"]),
        **counts,
        **{name: file[name] for name in ("refusals", "doubts", "warnings", "proofs", "matches")},
        "reviews": reviews,
    }


def _shown_as(file: Mapping[str, Any], dry_run: bool) -> str:
    if file["status"] == "refused":
        return "refused"
    if file["nothing_new"]:
        return "nothing new"
    return "would be loaded" if dry_run else "loaded"


def _problems(file: Mapping[str, Any]) -> list[Problem]:
    name = file["name"]
    refused = [
        Problem(reason["code"], f"{name} is refused: {reason['sentence']}", f"{name} {reason['position']}")
        for reason in file["refusals"]
    ]
    commands = [Problem(str(one["code"]), f"{name}: {one['sentence']}", one["key"]) for one in file["refused_commands"]]
    differing = [proof for proof in file["proofs"] if proof["stated_minor"] != proof["booked_minor"]]
    return [*refused, *commands, *(_differs(name, proof) for proof in differing)]


def _differs(name: str, proof: Mapping[str, Any]) -> Problem:
    from infra.cli.printing import money

    currency = proof["currency"]
    return Problem(
        "proof_differs",
        f"{name} states {money(proof['stated_minor'], currency)} {currency} of credits from {proof['from_on']} to "
        f"{proof['to_on']}, the book has {money(proof['booked_minor'], currency)}: a file of its source is missing",
        name,
    )


def _of_the_book(summary: Mapping[str, Any]) -> list[Problem]:
    loading = [
        Problem(
            "loading",
            f"loading {file['loaded']} of {file['lines']} of file {file['sha256'][:12]}: run it again",
            file["sha256"],
        )
        for file in summary["loading"]
    ]
    refused = summary["sealed"].get("refused")
    unsealed = [Problem(refused, f"the day is not sealed: {summary['sealed']['sentence']}")] if refused else []
    if summary["tied"]:
        return [*loading, *unsealed]
    return [
        Problem("does_not_tie", "DOES NOT TIE OUT: the book differs from the sub-ledger; run `reskontra verify`"),
        *loading,
        *unsealed,
    ]


def _page(call: Call, summary: Mapping[str, Any], rows: list[dict[str, Any]], *, dry_run: bool) -> Page:
    head = f"bank day of {call.entity}, {summary['on']}" + (", dry run: nothing is recorded" if dry_run else "")
    page: list[str | Table] = [head, Table(_FILES, rows)]
    for row in rows:
        if row["shown_as"] == "nothing new":
            page.append(f"{row['name']}: nothing new")
        for one in (*row["refusals"], *row["doubts"], *row["warnings"]):
            page.append(f"{row['name']}: {one['code']}: {one['sentence']}")
        if dry_run and row["matches"]:
            page.append(Table(_MATCHES, row["matches"], title=f"{row['name']}: would be matched", long=True))
        if dry_run and row["reviews"]:
            page.append(Table(_REVIEWS, row["reviews"], title=f"{row['name']}: would wait for a person", long=True))
    if summary["controls"]:
        page.append(Table(_CONTROLS, summary["controls"]))
    verdict = "ties out" if summary["tied"] else "DOES NOT TIE OUT"
    page.append(f"the book {verdict} at position {summary['position']}")
    if summary["sealed"].get("facts"):
        page.append(f"{summary['sealed']['facts']} facts were sealed in checkpoint {summary['sealed']['checkpoint']}")
    if not dry_run and any(row["waiting"] for row in rows):
        page.append("see `reskontra receipts` and `reskontra quarantine` for what waits for a person")
    return page
