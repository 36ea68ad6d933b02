"""Commands for file mappings: how tables (CSV, XLSX) of senders without a format of their own are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Key, OnBehalfOf, ReasonCode, day
from infra.cli.outcome import recorded, waits
from infra.cli.page import money
from infra.desk import file_mapping, names
from infra.desk.counts import counted
from infra.desk.desk import Occasion
from infra.desk.problems import Problem

COMMANDS: Final = Commands("file-mapping", "How tables (CSV, XLSX) of senders without a format of their own are read.")

_COLUMNS: Final = (
    ("mapping", "mapping_id"),
    ("version", "version"),
    ("held", "held"),
    ("account", "bank_account"),
    ("proof", "proof"),
    ("from", "from_on"),
    ("until", "until_on"),
    ("source", "source"),
)
_LINES: Final = (
    ("where", "raw_position"),
    ("booked", "booked_on"),
    ("what", "kind"),
    ("amount", "amount"),
    ("charges", "charges"),
    ("reference", "reference"),
    ("id", "bank_ref"),
    ("counterparty", "counterparty"),
    ("text", "text"),
)
# What tables of payers that decide on claims say beside.
_CLAIMED: Final = (("claimed", "claimed"), ("less by group and reason", "less"))
_PROBLEMS: Final = (("severity", "severity"), ("code", "code"), ("where", "raw_position"), ("what to do", "message"))
_TRIED: Final = (
    ("file", "short"),
    ("status", "status"),
    ("read by", "read_by"),
    ("reads", "reads"),
    ("lines", "lines"),
    ("currency", "currency"),
    ("amount", "amount"),
    ("to", "to_on"),
    ("refused", "refused"),
)

MappingId: TypeAlias = Annotated[str, typer.Argument(metavar="MAPPING", help="The mapping's id, such as collector.")]
MappingName: TypeAlias = Annotated[
    str, typer.Argument(metavar="MAPPING", help="The mapping's id, or a version of it as in collector.v2.")
]


@COMMANDS.add("request", gives=("RequestFileMapping",))
def request(
    call: Call,
    mapping: MappingId,
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file (TOML) that says how the sender's tables are read.")
    ],
    on_behalf_of: OnBehalfOf = None,
    key: Key = None,
) -> Answer:
    """Request a file mapping, or the next version of one.

    Another person must approve it; `file-mapping preview` shows both how it reads a file. A mapping is kept for good,
    so it must not name persons.
    """
    with call.desk() as desk:
        occasion = Occasion(key, on_behalf_of=names.asker(desk, on_behalf_of))
        done = file_mapping.request(desk, mapping, path, occasion)
    return recorded(done, waits(f"file-mapping approve {mapping}", on_behalf_of))


@COMMANDS.add("approve", gives=("ApproveFileMapping",))
def approve(
    call: Call,
    mapping: MappingName,
    accept_unproven: Annotated[
        bool, typer.Option("--accept-unproven", help="Accept that nothing in its files proves that they are complete.")
    ] = False,
    key: Key = None,
) -> Answer:
    """Approve a file mapping that somebody else requested.

    It reads the files that end on its first day or later. What is booked stays as it is.
    """
    with call.desk() as desk:
        return recorded(file_mapping.approve(desk, mapping, accept_unproven, Occasion(key)))


@COMMANDS.add("reject", gives=("RejectFileMapping",))
def reject(call: Call, mapping: MappingName, reason: ReasonCode, key: Key = None) -> Answer:
    """Reject a file mapping that somebody else requested."""
    with call.desk() as desk:
        return recorded(file_mapping.reject(desk, mapping, reason, Occasion(key)))


@COMMANDS.add("end", gives=("EndFileMapping",))
def end(
    call: Call,
    mapping: MappingId,
    reason: ReasonCode,
    last_on: Annotated[
        date | None,
        typer.Option("--last", parser=day, metavar="DATE", help="Last day of its files; by default today."),
    ] = None,
    key: Key = None,
) -> Answer:
    """End a file mapping: it reads no file that ends after a day."""
    with call.desk() as desk:
        return recorded(file_mapping.end(desk, mapping, reason, last_on, Occasion(key)))


@COMMANDS.add("preview")
def preview(
    call: Call,
    mapping: MappingName,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Files of the sender, wherever they are.")],
) -> Answer:
    """Show how a file mapping reads files, before or after it is approved.

    Shows each line with its amount and charges, what was claimed and why less is paid, the sums of each file, and why a
    file would be refused. Nothing is stored or booked.
    """
    with call.desk() as desk:
        found = file_mapping.previewed(desk, mapping, files)
    page: list[str | Table] = []
    problems: list[Problem] = []
    for sums, (path, wrong) in zip(found.sums, found.problems.items(), strict=True):
        currency = sums["currency"]
        figures = {name: money(sums[f"{name}_minor"], currency) if currency else "-" for name in _SUMS}
        lines = [one for one in found.lines if one["file"] == sums["file"]]
        page += [
            f"{path}: {sums['format'] or 'not read'}, {counted(sums['lines'], 'line')}, {sums['from_on'] or '-'} to "
            f"{sums['to_on'] or '-'}, {currency or '-'} in {figures['in']}, out {figures['out']}, charges "
            f"{figures['charges']}",
            Table(
                (*_LINES, *_CLAIMED) if any(one["claimed_minor"] is not None for one in lines) else _LINES,
                [one | _amounts(one) for one in lines],
                long=True,
            ),
        ]
        if wrong:
            page.append(Table(_PROBLEMS, wrong, title="problems"))
        problems += [
            Problem(one["code"], one["message"], one["raw_position"]) for one in wrong if one["severity"] == "refuse"
        ]
    return Answer(rows=found.lines, totals=found.sums, problems=problems, ok=not problems, page=page)


@COMMANDS.add("try")
def try_mapping(call: Call, mapping: MappingName) -> Answer:
    """Try a file mapping on the tables that are in the archive, before or after it is approved.

    Shows each table with the mapping's header: "newly" if it was refused and would be read, "alike" or "differently" if
    it is booked, and "refused" with the reasons. Nothing is changed; load what was refused again with `reskontra
    reconcile`.
    """
    with call.desk() as desk:
        rows, position = file_mapping.tried(desk, call.settings, mapping)
    shown = [
        row
        | {
            "short": row["file"][:12],
            "amount": money(row["amount_minor"], row["currency"]) if row["currency"] else "",
            "refused": ", ".join(row["refusals"]),
        }
        for row in rows
    ]
    page: list[str | Table] = [f"{counted(len(rows), 'table')} of the archive for {mapping}", Table(_TRIED, shown)]
    return Answer(rows=rows, position=position, page=page)


@COMMANDS.add("show")
def show(call: Call, mapping: MappingName) -> Answer:
    """Show a file mapping as a file that can be changed and requested as its next version."""
    with call.desk() as desk:
        (row,), position = file_mapping.shown(desk, mapping)
    return Answer(rows=[row], position=position, page=row["written"].split("\n"))


@COMMANDS.add("list")
def list_mappings(call: Call) -> Answer:
    """List the file mappings with all their versions.

    "held" says which version of a mapping counts now or later, and which was replaced, ended, rejected, or waits.
    """
    with call.desk() as desk:
        rows, position = file_mapping.listed(desk)
    page: list[str | Table] = [
        f"{counted(len(rows), 'file mapping')} of {call.entity}",
        Table(_COLUMNS, rows, long=True),
    ]
    return Answer(rows=rows, position=position, page=page)


_SUMS: Final = ("in", "out", "charges")


def _amounts(line: dict[str, Any]) -> dict[str, str]:
    currency = str(line["currency"])
    amounts = {
        name: money(value, currency) if isinstance(value := line[f"{name}_minor"], int) else ""
        for name in ("amount", "charges", "claimed")
    }
    less = [
        " ".join(filter(None, (one["group"], one["code"], money(one["amount_minor"], currency))))
        for one in line["adjustments"]
    ]
    return amounts | {"less": ", ".join(less)}
