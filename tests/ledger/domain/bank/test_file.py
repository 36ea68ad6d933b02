"""A bank's file: ingested and completed once, or rejected whole until it proves itself."""

from __future__ import annotations

from datetime import date

from ledger.domain.bank.file import (
    CompleteFile,
    FileCompleted,
    FileIngested,
    FileRejected,
    IngestFile,
    LoadedFile,
    ProvenFile,
    RejectFile,
    StatementProven,
    note_loading,
)
from ledger.domain.fact import NewFact
from tests.kit.book import Book, Raised
from tests.kit.care import open_account

SHA = "ab" * 32
PROVEN = StatementProven("b1", "SEK", "S-1", date(2024, 7, 10), date(2024, 7, 10), 0, 250_00, 1, 250_00)
FILE = ProvenFile("camt.053", True, (PROVEN,), lines=1, chunks=1)
LOADED = LoadedFile(receipts=1, movements=0, allocations=1, seen_before=0, in_doubt=0)
INGEST = IngestFile(sha256=SHA, file=FILE)
COMPLETE = CompleteFile(sha256=SHA, loaded=LOADED)
REJECT = RejectFile(sha256=SHA, format="camt.053", reasons=("balances_do_not_foot",))


def test_a_file_is_ingested_and_completed_once() -> None:
    book = Book().when(INGEST).then(NewFact(f"file-{SHA}", FileIngested(sha256=SHA, file=FILE)))
    book.when(INGEST).nothing_new()
    book.when(COMPLETE).then(NewFact(f"file-{SHA}", FileCompleted(loaded=LOADED)))
    book.when(COMPLETE).nothing_new()
    book.when(INGEST).nothing_new()


def test_a_file_is_rejected_once_and_may_pass_later() -> None:
    rejected = FileRejected(sha256=SHA, format="camt.053", reasons=("balances_do_not_foot",))
    book = Book().when(REJECT).then(NewFact(f"file-{SHA}", rejected))
    book.when(REJECT).nothing_new()
    book.when(COMPLETE).refused("file_not_open")
    book.given(INGEST).when(REJECT).nothing_new()
    book.given(COMPLETE).when(REJECT).nothing_new()


def test_a_file_that_was_never_ingested_is_not_completed() -> None:
    Book().when(COMPLETE).refused("file_not_open")


def test_what_is_half_in_the_book_is_noted_until_it_is_complete() -> None:
    book = Book().given(REJECT, INGEST, open_account("p1"))
    loading: dict[str, int] = {}
    for new in book.log:
        note_loading(loading, new.stream, new.fact)
    assert loading == {f"file-{SHA}": 1}
    for new in book.do(COMPLETE):
        note_loading(loading, new.stream, new.fact)
    assert loading == {}


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "file_not_open": ((), COMPLETE),
}
