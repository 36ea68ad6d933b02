"""Money that was nobody's payment moves to another account role from the bank's day on, and back if that was wrong."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain.bank.file import IngestFile, ProvenFile, StatementProven
from ledger.domain.cash.receipt import NOUN
from ledger.domain.cash.receipt_facts import ReceiptReclassified
from ledger.domain.cash.receipt_postings import LEGS
from ledger.domain.cash.receipt_reclassification import ReclassifyReceipt
from ledger.domain.chart_of_accounts import Leg
from ledger.domain.fact import NewFact
from tests.kit.book import Ask, Book, Raised, on
from tests.kit.care import BOOKED, allocate, invoice, open_clinic, receipt, reverse
from tests.ledger.domain.cash.test_allocation import open_on, unallocated, unallocated_on
from tests.ledger.domain.cash.test_recall import debit, paid, recall

LATER = date(2024, 8, 5)
TO_SUPPLIERS = ReclassifyReceipt(receipt_id="r", role="suppliers", reason_code="THEIR_REFUND")
BACK = replace(TO_SUPPLIERS, back=True, reason_code="NOT_THEIRS")
MOVED = ReceiptReclassified(
    bank_account="b1",
    account_id=None,
    amount_minor=250_00,
    currency="SEK",
    from_role="unallocated",
    role="suppliers",
    reason_code="THEIR_REFUND",
)


def suppliers(book: Book) -> int:
    return book.balances().get("suppliers", 0)


def test_it_was_so_from_the_banks_day_on_and_corrects_a_voucher() -> None:
    book = paid(250_00)
    book.when(on(LATER, TO_SUPPLIERS)).then(NewFact("receipt-r", MOVED, BOOKED, corrects=True))
    assert (unallocated(book), suppliers(book)) == (0, -250_00)
    book.when(allocate("r", "i1")).refused("amount_exceeds_unallocated")


def test_it_comes_back_as_if_it_had_never_been_away() -> None:
    book = paid(250_00, TO_SUPPLIERS)
    returned = replace(MOVED, from_role="suppliers", role="unallocated", reason_code="NOT_THEIRS")
    book.when(on(LATER, BACK)).then(NewFact("receipt-r", returned, BOOKED, corrects=True))
    assert (unallocated_on(book, BOOKED), suppliers(book)) == (250_00, 0)
    book.when(BACK).refused("amount_not_on_role")
    book.given(allocate("r", "i1"))
    assert open_on(book, "i1") == 0


def test_only_what_is_unallocated_moves_and_on_the_days_from_which_it_is() -> None:
    book = paid(300_00, allocate("r", "i1"))
    book.do(on(LATER, reverse("r")))
    assert [(new.on, new.fact) for new in book.do(TO_SUPPLIERS)] == [
        (BOOKED, replace(MOVED, amount_minor=50_00)),
        (LATER, replace(MOVED, amount_minor=250_00)),
    ]
    # What came last comes back first, each part on its own day.
    assert [new.on for new in book.do(replace(BACK, amount_minor=270_00))] == [LATER, BOOKED]
    assert (unallocated_on(book, BOOKED), unallocated(book), suppliers(book)) == (20_00, 270_00, -30_00)


def test_a_part_moves_and_the_rest_pays() -> None:
    book = paid(300_00, replace(TO_SUPPLIERS, amount_minor=50_00), allocate("r", "i1"))
    assert (open_on(book, "i1"), unallocated(book), suppliers(book)) == (0, 0, -50_00)


def test_the_bank_takes_back_what_is_with_us_and_the_rest_comes_back_first() -> None:
    book = paid(250_00, TO_SUPPLIERS, debit(250_00))
    book.when(recall()).refused("amount_exceeds_receipt")
    book.given(BACK, recall())
    assert (unallocated(book), suppliers(book), "recalls" in book.balances()) == (0, 0, False)


def test_a_payment_that_no_statement_has_goes_back_to_the_account_of_details() -> None:
    made = receipt("r", 250_00)
    shown = replace(made, payment=replace(made.payment, in_detail=True))
    withdraw = replace(TO_SUPPLIERS, role="bank_details", reason_code="NOT_ON_STATEMENT")
    book = open_clinic().given(invoice("i1"), shown, allocate("r", "i1"))
    book.when(withdraw).refused("amount_exceeds_unallocated")
    book.given(reverse("r"), withdraw)
    assert (unallocated(book), open_on(book, "i1"), "bank_details" in book.balances()) == (0, 250_00, False)
    assert [change.effect for change in NOUN.changes[ReceiptReclassified](replace(MOVED, role="bank_details"))] == [
        "withdrawn"
    ]
    book.given(replace(withdraw, back=True))
    assert (unallocated(book), book.balances()["bank_details"]) == (250_00, 250_00)


def file_of(*openings: int | None) -> IngestFile:
    """A file with a statement for each opening balance; without one, it only shows payments in detail."""
    statements = tuple(
        StatementProven("b1", "SEK", None, BOOKED, BOOKED, opening, opening and opening + 250_00, 1, 250_00)
        for opening in openings
    )
    return IngestFile(sha256="h", file=ProvenFile("camt.054", True, statements, lines=1, chunks=1))


def of_statement(number: int) -> Ask:
    made = receipt("r", 250_00, file="h")
    return replace(made, payment=replace(made.payment, statement_no=number))


def test_a_payment_that_the_bank_never_got_leaves_the_ledger_account_that_it_raised() -> None:
    withdraw = replace(TO_SUPPLIERS, role="bank", reason_code="NEVER_CAME")
    book = open_clinic().given(file_of(100_00, None), of_statement(2))
    book.given(withdraw)
    assert (unallocated(book), "bank" in book.balances()) == (0, False)
    (leg, _) = reversed(LEGS[ReceiptReclassified](replace(MOVED, role="bank")))
    assert leg == Leg("bank", -250_00, "SEK", "b1")
    assert [change.effect for change in NOUN.changes[ReceiptReclassified](replace(MOVED, role="bank"))] == [
        "never_received"
    ]
    book.given(replace(withdraw, back=True))
    assert (unallocated(book), book.balances()["bank"]) == (250_00, 250_00)


@pytest.mark.parametrize("given", [(file_of(100_00, None), of_statement(1)), (of_statement(2),), (receipt("r", 1),)])
def test_a_payment_of_a_statement_or_of_no_file_is_not_withdrawn(given: tuple[Ask, ...]) -> None:
    book = open_clinic().given(*given)
    book.when(replace(TO_SUPPLIERS, role="bank")).refused("payment_on_statement")


def test_what_raised_the_account_of_details_is_not_withdrawn_from_the_bank() -> None:
    made = receipt("r", 250_00, file="h")
    shown = replace(made, payment=replace(made.payment, statement_no=1, in_detail=True))
    open_clinic().given(file_of(None), shown).when(replace(TO_SUPPLIERS, role="bank")).refused("payment_on_statement")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(TO_SUPPLIERS, reason_code=""), "reason_missing"),
        (replace(TO_SUPPLIERS, receipt_id="none"), "receipt_unknown"),
        (replace(TO_SUPPLIERS, amount_minor=250_01), "amount_exceeds_unallocated"),
        (replace(TO_SUPPLIERS, amount_minor=0), "amount_not_positive"),
        *(
            (replace(TO_SUPPLIERS, role=role), "role_not_for_receipts")
            for role in ("bank_suspense", "unallocated", "x")
        ),
    ],
)
def test_what_cannot_be_is_refused(wrong: Ask, code: str) -> None:
    paid(250_00).when(wrong).refused(code)


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "amount_not_on_role": ((TO_SUPPLIERS,), replace(BACK, amount_minor=100_01)),
    "payment_on_statement": ((), replace(TO_SUPPLIERS, role="bank")),
    "role_not_for_receipts": ((), replace(TO_SUPPLIERS, role="recalls")),
}
