"""Unpaid tax of the cash method: it falls due at the end of a fiscal year, and not again when it is paid."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.domain.receivables.item_facts import TaxFellDue, UnpaidTaxDue
from ledger.domain.receivables.unpaid_tax import LetUnpaidTaxFallDue
from ledger.domain.terms.entity import DeclareTerms, Terms
from tests.kit.book import Ask, Book, Raised, on
from tests.kit.care import (
    allocate,
    approve_write_off,
    credit,
    invoice,
    open_clinic,
    receipt,
    request_write_off,
    reverse,
    taxed,
)

YEAR_END, EARLY, AFTER = date(2024, 12, 31), date(2024, 12, 20), date(2025, 1, 10)
CASH = DeclareTerms(terms=Terms(vat_method="cash"))
FALL_DUE = on(AFTER, LetUnpaidTaxFallDue(item_id="i1.1", through_on=YEAR_END))


def paid_early(amount_minor: int) -> tuple[Ask, Ask]:
    return receipt("r", amount_minor, booked_on=EARLY), on(EARLY, allocate("r", "i1"))


def unpaid(*lines: object) -> Book:
    """An invoice of 125.00 of the fiscal year that ended."""
    return open_clinic().given(CASH, invoice("i1", *(lines or (taxed(1, 100_00, "SE-25"),))))  # type: ignore[arg-type]


def due(book: Book, day: date) -> int:
    """The tax of the item that is due at the end of a day."""
    legs = (leg for new in book.log if (new.on or day) <= day for leg in book.catalogue.legs(new.fact))
    return -sum(leg.amount_minor for leg in legs if leg.role == "vat_output")


def test_all_of_it_is_due_on_the_last_day_and_the_payment_moves_nothing() -> None:
    book = unpaid()
    decided = book.do(FALL_DUE)
    assert [type(new.fact) for new in decided] == [UnpaidTaxDue, TaxFellDue]
    assert {new.on for new in decided} == {YEAR_END}
    assert book.balances() == {"ar_patient": 125_00, "revenue": -100_00, "vat_output": -25_00}
    book.given(on(AFTER, receipt("r", 125_00, booked_on=AFTER)))
    assert not [new for new in book.do(on(AFTER, allocate("r", "i1"))) if isinstance(new.fact, TaxFellDue)]
    assert not [new for new in book.do(on(AFTER, reverse("r"))) if isinstance(new.fact, TaxFellDue)]


def test_only_what_is_still_unpaid_falls_due() -> None:
    book = unpaid().given(*paid_early(50_00))
    assert (due(book, EARLY), due(book, YEAR_END)) == (10_00, 10_00)
    book.given(FALL_DUE)
    assert (due(book, EARLY), due(book, YEAR_END)) == (10_00, 25_00)


def test_a_payment_of_that_year_that_is_found_later_falls_due_on_its_own_day() -> None:
    book = unpaid().given(FALL_DUE, *paid_early(125_00))
    assert (due(book, EARLY), due(book, YEAR_END)) == (25_00, 25_00)


def test_a_loss_after_it_takes_back_what_was_due() -> None:
    book = unpaid().given(FALL_DUE, on(AFTER, request_write_off("w", "i1")), on(AFTER, approve_write_off("w")))
    assert book.balances() == {"revenue": -100_00, "write_off_loss": 100_00}


def test_a_credit_note_after_it_takes_back_what_was_due() -> None:
    assert unpaid().given(FALL_DUE, on(AFTER, credit("c", "i1"))).balances() == {}


def test_it_falls_due_once() -> None:
    unpaid().given(FALL_DUE).when(FALL_DUE).nothing_new()


@pytest.mark.parametrize(
    "book",
    [
        unpaid(taxed(1, 100_00, "SE-EXEMPT")),
        open_clinic().given(invoice("i1", taxed(1, 100_00, "SE-25"))),
        unpaid().given(*paid_early(125_00)),
    ],
    ids=["exempt", "due when billed", "paid"],
)
def test_nothing_falls_due_of_what_did_not_wait(book: Book) -> None:
    book.when(FALL_DUE).nothing_new()


def test_nothing_falls_due_of_what_was_billed_later() -> None:
    unpaid().when(LetUnpaidTaxFallDue(item_id="i1.1", through_on=date(2023, 12, 31))).nothing_new()


@pytest.mark.parametrize("day", [date(2024, 12, 30), date(2025, 1, 1), date(2025, 12, 31)])
def test_the_day_is_the_last_one_of_a_fiscal_year_that_has_ended(day: date) -> None:
    unpaid().when(on(AFTER, LetUnpaidTaxFallDue(item_id="i1.1", through_on=day))).refused("fiscal_year_goes_on")


def test_the_last_day_must_be_over() -> None:
    unpaid().when(on(YEAR_END, FALL_DUE.command)).refused("fiscal_year_goes_on")


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "fiscal_year_goes_on": ((), LetUnpaidTaxFallDue(item_id="i1.1", through_on=date(2023, 12, 30))),
}
