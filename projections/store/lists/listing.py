"""The grammar of lists: what a list shows, by what people search it, and in which order its rows are."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple, get_args

from projections.reports.report import Column

# What a person types for a filter. `part` is the beginning or the end of an id, `account`, `item` and `receipt` are
# names of these, `word` is compared as it is typed, and `flag` takes no value.
FilterKind = Literal[
    "part", "number", "reference", "amount", "from", "to", "account", "item", "receipt", "word", "flag"
]


class Filter(NamedTuple):
    """One way to search a list: its option, what a person types, and the condition in SQL that a row must meet.

    The condition has the option's name as its parameter. References come as a list of spellings, and an amount as a
    JSON object of minor units by currency. If there are `words`, there are no others.
    """

    name: str
    kind: FilterKind
    where: str
    about: str
    words: tuple[str, ...] = ()


class Listing(NamedTuple):
    """A list: what it lists, its columns, the SQL of its rows, their key and order, and its filters.

    `tells` are the columns that distinguish two rows for a person. A column that `source` does not select is added by
    the desk.
    """

    name: str
    one: str
    several: str
    about: str
    columns: tuple[Column, ...]
    source: str
    key: str
    order: str
    filters: tuple[Filter, ...] = ()
    tells: tuple[str, ...] = ()
    # The flag whose rows are counted apart, and how people call them, such as "under way".
    apart: tuple[str, str] | None = None
    # Whether the others are left out unless somebody asks for them with --ended.
    narrow: bool = False
    # A column that is looked up for the rows of a page only, which are called `page`.
    late: str | None = None
    # Whether one of what is listed may have several rows, one for each of its currencies.
    by_currency: bool = False


# The amount in minor units of the currency of the row.
_AMOUNT: Final = "(%(amount)s::jsonb ->> currency)::bigint"


def part(column: str, noun: str) -> Filter:
    """Search by the beginning or the end of an id."""
    where = f"(({column} >= %(id)s AND {column} < %(id)s || '~') OR right({column}, length(%(id)s)) = %(id)s)"
    return Filter("id", "part", where, f"Only the {noun} whose id begins or ends with this.")


def amount(*columns: str, said: str) -> Filter:
    """Search by an amount, whatever its sign."""
    where = " OR ".join(f"abs({column}) = {_AMOUNT}" for column in columns)
    return Filter("amount", "amount", f"({where})", f"Only those with this amount, as in 400.00: {said}.")


def days(column: str, said: str) -> tuple[Filter, Filter]:
    """Search by the first and the last day."""
    return (
        Filter("from", "from", f"{column} >= %(from)s", f"Only those {said} on this day or later."),
        Filter("to", "to", f"{column} <= %(to)s", f"Only those {said} on this day or earlier."),
    )


def word(name: str, column: str, about: str, words: tuple[str, ...] = ()) -> Filter:
    """Search by a code or a name, exactly as it is spelled; by one of `words` only, if there are any."""
    return Filter(name, "word", f"{column} = %({name})s", about, words)


def words_of(form: Any) -> tuple[str, ...]:
    """The words of a type that is made of literal words."""
    return tuple(word for one in get_args(form) for word in ((one,) if isinstance(one, str) else words_of(one)))


def flag(name: str, where: str, about: str) -> Filter:
    """Narrow the list by an option without a value."""
    return Filter(name, "flag", where, about)


def account(column: str = "account_id") -> Filter:
    """Search by the payer's account."""
    return Filter("account", "account", f"{column} = %(account)s", "Only those of this account.")
