"""Money that goes back takes with it what a credit note gave for it: free credit, unsent refunds, uses, then a debt."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain.approval import Because
from ledger.domain.balance import Balance
from ledger.domain.cash.allocation import ItemToPay
from ledger.domain.cash.customer_credit import ApplyCredit, ReleaseCredit
from ledger.domain.cash.receipt_facts import AllocationReversed
from ledger.domain.cash.refund_payment import FailRefund, SendRefund
from ledger.domain.cash.refund_state import Refund
from ledger.domain.cash.reversal import ReverseAllocation
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.credit_facts import CustomerCreditApplied, RefundReservationEnded, RefundReserved
from ledger.domain.receivables.credit_lines import LineToCredit
from ledger.domain.receivables.credit_note import CreditExcessMoved
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import ItemRaised, ItemTerms
from tests.kit.book import Ask, Book, on
from tests.kit.care import (
    BOOKED,
    DUE,
    VISIT,
    allocate,
    approve_refund,
    credit,
    invoice,
    open_clinic,
    receipt,
    remind,
    request_refund,
    reverse,
)
from tests.ledger.domain.cash.test_allocation import customer_credit, open_on, unallocated

CREDITED = date(2024, 7, 20)
USED = date(2024, 7, 22)
LEFT = date(2024, 8, 1)
LATER = date(2024, 11, 25)
SEND = SendRefund(refund_id="f", rail="bank_transfer", end_to_end_id="E2E-f")


def paid_and_credited() -> Book:
    """Patient p1 paid 250.00 for i1, which was then credited in full; i2 and i3 are open by 250.00 each."""
    book = open_clinic().given(invoice("i1"), invoice("i2"), invoice("i3"), receipt("r", 250_00), allocate("r", "i1"))
    book.do(on(CREDITED, credit("c", "i1")))
    return book


def apply(item: str, amount_minor: int | None = None, id: str = "") -> ApplyCredit:
    return ApplyCredit(
        allocation_id=id or f"use-{item}", account_id="p1", item_id=f"{item}.1", amount_minor=amount_minor
    )


def release(id: str, because: Because = "moved") -> ReleaseCredit:
    return ReleaseCredit(allocation_id=id, account_id="p1", because=because)


def used(*asks: Ask) -> Book:
    book = paid_and_credited()
    for ask in asks:
        book.do(on(USED, ask))
    return book


REFUNDING: tuple[Ask, ...] = (request_refund("f", 250_00), approve_refund("f"))


@pytest.mark.parametrize(
    ("asks", "i2", "i3", "status", "owed"),
    [
        ((), 250_00, 250_00, None, 0),
        # What was used is open again, newest use first, and no more of it than is needed.
        ((apply("i2"),), 250_00, 250_00, None, 0),
        ((apply("i2", 100_00), apply("i3", 100_00)), 250_00, 250_00, None, 0),
        # A refund that has not been sent stops; what has left is owed.
        (REFUNDING, 250_00, 250_00, "cancelled", 0),
        ((*REFUNDING, SEND), 250_00, 250_00, "sent", 250_00),
        ((apply("i2", 100_00), request_refund("f", 150_00), approve_refund("f"), SEND), 250_00, 250_00, "sent", 150_00),
    ],
)
def test_a_credited_payment_moved_elsewhere_leaves_nothing_open_and_nothing_to_pay_out(
    asks: tuple[Ask, ...], i2: int, i3: int, status: str | None, owed: int
) -> None:
    book = used(*asks)
    book.do(on(LATER, reverse("r")))
    assert (open_on(book, "i1"), unallocated(book), customer_credit(book)) == (0, 250_00, 0)
    assert (open_on(book, "i2"), open_on(book, "i3")) == (i2, i3)
    refund = book.states.get("refund-f")
    assert (refund.status if isinstance(refund, Refund) else None) == status
    recall = book.states.get("item-p1.recall1")
    assert (recall.open_minor if isinstance(recall, Item) else 0) == owed
    # Nobody is reminded of what is not owed.
    reminded = book.do(remind("i1", DUE))
    assert [new.fact.__class__.__name__ for new in reminded] == ["ReminderSuppressed"]


def test_no_more_is_released_than_is_needed_and_the_newest_use_goes_first() -> None:
    book = paid_and_credited().given(receipt("r2", 30_00), allocate("r2", rest_to="p1"))
    for ask in (apply("i2", 130_00), apply("i3", 150_00)):
        book.do(on(USED, ask))
    book.do(on(LATER, reverse("r")))
    # 250.00 come back, 150.00 of them from i3, and the 30.00 of the other receipt stay where they are.
    assert (open_on(book, "i2"), open_on(book, "i3")) == (220_00, 250_00)


def test_what_left_the_bank_is_owed_without_fee_from_the_day_it_left() -> None:
    book = used(*REFUNDING, SEND)
    decision = book.do(on(LATER, replace(reverse("r"), because="mistake")))
    (raised,) = (new for new in decision if isinstance(new.fact, ItemRaised))
    assert isinstance(raised.fact, ItemRaised)
    assert (raised.on, raised.fact.kind, raised.fact.document) == (USED, "recall", "receipt-r")
    assert (raised.fact.account_id, raised.fact.terms) == ("p1", ItemTerms("SE", reminder_fee_agreed=False))
    assert raised.fact.due[0].on == date(2024, 8, 21)
    # The credit note's excess moved on the day of the credit note: until then the whole amount was owed.
    (moved,) = (new for new in decision if isinstance(new.fact, CreditExcessMoved))
    assert moved.on == CREDITED
    item = book.states["item-i1.1"]
    assert isinstance(item, Item)
    assert [item.balance.on(day) for day in (VISIT, BOOKED, CREDITED)] == [250_00, 250_00, 0]
    assert book.balances()["ar_patient"] == 750_00


@pytest.mark.parametrize("reserved", [[("f", 250_00)], [("f", 100_00), ("g", 150_00)]])
def test_what_was_only_reserved_was_with_us_and_is_owed_from_the_day_it_left(reserved: list[tuple[str, int]]) -> None:
    book = paid_and_credited()
    for id, amount in reserved:
        book.do(on(USED, request_refund(id, amount)))
        book.do(on(LEFT, approve_refund(id)))
        book.do(on(LEFT, SendRefund(refund_id=id, rail="bank_transfer", end_to_end_id=id)))
    decision = book.do(on(LATER, reverse("r", "mistake")))
    assert [(new.on, new.fact.kind) for new in decision if isinstance(new.fact, ItemRaised)] == [(LEFT, "recall")]
    ended = [(new.on, new.fact.refund_id) for new in decision if isinstance(new.fact, RefundReservationEnded)]
    assert ended == [(USED, id) for id, _ in reserved]
    assert {new.on for new in decision if isinstance(new.fact, RefundReserved)} == {LEFT}
    account = book.states["account-p1"]
    assert isinstance(account, Account)
    assert not account.free["SEK"].lacking
    assert account.credit["SEK"] == Balance(((CREDITED, 0), (LEFT, 0)))


def test_credit_that_was_elsewhere_for_a_while_makes_a_reversal_wait() -> None:
    book = used(apply("i2"))
    back = date(2024, 8, 5)
    book.do(on(back, release("use-i2")))
    decision = book.do(on(LATER, reverse("r", "mistake")))
    # Between the use and its release, the credit was on i2: the first day that holds is the day of the release.
    assert {new.on for new in decision} == {back}
    # It is there now, so nobody owes anything.
    assert "item-p1.recall1" not in book.states


def test_a_persons_day_on_which_the_credit_was_elsewhere_is_refused() -> None:
    book = used(apply("i2"))
    back = date(2024, 8, 5)
    book.do(on(back, release("use-i2")))
    asked: ReverseAllocation = replace(reverse("r"), on=date(2024, 7, 25))
    book.when(asked).refused("day_cannot_hold")
    assert {new.on for new in book.do(replace(asked, on=back))} == {back}


def test_money_that_comes_after_a_credit_is_taken_for_what_is_owed_only() -> None:
    book = used()
    book.do(on(LATER, reverse("r")))
    book.given(receipt("r2", 300_00), allocate("r2", request_id="i1.1"))
    assert (open_on(book, "i1"), customer_credit(book)) == (0, 300_00)


@pytest.mark.parametrize(("because", "day"), [("moved", LATER), ("mistake", USED)])
def test_credit_released_opens_its_item_on_the_day_that_is_true(because: Because, day: date) -> None:
    book = used(apply("i2", 100_00))
    decision = book.do(on(LATER, release("use-i2", because)))
    assert {(new.on, new.corrects) for new in decision} == {(day, because == "mistake")}
    assert (open_on(book, "i2"), customer_credit(book)) == (250_00, 250_00)
    book.when(release("use-i2")).refused("credit_not_applied")
    book.when(apply("i2", 1)).refused("fact_already_recorded")


def test_the_same_use_twice_is_one_use() -> None:
    book = used(apply("i2", 100_00))
    book.when(apply("i2", 100_00)).nothing_new()
    assert open_on(book, "i2") == 150_00


def test_credit_released_from_a_credited_item_is_no_credit_twice() -> None:
    # i2 was settled by credit from i1, and then credited: releasing that use gives back no more than was there.
    book = used(apply("i2"))
    book.do(on(LATER, credit("c2", "i2")))
    assert customer_credit(book) == 250_00
    book.do(on(LATER, release("use-i2")))
    assert (open_on(book, "i2"), customer_credit(book)) == (0, 250_00)


def test_what_is_owed_for_two_notes_moves_on_the_day_of_each() -> None:
    book = open_clinic().given(invoice("i1", payers={"p1": 250_00}), receipt("r", 250_00), allocate("r", "i1"))
    first, second = date(2024, 7, 20), date(2024, 7, 25)
    for day, id, amount in ((first, "c1", 100_00), (second, "c2", 150_00)):
        book.do(on(day, credit(id, "i1", LineToCredit(1, amount))))
    decision = book.do(on(LATER, reverse("r", "mistake")))
    moved = {(new.stream, new.on) for new in decision if isinstance(new.fact, CreditExcessMoved)}
    assert moved == {("creditnote-c1", first), ("creditnote-c2", second)}


CLAIMED: tuple[Ask, ...] = (
    *REFUNDING,
    SEND,
    reverse("r"),
    receipt("r2", 250_00),
    allocate("r2", ItemToPay("p1.recall1")),
)
FAILED = FailRefund(refund_id="f", reason_code="AC04")


@pytest.mark.parametrize("because", ["moved", "mistake"])
@pytest.mark.parametrize("first", ["the refund failed", "the claim was not paid"])
def test_a_claim_and_the_credit_that_it_claims_cancel_in_any_order(first: str, because: Because) -> None:
    book = used(*CLAIMED)
    steps: list[Ask] = [FAILED, reverse("r2", because)]
    for step in steps if first == "the refund failed" else reversed(steps):
        book.do(on(LATER, step))
    recall = book.states["item-p1.recall1"]
    assert isinstance(recall, Item)
    assert (recall.open_minor, customer_credit(book), unallocated(book, "r2")) == (0, 0, 250_00)


def test_credit_that_a_person_releases_from_a_claim_is_free_to_pay_something_else() -> None:
    book = used(*CLAIMED[:4])
    book.do(on(LATER, FAILED))
    book.do(on(LATER, release("p1.recall1.0")))
    assert customer_credit(book) == 250_00


def test_free_credit_pays_a_claim_in_the_parts_and_on_the_days_in_which_it_is_there() -> None:
    book = used(*CLAIMED)
    book.do(on(LEFT, receipt("r3", 100_00, booked_on=LEFT)))
    book.do(on(LEFT, allocate("r3", rest_to="p1")))
    book.do(on(LATER, FAILED))
    decision = book.do(on(LATER, reverse("r2", "mistake")))
    paid = [(new.on, new.fact.amount_minor) for new in decision if isinstance(new.fact, CustomerCreditApplied)]
    assert paid == [(LEFT, 100_00), (LATER, 150_00)]
    assert customer_credit(book) == 100_00


def test_what_cannot_be_undone_as_a_whole_is_undone_part_by_part_on_the_first_day_that_holds_for_each() -> None:
    book = open_clinic().given(invoice("i1"), invoice("i2"), receipt("r", 350_00), allocate("r", "i1", rest_to="p1"))
    book.given(on(USED, apply("i2", 60_00)), receipt("late", 90_00, booked_on=LEFT), allocate("late", rest_to="p1"))
    assert [
        (sum(one.amount_minor for one in fact.targets), fact.credit_minor, day)
        for _, fact, day, _ in book.do(on(LATER, reverse("r", "mistake")))
        if isinstance(fact, AllocationReversed)
    ] == [(250_00, 0, BOOKED), (0, 40_00, BOOKED), (0, 60_00, LEFT)]
    assert (open_on(book, "i1"), unallocated(book), customer_credit(book)) == (250_00, 350_00, 30_00)


def test_a_persons_day_is_the_day_of_all_parts() -> None:
    book = open_clinic().given(invoice("i1"), invoice("i2"), receipt("r", 350_00), allocate("r", "i1", rest_to="p1"))
    book.given(on(USED, apply("i2", 60_00)), receipt("late", 90_00, booked_on=LEFT), allocate("late", rest_to="p1"))
    book.when(on(LATER, replace(reverse("r", "mistake"), on=USED))).refused("day_cannot_hold")
    assert {new.on for new in book.do(on(LATER, replace(reverse("r", "mistake"), on=LEFT)))} == {LEFT}
