"""A small clinic on real books: accounts, invoices, a bank that writes statements, and the bank day over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from ledger import execute
from ledger.domain.receivables.invoice import IssueInvoice
from ledger.domain.references import ocr
from projections import Books, open_books
from reconciliation.archive import Archive
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtReference, CamtStatement, write_camt053
from reconciliation.steps.day import BankDay
from reconciliation.steps.loop import run
from reconciliation.steps.outcomes import Judged
from reconciliation.store import ReconciliationStore
from tests.kit import care
from tests.kit.book import Ask
from tests.kit.submissions import submit
from tests.kit.vault_key import VAULT_KEY

ENTITY = "clinic"
ACCOUNT = "54910000003"
DAY = date(2026, 10, 5)
ISSUED = date(2026, 9, 5)
FIRST_NUMBER = 1001
PRICE = 250_00


def reference_of(number: int, payer: int = 1) -> str:
    """The OCR that the series gives a payer of its n-th invoice, counted from zero."""
    return ocr(f"{FIRST_NUMBER + number}{payer}")


def paid(
    amount_minor: int,
    reference: str | None = None,
    bank_ref: str | None = None,
    on: date = DAY,
    name: str | None = None,
) -> CamtEntry:
    """A payment as one booked movement; without an id of the bank's where none is given."""
    detail = CamtDetail(
        references=(CamtReference(reference),) if reference else (), counterparty=name, amount_minor=amount_minor
    )
    return CamtEntry(amount_minor, on, on, bank_ref=bank_ref, details=(detail,))


def statement(
    entries: Sequence[CamtEntry],
    opening_minor: int = 0,
    statement_id: str = "S1",
    on: date = DAY,
    to: date | None = None,
    account: str = ACCOUNT,
    currency: str = "SEK",
    sequence: int = 1,
) -> bytes:
    """A camt.053 file with one statement whose balances foot."""
    at = f"{on}T20:00:00"
    stated = CamtStatement(statement_id, account, currency, sequence, at, on, to or on, entries, opening_minor)
    return write_camt053("M-" + statement_id, at, [stated])


@dataclass
class Clinic:
    """Open books of a clinic with invoices of 250.00 each; `inbox` is where its bank files come."""

    books: Books
    desk: ReconciliationStore
    folder: Path
    at: datetime = datetime(2026, 10, 5, 18, tzinfo=UTC)
    _keys: Iterator[int] = field(default_factory=lambda: iter(range(10**9)))

    def do(self, *asks: Ask, on: date = ISSUED, accounted: date | None = None) -> int:
        """Record commands, each of which must lead to something; the position that is known after them."""
        # What happened on a later day than the clinic's is recorded on that day.
        at = None if on > self.at.date() else self.at
        submitted = [submit(one, f"clinic-{next(self._keys)}", on, accounted=accounted, at=at) for one in asks]
        outcomes = execute(self.books.journal, submitted)
        assert [(one.status, one.code) for one in outcomes] == [("done", None)] * len(asks)
        return self.books.journal.stable_position()

    def opened(self, invoices: int = 5) -> Clinic:
        """With a declared bank account, a series, and an account and an invoice for each patient."""
        self.do(care.open_series("INV", FIRST_NUMBER), care.declare_bank_account(ACCOUNT))
        for number in range(invoices):
            self.do(care.open_account(f"patient-{number}"), invoice(number))
        return self

    @contextmanager
    def day(self, on: date = DAY, **given: Any) -> Iterator[BankDay]:
        """The bank day's work."""
        yield BankDay(self.books, Archive(self.folder / "archive", VAULT_KEY), self.desk, on, self.at, **given)

    def load(self, *files: bytes, on: date = DAY, **given: Any) -> list[Judged]:
        """Load files as the bank day does, step by step; what the gate said of each."""
        self.folder.mkdir(exist_ok=True)
        paths = []
        for number, content in enumerate(files):
            path = self.folder / f"file-{number}"
            path.write_bytes(content)
            paths.append(path)
        with self.day(on, **given) as day:
            summary = run(day, paths)
        assert not [outcome.sentence for file in summary.files for outcome in file.refused_commands]
        return [file.judged for file in summary.files]

    def facts(self, *names: str) -> list[Any]:
        """Recorded facts of these names, in order; all of them without a name."""
        found = self.books.journal.follow(0, 10**6)
        return [recorded.fact for recorded in found if not names or recorded.name in names]

    def count(self, *names: str) -> int:
        """How many facts of these names there are."""
        return len(self.facts(*names))


def invoice(number: int, amount_minor: int = PRICE, issued_on: date = ISSUED) -> IssueInvoice:
    """The n-th invoice, to the n-th patient."""
    return care.invoice(
        f"i-{number}",
        care.line(1, amount_minor),
        payers={f"patient-{number}": amount_minor},
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=30),
        series="INV",
    )


@contextmanager
def clinic_on(url: str, folder: Path) -> Iterator[Clinic]:
    """Books of a clinic at a writer's URL."""
    with open_books(url, ENTITY) as books, ReconciliationStore(url, ENTITY) as desk:
        yield Clinic(books, desk, folder)
