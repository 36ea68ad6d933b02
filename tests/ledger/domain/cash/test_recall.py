"""The bank takes a payment back: what it settled is open again from the bank's day, and no money is there twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.bank.movement_facts import MovementCleared
from ledger.domain.cash.allocation import ItemToPay
from ledger.domain.cash.customer_credit import ApplyCredit
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.receipt_facts import AllocationReversed, ReceiptRecalled
from ledger.domain.cash.reclassification import ReclassifyAsRefund, ReclassifyMovement
from ledger.domain.cash.refund_payment import SendRefund
from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import Account, CustomerCreditWithdrawn
from ledger.domain.receivables.item_facts import ItemDeallocated, ItemRaised
from tests.kit.book import Ask, Asked, Book, Raised, on
from tests.kit.care import (
    allocate,
    approve_refund,
    credit,
    invoice,
    open_clinic,
    receipt,
    request_refund,
    reverse,
)
from tests.ledger.domain.cash.test_allocation import TARGET, customer_credit, open_on, unallocated
from tests.ledger.domain.cash.test_refund_movement import refund_of

RECALLED = date(2024, 7, 20)
LATER = date(2024, 8, 5)
TODAY = date(2024, 11, 25)
SEND = SendRefund(refund_id="f", rail="bank_transfer", end_to_end_id="E2E-f")


def debit(amount_minor: int, role: str = "recalls", part_id: str = "m", currency: str = "SEK") -> ClassifyMovement:
    """The bank's debit of the 20th of July."""
    line = BankLine(
        bank_account="b1",
        amount_minor=-amount_minor,
        currency=currency,
        booked_on=RECALLED,
        movement_id=part_id,
        movement_minor=-amount_minor,
        line_key=f"line-{part_id}",
    )
    return ClassifyMovement(part_id=part_id, line=line, role=role, rule="recall_of_receipt")


def recall(amount_minor: int | None = None, receipt_id: str = "r", part_id: str = "m") -> RecallReceipt:
    return RecallReceipt(receipt_id=receipt_id, part_id=part_id, reason_code="AC06", amount_minor=amount_minor)


def paid(amount_minor: int, *asks: Ask) -> Book:
    """Patient p1 owes 250.00 on each of i1, i2 and i3; a receipt has come in on the 10th of July."""
    invoices = (invoice(f"i{number}") for number in (1, 2, 3))
    return open_clinic().given(*invoices, receipt("r", amount_minor), *asks)


def test_what_a_payment_settled_is_open_again_from_the_banks_day() -> None:
    book = paid(300_00, allocate("r", "i1", rest_to="p1"), debit(300_00))
    assert book.balances()["recalls"] == 300_00
    undone = AllocationReversed(
        allocation_id="a-r",
        account_id="p1",
        because="recalled",
        currency="SEK",
        targets=(TARGET,),
        credit_minor=0,
        credit_account=None,
    )
    opened = ItemDeallocated(
        allocation_id="a-r", document="receipt-r", because="recalled", amount_minor=250_00, currency="SEK"
    )
    from_credit = replace(undone, account_id=None, targets=(), credit_minor=50_00, credit_account="p1")
    withdrawn = CustomerCreditWithdrawn(amount_minor=50_00, currency="SEK", document="receipt-r")
    taken = ReceiptRecalled(
        part_id="m", account_id=None, amount_minor=300_00, currency="SEK", role="recalls", reason_code="AC06"
    )
    cleared = MovementCleared(document="receipt-r", amount_minor=-300_00, currency="SEK")
    book.when(on(TODAY, recall())).then(
        NewFact("receipt-r", undone, RECALLED),
        NewFact("item-i1.1", opened, RECALLED),
        NewFact("receipt-r", from_credit, RECALLED),
        NewFact("account-p1", withdrawn, RECALLED),
        NewFact("receipt-r", taken, RECALLED),
        NewFact("movement-m", cleared, RECALLED),
    )
    assert book.balances() == {"ar_patient": 750_00, "revenue": -750_00}
    # What vanished can pay nothing else.
    book.when(allocate("r", "i2", allocation_id="again")).refused("amount_exceeds_unallocated")
    book.when(request_refund("f", 1)).refused("amount_exceeds_credit")
    book.when(on(TODAY, recall())).nothing_new()


