"""Commands that show several entities side by side; they read only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import AsOf, Everything, entity
from infra.cli.reports import bank_line, wrong_with
from infra.desk import group
from infra.desk.counts import counted
from infra.desk.problems import Problem

if TYPE_CHECKING:
    from projections import Report

COMMANDS: Final = Commands("group", "Show several entities side by side. Nothing is written.")

_Entities = Annotated[
    str | None,
    typer.Option(
        "--entities", metavar="ENTITIES", help="The entities, as in north,south; all of the database if you give none."
    ),
]


@COMMANDS.add("aging")
def aging(call: Call, entities: _Entities = None, as_of: AsOf = None, everything: Everything = False) -> Answer:
    """Show the open amounts of each entity, and their sums by currency.

    An entity is shown as far as its read tables have followed its journal; it says how far that is. What its own report
    says is wrong, such as a missing statement of the bank, is said first, and the exit code is 1.
    """
    return _answer(call, "aging", entities, as_of)


@COMMANDS.add("tie-out")
def tie_out(call: Call, entities: _Entities = None, as_of: AsOf = None, everything: Everything = False) -> Answer:
    """Show the control accounts of each entity, compared with its sub-ledger, and their sums by currency.

    What is wrong with an entity's bank statements is said first, and the exit code is 1.
    """
    return _answer(call, "tie-out", entities, as_of)


@COMMANDS.add("trial-balance")
def trial_balance(call: Call, entities: _Entities = None, as_of: AsOf = None, everything: Everything = False) -> Answer:
    """Show the balances of each entity's ledger accounts, and their sums by currency.

    Also shows by how much the entities owe each other more or less than they claim from each other.
    """
    return _answer(call, "trial-balance", entities, as_of)


def _answer(call: Call, name: str, entities: str | None, as_of: date | None) -> Answer:
    chosen = group.all_entities(call.settings) if entities is None else [entity(one) for one in entities.split(",")]
    found = group.view(call.settings, chosen, name, as_of, call.now)
    untied = sum(bool(row.get("difference_minor")) for row in found.rows)
    problems = [*found.problems, *_wrong(found.reports)]
    page: list[str | Table] = [
        *(problem.sentence for problem in problems),
        f"{name} of {counted(len(found.read), 'entity', 'entities')}",
        Table(_columns(found.rows, ["entity"]), found.rows, long=True),
        Table(_columns(found.totals, []), found.totals, title="all entities", long=True),
        *(f"{entity}: {line}" for entity, made in found.reports.items() for line in bank_line(made.bank)),
        Table([("entity", "entity"), ("as of", "as_of"), ("known at", "known_at"), ("of", "last")], found.read),
    ]
    if found.between:
        page.append(Table(_columns(found.between, []), found.between, title="between the entities"))
    named = (("read", found.read), ("total", found.totals), ("between_entities", found.between))
    return Answer(
        rows=found.rows,
        totals=[{"name": kind, **row} for kind, rows in named for row in rows],
        problems=problems,
        ok=not problems and not untied,
        as_of=as_of,
        page=page,
    )


def _wrong(reports: Mapping[str, Report]) -> list[Problem]:
    """What each entity's own report says is wrong with it."""
    return [
        Problem(one.code, f"{entity}: {one.sentence}", entity)
        for entity, made in reports.items()
        for one in wrong_with(made)
    ]


def _columns(rows: list[dict[str, object]], first: list[str]) -> list[tuple[str, str]]:
    names = dict.fromkeys([*first, *(name for row in rows for name in row)])
    return [(name.removesuffix("_minor").replace("_", " "), name) for name in names]
