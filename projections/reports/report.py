"""The grammar of reports: a table, both clocks, the position read, and the totals that prove it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue
    from ledger.domain.terms.entity import Terms

# The content of a column. Money is in minor units of the row's currency, above zero if somebody owes us.
Kind = Literal["money", "count", "position", "day", "instant", "id", "code", "text", "flag"]


class Control(NamedTuple):
    """A total of the report beside the same total of the book, in minor units; without a currency it is a count."""

    name: str
    currency: str | None
    book_minor: int
    shown_minor: int

    @property
    def difference_minor(self) -> int:
        """The amount in the book that the report does not show."""
        return self.book_minor - self.shown_minor


class Loading(NamedTuple):
    """A bank file that is only partly loaded: `loaded` of `lines`."""

    sha256: str
    format: str | None
    lines: int
    loaded: int


class Clocks(NamedTuple):
    """The entity and clocks of a report: the day, the position of what is known, and the position of the tables.

    Without a day a report covers all days.
    """

    entity: str
    as_of: date | None
    known_at: int
    read_at: int


class Column(NamedTuple):
    """A column: its field, its heading, its kind and meaning; unlisted columns are only for programs."""

    name: str
    heading: str
    kind: Kind
    about: str
    listed: bool = True


def table_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> pa.Table:
    """Rows as an Arrow table of these columns."""
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
    """A report: its Arrow table with amounts in minor units, and the controls that prove it."""

    name: str
    title: str
    columns: tuple[Column, ...]
    clocks: Clocks
    table: pa.Table
    controls: tuple[Control, ...]
    loading: tuple[Loading, ...] = ()

    @property
    def tied(self) -> bool:
        """Whether every control total equals that of the book."""
        return all(control.difference_minor == 0 for control in self.controls)

    @property
    def complete(self) -> bool:
        """Whether it ties out and no bank file is only partly loaded."""
        return self.tied and not self.loading


class Inputs(Protocol):
    """The inputs of a report: the book as of a day, known at a position, as Arrow tables.

    `as_of` is None if a report covers all days; then there are no sums.
    """

    @property
    def as_of(self) -> date | None:
        """The day."""

    @property
    def known_at(self) -> int:
        """The position up to which facts count as known."""

    @property
    def terms(self) -> Terms:
        """The entity's terms that are valid now."""

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue, for sentences of facts and titles of documents."""

    def items(self) -> pa.Table:
        """Every item with an open amount."""

    def due(self) -> pa.Table:
        """Open amounts by kind of payer, control role, currency and due date."""

    def unallocated(self) -> pa.Table:
        """Unallocated receipts, below zero."""

    def credits(self) -> pa.Table:
        """Customer credit by account, below zero."""

    def ledger(self) -> pa.Table:
        """The general ledger by account role and currency."""

    def account(self, account_id: str) -> pa.Table:
        """The sub-ledger lines of one account; KeyError if it was never opened."""

    def account_sums(self, account_id: str) -> pa.Table:
        """What one account owes net, by currency."""

    def facts(self, subject: str) -> Mapping[str, Sequence[Recorded]]:
        """All facts of a stream, or of an account's streams; KeyError if there are none."""


class Built(NamedTuple):
    """A report's table, and the totals that prove it."""

    table: pa.Table
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class Option:
    """An option of a report besides its clocks: a required `subject`, or a filter."""

    name: str
    kind: Literal["account", "subject", "day"]
    about: str
    needed: bool = False


@dataclass(frozen=True)
class Definition:
    """The one definition of a report: its name and meaning, its columns, and how to build it.

    `build` takes the sources and the given options. Without `of_a_day` it covers all days unless a day is given.
    `columns` takes the entity's terms, in case they depend on them.
    """

    name: str
    title: str
    about: str
    columns: Callable[[Terms], tuple[Column, ...]]
    build: Callable[..., Built]
    options: tuple[Option, ...] = ()
    of_a_day: bool = True
    long: bool = False

    def titled(self, given: Mapping[str, Any]) -> str:
        """The title with the subject."""
        subject = next((str(given[one.name]) for one in self.options if one.needed), "")
        return f"{self.title} {subject}".strip()
