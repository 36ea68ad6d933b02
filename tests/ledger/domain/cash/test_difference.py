"""A payment that quotes its request and is a little too small settles it; the difference goes with the payment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from ledger.domain.approval import Because
from ledger.domain.cash.allocation import ItemToPay
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import CustomerCreditCreated
from ledger.domain.receivables.credit_lines import LineToCredit
from ledger.domain.receivables.difference_facts import DifferenceClosed, DifferenceReopened
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import ItemDifferenceClosed, ItemDifferenceReopened
from ledger.domain.receivables.request import Request
from ledger.domain.terms.entity import DeclareTerms, Terms
from tests.kit.book import Ask, Book, on
from tests.kit.care import (
    BOOKED,
    allocate,
    approve_write_off,
    credit,
    hold,
    invoice,
    open_clinic,
    receipt,
    request_write_off,
    reverse,
)
from tests.kit.currencies import keeping
from tests.ledger.domain.cash.test_allocation import customer_credit, open_on
from tests.ledger.domain.cash.test_recall import RECALLED, debit, recall

LATER = date(2024, 11, 25)
BY_HAND, AS_ASKED = allocate("r", "i1"), allocate("r", request_id="i1.1")


def billed(*asks: Ask) -> Book:
    """Patient p1 owes 250.00 on i1 and on i2."""
    return open_clinic().given(invoice("i1"), invoice("i2"), *asks)


def reference_of(book: Book, request_id: str = "i1.1") -> str:
    request = book.states[f"request-{request_id}"]
    assert isinstance(request, Request)
    return request.requested.reference


def quoting(book: Book, amount_minor: int, receipt_id: str = "r", padding: str = "", of: str = "i1.1") -> RecordReceipt:
    """A payment with the reference of a request."""
    plain = receipt(receipt_id, amount_minor)
    return replace(plain, payment=replace(plain.payment, reference=padding + reference_of(book, of)))


def paid(amount_minor: int, *asks: Ask, before: tuple[Ask, ...] = ()) -> Book:
    book = billed(*before)
    return book.given(quoting(book, amount_minor), *asks)


def item(book: Book, item_id: str = "i1.1") -> Item:
    found = book.states[f"item-{item_id}"]
    assert isinstance(found, Item)
    return found


CLOSED = DifferenceClosed(
    allocation_id="a-r", item_id="i1.1", amount_minor=40, currency="SEK", ar_role="ar_patient", limit_minor=1_00
)
OPENED = DifferenceReopened(
    allocation_id="a-r",
    item_id="i1.1",
    document="receipt-r",
    because="moved",
    amount_minor=40,
    currency="SEK",
    ar_role="ar_patient",
)
MIRROR = ItemDifferenceClosed(allocation_id="a-r", document="receipt-r", amount_minor=40, currency="SEK")
MIRROR_OF_OPENED = ItemDifferenceReopened(
    allocation_id="a-r", document="receipt-r", because="moved", amount_minor=40, currency="SEK"
)


@pytest.mark.parametrize("ask", [BY_HAND, AS_ASKED])
def test_a_small_difference_is_closed_with_the_payment_by_rule_and_by_hand_alike(ask: Ask) -> None:
    book = paid(249_60)
    assert book.do(on(LATER, ask))[2:] == (
        NewFact("receipt-r", CLOSED, BOOKED),
        NewFact("item-i1.1", MIRROR, BOOKED),
    )
    assert (open_on(book, "i1"), book.balances()["rounding"]) == (0, 40)
    assert [balance for _, balance in item(book).balance.steps] == [250_00, 0]


@pytest.mark.parametrize(
    ("amount_minor", "limit", "opened"),
    [(249_00, 100, 0), (248_99, 100, 1_01), (249_99, 0, 1), (249_50, 50, 0), (249_49, 50, 51), (250_00, 100, 0)],
)
def test_the_entitys_terms_say_how_small_it_is(amount_minor: int, limit: int, opened: int) -> None:
    book = paid(amount_minor, BY_HAND, before=(DeclareTerms(terms=Terms(difference_limit=limit)),))
    assert open_on(book, "i1") == opened


def test_it_is_reckoned_in_units_of_the_currency() -> None:
    book = open_clinic().given(keeping("JPY"), invoice("i1", currency="JPY"))
    one = quoting(book, 249_99)
    book.given(replace(one, payment=replace(one.payment, currency="JPY")), BY_HAND)
    assert (open_on(book, "i1"), book.balances("JPY")["rounding"]) == (0, 1)
    other = quoting(book, 248_00, "r2", of="i1.1")
    book = open_clinic().given(keeping("JPY"), invoice("i1", currency="JPY"))
    book.given(replace(other, payment=replace(other.payment, currency="JPY")), allocate("r2", "i1"))
    assert open_on(book, "i1") == 200


@pytest.mark.parametrize(("lacks", "limit", "opened"), [(1000, 100, 0), (1001, 100, 1001), (10, 1, 0), (11, 1, 11)])
def test_a_dinar_has_a_thousand_minor_units(lacks: int, limit: int, opened: int) -> None:
    book = open_clinic().given(keeping("KWD", difference_limit=limit), invoice("i1", currency="KWD"))
    one = quoting(book, 250_00 - lacks)
    book.given(replace(one, payment=replace(one.payment, currency="KWD")), BY_HAND)
    assert open_on(book, "i1") == opened


def test_zeros_before_the_reference_make_no_other_reference() -> None:
    book = billed()
    book.given(quoting(book, 249_60, padding="000"), BY_HAND)
    assert open_on(book, "i1") == 0


def test_a_payment_that_does_not_quote_the_request_closes_nothing() -> None:
    book = billed(receipt("r", 249_60), BY_HAND)
    assert open_on(book, "i1") == 40
    book = billed()
    book.given(quoting(book, 249_60, of="i2.1"), BY_HAND)
    assert open_on(book, "i1") == 40


def test_a_person_who_gives_the_item_less_than_the_receipt_has_left_closes_nothing() -> None:
    book = paid(300_00, allocate("r", ItemToPay("i1.1", 249_60)))
    assert open_on(book, "i1") == 40
    # What is left becomes customer credit, so nothing was lacking.
    book = paid(300_00, allocate("r", ItemToPay("i1.1", 249_60), rest_to="p1"))
    assert (open_on(book, "i1"), customer_credit(book)) == (40, 50_40)


def test_too_large_a_payment_is_customer_credit_as_before() -> None:
    book = paid(250_40)
    made = book.do(AS_ASKED)
    assert [new.fact for new in made if isinstance(new.fact, CustomerCreditCreated)]
    assert (open_on(book, "i1"), customer_credit(book)) == (0, 40)


HELD = hold("i1")
LOST: tuple[Ask, ...] = (request_write_off("w", "i1", 10), approve_write_off("w"))


@pytest.mark.parametrize("before", [(HELD,), (on(BOOKED, hold("i1", BOOKED)),), LOST])
def test_an_item_that_is_held_or_partly_written_off_keeps_its_difference(before: tuple[Ask, ...]) -> None:
    terms = DeclareTerms(terms=Terms(recovers_losses=False))
    book = paid(249_60 if before is not LOST else 249_50, BY_HAND, before=(terms, *before))
    assert open_on(book, "i1") == 40


def test_a_hold_that_had_ended_before_the_payment_keeps_nothing_open() -> None:
    book = paid(249_60, on(LATER, BY_HAND), before=(on(BOOKED - timedelta(9), hold("i1", BOOKED - timedelta(1))),))
    assert open_on(book, "i1") == 0


def test_an_item_that_is_owed_for_a_recall_keeps_its_difference() -> None:
    book = billed()
    owed = item(book)
    book.states["item-i1.1"] = replace(owed, raised=replace(owed.raised, kind="recall"))
    book.given(quoting(book, 249_60), BY_HAND)
    assert open_on(book, "i1") == 40


def test_it_is_closed_once_an_item() -> None:
    book = paid(100_00, BY_HAND)
    book.given(quoting(book, 149_60, "r2"), allocate("r2", "i1"), reverse("r"))
    assert (open_on(book, "i1"), item(book).difference is not None) == (100_00, True)
    book.given(quoting(book, 99_80, "r3"), allocate("r3", "i1"))
    assert open_on(book, "i1") == 20


def test_it_takes_effect_on_the_first_day_from_which_it_is_all_that_is_open() -> None:
    """A second payment of the same days is taken away again; until then, less was open than the difference."""
    book = paid(150_00)
    book.given(receipt("r2", 100_00), allocate("r2", ItemToPay("i1.1", 100_00)))
    book.do(on(LATER, reverse("r2")))
    book.given(quoting(book, 99_60, "r3"), BY_HAND)
    made = book.do(on(LATER, allocate("r3", "i1")))
    assert {new.on for new in made if isinstance(new.fact, DifferenceClosed)} == {LATER}


@pytest.mark.parametrize(("because", "day"), [("mistake", BOOKED), ("moved", LATER)])
def test_it_is_open_again_when_its_allocation_is_reversed(because: Because, day: date) -> None:
    book = paid(249_60, BY_HAND)
    made = book.do(on(LATER, reverse("r", because)))
    opened, mirror = replace(OPENED, because=because), replace(MIRROR_OF_OPENED, because=because)
    mistaken = because == "mistake"
    assert made[-2:] == (
        NewFact("receipt-r", opened, day, mistaken),
        NewFact("item-i1.1", mirror, day, mistaken),
    )
    assert (open_on(book, "i1"), "rounding" in book.balances()) == (250_00, False)
    # It can be closed again, because nothing of it is left.
    book.given(allocate("r", "i1", allocation_id="again"))
    assert open_on(book, "i1") == 0


@pytest.mark.parametrize(("amount", "opened"), [(249_60, 250_00), (100_00, 100_40)])
def test_it_is_open_again_when_the_bank_takes_any_of_the_payment_back(amount: int, opened: int) -> None:
    book = paid(249_60, BY_HAND, debit(amount))
    made = book.do(on(LATER, recall()))
    assert {new.on for new in made} == {RECALLED}
    assert (open_on(book, "i1"), item(book).balance.on(BOOKED), item(book).difference) == (opened, 0, None)


def test_it_stays_closed_when_another_payment_goes_back() -> None:
    book = paid(100_00, BY_HAND)
    book.given(quoting(book, 149_60, "r2"), allocate("r2", "i1"), debit(100_00), recall())
    assert (open_on(book, "i1"), book.balances()["rounding"]) == (100_00, 40)


def test_it_stays_closed_when_another_allocation_of_the_same_payment_is_reversed() -> None:
    book = paid(249_60, allocate("r", ItemToPay("i1.1", 100_00)))
    book.given(allocate("r", "i1", allocation_id="rest"))
    assert open_on(book, "i1") == 0
    book.given(reverse("r"))
    assert (open_on(book, "i1"), book.balances()["rounding"]) == (100_00, 40)


def test_what_was_closed_and_is_then_credited_was_not_paid() -> None:
    """Only what was paid becomes customer credit."""
    book = paid(249_60, BY_HAND)
    made = book.do(on(LATER, credit("c", "i1")))
    opened = replace(OPENED, document="creditnote-c")
    assert [new for new in made if isinstance(new.fact, DifferenceReopened)] == [NewFact("receipt-r", opened, LATER)]
    assert (open_on(book, "i1"), customer_credit(book), item(book).difference) == (0, 249_60, None)
    assert book.balances() == {"ar_patient": 250_00, "revenue": -250_00, "bank": 249_60, "customer_credit": -249_60}
    book.given(debit(249_60), recall())
    assert (open_on(book, "i1"), customer_credit(book)) == (0, 0)


def test_a_credit_of_less_than_was_closed_takes_as_much_of_it() -> None:
    book = paid(249_60, BY_HAND, credit("c", "i1", LineToCredit(1, 10)))
    assert (open_on(book, "i1"), customer_credit(book), book.balances()["rounding"]) == (0, 0, 30)
    book.given(reverse("r"))
    assert open_on(book, "i1") == 249_90


def test_a_credit_is_not_before_the_difference_that_it_takes() -> None:
    book = paid(249_60, BY_HAND)
    early = replace(credit("c", "i1"), on=BOOKED - timedelta(1))
    book.when(early).refused("day_cannot_hold")
    assert {new.on for new in book.do(replace(early, on=BOOKED))} == {BOOKED}
