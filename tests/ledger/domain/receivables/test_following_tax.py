"""The tax that follows an item: relief with a write-off, due again with a recovery, due with the payment."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.disputes_and_relief.write_off import ReverseWriteOff
from ledger.domain.receivables.credit_note import LineToCredit
from ledger.domain.receivables.following_tax import split
from ledger.domain.receivables.item_facts import ItemPart, TaxRelieved
from ledger.domain.terms.entity import DeclareTerms, Terms
from tests.kit.book import Book, on
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

WHOLE = (taxed(1, 100_00, "SE-25"),)
MIXED = (taxed(1, 100_00, "SE-25"), taxed(2, 125_00, "SE-EXEMPT"))
CASH = DeclareTerms(terms=Terms(vat_method="cash"))
REVERSE = ReverseWriteOff(write_off_id="w", reason_code="PAID")


def written_off(*lines: Any, amount_minor: int | None = None) -> Book:
    return open_clinic().given(
        invoice("i1", *lines), request_write_off("w", "i1", amount_minor), approve_write_off("w")
    )


def by_code(book: Book, role: str) -> dict[str | None, int]:
    """What was posted to a role, by tax code; what is zero is left out."""
    sums: dict[str | None, int] = {}
    for new in book.log:
        for leg in book.catalogue.legs(new.fact):
            if leg.role == role:
                sums[leg.tax_code] = sums.get(leg.tax_code, 0) + leg.amount_minor
    return {code: amount for code, amount in sums.items() if amount}


def test_a_loss_is_net_of_the_tax_that_is_not_owed_any_more() -> None:
    book = written_off(*WHOLE)
    assert book.balances() == {"write_off_loss": 100_00, "revenue": -100_00}
    assert by_code(book, "write_off_loss") == {"SE-25": 100_00}


def test_a_loss_of_exempt_care_is_gross_and_needs_no_fact_of_its_tax() -> None:
    book = written_off(taxed(1, 250_00, "SE-EXEMPT"))
    assert not [new for new in book.log if isinstance(new.fact, TaxRelieved)]
    assert by_code(book, "write_off_loss") == {"SE-EXEMPT": 250_00}


def test_a_loss_of_several_tax_codes_is_divided_among_them() -> None:
    book = written_off(*MIXED, amount_minor=125_00)
    assert by_code(book, "write_off_loss") == {"SE-25": 50_00, "SE-EXEMPT": 62_50}
    assert by_code(book, "vat_output") == {"SE-25": -12_50}


def test_a_reversal_mirrors_the_write_off_exactly() -> None:
    for because in ("moved", "mistake"):
        book = written_off(*MIXED, amount_minor=33_33)
        book.given(ReverseWriteOff(write_off_id="w", reason_code="PAID", because=because))  # type: ignore[arg-type]
        assert by_code(book, "write_off_loss") == {}
        assert by_code(book, "vat_output") == {"SE-25": -25_00}


def test_what_is_recovered_is_income_net_of_the_tax_that_is_owed_again() -> None:
    book = written_off(*WHOLE).given(receipt("r", 125_00), allocate("r", "i1"))
    assert book.balances() == {
        "bank": 125_00,
        "write_off_loss": 100_00,
        "recovered_losses": -100_00,
        "revenue": -100_00,
        "vat_output": -25_00,
    }
    book.given(reverse("r"))
    assert by_code(book, "recovered_losses") == by_code(book, "vat_output") == {}


def test_the_rest_of_an_item_is_credited_and_no_tax_is_left() -> None:
    book = written_off(taxed(1, 100_03, "SE-25"), amount_minor=41_67)
    book.given(credit("c", "i1", LineToCredit(1, 125_04 - 41_67)))
    assert by_code(book, "vat_output") == {}


def test_what_is_credited_of_one_code_moves_the_relief_to_the_other() -> None:
    book = written_off(*MIXED, amount_minor=125_00).given(credit("c", "i1", LineToCredit(2, 125_00)))
    assert by_code(book, "vat_output") == {}
    assert by_code(book, "write_off_loss") == {"SE-25": 100_00}


def test_with_the_cash_method_tax_is_due_with_the_payment_part_by_part() -> None:
    book = open_clinic().given(CASH, invoice("i1", *WHOLE))
    assert (by_code(book, "vat_output"), by_code(book, "vat_deferred")) == ({}, {"SE-25": -25_00})
    book.given(receipt("r", 41_67), allocate("r", "i1"))
    assert (by_code(book, "vat_output"), by_code(book, "vat_deferred")) == ({"SE-25": -8_33}, {"SE-25": -16_67})
    book.given(receipt("s", 83_33), allocate("s", "i1"))
    assert (by_code(book, "vat_output"), by_code(book, "vat_deferred")) == ({"SE-25": -25_00}, {})
    book.given(reverse("r"), reverse("s"))
    assert (by_code(book, "vat_output"), by_code(book, "vat_deferred")) == ({}, {"SE-25": -25_00})


def test_with_the_cash_method_a_loss_takes_tax_that_was_never_due() -> None:
    book = open_clinic().given(CASH, invoice("i1", *WHOLE), receipt("r", 25_00), allocate("r", "i1"))
    book.given(request_write_off("w", "i1"), approve_write_off("w"))
    assert (by_code(book, "vat_output"), by_code(book, "vat_deferred")) == ({"SE-25": -5_00}, {})
    assert by_code(book, "write_off_loss") == {"SE-25": 80_00}


def test_with_the_cash_method_a_credited_payment_is_due_no_more() -> None:
    book = open_clinic().given(CASH, invoice("i1", *WHOLE), receipt("r", 125_00), allocate("r", "i1"))
    book.given(credit("c", "i1"))
    assert (by_code(book, "vat_output"), by_code(book, "vat_deferred")) == ({}, {})


def test_the_method_of_an_item_is_that_of_its_issue() -> None:
    book = open_clinic().given(CASH, invoice("i1", *WHOLE), DeclareTerms(terms=Terms()), invoice("i2", *WHOLE))
    book.given(receipt("r", 250_00), allocate("r", "i1", "i2"))
    assert by_code(book, "vat_output") == {"SE-25": -50_00}
    assert by_code(book, "vat_deferred") == {}


def test_tax_is_relieved_on_the_day_of_the_write_off_and_in_the_same_voucher() -> None:
    day = date(2024, 8, 1)
    book = open_clinic().given(invoice("i1", *WHOLE), on(day, request_write_off("w", "i1")))
    made = book.do(on(day, approve_write_off("w")))
    relieved = [new for new in made if isinstance(new.fact, TaxRelieved)]
    assert [(new.stream, new.on, new.corrects) for new in relieved] == [("item-i1.1", day, False)]
    assert (relieved[0].fact.document, relieved[0].fact.role) == ("writeoff-w", "write_off_loss")  # type: ignore[attr-defined]


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.data())
def test_parts_of_an_item_sum_to_it_whatever_the_steps(net: int, exempt: int, data: st.DataObject) -> None:
    parts = (ItemPart(1, net, round(net / 4), "SE-25"), ItemPart(2, exempt, 0, "SE-EXEMPT"))
    whole = net + round(net / 4) + exempt
    amount = data.draw(st.integers(0, whole))
    found = split(parts, whole, amount)
    assert sum(net + tax for net, tax in found.values()) == amount
    if amount == whole:
        assert found == {"SE-25": (net, round(net / 4)), "SE-EXEMPT": (exempt, 0)}
