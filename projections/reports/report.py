"""What every report carries beside its table: both clocks, the position read, and the totals that prove it."""

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

# What a column holds. Money is in minor units of the row's currency, above zero where somebody owes us.
Kind = Literal["money", "count", "position", "day", "instant", "id", "code", "text", "flag"]


class Control(NamedTuple):
    """A total of the report beside the same total of the book, minor units; without a currency it is a count."""

    name: str
    currency: str | None
    book_minor: int
    shown_minor: int

    @property
    def difference_minor(self) -> int:
        """What is in the book and not shown."""
        return self.book_minor - self.shown_minor


class Loading(NamedTuple):
    """A bank file that is not all in the book yet: `loaded` of `lines`."""

    sha256: str
    format: str | None
    lines: int
    loaded: int


class Clocks(NamedTuple):
    """For whom and when: the entity, the day, the position that counts as known, how far the tables had followed.

    Without a day a report is about every day.
    """

    entity: str
    as_of: date | None
    known_at: int
    read_at: int


class Column(NamedTuple):
    """A column: its field, what people call it, what it holds and means; unlisted ones are for programs alone."""

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
    """A report: its table (Arrow, amounts in minor units) and what proves it."""

    name: str
    title: str
    columns: tuple[Column, ...]
    clocks: Clocks
    table: pa.Table
    controls: tuple[Control, ...]
    loading: tuple[Loading, ...] = ()

    @property
    def tied(self) -> bool:
        """Whether every control total is that of the book."""
        return all(control.difference_minor == 0 for control in self.controls)

    @property
    def complete(self) -> bool:
        """Whether it ties and no bank file is half loaded."""
        return self.tied and not self.loading


class Sources(Protocol):
    """What a report is made of: the book as of a day, known at a position; tables are Arrow.

    `as_of` is null where a report is about every day; then there are no sums.
    """

    @property
    def as_of(self) -> date | None:
        """The day."""

    @property
    def known_at(self) -> int:
        """The position that counts as known."""

    @property
    def terms(self) -> Terms:
        """The entity's terms as they hold now."""

    @property
    def catalogue(self) -> Catalogue:
        """What facts say and documents are called."""

    def items(self) -> pa.Table:
        """Every item with something open."""

    def due(self) -> pa.Table:
        """What is open by payer, control role, currency and due date."""

    def unallocated(self) -> pa.Table:
        """Receipts that settle nothing yet, below zero."""

    def credits(self) -> pa.Table:
        """Customer credit by account, below zero."""

    def ledger(self) -> pa.Table:
        """The general ledger by role and currency."""

    def account(self, account_id: str) -> pa.Table:
        """The sub-ledger lines of one account; KeyError where it was never opened."""

    def account_sums(self, account_id: str) -> pa.Table:
        """What one account owes net by currency."""

    def facts(self, subject: str) -> Mapping[str, Sequence[Recorded]]:
        """All facts of a stream, or of an account's streams; KeyError where nothing is recorded of it."""


class Built(NamedTuple):
    """A report's table, and the totals that prove it."""

    table: pa.Table
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class Option:
    """What a report may be asked for besides its clocks: a needed `subject`, or a choice."""

    name: str
    kind: Literal["account", "subject", "day"]
    about: str
    needed: bool = False


@dataclass(frozen=True)
class Definition:
    """A report as it is defined, once: what it is called and means, its columns, and how it is made.

    `build` takes the sources and the options that were given. Without `of_a_day` it is about every day unless one is
    said. `columns` are made of the entity's terms where they depend on them.
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
        """The title, with what it is about."""
        subject = next((str(given[one.name]) for one in self.options if one.needed), "")
        return f"{self.title} {subject}".strip()
