"""The books of one legal entity: its journal and read tables, opened together, and all reports on two clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import ledger
from ledger.domain.catalogue import CATALOGUE, Catalogue
from ledger.domain.terms.entity import STREAM, Terms, terms_of
from projections.follower import PAGE, follow
from projections.inputs import BookInputs
from projections.reports.bank import bank_by_account, bank_rows
from projections.reports.loaded_through import Reached, loaded_through, reached
from projections.reports.registry import REPORTS
from projections.reports.report import Clocks, Loading, Report, SetAside
from projections.store.read_store import ReadStore
from projections.store.reconstruction import Rebuilt, parity
from projections.store.trouble import ReadTablesReadOnly

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger import Journal
    from ledger.domain.terms.chart import Chart

# A position in the journal; or an aware time, which means the last position known then; or None, which means now. The
# answer is always the end of a save.
KnownAt = int | datetime | None


class Books:
    """A journal and the read tables that follow it.

    Reports take `as_of` (a day) and `known_at`. Before a report is made, the read tables are brought up to the position
    that it needs.
    """

    def __init__(self, journal: Journal, store: ReadStore) -> None:
        self.journal = journal
        self.store = store
        self.entity = store.entity
        self.catalogue = journal.catalogue

    def follow(self, at: datetime | None = None, *, page: int = PAGE) -> int:
        """Bring the read tables to the stable position and log that position as known at `at`; returns the position."""
        return follow(self.journal, self.store, at=at, page=page)

    def report(self, name: str, as_of: date | None = None, known_at: KnownAt = None, **given: Any) -> Report:
        """Make the report that has this name in the registry.

        `given` are the report's options. Raises KeyError if the report's subject is not in the book, and ValueError for
        an unknown position or time.
        """
        definition = REPORTS[name]
        clocks = self._clocks(as_of, known_at)
        inputs = self._inputs(clocks)
        table, controls = definition.build(inputs, **given)
        loading = tuple(Loading(**found) for found in self.store.now.files_loading(clocks.known_at))
        columns = definition.columns(inputs.terms)
        bank = tuple(bank_rows(inputs)) if definition.with_bank else ()
        return Report(
            name,
            definition.titled(given, clocks.as_of),
            columns,
            clocks,
            table,
            controls,
            loading,
            bank,
            self.set_aside(clocks.known_at),
        )

    def set_aside(self, known_at: int | None = None) -> tuple[SetAside, ...]:
        """The streams with facts that no read table holds, now or at a position."""
        return tuple(SetAside(**found) for found in self.store.now.set_aside(known_at))

    def inputs(self, as_of: date, known_at: KnownAt = None) -> BookInputs:
        """The book as of a day and as known at a position, for what is no report."""
        return self._inputs(self._clocks(as_of, known_at))

    def _inputs(self, clocks: Clocks) -> BookInputs:
        return BookInputs(self.journal, self.store, clocks.as_of, clocks.known_at)

    def pages(self, name: str, as_of: date | None = None, known_at: KnownAt = None, **given: Any) -> Iterator[pa.Table]:
        """The rows of a very long report, as `report` makes it, in several tables that are not in memory together."""
        pages = REPORTS[name].pages
        assert pages is not None, f"the report {name} is made whole"
        return pages(self._inputs(self._clocks(as_of, known_at)), **given)

    def terms(self) -> Terms:
        """The entity's terms that are valid now."""
        facts = (dated for _, _, dated in self.journal.facts([STREAM]))
        return terms_of({STREAM: self.catalogue.remember(STREAM, None, facts)})

    def chart(self) -> Chart:
        """The chart of accounts, as it is known now."""
        self._reach(self.resolve())
        return self.store.now.chart()

    def civil_day(self, at: datetime) -> date:
        """The day at an instant in the entity's time zone; raises ZoneUnknown."""
        return ledger.civil_day(self.terms(), at)

    def bank_loaded_through(self) -> date | None:
        """The day up to which the statements of all declared bank accounts are in the book now."""
        return loaded_through(self.bank_reached())

    def bank_reached(self, today: date = date.max) -> list[Reached]:
        """How far the statements of each declared bank account are in the book now, looked at on a day."""
        inputs = BookInputs(self.journal, self.store, today, self._reach(self.resolve()))
        accounts, statements = self.store.now.bank_accounts(), self.store.now.complete_statements()
        # Only the ledger says whether what is missing after an opening balance is in details that are booked.
        opened = any(one["opening_on"] is not None for one in accounts)
        known = {id: one.gaps for id, one in bank_by_account(inputs).items()} if opened else {}
        return reached(accounts, statements, today, known)

    def short_in_detail(self) -> dict[str, date]:
        """The bank accounts of which detail files show less than the statements, with the first day.

        Statements have payments that no file shows, or files show returns that no statement has.
        """
        inputs = BookInputs(self.journal, self.store, date.max, self._reach(self.resolve()))
        found: dict[str, date] = {}
        for row in bank_rows(inputs):
            if row["what"] in ("waiting", "excess") and row["details_minor"] < 0:
                found.setdefault(row["bank_account"], row["through_on"])
        return found

    def parity(self) -> Rebuilt:
        """Compare the read tables with a replay of the journal, without changing anything."""
        return parity(self.journal, self.store.url, self.entity)

    def resolve(self, known_at: KnownAt = None) -> int:
        """The position up to which facts count as known; raises ValueError for an unstable position or a naive time.

        A position inside a command's save resolves to the last end of a save before it.
        """
        if isinstance(known_at, datetime):
            if known_at.tzinfo is None:
                raise ValueError(
                    "known_at is a time without a time zone; give one with a zone, such as 2024-07-11T17:00+02:00"
                )
            return self.journal.position_at(known_at)
        stable = self.journal.stable_position()
        if known_at is None:
            return stable
        if not 0 <= known_at <= stable:
            raise ValueError(f"known_at {known_at} is not a position in the journal; the last stable one is {stable}")
        return self.journal.end_of_save(known_at)

    def _clocks(self, as_of: date | None, known_at: KnownAt) -> Clocks:
        position = self.resolve(known_at)
        return Clocks(self.entity, as_of, position, self._reach(position))

    def _reach(self, position: int) -> int:
        """Bring the read tables up to at least the given position; returns the position that they have reached."""
        reached = self.store.position()
        if reached >= position:
            return reached
        try:
            return follow(self.journal, self.store)
        except ReadTablesReadOnly as trouble:
            raise ReadTablesReadOnly(
                f"the read tables of {self.entity} are at position {reached}, but position {position} is needed, and "
                "this database role may not update them; run any report as the writer, or give an earlier known_at"
            ) from trouble

    def close(self) -> None:
        """Close all connections."""
        try:
            self.store.close()
        finally:
            self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_books(url: str, entity: str, catalogue: Catalogue = CATALOGUE) -> Books:
    """The books of an entity at a libpq URL; the URL's database role decides whether they are writable.

    Raises JournalUnavailable if the database does not answer.
    """
    journal = ledger.open_journal(url, entity, catalogue)
    return Books(journal, ReadStore(url, entity, catalogue))
