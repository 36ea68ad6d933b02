"""The bank's side: the provider's own accounts, files being loaded, and movements that are no receipts."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from ledger.domain.bank_account import BankAccountDeclared, DeclareBankAccount
from ledger.domain.bank_file import (
    CompleteFile,
    FileCompleted,
    FileIngested,
    FileRejected,
    IngestFile,
    RejectFile,
    StatementProven,
)
from ledger.domain.bank_movement import BankMovementClassified, ClassifyBankMovement
from ledger.domain.fact import NewFact
from tests.kit.book import Book

SHA = "ab" * 32
PROVEN = StatementProven("b1", "SEK", "S-1", date(2024, 7, 10), date(2024, 7, 10), 0, 250_00, 1, 250_00)
INGEST = IngestFile(sha256=SHA, format="camt.053", books=True, statements=(PROVEN,), lines=1, chunks=1)
COMPLETE = CompleteFile(sha256=SHA, receipts=1, movements=0, allocations=1, seen_before=0, in_doubt=0)
REJECT = RejectFile(sha256=SHA, format="camt.053", reasons=("balances_do_not_foot",))
DECLARE = DeclareBankAccount(bank_account="b1", currency="SEK", source="camt.053")
FEE = ClassifyBankMovement(
    movement_id="m",
    bank_account="b1",
    amount_minor=-12_50,
    currency="SEK",
    booked_on=date(2024, 7, 10),
    role="bank_fees",
    rule="fee_code",
    line_key="line-9",
    source=SHA,
)


def test_a_bank_account_is_declared_and_its_source_may_change() -> None:
    book = (
        Book()
        .when(DECLARE)
        .then(NewFact("bankaccount-b1", BankAccountDeclared(bank_account="b1", currency="SEK", source="camt.053")))
    )
    book.when(DECLARE).nothing_new()
    book.when(msgspec.structs.replace(DECLARE, source="camt.054")).then(
        BankAccountDeclared(bank_account="b1", currency="SEK", source="camt.054")
    )
    book.when(msgspec.structs.replace(DECLARE, currency="EUR")).refused("bank_account_already_declared")


def test_a_file_is_ingested_and_completed_once() -> None:
    ingested = FileIngested(sha256=SHA, format="camt.053", books=True, statements=(PROVEN,), lines=1, chunks=1)
    completed = FileCompleted(receipts=1, movements=0, allocations=1, seen_before=0, in_doubt=0)
    book = Book().when(INGEST).then(NewFact(f"file-{SHA}", ingested))
    book.when(INGEST).nothing_new()
    book.when(COMPLETE).then(NewFact(f"file-{SHA}", completed))
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


def test_a_bank_fee_is_booked_on_its_account() -> None:
    classified = BankMovementClassified(**msgspec.structs.asdict(FEE))
    book = Book().when(FEE).then(NewFact("movement-m", classified))
    assert book.balances() == {"bank": -12_50, "bank_fees": 12_50}


def test_the_same_movement_in_another_file_is_nothing_new() -> None:
    Book().given(FEE).when(msgspec.structs.replace(FEE, source="cd" * 32, position="7")).nothing_new()


@pytest.mark.parametrize("other", [{"amount_minor": -12_51}, {"currency": "EUR"}, {"line_key": "line-10"}])
def test_the_same_id_with_other_content_is_refused(other: dict[str, object]) -> None:
    Book().given(FEE).when(msgspec.structs.replace(FEE, **other)).refused("fact_already_recorded")


def test_a_movement_of_nothing_is_refused() -> None:
    Book().when(msgspec.structs.replace(FEE, amount_minor=0)).refused("amount_not_positive")


@pytest.mark.parametrize("role", ["ar_patient", "ar_payer", "bank", "customer_credit", "unallocated", "no_such_role"])
def test_a_movement_is_not_booked_where_receipts_and_items_are_counted(role: str) -> None:
    Book().when(msgspec.structs.replace(FEE, role=role)).refused("role_not_bookable")
