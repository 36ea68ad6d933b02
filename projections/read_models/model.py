"""What a read model is: a table, the rows in it, and how a fact changes them."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from ledger.domain.fact import Fact

if TYPE_CHECKING:
    from ledger import Recorded


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row of a read table: its fields are the table's columns in order, those of the key first."""


Key = tuple[Any, ...]
# Rows of one table by key, at least all those of the streams they are asked for.
Rows = Mapping[Key, Any]


class Standing(msgspec.Struct, frozen=True, gc=False):
    """What a row counts for in its account's balance: amounts in minor units, none where there is no account."""

    account_id: str | None
    currency: str
    open_minor: int
    open_items: int
    unallocated_minor: int


class Keyed(NamedTuple):
    """A table of rows that facts change; the first column of its key is the id in the name of their stream.

    `evolve(rows, recorded)` takes the rows of the table as they stand and gives those that are new or changed:
    always of that one stream. `standing` says what a row, which has an `account_id` and a `currency`, counts for in
    its account's balance.
    """

    table: str
    row: type[Row]
    key: tuple[str, ...]
    facts: tuple[type[Fact], ...]
    evolve: Callable[[Rows, Recorded], tuple[Row, ...]]
    standing: Callable[[Any], Standing] | None = None


class Lines(NamedTuple):
    """A table that is only added to: `lines(recorded, rows)`.

    `rows` are those of the table that keeps the fact's stream, after all of the page: only what never changes,
    such as payer and currency, may be read of them.
    """

    table: str
    row: type[Row]
    facts: tuple[type[Fact], ...]
    lines: Callable[[Recorded, Rows], tuple[Row, ...]]
    key: tuple[str, ...] = ("ledger_position", "line")


class Derived(NamedTuple):
    """A table kept from how the rows of other tables changed."""

    table: str
    row: type[Row]
    key: tuple[str, ...]


Model = Keyed | Lines | Derived


class Column(NamedTuple):
    """A column of a read table as PostgreSQL has it."""

    name: str
    type: str
    nullable: bool


_TYPES: Final[dict[object, str]] = {
    str: "text",
    int: "bigint",
    bool: "boolean",
    date: "date",
    tuple[str, ...]: "text[]",
}


@cache
def columns(row: type[Row]) -> tuple[Column, ...]:
    """The columns of a table, from the fields of its rows."""
    hints = typing.get_type_hints(row)
    return tuple(_column(name, hints[name]) for name in row.__struct_fields__)


def _column(name: str, hint: object) -> Column:
    options = typing.get_args(hint)
    nullable = NoneType in options
    kind = next(option for option in options if option is not NoneType) if nullable else hint
    return Column(name, _TYPES[kind], nullable)


def id_of(recorded: Recorded) -> str:
    """The id in the name of a fact's stream."""
    return recorded.stream.partition("-")[2]


def only(rows: Rows, recorded: Recorded) -> Any:
    """The one row of the fact's stream, in a table that keeps one row a stream."""
    return rows[(id_of(recorded),)]
