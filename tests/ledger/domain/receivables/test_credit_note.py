"""The credit note: an invoice taken back in full or by line, with its VAT and rounding, down to zero."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain.disputes_and_relief.write_off import ReverseWriteOff
from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import CustomerCreditCreated
from ledger.domain.receivables.credit_lines import LineToCredit
from ledger.domain.receivables.credit_note import CreditNoteIssued, IssueCreditNote
from ledger.domain.receivables.invoice import Invoice, InvoiceCredited
from ledger.domain.receivables.invoice_parts import CreditedItem, CreditedLine
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import ItemCredited, ItemPart
from ledger.domain.receivables.number_series import NumberTaken
from ledger.domain.refusals import Refused
from tests.kit.book import DAY, Book, Raised, on
from tests.kit.care import (
    BOOKED,
    VISIT,
    allocate,
    approve_write_off,
    credit,
    invoice,
    line,
    open_clinic,
    receipt,
    request_write_off,
    reverse,
)
from tests.ledger.domain.cash.test_allocation import customer_credit


def state(book: Book, invoice_id: str = "i1") -> Invoice:
    found = book.states[f"invoice-{invoice_id}"]
    assert isinstance(found, Invoice)
    return found


def item(book: Book, item_id: str = "i1.1") -> Item:
    found = book.states[f"item-{item_id}"]
    assert isinstance(found, Item)
    return found


def closed(book: Book) -> bool:
    """Nothing is left to credit, by line, by rounding or by item."""
    left = state(book)
    nothing = not any(one.net_minor or one.tax_minor for one in left.creditable_lines.values())
    items = [item(book, one.item_id) for one in left.owed]
    return nothing and left.creditable_rounding_minor == 0 and not any(one.creditable_minor for one in items)


def shared(rounding_minor: int = 0) -> Book:
    """An invoice of 500.00 rounded, half of it the patient's and half the region's."""
    payers = {"p1": 250_00, "r1": 250_00}
    return open_clinic().given(
        invoice("i1", line(1, 500_00 - rounding_minor), payers=payers, rounding_minor=rounding_minor)
    )


def test_an_unpaid_invoice_is_credited_in_full() -> None:
    lines = (CreditedLine(1, 250_00, 0, "SE-EXEMPT"),)
    parts = (ItemPart(1, 250_00, 0, "SE-EXEMPT"),)
    items = (CreditedItem("i1.1", "p1", "ar_patient", 250_00, 0, parts),)
    taken = NumberTaken(series="cre", number=1, holder="creditnote-c", reference_kind="none", reference_prefix="")
    issued = CreditNoteIssued(
        credit_note_id="c",
        series="cre",
        number=1,
        invoice_id="i1",
        currency="SEK",
        mode="full",
        lines=lines,
        rounding_minor=0,
        items=items,
        reason_code="SERVICE",
        unit=None,
        tax_role="vat_output",
    )
    credited = InvoiceCredited(credit_note_id="c", currency="SEK", lines=lines, rounding_minor=0, items=items)
    of_item = ItemCredited(credit_note_id="c", amount_minor=250_00, excess_minor=0, currency="SEK", parts=parts)
    book = (
        open_clinic()
        .given(invoice("i1"))
        .when(credit("c", "i1"))
        .then(
            NewFact("series-cre", taken, DAY),
            NewFact("creditnote-c", issued, DAY),
            NewFact("invoice-i1", credited, DAY),
            NewFact("item-i1.1", of_item, DAY),
        )
    )
    assert closed(book)
    assert book.balances() == {}


def test_a_credit_after_full_payment_becomes_customer_credit() -> None:
    book = open_clinic().given(invoice("i1"), receipt("r", 250_00), allocate("r", "i1"))
    *_, new = book.do(credit("c", "i1", LineToCredit(1, 100_00)))
    created = CustomerCreditCreated(amount_minor=100_00, currency="SEK", document="creditnote-c")
    assert new == NewFact("account-p1", created, DAY)
    assert item(book).open_minor == 0
    assert book.balances() == {"bank": 250_00, "revenue": -150_00, "customer_credit": -100_00}


def test_a_credit_after_part_payment_takes_what_is_open_first() -> None:
    book = open_clinic().given(invoice("i1"), receipt("r", 200_00), allocate("r", "i1"), credit("c", "i1"))
    assert closed(book)
    assert book.balances() == {"bank": 200_00, "customer_credit": -200_00}


def test_a_full_credit_mirrors_the_invoices_rounding() -> None:
    book = open_clinic().given(invoice("i1", line(1, 80_30, 20_08), rounding_minor=-38))
    assert book.balances()["rounding"] == 38
    book.given(credit("c", "i1"))
    assert closed(book)
    assert book.balances() == {}


@pytest.mark.parametrize("rounding_minor", [-40, 0, 40])
def test_the_last_credit_by_line_takes_the_rounding_too(rounding_minor: int) -> None:
    last = 40_00 - rounding_minor
    book = open_clinic().given(invoice("i1", line(1, 60_00), line(2, last), rounding_minor=rounding_minor))
    book.given(credit("c1", "i1", LineToCredit(1, 60_00)), credit("c2", "i1", LineToCredit(2, last)))
    assert closed(book)
    assert book.balances() == {}


def test_what_rounding_took_off_the_total_needs_no_credit() -> None:
    book = open_clinic().given(invoice("i1", line(1, 60_40), line(2, 40_00), rounding_minor=-40))
    book.given(credit("c1", "i1", LineToCredit(1, 60_40)))
    book.given(credit("c2", "i1", LineToCredit(2, 39_60)))
    assert closed(book)
    assert book.balances() == {}


def test_vat_is_credited_in_proportion_and_never_more_than_was_charged() -> None:
    book = open_clinic().given(invoice("i1", line(1, 99_97, 24_99)))
    taken = []
    for number, amount in enumerate((41_65, 41_65, 41_66), 1):
        book.given(credit(f"c{number}", "i1", LineToCredit(1, amount)))
        fact = book.facts(f"creditnote-c{number}")[0]
        assert isinstance(fact, CreditNoteIssued)
        taken.append(fact.lines[0])
    assert [(one.net_minor, one.tax_minor) for one in taken] == [(33_32, 8_33), (33_32, 8_33), (33_33, 8_33)]
    assert closed(book)
    assert book.balances() == {}


def test_many_small_credits_close_a_line_to_zero() -> None:
    book = open_clinic().given(invoice("i1", line(1, 9, 2)))
    for number in range(11):
        book.given(credit(f"c{number}", "i1", LineToCredit(1, 1)))
    assert closed(book)


def test_a_credit_by_line_is_of_one_payers_item() -> None:
    book = shared().given(credit("c", "i1", LineToCredit(1, 100_00), item="i1.2"))
    assert (item(book).open_minor, item(book, "i1.2").open_minor) == (250_00, 150_00)
    assert book.balances() == {"ar_patient": 250_00, "ar_payer": 150_00, "revenue": -400_00}


@pytest.mark.parametrize("rounding_minor", [-40, 0, 40])
def test_a_full_credit_closes_every_item_and_gives_each_payer_their_own(rounding_minor: int) -> None:
    book = shared(rounding_minor).given(receipt("r", 100_00), allocate("r", "i1"))
    book.given(credit("c", "i1"))
    assert closed(book)
    assert book.balances() == {"bank": 100_00, "customer_credit": -100_00}


def test_one_credit_note_credits_the_items_of_several_payers() -> None:
    lines = (line(1, 320_00, 80_00), line(2, 100_00))
    book = open_clinic().given(invoice("i1", *lines, payers={"p1": 200_00, "r1": 300_00}))
    book.given(receipt("r", 200_00), allocate("r", "i1"))
    asked = (LineToCredit(1, 50_00, "i1.1"), LineToCredit(1, 150_00, "i1.2"), LineToCredit(2, 20_00, "i1.2"))
    (note,) = (new.fact for new in book.do(credit("c1", "i1", *asked)) if isinstance(new.fact, CreditNoteIssued))
    assert note.lines == (CreditedLine(1, 160_00, 40_00, "SE-25"), CreditedLine(2, 20_00, 0, "SE-EXEMPT"))
    assert [(one.item_id, one.open_minor, one.excess_minor) for one in note.items] == [
        ("i1.1", 0, 50_00),
        ("i1.2", 170_00, 0),
    ]
    assert (item(book, "i1.2").open_minor, customer_credit(book)) == (130_00, 50_00)
    # The payment goes back: what had become customer credit is credited on the item after all.
    book.given(reverse("r"))
    assert (item(book).open_minor, customer_credit(book)) == (150_00, 0)
    book.given(credit("c2", "i1"))
    assert closed(book)
    assert book.balances() == {"bank": 200_00, "unallocated": -200_00}


@pytest.mark.parametrize("rounding_minor", [-40, 0, 40])
def test_the_last_credit_to_all_items_takes_the_rounding(rounding_minor: int) -> None:
    last = 250_00 - rounding_minor
    book = shared(rounding_minor)
    book.given(credit("c", "i1", LineToCredit(1, 250_00, "i1.1"), LineToCredit(1, last, "i1.2")))
    assert closed(book)
    assert book.balances() == {}


def test_what_is_left_of_all_lines_is_not_credited_as_one_of_them() -> None:
    book = open_clinic().given(invoice("i1", line(1, 300_00), line(2, 200_00)))
    book.when(credit("c", "i1", LineToCredit(1, 500_00))).refused("amount_exceeds_creditable")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ((LineToCredit(1, 300_00, "i1.1"), LineToCredit(1, 200_00, "i1.2")), "amount_exceeds_creditable"),
        ((LineToCredit(1, 250_00, "i1.1"), LineToCredit(1, 250_01, "i1.2")), "amount_exceeds_creditable"),
        ((LineToCredit(1, 10_00, "i1.1"), LineToCredit(1, 10_00, "i1.1")), "line_repeated"),
        ((LineToCredit(1, 10_00), LineToCredit(1, 10_00, "i1.1")), "line_repeated"),
        ((LineToCredit(1, 10_00, "i1.1"), LineToCredit(1, 10_00, "i2.1")), "item_unknown"),
        ((LineToCredit(1, 10_00, "i1.1"), LineToCredit(1, 0, "i1.2")), "amount_not_positive"),
    ],
)
def test_no_payer_is_credited_more_than_their_own(asked: tuple[LineToCredit, ...], code: str) -> None:
    shared().given(invoice("i2")).when(credit("c", "i1", *asked)).refused(code)


def test_the_last_credit_takes_nothing_of_another_payers_item() -> None:
    book = shared().given(credit("c1", "i1", LineToCredit(1, 250_00)))
    book.when(credit("c2", "i1", LineToCredit(1, 250_00))).refused("amount_exceeds_creditable")
    assert closed(book.given(credit("c3", "i1", LineToCredit(1, 250_00), item="i1.2")))


def test_an_allocation_taken_back_after_a_credit_leaves_the_payer_owing_what_was_not_credited() -> None:
    book = open_clinic().given(invoice("i1"), receipt("r", 250_00), allocate("r", "i1"))
    book.given(credit("c", "i1", LineToCredit(1, 100_00)), reverse("r"))
    assert item(book).open_minor == 150_00
    assert book.balances() == {
        "bank": 250_00,
        "unallocated": -250_00,
        "ar_patient": 150_00,
        "revenue": -150_00,
    }


def test_what_was_written_off_is_no_money_to_give_back() -> None:
    book = open_clinic().given(invoice("i1"), request_write_off("w", "i1", 150_00), approve_write_off("w"))
    book.when(credit("c", "i1")).refused("write_off_in_force")
    book.when(credit("c", "i1", LineToCredit(1, 100_01))).refused("write_off_in_force")
    book.given(credit("c1", "i1", LineToCredit(1, 100_00)))
    assert book.balances() == {"write_off_loss": 150_00, "revenue": -150_00}
    book.given(ReverseWriteOff(write_off_id="w", reason_code="PAID"), credit("c2", "i1"))
    assert closed(book)
    assert book.balances() == {}


def test_it_is_effective_on_its_day_but_not_before_the_invoice_was_issued() -> None:
    early, issued_on, late = date(2024, 5, 31), date(2024, 6, 3), date(2024, 6, 20)
    book = open_clinic().given(invoice("i1", line(1, 100_00), line(2, 50_00)))
    assert {new.on for new in book.do(on(early, credit("c1", "i1", LineToCredit(1, 100_00))))} == {issued_on}
    assert {new.on for new in book.do(on(late, credit("c2", "i1")))} == {late}


def test_what_was_paid_is_credited_from_the_day_it_was_paid() -> None:
    book = open_clinic().given(invoice("i1", line(1, 150_00)), receipt("r", 150_00), allocate("r", "i1"))
    assert {new.on for new in book.do(on(VISIT, credit("c1", "i1")))} == {BOOKED}


def test_a_day_before_it_can_hold_is_refused_where_a_person_gave_it() -> None:
    book = open_clinic().given(invoice("i1", line(1, 150_00)), receipt("r", 150_00), allocate("r", "i1"))
    given = replace(credit("c1", "i1"), on=VISIT)
    with pytest.raises(Refused, match=f"day_cannot_hold .*{BOOKED}"):
        book.do(given)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (credit("c", "none"), "invoice_unknown"),
        (credit("c", "i1", reason_code=""), "reason_missing"),
        (credit("c", "i1", LineToCredit(1, 250_01)), "amount_exceeds_creditable"),
        (credit("c", "i1", LineToCredit(9, 1)), "amount_exceeds_creditable"),
        (credit("c", "i1", LineToCredit(1, 0)), "amount_not_positive"),
        (credit("c", "i1", LineToCredit(1, 10), LineToCredit(1, 20)), "line_repeated"),
        (credit("c", "i1", LineToCredit(1, 10), item="i1.2"), "item_unknown"),
        (credit("c", "i1", LineToCredit(1, 10), item="paid.1"), "item_unknown"),
        (credit("used", "i1"), "fact_already_recorded"),
        (credit("c", "gone"), "amount_exceeds_creditable"),
        (credit("c/d", "i1"), "id_malformed"),
    ],
)
def test_what_is_no_credit_note_is_refused(wrong: IssueCreditNote, code: str) -> None:
    book = open_clinic().given(invoice("i1"), invoice("gone"), credit("used", "gone"))
    book.given(invoice("paid"), receipt("r", 250_00), allocate("r", "paid"))
    book.when(wrong).refused(code)


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "amount_exceeds_creditable": ((), credit("c", "i1", LineToCredit(1, 250_01))),
}
