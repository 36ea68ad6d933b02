"""What every report carries beside its table: both clocks, the position read, and the totals that prove it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa


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


class Report(NamedTuple):
    """A report: its table (Arrow, amounts in minor units) and what proves it."""

    name: str
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
