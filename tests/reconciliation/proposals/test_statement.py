"""The proposal put to the ledger: exact, partial, over, double; and the ledger's bank is the bank's."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import polars as pl
import pytest

from ledger import Outcome
from ledger.domain.cash.identification import IdentifyReceipt
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.references import ReferenceKind, looks_personal
from ledger.domain.refusals import Refused
from reconciliation.matching.exact_match import REASONS, match
from reconciliation.proposals.proposal import Proposal, kept_back
from reconciliation.proposals.statement import is_receipt, propose, receipts
from tests.kit.book import Book
from tests.kit.care import BOOKED, allocate, invoice, line, open_account, open_series
from tests.kit.currencies import keeping
from tests.reconciliation.matching.battery import world_of
from tests.reconciliation.matching.written_files import DAY, BankFile, Store, several
from tests.reconciliation.proposals.proposal_book import (
    clinic,
    credit_of,
    issued,
    loaded,
    no_candidates,
    open_on,
    proposed,
    reference_of,
    setting,
)


@pytest.fixture
def book() -> Book:
    """A clinic with three invoices."""
    return clinic()


def test_a_payment_of_what_is_open_closes_the_item(book: Book) -> None:
    made = loaded(book, BankFile().line(250_00, reference_of(book, "i1")))
    assert [row.kind for row in made.matches] == ["exact"]
    assert made.reviews == ()
    assert open_on(book, "i1") == 0
    assert book.balances() == {"ar_patient": 650_00, "bank": 250_00, "revenue": -900_00}


def test_a_partial_payment_leaves_the_rest_open(book: Book) -> None:
    made = loaded(book, BankFile().line(100_00, reference_of(book, "i1")))
    assert [row.kind for row in made.matches] == ["partial"]
    assert open_on(book, "i1") == 150_00
    assert "unallocated" not in book.balances()
    assert "customer_credit" not in book.balances()


def test_an_overpayment_becomes_customer_credit_of_the_owner(book: Book) -> None:
    made = loaded(book, BankFile().line(300_00, reference_of(book, "i1")))
    assert [row.kind for row in made.matches] == ["over"]
    assert (open_on(book, "i1"), open_on(book, "i2"), credit_of(book, "p1")) == (0, 250_00, 50_00)
    assert book.balances()["customer_credit"] == -50_00


def test_a_duplicate_within_the_file_becomes_customer_credit_and_touches_no_other_item(book: Book) -> None:
    said = reference_of(book, "i1")
    made = loaded(book, BankFile().line(250_00, said).line(250_00, said))
    assert [(row.kind, row.open_minor) for row in made.matches] == [("exact", 250_00), ("duplicate", 0)]
    assert (open_on(book, "i1"), open_on(book, "i2"), credit_of(book, "p1")) == (0, 250_00, 250_00)


def test_a_duplicate_in_a_later_file_becomes_customer_credit(book: Book) -> None:
    said = reference_of(book, "i1")
    loaded(book, BankFile().line(250_00, said))
    made = loaded(book, BankFile("file-2").line(250_00, said, booked_on=date(2024, 7, 11)))
    assert [row.kind for row in made.matches] == ["duplicate"]
    assert credit_of(book, "p1") == 250_00


def test_instalments_within_the_file_add_up(book: Book) -> None:
    said = reference_of(book, "i1")
    made = loaded(book, BankFile().line(100_00, said).line(120_00, said).line(50_00, said))
    assert [(row.kind, row.open_minor) for row in made.matches] == [
        ("partial", 250_00),
        ("partial", 150_00),
        ("over", 30_00),
    ]
    assert (open_on(book, "i1"), credit_of(book, "p1")) == (0, 20_00)


def test_a_payment_of_before_the_item_arose_settles_it_on_the_day_it_arose(book: Book) -> None:
    arose_on = DAY + timedelta(days=2)
    book.do(invoice("i9", issued_on=arose_on, due_on=arose_on))
    before = len(book.log)
    loaded(book, BankFile().line(300_00, reference_of(book, "i9")))
    assert open_on(book, "i9") == 0
    # The money itself came on its own day. What is beyond the item is a payment in advance until the item is there.
    assert {(type(new.fact).__name__, new.on) for new in book.log[before:]} == {
        ("ReceiptRecorded", BOOKED),
        ("ReceiptAllocated", arose_on),
        ("CustomerCreditCreated", arose_on),
        ("ItemAllocated", arose_on),
    }


def test_a_payment_found_late_still_settles_its_item_on_the_day_it_came(book: Book) -> None:
    before = len(book.log)
    loaded(book, BankFile().line(250_00, reference_of(book, "i1"), booked_on=date(2024, 6, 28)))
    assert {new.on for new in book.log[before:]} == {date(2024, 6, 28)}


def test_what_is_not_certain_is_an_unallocated_receipt_with_candidates_and_a_reason(book: Book) -> None:
    made = loaded(book, BankFile().line(250_00, several("12345674", "1234566")))
    assert book.balances()["unallocated"] == -250_00
    (review,) = made.reviews
    assert (review.code, review.reasons) == ("several_references", (REASONS["several_references"],))
    assert [one["item_id"] for one in review.candidates] == ["i1.1", "i2.1"]
    assert set(review.candidates[0]) == {"item_id", "count", "open_minor", "due_on", "why", "of"}
    assert f"receipt-{review.receipt_id}" in book.states
    # A person decides, and the same ledger does the rest.
    book.do(allocate(review.receipt_id or "", "i2"))
    assert open_on(book, "i2") == 0


def test_money_left_over_that_a_person_says_is_another_payers_stays_unallocated(book: Book) -> None:
    made = proposed(BankFile().line(300_00, reference_of(book, "i1")), issued(book))
    recorded, allocated = (one.command for one in made.submissions)
    assert isinstance(recorded, RecordReceipt)
    book.given(recorded, IdentifyReceipt(receipt_id=recorded.receipt_id, account_id="p2"))
    with pytest.raises(Refused) as refused:
        book.do(allocated)
    assert refused.value.code == "receipt_decided_by_hand"
    assert book.balances()["unallocated"] == -300_00
    outcome = Outcome("match:", "refused", code=refused.value.code, sentence=CATALOGUE.refusal(refused.value))
    review = kept_back(made.submissions[1], outcome)
    assert review is not None
    assert (review.receipt_id, review.code, review.raw_position) == (
        recorded.receipt_id,
        "receipt_decided_by_hand",
        "Ntry 1",
    )
    assert review.reasons == (outcome.sentence,)
    assert kept_back(made.submissions[0], outcome) is None
    assert kept_back(made.submissions[1], Outcome("match:", "done")) is None


@pytest.mark.parametrize("seed", range(6))
def test_the_ledgers_bank_is_the_banks_sum_whatever_comes(seed: int) -> None:
    world = world_of(seed, variants=4)
    book, given = Book().given(keeping("EUR"), open_series("old", kind="none"), open_account("p1")), set[str]()
    for item in world.items:
        # A reference belongs to one payment request ever, and none looks like somebody's number.
        kind: ReferenceKind = "rf" if item.reference.startswith("RF") else "ocr"
        if item.reference in given or looks_personal(kind, item.reference):
            continue
        given.add(item.reference)
        bought = invoice(item.item_id.removesuffix(".1"), line(1, item.open_minor), currency=item.currency)
        payer = msgspec.structs.replace(bought.payers[0], reference=item.reference, reference_kind=kind)
        book.do(msgspec.structs.replace(bought, series="old", payers=(payer,)))
    receivable = book.balances()["ar_patient"]
    made = loaded(book, world.file)
    rows = world.file.entries()
    balances = book.balances()
    assert balances["bank"] == rows["amount_minor"].sum()
    assert sum(balances.values()) == 0
    unmatched = {review.receipt_id for review in made.reviews}
    open_money = sum(
        one.command.payment.amount_minor
        for one in made.submissions
        if isinstance(one.command, RecordReceipt) and one.command.receipt_id in unmatched
    )
    matched_money = sum(row.amount_minor for row in made.matches)
    assert balances["unallocated"] == -open_money
    assert receivable - balances["ar_patient"] - balances["customer_credit"] == matched_money
    assert open_money + matched_money == rows.filter(pl.col("amount_minor") > 0)["amount_minor"].sum()
    # All of it again is nothing new.
    before = len(book.log)
    for one in made.submissions:
        assert book.do(one.command) == ()
    assert len(book.log) == before


def test_a_receipt_is_told_apart_the_same_way_one_by_one_and_all_at_once() -> None:
    file = BankFile().line(5_00).line(-5_00).line(9_00, {"amount_minor": 10_00}).line(11_00, {"amount_minor": 10_00})
    entries = file.keyed()
    one_by_one = [row["key"] for row in entries.iter_rows(named=True) if is_receipt(row)]
    assert receipts(entries)["key"].to_list() == one_by_one
    assert len(one_by_one) == 3


def test_a_receipt_that_was_not_put_to_the_matcher_is_an_error() -> None:
    entries = BankFile().line(5_00).line(6_00).keyed()
    matched = match(entries.head(1), Store([]).by_reference([]))
    with pytest.raises(AssertionError, match="1 receipts"):
        propose(entries, matched, no_candidates(), setting())


def test_an_empty_file_plans_nothing() -> None:
    assert proposed(BankFile().statement(), []) == Proposal((), (), ())
