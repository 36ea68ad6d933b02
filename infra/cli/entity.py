"""Commands that show the entity's terms, and declare some or all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from infra.cli.answer import Answer, Row, Table
from infra.cli.derived_options import about, amounts, changed
from infra.cli.invocation import Call, Commands
from infra.cli.options import Key, zone
from infra.cli.outcome import recorded
from infra.desk import group, terms
from infra.desk.counts import counted
from infra.desk.desk import Occasion
from infra.desk.first_time import first_time

if TYPE_CHECKING:
    from ledger.domain.terms.entity import Terms

COMMANDS: Final = Commands(
    "entity", "Declare or show the legal entity's terms: time zone, currencies, days to pay and the like."
)

_ENTITIES: Final = (("entity", "entity"), ("chosen", "chosen"))
_TERMS: Final = (("term", "term"), ("value", "value"), ("meaning", "about"))


def _derived() -> type[Terms]:
    from ledger.domain.terms.entity import Terms

    return Terms


@COMMANDS.add("declare", derived=_derived, gives=("DeclareTerms",))
def declare(call: Call, /, key: Key = None, **given: Any) -> Answer:
    """Declare the entity's terms.

    Terms whose options you leave out keep their values; an empty text removes a name or number. Only the newest
    declaration counts.
    """
    with call.desk() as desk:
        wanted = changed(first_time(desk, key).terms, given)
        zone(wanted.zone)
        answer = recorded(terms.declare(desk, wanted, Occasion(key)))
    return replace(answer, page=[*answer.page, Table(_TERMS, _rows(wanted))])


@COMMANDS.add("show")
def show(call: Call) -> Answer:
    """Show the entity's terms.

    Also shows whether the terms were declared or are the defaults.
    """
    with call.desk() as desk:
        held, declared_on, position = terms.shown(desk)
    since = f"declared on {declared_on}" if declared_on else "not declared: these are the defaults"
    return Answer(
        rows=_rows(held),
        totals=[{"name": "terms", "declared_on": declared_on}],
        position=position,
        page=[f"terms of {call.entity}, {since}", Table(_TERMS, _rows(held))],
    )


def _rows(terms: Terms) -> list[Row]:
    import msgspec

    from reconciliation.statements.values import to_text

    meanings, in_hundredths = about(type(terms)), amounts(type(terms))
    return [
        {"term": name, "value": to_text(value, 2) if name in in_hundredths else value, "about": meanings[name]}
        for name, value in msgspec.to_builtins(terms).items()
    ]


@COMMANDS.add("list")
def list_entities(call: Call) -> Answer:
    """List the entities that have books in this installation; `--entity` chooses one of them."""
    codes = group.all_entities(call.settings)
    rows = [{"entity": code, "chosen": code == call.entity} for code in codes]
    said = f"{counted(len(rows), 'entity', 'entities')} with books here"
    return Answer(rows=rows, page=[said, Table(_ENTITIES, rows)])
