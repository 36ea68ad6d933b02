"""The parts of every report: a table, both clocks, the position that was read, and the totals that prove the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger.domain.terms.entity import Terms

# The content of a column. Money is in minor units of the row's currency, above zero if somebody owes us.
Kind = Literal["money", "count", "position", "day", "instant", "id", "code", "text", "flag"]


class Control(NamedTuple):
    """A total of the report beside the same total of the book, in minor units; without a currency both are counts."""

    name: str
    currency: str | None
    book_minor: int
    shown_minor: int

    @property
    def difference_minor(self) -> int:
        """Return the amount by which the book's total exceeds the report's."""
        return self.book_minor - self.shown_minor


class Loading(NamedTuple):
    """A bank file that is only partly loaded: `loaded` lines out of `lines`, until a later position."""

    sha256: str
    format: str | None
    lines: int
    loaded: int
    completed_at: int | None = None


class SetAside(NamedTuple):
    """A stream that is shown as it was before a fact that no read table could hold, and how many facts it lacks."""

    stream: str
    ledger_position: int
    fact: str
    why: str
    facts: int


class Clocks(NamedTuple):
    """A report's entity, its day, the position up to which facts are known, and the position of the read tables.

    A report without a day covers all days.
    """

    entity: str
    as_of: date | None
    known_at: int
    read_at: int


class Column(NamedTuple):
    """A column: its field, heading, kind and meaning. A column that is not `listed` is shown to programs only."""

    name: str
    heading: str
    kind: Kind
    about: str
    listed: bool = True


def table_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> pa.Table:
    """Return the rows as an Arrow table with these columns."""
    import pyarrow as pa

    kinds = {
        **dict.fromkeys(("money", "count", "position"), pa.int64()),
        **dict.fromkeys(("id", "code", "text"), pa.string()),
        "day": pa.date32(),
        "instant": pa.timestamp("us", tz="UTC"),
        "flag": pa.bool_(),
    }
    return pa.Table.from_pylist(list(rows), schema=pa.schema([(one.name, kinds[one.kind]) for one in columns]))


class Report(NamedTuple):
    """A report: its Arrow table with amounts in minor units, and the controls that prove the table.

    `bank` are the rows of the report `bank`, if this report also says how the ledger compares with the bank.
    `set_aside` are the streams of which no read table holds all facts.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    clocks: Clocks
    table: pa.Table
    controls: tuple[Control, ...]
    loading: tuple[Loading, ...] = ()
    bank: tuple[Mapping[str, Any], ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    @property
    def tied(self) -> bool:
        """Whether every control total equals the book's total."""
        return all(control.difference_minor == 0 for control in self.controls)

    @property
    def complete(self) -> bool:
        """Whether the report ties out, every bank file is completely loaded, and no fact is set aside."""
        return self.tied and not self.loading and not self.set_aside


class Built(NamedTuple):
    """A report's table, and the totals that prove the table."""

    table: pa.Table
    controls: tuple[Control, ...]


def first_of_month(as_of: date) -> date:
    """The first day of the month: that of a report of several days, if none is given."""
    return as_of.replace(day=1)


@dataclass(frozen=True)
class Option:
    """An option of a report besides its clocks: a required `subject`, or a filter."""

    name: str
    kind: Literal["account", "act", "subject", "person", "day", "position"]
    about: str
    needed: bool = False


@dataclass(frozen=True)
class Definition:
    """The one definition of a report: its name and meaning, its columns, and how to build it.

    `build` takes the inputs and the given options. If `of_a_day` is false, the report covers all days unless a day is
    given. `columns` takes the entity's terms, because columns may depend on them. With `with_bank`, the report also
    says how the ledger compares with the bank. `pages` gives the rows of a very long report in several tables, so that
    they can be written into a file without being in memory together. `untied` says what it means if a control does not
    tie. `begins` gives the first day of a report of several days, if none is given, from its last. `nothing` is said of
    a report without controls; null for one that never has any.
    """

    name: str
    title: str
    about: str
    columns: Callable[[Terms], tuple[Column, ...]]
    build: Callable[..., Built]
    options: tuple[Option, ...] = ()
    of_a_day: bool = True
    long: bool = False
    with_bank: bool = False
    pages: Callable[..., Iterator[pa.Table]] | None = None
    begins: Callable[[date], date] | None = None
    untied: str = "the report differs from the general ledger; run `reskontra verify`"
    nothing: str | None = "nothing to tie out yet"

    def titled(self, given: Mapping[str, Any], as_of: date | None) -> str:
        """Return the title with the subject, or with the first of the report's days."""
        subject = next((str(given[one.name]) for one in self.options if one.needed), "")
        if self.begins is not None and as_of is not None:
            subject = f"from {given.get('from_on') or self.begins(as_of)}"
        return f"{self.title} {subject}".strip()
