"""The entity's terms: declared as a whole; the newest declaration holds, until then what the terms say themselves."""

from __future__ import annotations

import pytest
from msgspec import ValidationError, convert
from msgspec.structs import fields, replace

from ledger.domain.fact import NewFact
from ledger.domain.receivables.item_facts import ItemRaised
from ledger.domain.terms.entity import STREAM, DeclareTerms, EntityTermsDeclared, Terms, terms_of
from ledger.domain.terms.measured import MEASURED, Measured
from tests.kit.book import Book, Raised
from tests.kit.care import VISIT, declare_bank_account, invoice, open_clinic, receipt
from tests.kit.currencies import keeping

NORWAY = Terms(currencies=("NOK", "SEK"), zone="Europe/Oslo", jurisdiction="NO", language="nb", days_to_pay=14)


def declare(**changed: object) -> DeclareTerms:
    return DeclareTerms(terms=replace(Terms(), **changed))


def test_terms_are_declared_and_hold() -> None:
    book = Book().when(DeclareTerms(terms=NORWAY)).then(NewFact(STREAM, EntityTermsDeclared(terms=NORWAY)))
    assert terms_of(book.states) == NORWAY


def test_the_same_again_is_nothing_new_and_the_newest_declaration_holds() -> None:
    book = Book().given(DeclareTerms(terms=NORWAY))
    book.when(DeclareTerms(terms=NORWAY)).nothing_new()
    changed = replace(NORWAY, days_to_pay=20)
    book.when(DeclareTerms(terms=changed)).then(EntityTermsDeclared(terms=changed))
    assert terms_of(book.states) == changed
    book.when(DeclareTerms(terms=NORWAY)).then(EntityTermsDeclared(terms=NORWAY))


def measured(has_vouchers: bool, *currencies: str) -> Book:
    book = Book()
    book.states[MEASURED] = Measured(has_vouchers=has_vouchers, currencies=currencies)
    return book


def test_the_first_month_of_the_fiscal_year_is_chosen_before_the_first_voucher() -> None:
    measured(False, "SEK").given(declare(fiscal_year_from=7))
    measured(True, "SEK").when(declare(fiscal_year_from=7)).refused("fiscal_year_fixed")
    measured(True, "SEK").given(declare(days_to_pay=7))
    # Where nobody measured the book, it may have vouchers.
    Book().when(declare(fiscal_year_from=7)).refused("fiscal_year_fixed")
    Book().given(declare(days_to_pay=7))


def test_a_currency_of_the_book_is_kept() -> None:
    measured(True, "SEK").when(declare(currencies=("EUR",))).refused("currency_booked")
    measured(True, "SEK").given(declare(currencies=("EUR", "SEK")), declare(currencies=("SEK",)))
    both = measured(True, "EUR", "SEK").given(declare(currencies=("EUR", "SEK")))
    both.when(declare(currencies=("SEK",))).refused("currency_booked")
    measured(True).given(declare(currencies=("EUR",)))
    Book().when(declare(currencies=("EUR",))).refused("currency_booked")


def test_until_something_is_declared_the_terms_say_what_holds() -> None:
    assert terms_of({}) == Terms()
    assert (Terms().currencies, Terms().jurisdiction, Terms().days_to_pay) == (("SEK",), "SE", 30)


def test_even_those_may_be_declared() -> None:
    Book().when(DeclareTerms(terms=Terms())).then(EntityTermsDeclared(terms=Terms()))


def test_a_declaration_is_of_all_the_terms() -> None:
    book = measured(False).given(DeclareTerms(terms=NORWAY), declare(days_to_pay=10))
    assert terms_of(book.states) == Terms(days_to_pay=10)


MALFORMED: list[tuple[str, object]] = [
    ("currencies", ()),
    ("currencies", ("SEK", "kr")),
    ("currencies", ("SEKR",)),
    ("zone", "Stockholm time"),
    ("zone", "europe/stockholm"),
    ("zone", "Europe/"),
    ("zone", "../Europe"),
    # Well-formed, but nowhere.
    ("zone", "Europe/Atlantis"),
    ("zone", "Europe"),
    ("zone", "Factory"),
    ("jurisdiction", "Sweden"),
    ("jurisdiction", "se"),
    ("jurisdiction", "XX"),
    ("jurisdiction", ""),
    ("language", "SV"),
    ("language", "swe"),
    ("language", "xx"),
    ("aging_edges", (60, 30)),
    ("aging_edges", (30, 30, 60)),
]


@pytest.mark.parametrize(("name", "value"), MALFORMED)
def test_a_malformed_term_is_refused(name: str, value: object) -> None:
    Book().when(declare(**{name: value})).refused("term_malformed")


@pytest.mark.parametrize("zone", ["UTC", "Europe/Stockholm", "America/Argentina/Buenos_Aires", "Etc/GMT+1"])
def test_a_time_zone_has_a_name_of_the_tz_database(zone: str) -> None:
    Book().when(declare(zone=zone)).then(EntityTermsDeclared(terms=Terms(zone=zone)))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("days_to_pay", 366),
        ("days_back", 0),
        ("days_ahead", 367),
        ("fiscal_year_from", 0),
        ("fiscal_year_from", 13),
    ],
)
def test_a_term_out_of_its_bounds_is_read_by_nobody_and_refused(name: str, wrong: object) -> None:
    with pytest.raises(ValidationError, match=name):
        convert({name: wrong}, Terms)
    Book().when(declare(**{name: wrong})).refused("term_malformed")


def test_a_term_that_no_field_of_its_kind_may_have_is_refused_before() -> None:
    Book().when(declare(days_to_pay=-1)).refused("number_impossible")
    Book().when(declare(vat_method="guess")).refused("word_unknown")


def test_every_term_says_what_it_is() -> None:
    assert all("description" in str(field.type) for field in fields(Terms))


def test_an_item_bears_the_law_of_the_entity_that_raised_it() -> None:
    book = open_clinic().given(declare(jurisdiction="NO"), invoice("i1"))
    raised = book.facts("item-i1.1")[0]
    assert isinstance(raised, ItemRaised)
    assert raised.terms.law == "NO"


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
@pytest.mark.parametrize("rail", ["cash", "card", "swish"])
def test_nothing_begins_in_a_currency_that_is_not_kept(rail: str) -> None:
    euro = receipt("r", 1_00, "EUR")
    by_hand = replace(euro, payment=replace(euro.payment, rail=rail))
    book = open_clinic()
    for begun in (invoice("i1", currency="EUR"), by_hand, declare_bank_account("b2", currency="EUR")):
        book.when(begun).refused("currency_not_kept")
        open_clinic().given(keeping("EUR"), begun)


def test_what_a_bank_booked_is_never_refused_for_its_currency() -> None:
    open_clinic().given(receipt("r", 1_00, "EUR"))


def test_an_account_of_a_currency_that_is_left_out_can_still_be_closed() -> None:
    book = open_clinic().given(keeping("EUR"), declare_bank_account("b2", currency="EUR"))
    book.states[MEASURED] = Measured(begins_on=None, has_vouchers=False, currencies=())
    book.given(DeclareTerms(terms=Terms()), declare_bank_account("b2", currency="EUR", until_on=VISIT))


RAISED: Raised = {
    "currency_not_kept": ((), invoice("i9", currency="EUR")),
    "currency_booked": ((), DeclareTerms(terms=Terms(currencies=("EUR",)))),
    "fiscal_year_fixed": ((), DeclareTerms(terms=Terms(fiscal_year_from=7))),
    "term_malformed": ((), DeclareTerms(terms=Terms(zone="here"))),
}
