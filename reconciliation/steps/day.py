"""The data that all steps of a bank day share: the books, the files, the day, and the actor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from ledger import Envelope, Outcome, Rehearsal, Submission, execute, execute_together
from ledger.domain.bank.declaration import BankAccount
from ledger.domain.fact import Command
from ledger.domain.terms.entity import Terms
from reconciliation.matching.accounts import OurAccounts
from reconciliation.steps.file_load import FileLoad
from reconciliation.steps.mapped_files import FileMappings
from reconciliation.steps.settlement_load import SettlementLoad, load

if TYPE_CHECKING:
    from ledger.sealing import SealFolders
    from projections import Books
    from reconciliation.archive import Archive
    from reconciliation.store import ReconciliationStore

# How many entries are decided and appended together, all or nothing.
CHUNK: Final = 2000


@dataclass(slots=True)
class BankDay:
    """One day's work on the bank files of one legal entity; the caller gives the time and the actor.

    If `rehearsed`, every command is decided, but neither facts nor working lists are recorded. With `seals`, the day
    ends with a checkpoint.
    """

    books: Books
    archive: Archive
    desk: ReconciliationStore
    on: date
    recorded_at: datetime
    actor: str = "job:bank-day"
    declare: bool = False
    seals: SealFolders | None = None
    rehearsed: bool = False
    chunk: int = CHUNK
    _loading: FileLoad | None = None
    _terms: Terms | None = None
    _mappings: FileMappings | None = None
    _declared: list[BankAccount] = field(default_factory=list)
    _rehearsal: Rehearsal | None = None

    @property
    def correlation(self) -> str:
        """The correlation id that all facts of the day's work share."""
        return f"bank-day:{self.on}"

    def loading(self, sha256: str) -> FileLoad:
        """Return the archived file that is being loaded; repeated calls do not read it again."""
        if self._terms is None:
            self._terms = self.books.terms()
        if self._loading is None or self._loading.sha256 != sha256:
            self._loading = load(sha256, self.archive, self.on, self._terms, self.our_accounts(), self.mappings())
            # Each file is rehearsed independently of the other files.
            self._rehearsal = Rehearsal(self.books.journal) if self.rehearsed else None
        if isinstance(self._loading, SettlementLoad):
            self._loading.decide(self.books.store.settlements)
        return self._loading

    def forget(self, sha256: str) -> None:
        """Drop the loaded data of a file from memory."""
        if self._loading is not None and self._loading.sha256 == sha256:
            self._loading = None

    def our_accounts(self) -> OurAccounts:
        """Our bank accounts, with those that this day's work has declared."""
        now = self.books.store.now
        accounts = OurAccounts(now.bank_accounts(), now.provider_accounts())
        for one in self._declared:
            if accounts.account(one.bank_account) is None:
                accounts.declared(one)
        return accounts

    def mappings(self) -> FileMappings:
        """The file mappings, which are read once in a day's work."""
        if self._mappings is None:
            self._mappings = FileMappings(self.books.store.rules)
        return self._mappings

    def declared(self, account: BankAccount) -> None:
        """Take in an account that was just declared, so that its lines in the current file can be booked."""
        self._declared.append(account)
        if self._loading is not None:
            self._loading.accounts = self.our_accounts()

    def decide(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Record commands, all or nothing; in a rehearsal, only decide them.

        A rehearsal decides as if the earlier commands that it rehearsed had been recorded.
        """
        if self.rehearsed:
            assert self._rehearsal is not None, (
                "the loading of a file must have begun before its commands are rehearsed"
            )
            return self._rehearsal.rehearse(submissions)
        return execute(self.books.journal, submissions, chunk=max(len(submissions), 1))

    def submit(self, command: Command, key: str) -> Outcome:
        """Record one command about a file or a bank account; in a rehearsal, only decide it."""
        (outcome,) = self.decide([self._submission(command, key)])
        return outcome

    def refused_of(self, commands: Mapping[str, Command]) -> Outcome | None:
        """Record commands that belong together, each under its key; in a rehearsal, only decide them.

        Returns the outcome of a command that is refused, and then none is recorded; or null.
        """
        if not commands:
            return None
        submissions = [self._submission(command, key) for key, command in commands.items()]
        outcomes = self.decide(submissions) if self.rehearsed else execute_together(self.books.journal, submissions)
        return next((one for one in outcomes if one.status == "refused"), None)

    def _submission(self, command: Command, key: str) -> Submission:
        envelope = Envelope(
            occurred_on=self.on,
            accounting_date=self.on,
            recorded_at=self.recorded_at,
            actor=self.actor,
            key=key,
            correlation=self.correlation,
        )
        return Submission(command, envelope)

    def must(self, command: Command, key: str) -> None:
        """Submit a command that no rule should refuse; raises RuntimeError if it is refused."""
        outcome = self.submit(command, key)
        if outcome.status == "refused":
            raise RuntimeError(f"{type(command).__name__} was refused: {outcome.sentence}")
