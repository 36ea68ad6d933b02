"""An invoice is rounded as the terms and the law say, share by share; what was rounded elsewhere must be lawful."""

from __future__ import annotations

import pytest

from ledger.domain.terms.entity import DeclareTerms, Terms
from tests.kit.book import Book
from tests.kit.care import invoice, line, open_clinic

ROUNDS = DeclareTerms(terms=Terms(rounds_invoices=True, currencies=("SEK", "EUR", "JPY", "KWD")))


def rounding() -> Book:
    return open_clinic().given(ROUNDS)


@pytest.mark.parametrize(("exact", "owed", "difference"), [(99_50, 100_00, -50), (99_49, 99_00, 49), (99_00, 99_00, 0)])
def test_the_rounding_is_income_or_cost_by_its_direction(exact: int, owed: int, difference: int) -> None:
    balances = rounding().given(invoice("i1", line(1, exact), rounding_minor=None)).balances()
    assert (balances["ar_patient"], balances.get("rounding", 0)) == (owed, difference)


def test_each_payers_share_is_rounded_by_itself() -> None:
    book = rounding().given(invoice("i1", line(1, 300_00), payers={"p1": 100_40, "r1": 199_60}, rounding_minor=None))
    assert book.balances() == {"ar_patient": 100_00, "ar_payer": 200_00, "revenue": -300_00}


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_a_currency_without_a_law_is_not_rounded(currency: str) -> None:
    book = rounding().given(invoice("i1", line(1, 1234), currency=currency, rounding_minor=None))
    assert book.balances(currency) == {"ar_patient": 1234, "revenue": -1234}
    book.when(invoice("i2", line(1, 1250), currency=currency, rounding_minor=50)).refused("rounding_not_lawful")


def test_nothing_is_rounded_if_the_terms_or_the_invoice_say_so() -> None:
    assert rounding().given(invoice("i1", line(1, 99_50), rounding_minor=0)).balances()["ar_patient"] == 99_50
    book = open_clinic().given(invoice("i1", line(1, 99_50), rounding_minor=None))
    assert book.balances()["ar_patient"] == 99_50


@pytest.mark.parametrize(("exact", "said"), [(99_50, -50), (99_49, 51), (99_60, 30), (99_00, 100)])
def test_what_was_rounded_elsewhere_otherwise_than_the_law_says_is_refused(exact: int, said: int) -> None:
    open_clinic().when(invoice("i1", line(1, exact), rounding_minor=said)).refused("rounding_not_lawful")
    book = open_clinic().given(invoice("i1", line(1, 99_50), rounding_minor=50))
    assert book.balances()["rounding"] == -50
