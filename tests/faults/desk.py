"""A process of the office: books on connections of its own, every step watched, and a defect planted where asked."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

from ledger import Journal, Outcome, Submission, execute, open_journal
from ledger.execution.group_commit import GroupCommit
from ledger.journal.datastore import datastore_for
from ledger.journal.recorder import JournalRecorder
from projections import Books, ReadStore
from tests.faults.arena import ENTITY
from tests.kit.steps import Watch, WatchedJournal, WatchedStore

SERIALIZABLE: Final = "-c default_transaction_isolation=serializable"
HURRIED: Final = "-c statement_timeout=400ms"


class Plant:
    """A defect put where it is to be found; this one is none."""

    # A part of the message with which the run has to fail.
    found_as: str = "nothing"

    def journal(self, journal: Any) -> Any:
        """The journal with the defect."""
        return journal

    def store(self, store: Any) -> Any:
        """The read store with the defect."""
        return store


class Desk:
    """Writes and follows; `watch` outlives it, because what goes wrong once must not do so in its successor."""

    def __init__(self, url: str, watch: Watch, plant: Plant, options: str = "") -> None:
        self.url = url
        self._plant = plant
        self._watch = watch
        self._journal = _journal_with(url, options) if options else open_journal(url, ENTITY)
        self._store = ReadStore(url, ENTITY)
        self.books = Books(
            WatchedJournal(plant.journal(self._journal), watch),  # type: ignore[arg-type]
            WatchedStore(plant.store(self._store), watch),  # type: ignore[arg-type]
        )
        self._group = GroupCommit(self.books.journal)

    def execute(self, submitted: Sequence[Submission]) -> list[Outcome]:
        """Decide and record: a single one as a person does it, several as a batch."""
        if len(submitted) == 1:
            return [execute(self.books.journal, submitted[0])]
        return execute(self.books.journal, submitted)

    def together(self, submitted: Sequence[Submission]) -> list[Outcome | BaseException]:
        """The answer to each, or what its thread met, when all come at once."""

        def answer(one: Submission) -> Outcome | BaseException:
            try:
                return self._group.execute(one)
            except BaseException as met:
                return met

        with ThreadPoolExecutor(len(submitted)) as threads:
            return list(threads.map(answer, submitted))

    def close(self) -> None:
        """The process ends, however it went."""
        with suppress(Exception):
            self._store.close()
        with suppress(Exception):
            self._journal.close()


def _journal_with(url: str, options: str) -> Journal:
    """A journal whose sessions have other settings than its own: of two, the later one wins."""
    datastore = datastore_for(url, ENTITY)
    assert isinstance(datastore.pool.kwargs, dict)
    datastore.pool.kwargs["options"] += f" {options}"
    return Journal(JournalRecorder(datastore))
