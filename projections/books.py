"""The books of one legal entity: its journal and its read tables, opened together, and every report on two clocks."""

from __future__ import annotations

from datetime import date, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

import ledger
from ledger.domain.catalogue import CATALOGUE, Catalogue
from ledger.domain.terms.entity import STREAM, Terms, terms_of
from projections.civil_time import civil_day
from projections.following import PAGE, follow
from projections.reports import aging as aging_
from projections.reports import history as history_
from projections.reports import open_items as open_items_
from projections.reports import statement as statement_
from projections.reports import tie_out as tie_out_
from projections.reports import trial_balance as trial_balance_
from projections.reports.loaded_through import loaded_through
from projections.reports.report import Clocks, Control, Loading, Report
from projections.store.as_of import AsOf
from projections.store.read_store import ReadStore
from projections.store.rebuilding import Rebuilt, parity
from projections.store.trouble import ReadTablesReadOnly

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger import Journal

# A position of the journal, or an aware time that resolves to the position known then; none means now.
KnownAt = int | datetime | None


class Books:
    """A journal and the read tables that follow it.

    Reports take `as_of`, the day, and `known_at`; they bring the read tables up to the position they need.
    """

    def __init__(self, journal: Journal, store: ReadStore) -> None:
        self.journal = journal
        self.store = store
        self.entity = store.entity
        self.catalogue = journal.catalogue

    def follow(self, at: datetime | None = None, *, page: int = PAGE) -> int:
        """Bring the read tables to the stable position, noted as known at `at`; the position."""
        return follow(self.journal, self.store, at=at, page=page)

    def aging(self, as_of: date, known_at: KnownAt = None) -> Report:
        """Aging by due date, tied out to the control accounts."""
        clocks = self._clocks(as_of, known_at)
        at = self.store.at(as_of, clocks.known_at)
        due, unallocated, credits = at.due(), at.unallocated(), at.credits()
        table = aging_.aging(due, unallocated, credits, as_of)
        shown = tie_out_.shown_by_role(due, unallocated, credits)
        controls = self._tied(at, shown) + aging_.controls(table, shown)
        return self._report("aging", clocks, table, controls)

    def open_items(
        self, as_of: date, known_at: KnownAt = None, *, account_id: str | None = None, due_by: date | None = None
    ) -> Report:
        """Items with something open, tied out as a whole, then those of an account or due by a day."""
        clocks = self._clocks(as_of, known_at)
        at = self.store.at(as_of, clocks.known_at)
        items = at.items()
        controls = self._tied(at, tie_out_.shown_by_role(items), tie_out_.RECEIVABLES)
        table = open_items_.open_items(open_items_.only(items, account_id, due_by), as_of)
        return self._report("open_items", clocks, table, controls)

    def tie_out(self, as_of: date, known_at: KnownAt = None) -> Report:
        """Control accounts beside the sub-ledger, with the timing line."""
        clocks = self._clocks(as_of, known_at)
        at = self.store.at(as_of, clocks.known_at)
        shown = tie_out_.shown_by_role(at.due(), at.unallocated(), at.credits())
        rows = tie_out_.tie_out(at.ledger(), shown, as_of)
        return self._report("tie_out", clocks, tie_out_.as_table(rows), tie_out_.controls(rows))

    def trial_balance(self, as_of: date, known_at: KnownAt = None) -> Report:
        """Ledger accounts by accounting date."""
        clocks = self._clocks(as_of, known_at)
        table = trial_balance_.trial_balance(self.store.at(as_of, clocks.known_at).ledger(), as_of)
        return self._report("trial_balance", clocks, table, trial_balance_.controls(table))

    def statement(
        self, account_id: str, as_of: date, known_at: KnownAt = None, *, from_on: date | None = None
    ) -> Report:
        """What changed an account's balance; KeyError where the account was never opened."""
        clocks = self._clocks(as_of, known_at)
        if self.store.now.account(account_id) is None:
            raise KeyError(f"no account {account_id} has been opened")
        at = self.store.at(as_of, clocks.known_at)
        table = statement_.statement(at.account(account_id), self.catalogue.title, from_on)
        controls = statement_.controls(table, at.account_sums(account_id))
        return self._report("statement", clocks, table, controls)

    def history(self, subject: str, as_of: date | None = None, known_at: KnownAt = None) -> Report:
        """What happened in a stream (`invoice-1001`), or to an account; KeyError where nothing ever did."""
        clocks = self._clocks(as_of, known_at)
        is_stream = self.catalogue.keeps(subject)
        asked = [subject] if is_stream else self.store.now.streams_of_account(subject)
        facts = {stream: self.journal.read_all(stream) for stream in asked} if is_stream else self.journal.read(asked)
        if not any(facts.values()):
            raise KeyError(f"nothing is recorded of {subject}")
        table = history_.history(facts, self.catalogue, as_of, clocks.known_at)
        return self._report("history", clocks, table, history_.controls(facts, asked))

    def terms(self) -> Terms:
        """The entity's terms as they hold now."""
        facts = self.journal.read([STREAM]).get(STREAM, [])
        return terms_of({STREAM: self.catalogue.remember(STREAM, None, (one.fact for one in facts))})

    def civil_day(self, at: datetime) -> date:
        """The entity's day at an instant, in its own zone; raises ZoneUnknown."""
        return civil_day(self.terms(), at)

    def bank_loaded_through(self) -> date | None:
        """The day through which every declared bank account's statements are in the book, now."""
        self._reach(self.resolve())
        return loaded_through(self.store.now.bank_accounts(), self.store.now.complete_statements())

    def parity(self) -> Rebuilt:
        """Whether the read tables are what a replay of the journal makes them; nothing is changed."""
        return parity(self.journal, self.store.url, self.entity)

    def resolve(self, known_at: KnownAt = None) -> int:
        """The position that counts as known; raises ValueError for one that is not stable yet, or a naive time."""
        if isinstance(known_at, datetime):
            if known_at.tzinfo is None:
                raise ValueError("known_at is a time without a time zone; give one, as in 2024-07-11T17:00+02:00")
            return self.journal.position_at(known_at)
        stable = self.journal.stable_position()
        if known_at is None:
            return stable
        if not 0 <= known_at <= stable:
            raise ValueError(f"known_at {known_at} is no position of the journal; the last stable one is {stable}")
        return known_at

    def _clocks(self, as_of: date | None, known_at: KnownAt) -> Clocks:
        position = self.resolve(known_at)
        return Clocks(self.entity, as_of, position, self._reach(position))

    def _reach(self, position: int) -> int:
        """How far the read tables have followed, once that is at least a position."""
        reached = self.store.position()
        if reached >= position:
            return reached
        try:
            return follow(self.journal, self.store)
        except ReadTablesReadOnly as trouble:
            raise ReadTablesReadOnly(
                f"the read tables of {self.entity} stand at position {reached}, before {position}, and this role may "
                "not bring them further; run any report as the writer, or ask for an earlier known_at"
            ) from trouble

    def _tied(
        self, at: AsOf, shown: tie_out_.Shown, roles: tuple[str, ...] = tie_out_.CONTROLLED
    ) -> tuple[Control, ...]:
        return tie_out_.controls(tie_out_.tie_out(at.ledger(), shown, at.as_of), roles)

    def _report(self, name: str, clocks: Clocks, table: pa.Table, controls: tuple[Control, ...]) -> Report:
        loading = tuple(Loading(**found) for found in self.store.now.files_loading(clocks.known_at))
        return Report(name, clocks, table, controls, loading)

    def close(self) -> None:
        """Give all connections back."""
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
    """The books of an entity at a libpq URL, for writing or reading as the URL's role may.

    Raises JournalUnavailable when the database does not answer.
    """
    journal = ledger.open_journal(url, entity, catalogue)
    return Books(journal, ReadStore(url, entity, catalogue))
