"""What a read model is: a table, the rows in it, and how a fact changes them."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import msgspec

from ledger.domain.fact import Fact

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row of a read table: its fields are the table's columns in order, those of the key first.

    `Annotated[type, comment]` says of each what it holds; the table is made of the row.
    """


Key = tuple[Any, ...]
# Rows of one table by key, at least all those of the streams they are asked for.
Rows = Mapping[Key, Any]
# The same by table.
Tables = Mapping[str, Rows]


class Share(msgspec.Struct, frozen=True, gc=False):
    """What a row counts for in its account's balance: amounts in minor units, none where there is no account."""

    account_id: str | None
    currency: str
    open_minor: int
    open_items: int
    unallocated_minor: int


class Index(NamedTuple):
    """An index of a read table over some columns, in order; over all rows, or over those of a condition in SQL."""

    columns: tuple[str, ...]
    where: str | None = None


class Keyed(NamedTuple):
    """A table of rows that facts change; the first column of its key is the id in the name of their stream.

    `evolve(rows, recorded)` takes the rows of the table as they are and gives those that are new or changed:
    always of that one stream. `share` says what a row, which has an `account_id` and a `currency`, counts for in
    its account's balance. `about` is the comment of the table; `revision` rises when facts come to other rows of
    the same shape, so that the table is made anew.
    """

    table: str
    about: str
    row: type[Row]
    key: tuple[str, ...]
    facts: tuple[type[Fact], ...]
    evolve: Callable[[Rows, Recorded], tuple[Row, ...]]
    share: Callable[[Any], Share] | None = None
    indexes: tuple[Index, ...] = ()
    revision: int = 1


class Lines(NamedTuple):
    """A table that is only added to: `lines(recorded, tables, catalogue)`, of whatever fact.

    `tables` are the rows of the other tables by name and key, after all of the page: only what never changes, such as
    an item's payer, may be read of them.
    """

    table: str
    about: str
    row: type[Row]
    lines: Callable[[Recorded, Tables, Catalogue], tuple[Row, ...]]
    key: tuple[str, ...] = ("ledger_position", "line")
    indexes: tuple[Index, ...] = ()
    revision: int = 1


class Derived(NamedTuple):
    """A table kept from how the rows of other tables changed."""

    table: str
    about: str
    row: type[Row]
    key: tuple[str, ...]
    indexes: tuple[Index, ...] = ()
    revision: int = 1


Model = Keyed | Lines | Derived


class Column(NamedTuple):
    """A column of a read table as PostgreSQL has it."""

    name: str
    type: str
    nullable: bool
    comment: str


_TYPES: Final[dict[object, str]] = {
    str: "text",
    int: "bigint",
    bool: "boolean",
    date: "date",
    tuple[str, ...]: "text[]",
}


@cache
def columns(row: type[Row]) -> tuple[Column, ...]:
    """The columns of a table, from the fields of its rows; raises TypeError for a field without a comment."""
    hints = typing.get_type_hints(row, include_extras=True)
    return tuple(_column(name, hints[name]) for name in row.__struct_fields__)


def _column(name: str, hint: object) -> Column:
    if typing.get_origin(hint) is not Annotated:
        raise TypeError(f"the column {name} does not say what it holds; write Annotated[type, comment]")
    held, comment = typing.get_args(hint)
    options = typing.get_args(held)
    nullable = NoneType in options
    kind = next(option for option in options if option is not NoneType) if nullable else held
    return Column(name, _TYPES[kind], nullable, comment)


def id_of(recorded: Recorded) -> str:
    """The id in the name of a fact's stream."""
    return recorded.stream.partition("-")[2]


def only(rows: Rows, recorded: Recorded) -> Any:
    """The one row of the fact's stream, in a table that keeps one row a stream."""
    return rows[(id_of(recorded),)]


def span(row: Any, recorded: Recorded) -> dict[str, Any]:
    """The days and the position between which a row's balance changed, after one more fact that changed it.

    Where both clocks are after them, its balance is what it is now; where either is before, there is none.
    """
    on = recorded.envelope.occurred_on
    return {
        "first_on": min(row.first_on, on),
        "last_on": max(row.last_on, on),
        "last_position": recorded.position,
    }