HALF = (allocate("r", ItemToPay("i1.1", 100_00)), allocate("r", ItemToPay("i2.1", 100_00), allocation_id="second"))


@pytest.mark.parametrize(
    ("asks", "amount", "opened", "left", "free"),
    [
        # Unallocated money first, then the newest allocation, then the older one, then customer credit.
        (HALF, 100_00, (150_00, 150_00), 0, 0),
        (HALF, 150_00, (150_00, 200_00), 0, 0),
        (HALF, 250_00, (200_00, 250_00), 0, 0),
        (HALF, 50_00, (150_00, 150_00), 50_00, 0),
        ((*HALF, allocate("r", rest_to="p1", allocation_id="third")), 210_00, (250_00, 250_00), 0, 90_00),
        ((allocate("r", ItemToPay("i1.1", 100_00), ItemToPay("i2.1", 100_00)),), 150_00, (150_00, 200_00), 0, 0),
    ],
)
def test_a_part_is_taken_in_the_order_of_what_can_be_missed_most(
    asks: tuple[Ask, ...], amount: int, opened: tuple[int, int], left: int, free: int
) -> None:
    book = paid(300_00, *asks, debit(amount), recall())
    assert ((open_on(book, "i1"), open_on(book, "i2")), unallocated(book), customer_credit(book)) == (
        opened,
        left,
        free,
    )
    assert "recalls" not in book.balances()


@pytest.mark.parametrize(
    ("amount", "opened", "left"),
    [
        (50_00, (200_00, 150_00), 100_00),
        (100_00, (250_00, 150_00), 100_00),
        (150_00, (250_00, 150_00), 50_00),
        (250_00, (250_00, 200_00), 0),
    ],
)
def test_what_paid_the_items_that_a_debit_names_is_taken_first(amount: int, opened: tuple[int, int], left: int) -> None:
    """Also before what is unallocated, for the debit says of what it is."""
    book = paid(300_00, *HALF, debit(amount), replace(recall(), item_ids=("i1.1",)))
    assert ((open_on(book, "i1"), open_on(book, "i2")), unallocated(book)) == (opened, left)
    assert "recalls" not in book.balances()


@pytest.mark.parametrize(
    ("asks", "i2", "owed"),
    [
        ((ApplyCredit(allocation_id="use", account_id="p1", item_id="i2.1"),), 250_00, 0),
        ((request_refund("f", 250_00), approve_refund("f")), 250_00, 0),
        ((request_refund("f", 250_00), approve_refund("f"), SEND), 250_00, 250_00),
    ],
)
def test_customer_credit_that_was_used_comes_back_and_what_left_the_bank_is_owed(
    asks: tuple[Ask, ...], i2: int, owed: int
) -> None:
    book = paid(250_00, allocate("r", rest_to="p1"), *asks, debit(250_00), recall())
    assert (open_on(book, "i2"), customer_credit(book)) == (i2, 0)
    recall_item = "item-p1.recall1" in book.states
    assert recall_item is bool(owed)
    assert book.balances()["ar_patient"] == 750_00 + owed
    if owed:
        # It is an item like any other: a payment settles it.
        book.given(receipt("r2", 250_00), allocate("r2", "p1.recall1"))
        assert open_on(book, "p1.recall1") == 0


def test_money_moved_after_the_banks_day_is_taken_where_it_is_and_the_debit_waits() -> None:
    book = paid(250_00, allocate("r", "i1"))
    book.do(on(LATER, reverse("r")))
    book.do(on(LATER, allocate("r", "i2", allocation_id="second")))
    book.given(debit(250_00))
    # It was on i1 until the 5th of August, so that is the first day from which it can be gone.
    assert {new.on for new in book.do(on(TODAY, recall()))} == {LATER}
    assert (open_on(book, "i1"), open_on(book, "i2")) == (250_00, 250_00)


