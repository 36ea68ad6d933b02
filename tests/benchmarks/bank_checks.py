"""lines_again, feeds_beside: what it costs that no money is booked twice and that the bank's balance is the judge.

A file of many payments is loaded first; beside it, in the same run, the same payments come again in another way. All
figures are seconds of a bank day, from its first step to its last.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from infra.postgres import Urls
from ledger import execute, open_journal
from ledger.domain.bank.alias import Alias
from projections import Books, open_books
from reconciliation.archive import Archive
from reconciliation.steps.day import BankDay
from reconciliation.steps.loop import run
from reconciliation.steps.summary import DaySummary
from reconciliation.store import ReconciliationStore
from tests.benchmarks.clinic import DEPOSIT, FIRST, bank_file, giro_file, open_invoices
from tests.benchmarks.measurement import TRIAL, Row, seconds
from tests.kit import care
from tests.kit.clinic import ACCOUNT, DAY, FIRST_NUMBER, ISSUED, PRICE
from tests.kit.giro import BANKGIRO, Paid, lump, notification, stated
from tests.kit.submissions import submit
from tests.kit.vault_key import VAULT_KEY

LINES = 100_000 // TRIAL


def lines_again(urls: Urls) -> Row:
    """A statement again in which all ids of the bank differ, beside its first load."""
    open_invoices(urls, LINES)
    with _bank(urls) as bank:
        first = bank.load(bank_file(LINES), matched=LINES)
        again = bank.load(bank_file(LINES, "S1").replace(b">B0", b">C0"), matched=0)
        return _row("lines_again", again, first, bank.reports() | {"first": round(first, 2)})


def feeds_beside(urls: Urls) -> Row:
    """The same payments in a camt.054 and as sums in a camt.053, beside the BgMax file that was loaded first."""
    open_invoices(urls, LINES)
    with open_journal(urls.writer, "clinic") as journal:
        numbers = (Alias(ACCOUNT, "bban"), Alias(BANKGIRO, "bankgiro"))
        account = care.declare_bank_account(ACCOUNT, "camt.053", "bgmax", "camt.054", aliases=numbers)
        execute(journal, submit(account, "feeds", ISSUED))
    with _bank(urls) as bank:
        deposits = range(0, LINES, DEPOSIT)
        first = bank.load(giro_file(LINES), matched=LINES)
        shown = notification([Paid(FIRST - FIRST_NUMBER + number, PRICE) for number in range(LINES)])
        notified = bank.load(shown, matched=0)
        sums = [lump(PRICE * min(DEPOSIT, LINES - start), f"L{start}") for start in deposits]
        summed = bank.load(stated(*sums), matched=0)
        stages = {"bgmax": first, "camt.054": notified, "camt.053": summed}
        stages = {name: round(spent, 2) for name, spent in stages.items()} | bank.reports()
        return _row("feeds_beside", notified + summed, first, stages)


class _Bank:
    def __init__(self, books: Books, desk: ReconciliationStore, folder: Path) -> None:
        self._books = books
        self._desk = desk
        self._folder = folder

    def load(self, content: bytes, matched: int) -> float:
        """Seconds of a bank day with one file, of which so many payments must be matched."""
        (self._folder / "file").write_bytes(content)
        at = datetime(2026, 10, 5, 18, tzinfo=UTC)
        day = BankDay(self._books, Archive(self._folder / "archive", VAULT_KEY), self._desk, DAY, at)
        done: list[DaySummary] = []
        spent = seconds(lambda: done.append(run(day, [self._folder / "file"])))
        (summary,) = done
        assert summary.files[0].matched == matched, summary
        return spent

    def reports(self) -> dict[str, float]:
        """Seconds of the reports that set the book beside the bank; nothing may be open in them."""
        return {f"report {name}": round(seconds(partial(self._tied, name)), 2) for name in _REPORTS}

    def _tied(self, name: str) -> None:
        assert self._books.report(name, DAY).tied, name


_REPORTS = ("bank", "cut-over", "tie-out")


@contextmanager
def _bank(urls: Urls) -> Iterator[_Bank]:
    """The bank days of the clinic, whose books have its invoices already."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_books(urls.writer, "clinic") as books,
        ReconciliationStore(urls.writer, "clinic") as desk,
    ):
        books.follow()
        yield _Bank(books, desk, Path(folder))


def _row(name: str, ours: float, baseline: float, stages: dict[str, float]) -> Row:
    """One run, as books grow with it."""
    return Row(name, round(ours, 2), round(baseline, 2), "s", round(ours / baseline, 3), 1, None, stages=stages)
