"""A number series: gapless, started anywhere, and known from its newest fact alone."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ledger.domain.catalogue import CATALOGUE
from ledger.domain.fact import NewFact
from ledger.domain.receivables.number_series import NumberTaken, OpenSeries, Series, SeriesOpened
from ledger.domain.receivables.reference_register import ReferencesRegistered, SeriesReferences
from ledger.domain.receivables.request import PaymentRequested
from ledger.domain.references import ReferenceKind, looks_personal, make
from tests.kit.book import Book, Raised, dated
from tests.kit.care import credit, invoice, open_account, open_clinic


def numbers(book: Book, series: str) -> list[int]:
    return [fact.number for fact in book.facts(f"series-{series}") if isinstance(fact, NumberTaken)]


def test_a_series_is_opened_at_any_number() -> None:
    opened = SeriesOpened(series="s", first=70_001, reference_kind="rf", reference_prefix="12")
    registered = ReferencesRegistered(series=(SeriesReferences("s", "rf", "12", 70_001),), given=())
    command = OpenSeries(series="s", first=70_001, reference_kind="rf", reference_prefix="12")
    Book().when(command).then(NewFact("series-s", opened), NewFact("references-register", registered))


def test_its_numbers_follow_each_other_and_a_refused_document_takes_none() -> None:
    book = open_clinic().given(invoice("i1"), invoice("i2"))
    book.when(invoice("i2")).refused("invoice_already_issued")
    book.given(invoice("i3"))
    assert numbers(book, "inv") == [1001, 1002, 1003]


def test_credit_notes_have_numbers_of_their_own() -> None:
    book = open_clinic().given(invoice("i1"), credit("c1", "i1"), invoice("i2"))
    assert numbers(book, "inv") == [1001, 1002]
    assert numbers(book, "cre") == [1]


def test_the_newest_fact_alone_tells_what_comes_next() -> None:
    book = open_clinic().given(invoice("i1"), invoice("i2"))
    facts = dated(*book.facts("series-inv"))
    assert CATALOGUE.nouns["series"].newest_is_enough
    for count in range(1, len(facts) + 1):
        whole = CATALOGUE.remember("series-inv", None, facts[:count])
        assert CATALOGUE.remember("series-inv", None, facts[count - 1 : count]) == whole


def test_a_series_is_opened_once() -> None:
    Book().given(OpenSeries(series="s")).when(OpenSeries(series="s", first=9)).refused("series_already_open")


def test_numbers_begin_above_zero() -> None:
    Book().when(OpenSeries(series="s", first=0)).refused("amount_not_positive")
    Book().when(OpenSeries(series="s", first=-5)).refused("number_impossible")


@pytest.mark.parametrize("prefix", ["A1", "1 2", "٣", "1" * 18, "0", "01"])
def test_a_prefix_no_reference_can_begin_with_is_refused(prefix: str) -> None:
    Book().when(OpenSeries(series="s", reference_prefix=prefix)).refused("reference_prefix_malformed")


@pytest.mark.parametrize(("kind", "length"), [("ocr", 23), ("rf", 25)])
def test_the_longest_prefix_still_makes_a_reference_two_digits_on(kind: ReferenceKind, length: int) -> None:
    Book().given(OpenSeries(series="s", first=9, reference_prefix="1" * 17))
    prefix_number_and_payer = "1" * 17 + "999" + "1"
    assert len(make(kind, prefix_number_and_payer)) == length


def test_a_reference_that_looks_like_a_person_gets_another_form_and_the_numbers_stay_gapless() -> None:
    book = Book().given(OpenSeries(series="inv", first=8_001_019), open_account("p1"))
    book.given(*(invoice(f"i{number}", payers={"p1": 250_00}) for number in range(4)))
    assert numbers(book, "inv") == [8_001_019, 8_001_020, 8_001_021, 8_001_022]
    made = [fact.reference for fact in (new.fact for new in book.log) if isinstance(fact, PaymentRequested)]
    # 80010201 would make 8001020109, which could be the number of somebody born on the second of January.
    assert made == [make("ocr", f"{8_001_019 + number}10") for number in range(4)]
    assert not any(looks_personal("ocr", one) for one in made)


@pytest.mark.parametrize(("number", "payload"), [(8_033_019, "80330191"), (1001, "10011")])
def test_only_such_a_reference_gets_another_form(number: int, payload: str) -> None:
    series = Series(series="s", next=number, reference_kind="ocr", reference_prefix="")
    assert series.reference() == ("ocr", make("ocr", payload))


def test_a_series_without_references_is_not_in_the_register() -> None:
    book = Book().given(OpenSeries(series="none", reference_kind="none"), OpenSeries(series="inv"))
    assert len(book.facts("references-register")) == 1


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "reference_prefix_malformed": ((), OpenSeries(series="s", reference_prefix="A")),
    "series_already_open": ((), OpenSeries(series="inv")),
    "series_not_open": ((), replace(invoice("i2"), series="none")),
    "series_without_references": ((), replace(invoice("i2"), series="cre")),
}
