"""The entity's terms: declared, as far as they are said, and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infra.cli.answer import Row, Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.derived_options import about, changed
from infra.cli.options import Key, zone
from infra.cli.recording import Entry, record, recorded

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
    from ledger.domain.terms.entity import DeclareTerms

    with call.books() as books:
        terms = changed(books.terms(), given)
        zone(terms.zone)
        named = {"entity": call.entity}
        told = recorded(record(call, books, DeclareTerms(terms=terms), Entry(key=key), named), named)
    return Told(rows=told.rows, position=told.position, page=[*told.page, Table(_TERMS, _rows(terms))])


@COMMANDS.add("show")
def show(call: Call) -> Told:
    """Show the entity's terms.

    And whether they were declared, or are what holds until they are.
    """
    from ledger.domain.terms.entity import STREAM

    with call.books() as books:
        terms, facts = books.terms(), books.journal.read([STREAM]).get(STREAM, [])
    declared = facts[-1] if facts else None
    since = f"declared on {declared.envelope.occurred_on}" if declared else "not declared: these are the defaults"
    return Told(
        rows=_rows(terms),
        totals=[{"name": "terms", "declared_on": declared and declared.envelope.occurred_on}],
        position=declared.position if declared else None,
        page=[f"terms of {call.entity}, {since}", Table(_TERMS, _rows(terms))],
    )


def _rows(terms: Terms) -> list[Row]:
    import msgspec

    told = about(type(terms))
    return [{"term": name, "value": value, "about": told[name]} for name, value in msgspec.to_builtins(terms).items()]
