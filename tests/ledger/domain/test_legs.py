"""Double entry: each fact that moves money posts legs that sum to zero, and the item only mirrors what is posted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from ledger.domain.catalogue import CATALOGUE
from ledger.domain.chart_of_accounts import CHART, Leg
from ledger.domain.fact import Fact, Mirror
from ledger.domain.receivables.credit_note import CreditNoteIssued
from ledger.domain.receivables.invoice_parts import CreditedItem, CreditedLine
from ledger.domain.receivables.item_facts import Due
from tests.kit.book import noun_of
from tests.museum.examples import EXAMPLES

POSTED = {fact.__name__ for fact in CATALOGUE.posting}
MIRRORS = {name for name, fact in CATALOGUE.facts.items() if issubclass(fact, Mirror)}
# Besides mirrors: promises that move nothing yet, a movement that is divided on its role, what files say of banks and
# payment providers, what is agreed with these, what persons may decide, and the sums of a closed period. Any other fact
# with an amount has legs. A rule says of which amounts it is.
PROMISES = {"CollectionOrdered", "RefundRequested", "RefundReserved", "RefundReservationEnded", "WriteOffRequested"}
DIVISIONS = {"MovementSplit", "MovementPartBegun"}
AUTHORITY = {"AuthorityUsed", "ExceptionGranted", "ExceptionUsed", "LimitSet"}
REMINDERS = {"ReminderSent", "ReminderSuppressed"}
FROM_FILES = {"FileIngested", "TransactionsSettled", "ClaimsAdjudicated"}
AGREED = {"FeeAgreed", "LineRuleRequested"}
COUNTERPARTS = MIRRORS | PROMISES | DIVISIONS | AUTHORITY | REMINDERS | FROM_FILES | AGREED | {"PeriodClosed"}
ROLES = {row.role for row in CHART}


def names_within(content: Any) -> Iterator[str]:
    """The names of all fields, those of parts too; by when an amount is to be paid says of no money that it moved."""
    if isinstance(content, dict) and content.keys() == set(Due.__struct_fields__):
        return
    if isinstance(content, dict):
        yield from content
    for value in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from names_within(value)


@pytest.mark.parametrize("name", sorted(CATALOGUE.facts))
def test_the_legs_of_a_fact_sum_to_zero(name: str) -> None:
    posted = CATALOGUE.legs(EXAMPLES[name])
    assert bool(posted) == (name in POSTED)
    for currency in {leg.currency for leg in posted}:
        assert sum(leg.amount_minor for leg in posted if leg.currency == currency) == 0
    assert all((leg.amount_minor or leg.base_minor) and leg.role in ROLES for leg in posted)


@pytest.mark.parametrize("name", sorted(CATALOGUE.facts))
def test_every_fact_with_an_amount_posts_or_is_known_to_be_a_counterpart(name: str) -> None:
    fields = set(names_within(msgspec.json.decode(msgspec.json.encode(EXAMPLES[name]))))
    assert any(field.endswith("_minor") for field in fields) == (name in POSTED | COUNTERPARTS)
    assert not POSTED & COUNTERPARTS


def test_the_document_posts_and_the_item_mirrors_without_exception() -> None:
    mirrors = CATALOGUE.nouns["item"]
    # The tax that follows an item is no mirror: no other document has it.
    posting = {fact.__name__ for fact in mirrors.fact_classes if fact in CATALOGUE.posting}
    assert posting == {fact.__name__ for fact in mirrors.legs} == {"TaxRelieved", "TaxFellDue"}
    assert not posting & MIRRORS
    for fact in mirrors.fact_classes:
        for change in CATALOGUE.changes(EXAMPLES[fact.__name__]):
            assert change.document is not None, fact.__name__
            document = noun_of(CATALOGUE, change.document)
            assert document is not mirrors
            assert document.legs, f"{fact.__name__} mirrors {change.document}, which posts nothing"


@pytest.mark.parametrize("name", sorted(MIRRORS))
def test_a_mirror_names_the_posting_facts_that_it_mirrors(name: str) -> None:
    named = re.match(r"Mirrors (\w+(?:, \w+)*(?: or \w+)?): ", CATALOGUE.facts[name].__doc__ or "")
    assert named
    assert set(re.split(", | or ", named[1])) <= POSTED


def test_an_item_is_changed_by_its_own_facts_alone() -> None:
    of_items = {type(fact) for fact in EXAMPLES.values() for one in CATALOGUE.changes(fact) if one.balance == "item"}
    assert of_items <= set(CATALOGUE.nouns["item"].fact_classes)


@pytest.mark.parametrize("noun", ["item", "receipt", "account"])
def test_what_changes_a_balance_says_which_one_and_in_what_currency(noun: str) -> None:
    balance = {"item": "item", "receipt": "receipt", "account": "credit"}[noun]
    changing = [fact for fact in CATALOGUE.nouns[noun].fact_classes if fact in CATALOGUE.changing]
    assert changing
    for fact in changing:
        assert {(one.balance, one.currency) for one in CATALOGUE.changes(EXAMPLES[fact.__name__])} == {(balance, "SEK")}


def test_no_other_noun_changes_a_balance() -> None:
    nouns = {name for name, noun in CATALOGUE.nouns.items() if noun.changes}
    assert nouns == {"item", "receipt", "account"}


def test_a_fact_that_is_about_money_says_how_much() -> None:
    amounts = {name: CATALOGUE.amount_minor(fact) for name, fact in EXAMPLES.items()}
    assert {name for name, amount in amounts.items() if amount is not None} == {
        *POSTED,
        # A limit has two amounts, or none; neither is what was decided.
        *(COUNTERPARTS - REMINDERS - FROM_FILES - AGREED - {"LimitSet", "PeriodClosed"}),
        # A limit and a line rule have two amounts, or none; neither is what was decided.
    }
    assert (amounts["InvoiceIssued"], amounts["ReceiptRecorded"], amounts["MovementClassified"]) == (
        500_00,
        310_00,
        -12_50,
    )
    assert (amounts["ReceiptAllocated"], amounts["ItemCredited"], amounts["InvoiceCredited"]) == (310_00, 20_00, 20_00)


def test_a_fact_nobody_has_heard_of_posts_and_changes_nothing() -> None:
    class Unheard(Fact, frozen=True):
        pass

    assert (CATALOGUE.legs(Unheard()), CATALOGUE.changes(Unheard()), CATALOGUE.amount_minor(Unheard())) == (
        (),
        (),
        None,
    )


def test_a_credit_note_posts_what_was_open_to_the_item_and_what_was_paid_to_customer_credit() -> None:
    note = CreditNoteIssued(
        credit_note_id="c",
        series="cre",
        number=1,
        invoice_id="i1",
        currency="SEK",
        mode="full",
        lines=(CreditedLine(1, 80_30, 20_08, "SE-25"),),
        rounding_minor=-38,
        items=(
            CreditedItem("i1.1", "p1", "ar_patient", 10_00, 30_00, ()),
            CreditedItem("i1.2", "r1", "ar_payer", 60_00, 0, ()),
        ),
        reason_code="SERVICE",
        unit="north",
        tax_role="vat_output",
    )
    assert CATALOGUE.legs(note) == (
        Leg("revenue", 80_30, "SEK", None, "SE-25", "north"),
        Leg("vat_output", 20_08, "SEK", None, "SE-25", "north", 80_30),
        Leg("rounding", -38, "SEK"),
        Leg("ar_patient", -10_00, "SEK"),
        Leg("ar_payer", -60_00, "SEK"),
        Leg("customer_credit", -30_00, "SEK"),
    )
