"""What all steps of a bank day share: the books, the files, the day, and who records it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from ledger import Envelope, Outcome, Rehearsal, Submission, execute
from ledger.domain.fact import Command
from ledger.domain.terms.entity import Terms
from reconciliation.steps.loading import Loading

if TYPE_CHECKING:
    from ledger.sealing import SealPlace
    from projections import Books
    from reconciliation.archive import Archive
    from reconciliation.store import ReconciliationStore

# Entries decided and appended together: all of a chunk is in the book or nothing of it.
CHUNK: Final = 2000


@dataclass(slots=True)
class BankDay:
    """One day's work on one legal entity's bank files; time and actor come in from outside.

    Where it is `rehearsed`, every command is decided and nothing is recorded: neither facts nor working lists.
    Where there are `seals`, the day ends with a checkpoint.
    """

    books: Books
    archive: Archive
    desk: ReconciliationStore
    on: date
    recorded_at: datetime
    actor: str = "job:bank-day"
    declare: bool = False
    seals: SealPlace | None = None
    rehearsed: bool = False
    chunk: int = CHUNK
    _loading: Loading | None = None
    _terms: Terms | None = None
    _declared: dict[str, tuple[str, str]] = field(default_factory=dict)
    _rehearsal: Rehearsal | None = None

    @property
    def correlation(self) -> str:
        """What all facts of the day's work have in common."""
        return f"bank-day:{self.on}"

    def loading(self, sha256: str) -> Loading:
        """A file of the archive on its way into the book, read once."""
        if self._terms is None:
            self._terms = self.books.terms()
        if self._loading is None or self._loading.sha256 != sha256:
            self._loading = Loading(sha256, self.archive, self.on, self._terms, self.sources())
            # Each file is rehearsed as if it came alone.
            self._rehearsal = Rehearsal(self.books.journal) if self.rehearsed else None
        return self._loading

    def forget(self, sha256: str) -> None:
        """Keep a file in memory no longer."""
        if self._loading is not None and self._loading.sha256 == sha256:
            self._loading = None

    def sources(self) -> dict[str, tuple[str, str]]:
        """Of each bank account of ours its currency, and the format whose lines are booked."""
        rows = self.books.store.now.bank_accounts()
        return self._declared | {row["bank_account"]: (row["currency"], row["source"]) for row in rows}

    def declared(self, account: str, currency: str, source: str) -> None:
        """An account was declared just now; the file at hand is read anew, as it may book from here on."""
        self._declared[account] = (currency, source)
        if self._loading is not None:
            self._loading.sources = self.sources()

    def decide(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Record commands, all of them or nothing; or rehearse them on top of those rehearsed before."""
        if self.rehearsed:
            assert self._rehearsal is not None, "a file is rehearsed once it is loading"
            return self._rehearsal.rehearse(submissions)
        return execute(self.books.journal, submissions, chunk=max(len(submissions), 1))

    def submit(self, command: Command, key: str) -> Outcome:
        """Decide one command of the day's own."""
        envelope = Envelope(
            occurred_on=self.on,
            accounting_date=self.on,
            recorded_at=self.recorded_at,
            actor=self.actor,
            key=key,
            correlation=self.correlation,
        )
        (outcome,) = self.decide([Submission(command, envelope)])
        return outcome

    def must(self, command: Command, key: str) -> None:
        """Decide one command of the day's own that no rule can refuse."""
        outcome = self.submit(command, key)
        if outcome.status == "refused":
            raise RuntimeError(f"{type(command).__name__} was refused: {outcome.sentence}")
