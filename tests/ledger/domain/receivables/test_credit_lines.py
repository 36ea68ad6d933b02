"""A credit note for all that is left is known by its amounts, which may differ by the rounding and by nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.receivables.credit_lines import LineToCredit, by_item, by_line, is_all
from ledger.domain.receivables.invoice import Invoice
from ledger.domain.receivables.invoice_parts import CreditedLine
from tests.kit.book import Book
from tests.kit.care import invoice, line, open_clinic

CREDITABLE = {"i1.1": 250_00, "i1.2": 250_00}


def test_amounts_are_summed_by_item_and_by_line() -> None:
    book = open_clinic().given(invoice("i1", line(1, 300_00), line(2, 200_00), payers={"p1": 250_00, "r1": 250_00}))
    lines = (LineToCredit(1, 10), LineToCredit(2, 20), LineToCredit(1, 30, "i1.2"))
    assert by_item(lines, issued(book)) == {"i1.1": [*lines[:2]], "i1.2": [lines[2]]}
    credited = (CreditedLine(1, 8, 2, "SE-25"), CreditedLine(2, 20, 0, "SE-EXEMPT"), CreditedLine(1, 24, 6, "SE-25"))
    assert by_line(credited) == (CreditedLine(1, 32, 8, "SE-25"), CreditedLine(2, 20, 0, "SE-EXEMPT"))


def issued(book: Book) -> Invoice:
    found = book.states["invoice-i1"]
    assert isinstance(found, Invoice)
    return found


def test_all_is_what_is_left_of_the_items_or_of_the_lines() -> None:
    assert is_all(CREDITABLE, CREDITABLE, 500_40)
    assert is_all({"i1.1": 250_00, "i1.2": 250_40}, CREDITABLE, 500_40)
    assert not is_all({"i1.1": 249_00, "i1.2": 251_40}, CREDITABLE, 500_40)
    assert not is_all({"i1.1": 500_00}, CREDITABLE, 500_00)
    assert not is_all({"i1.1": 100_00, "i1.2": 100_00}, CREDITABLE, 500_00)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=9), st.integers(1, 10**6))
def test_less_than_what_is_left_without_rounding_is_never_all(left: list[int], less: int) -> None:
    creditable = {str(number): minor for number, minor in enumerate(left)}
    amounts = creditable | {"0": max(left[0] - less, 0)}
    assert not is_all(amounts, creditable, sum(left))
    assert is_all(creditable, creditable, sum(left))
