"""The entity's terms: declared, as far as they are said, and shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from infra.cli.answer import Row, Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.derived_options import about, changed
from infra.cli.options import Key, zone
from infra.cli.recording import recorded
from infra.desk import terms
from infra.desk.desk import Entry

if TYPE_CHECKING:
    from ledger.domain.terms.entity import Terms

COMMANDS: Final = Commands("entity", "The legal entity's terms: zone, currencies, days to pay and the like.")

_TERMS: Final = (("term", "term"), ("value", "value"), ("what it is", "about"))


def _derived() -> type[Terms]:
    from ledger.domain.terms.entity import Terms

    return Terms


@COMMANDS.add("declare", derived=_derived)
def declare(call: Call, /, key: Key = None, **given: Any) -> Told:
    """Declare the entity's terms.

    What is not said stays as it is; an empty text takes a name or number away. The newest declaration holds.
    """
    with call.desk() as desk:
        wanted = changed(terms.shown(desk).terms, given)
        zone(wanted.zone)
        told = recorded(terms.declare(desk, wanted, Entry(key)))
    return replace(told, page=[*told.page, Table(_TERMS, _rows(wanted))])


@COMMANDS.add("show")
def show(call: Call) -> Told:
    """Show the entity's terms.

    And whether they were declared, or are what holds until they are.
    """
    with call.desk() as desk:
        held, declared_on, position = terms.shown(desk)
    since = f"declared on {declared_on}" if declared_on else "not declared: these are the defaults"
    return Told(
        rows=_rows(held),
        totals=[{"name": "terms", "declared_on": declared_on}],
        position=position,
        page=[f"terms of {call.entity}, {since}", Table(_TERMS, _rows(held))],
    )


def _rows(terms: Terms) -> list[Row]:
    import msgspec

    told = about(type(terms))
    return [{"term": name, "value": value, "about": told[name]} for name, value in msgspec.to_builtins(terms).items()]