def test_what_could_be_taken_on_the_banks_day_is_taken_then() -> None:
    book = paid(250_00, allocate("r", ItemToPay("i1.1", 100_00)))
    book.do(on(LATER, reverse("r")))
    book.given(debit(250_00))
    taken = [new for new in book.do(on(TODAY, recall())) if isinstance(new.fact, ReceiptRecalled)]
    amounts = [(new.on, new.fact.amount_minor) for new in taken if isinstance(new.fact, ReceiptRecalled)]
    assert amounts == [(RECALLED, 150_00), (LATER, 100_00)]


def test_a_credited_payment_taken_back_leaves_nothing_open_and_nothing_to_pay_out() -> None:
    book = paid(250_00, allocate("r", "i1"), on(LATER, credit("c", "i1")), debit(250_00), on(TODAY, recall()))
    assert (open_on(book, "i1"), customer_credit(book)) == (0, 0)
    # Until the credit note, the whole invoice was owed.
    item = book.states["item-i1.1"]
    assert item.balance.on(RECALLED) == 250_00  # type: ignore[attr-defined]


def test_one_debit_may_take_two_receipts_back_and_one_receipt_may_go_in_two_debits() -> None:
    book = paid(250_00, receipt("r2", 50_00), debit(300_00)).given(recall(200_00), recall(receipt_id="r2"))
    assert book.balances()["recalls"] == 50_00
    book.given(debit(50_00, part_id="n"), recall(part_id="n"))
    assert (unallocated(book), book.balances()["recalls"]) == (0, 50_00)


def test_a_debit_that_nobody_explained_is_cleared_from_suspense() -> None:
    book = paid(250_00, debit(250_00, "bank_suspense"), recall())
    assert book.balances().get("bank_suspense") is None
    assert unallocated(book) == 0


def test_a_recall_needs_its_debit_and_a_reason() -> None:
    book = paid(250_00, debit(250_00, "bank_fees"))
    book.when(recall()).refused("movement_not_to_assign")
    book.when(recall(part_id="none")).refused("movement_unknown")
    book.when(replace(recall(), reason_code="")).refused("reason_missing")
    book.given(debit(10_00, part_id="e", currency="EUR")).when(recall(part_id="e")).refused("currency_differs")


def moved(role: str) -> Asked:
    """Later, a person says what the debit was."""
    return on(TODAY, ReclassifyMovement(part_id="m", role=role, reason_code="FOUND_OUT"))


SUSPENSE, RECALLS, SUPPLIERS = moved("bank_suspense"), moved("recalls"), moved("suppliers")


@pytest.mark.parametrize(
    ("asks", "left"),
    [
        # However often the debit moves before, between and after recalls, its money is taken from where it is.
        ((RECALLS, recall(200_00)), {"recalls": 50_00}),
        ((RECALLS, SUSPENSE, recall(200_00)), {"bank_suspense": 50_00}),
        ((recall(200_00), SUPPLIERS), {"suppliers": 50_00}),
        ((recall(200_00), SUPPLIERS, RECALLS, recall(50_00, "r2")), {}),
        ((RECALLS, recall(100_00), SUSPENSE, recall(100_00, "r2"), SUPPLIERS), {"suppliers": 50_00}),
        ((SUPPLIERS, SUSPENSE, recall(100_00), SUPPLIERS, SUSPENSE, recall(150_00, "r2")), {}),
    ],
)
def test_a_recall_takes_the_debit_from_where_it_is(asks: tuple[Ask, ...], left: dict[str, int]) -> None:
    book = paid(200_00, receipt("r2", 200_00), debit(250_00, "bank_suspense"), *asks)
    roles = ("bank_suspense", "recalls", "suppliers")
    assert {role: amount for role, amount in book.balances().items() if role in roles} == left


