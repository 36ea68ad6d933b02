"""The grammar of read models: a table, its rows, and how facts change them."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import msgspec

from ledger.domain.fact import Fact

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row of a read table; its fields are the table's columns in order, beginning with the columns of the key.

    `Annotated[type, comment]` describes each field. The table's columns are derived from these fields.
    """


Key = tuple[Any, ...]
# Rows of one table by key: all existing rows of the streams whose facts are being applied, and perhaps other rows.
Rows = Mapping[Key, Any]
# The rows of several tables, by table name.
Tables = Mapping[str, Rows]


class Share(msgspec.Struct, frozen=True, gc=False):
    """What a row adds to its account's balance, in minor units; zero if the row has no account."""

    account_id: str | None
    currency: str
    open_minor: int
    open_items: int
    unallocated_minor: int


class Index(NamedTuple):
    """An index of a read table: its columns or SQL expressions, in order; `where` limits the index to some rows."""

    columns: tuple[str, ...]
    where: str | None = None


class Keyed(NamedTuple):
    """A table whose rows are changed by facts; the first column of its key is the id in the stream's name.

    `evolve(rows, recorded)` takes the current rows and returns the new or changed ones, which are always rows of the
    fact's own stream. `share` gives what a row adds to its account's balance. `about` is the table's comment. If the
    same facts now lead to different rows of the same shape, increase `revision`; the table is then rebuilt.
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
    """An append-only table: `lines(recorded, tables, catalogue)` gives the lines of any fact.

    `tables` contains rows of other tables, by table name and key, in their state after the whole page of facts. This
    state can include facts after the given one. So `lines` may read only values that never change, such as an item's
    payer.
    """

    table: str
    about: str
    row: type[Row]
    lines: Callable[[Recorded, Tables, Catalogue], tuple[Row, ...]]
    key: tuple[str, ...] = ("ledger_position", "line")
    indexes: tuple[Index, ...] = ()
    revision: int = 1


class Derived(NamedTuple):
    """A table that the store computes from the rows of other tables."""

    table: str
    about: str
    row: type[Row]
    key: tuple[str, ...]
    indexes: tuple[Index, ...] = ()
    revision: int = 1


Model = Keyed | Lines | Derived


class Column(NamedTuple):
    """A column of a read table in PostgreSQL."""

    name: str
    type: str
    nullable: bool
    comment: str


_TYPES: Final[dict[object, str]] = {
    str: "text",
    int: "bigint",
    bool: "boolean",
    date: "date",
    datetime: "timestamp with time zone",
    tuple[str, ...]: "text[]",
}


@cache
def columns(row: type[Row]) -> tuple[Column, ...]:
    """The columns of a table, derived from the fields of its row; raises TypeError for a field without a comment."""
    hints = typing.get_type_hints(row, include_extras=True)
    return tuple(_column(name, hints[name]) for name in row.__struct_fields__)


def _column(name: str, hint: object) -> Column:
    if typing.get_origin(hint) is not Annotated:
        raise TypeError(f"the column {name} has no comment; write Annotated[type, comment]")
    held, comment = typing.get_args(hint)
    options = typing.get_args(held)
    nullable = NoneType in options
    kind = next(option for option in options if option is not NoneType) if nullable else held
    return Column(name, _TYPES[kind], nullable, comment)


def id_of(recorded: Recorded) -> str:
    """The id in the name of a fact's stream."""
    return recorded.stream.partition("-")[2]


def only(rows: Rows, recorded: Recorded) -> Any:
    """The single row of the fact's stream, in a table with one row per stream."""
    return rows[(id_of(recorded),)]


def span(row: Any, recorded: Recorded) -> dict[str, Any]:
    """The first and last day and the last position at which a row's balance changed, one more fact included.

    If both clocks of a report are after all changes, the balance is the present one; if either is before all changes,
    the row has no balance yet.
    """
    on = recorded.envelope.occurred_on
    return {
        "first_on": min(row.first_on, on),
        "last_on": max(row.last_on, on),
        "last_position": recorded.position,
    }
