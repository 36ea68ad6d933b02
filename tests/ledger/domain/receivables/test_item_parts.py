"""What each payer owes of each line: the parts sum by line and by payer, to the last minor unit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.domain.receivables.invoice_parts import PartAsked, PayerAsked
from ledger.domain.receivables.item_facts import ItemPart, ItemRaised
from ledger.domain.receivables.item_parts import divided
from tests.kit.book import Book
from tests.kit.care import invoice, line, open_clinic

AMOUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=8)


def parts(book: Book, item_id: str) -> tuple[ItemPart, ...]:
    fact = book.facts(f"item-{item_id}")[0]
    assert isinstance(fact, ItemRaised)
    return fact.parts


@given(AMOUNTS, st.data())
def test_every_row_and_every_column_sums_and_no_share_of_a_service_is_below_zero(
    amounts: list[int], data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, sum(amounts)), max_size=8)))
    weights = [after - before for before, after in zip([0, *cuts], [*cuts, sum(amounts)], strict=True)]
    rows = divided(amounts, weights)
    assert [sum(row) for row in rows] == amounts
    assert [sum(row[one] for row in rows) for one in range(len(weights))] == weights
    assert all(share >= 0 for row in rows for share in row)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=8), st.integers(2, 9))
def test_with_discounts_every_row_and_column_sums_too(amounts: list[int], payers: int) -> None:
    amounts.append(max(0, -sum(amounts)))
    whole = sum(amounts)
    weights = [whole // payers] * (payers - 1)
    weights.append(whole - sum(weights))
    rows = divided(amounts, weights)
    assert [sum(row) for row in rows] == amounts
    assert [sum(row[one] for row in rows) for one in range(payers)] == weights


def test_given_parts_are_kept() -> None:
    asked = replace(
        invoice("i1", line(1, 80_00, 20_00), line(2, 50_00)),
        payers=(
            PayerAsked("p1", 20_00, parts=(PartAsked(1, 0, 20_00),)),
            PayerAsked("r1", 130_00, parts=(PartAsked(1, 80_00, 0), PartAsked(2, 50_00, 0))),
        ),
    )
    book = open_clinic().given(asked)
    assert parts(book, "i1.1") == (ItemPart(1, 0, 20_00, "SE-25"),)
    assert parts(book, "i1.2") == (ItemPart(1, 80_00, 0, "SE-25"), ItemPart(2, 50_00, 0, "SE-EXEMPT"))


def test_a_discount_reduces_the_tax_of_its_code() -> None:
    book = open_clinic().given(invoice("i1", line(1, 100_00, 25_00), line(2, -20_00, -5_00), line(3, 0)))
    assert book.balances() == {"ar_patient": 100_00, "revenue": -80_00, "vat_output": -20_00}
    assert [(one.net_minor, one.tax_minor) for one in parts(book, "i1.1")] == [(100_00, 25_00), (-20_00, -5_00), (0, 0)]