def test_what_a_debit_took_back_is_nothing_else_and_what_is_booked_elsewhere_takes_nothing_back() -> None:
    book = paid(300_00, debit(250_00, "bank_suspense"), recall(250_00))
    book.when(SUPPLIERS).refused("movement_recalled_receipt")
    book = paid(300_00, debit(250_00, "bank_suspense"), recall(200_00), SUPPLIERS)
    book.when(recall()).refused("movement_not_to_assign")
    book.given(SUSPENSE, recall())
    assert unallocated(book) == 50_00


def test_a_debit_that_moved_is_taken_from_its_new_role_as_a_correction() -> None:
    """Until then, the ledger has it on another role; the receipt is the poorer from the bank's day on all the same."""
    book = paid(250_00, debit(250_00, "bank_suspense"), RECALLS)
    taken = [(type(new.fact), new.on, new.corrects) for new in book.do(on(TODAY, recall()))]
    assert taken == [(ReceiptRecalled, RECALLED, True), (MovementCleared, RECALLED, True)]


def test_a_recall_cancels_a_refund_that_was_approved_after_the_banks_day() -> None:
    book = paid(100_00, allocate("r", rest_to="p1"), request_refund("f", 100_00), on(LATER, approve_refund("f")))
    book.given(debit(100_00), on(TODAY, recall()))
    assert refund_of(book).status == "cancelled"
    assert customer_credit(book) == 0
    assert {new.on for new in book.log if isinstance(new.fact, ReceiptRecalled)} == {LATER}


def test_what_is_left_of_a_debit_may_have_paid_a_refund_and_not_have_paid_it() -> None:
    book = paid(400_00, allocate("r", "i1", rest_to="p1"), request_refund("f", 50_00), approve_refund("f"))
    book.given(debit(250_00, "bank_suspense"), recall(200_00))
    book.given(ReclassifyAsRefund(part_id="m", refund_id="f", reason_code="ON_PAPER"))
    assert (refund_of(book).status, refund_of(book).transit.latest) == ("settled", 0)
    book.given(SUPPLIERS)
    assert (refund_of(book).transit.latest, book.balances()["suppliers"]) == (50_00, 50_00)


def test_what_one_recall_left_of_a_reservation_gives_way_to_the_next() -> None:
    receipts = ("x", "y", "z")
    book = paid(250_00, *(receipt(id, 50_00) for id in receipts), *(allocate(id, rest_to="p1") for id in receipts))
    book.do(on(RECALLED - timedelta(days=2), request_refund("f", 150_00)))
    for ask in (approve_refund("f"), SEND):
        book.do(on(LATER, ask))
    # Each came to light later, and is of an earlier day, than the one before.
    for id, day in zip(receipts, (RECALLED, RECALLED - timedelta(days=1), RECALLED - timedelta(days=3)), strict=True):
        taken = debit(50_00, part_id=f"m-{id}")
        book.given(replace(taken, line=replace(taken.line, booked_on=day)))
        recalled = book.do(on(TODAY, recall(receipt_id=id, part_id=f"m-{id}")))
        assert [new.on for new in recalled if isinstance(new.fact, ReceiptRecalled)] == [day]
        assert [new.on for new in recalled if isinstance(new.fact, ItemRaised)] == [LATER]
    account = book.states["account-p1"]
    assert isinstance(account, Account)
    assert not any(one.lacking for one in (account.free["SEK"], account.refunds["f"]))


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "amount_exceeds_movement": ((debit(50_00),), recall(50_01)),
    "amount_exceeds_receipt": ((debit(150_00),), recall(100_01)),
    "movement_assigned": ((receipt("r2", 100_00), debit(100_00), recall()), recall(receipt_id="r2")),
    "movement_not_to_assign": ((debit(50_00, "bank_fees"),), recall()),
    "receipt_recalled": ((debit(100_00), recall(), debit(1, part_id="n")), recall(part_id="n")),
}
