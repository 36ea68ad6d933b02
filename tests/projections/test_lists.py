"""Lists ask for no more than they show: what is only counted is not looked up, and a search is not made row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest

from infra.postgres import Urls
from projections import open_books
from projections.store.listed_rows import statement
from projections.store.lists.listing import Filter, Listing
from projections.store.lists.registry import LISTS

OF_TABLES = {name: one for name, one in LISTS.items() if one.source}
GIVEN = {
    "part": "abcd",
    "number": 1001,
    "reference": ["1001171"],
    "amount": '{"SEK": 100}',
    "from": date(2026, 1, 1),
    "to": date(2026, 1, 1),
    "account": "a",
    "item": "i",
    "receipt": "r",
    "word": "w",
    "flag": True,
}


@pytest.fixture
def reader(database_urls: Urls) -> Iterator[psycopg.Connection[tuple[str]]]:
    """Books in which nothing is recorded, as the reader sees them."""
    with open_books(database_urls.writer, "clinic") as books:
        books.follow()
    with psycopg.connect(database_urls.reader, options="-c search_path=clinic") as connection:
        yield connection


def plan(reader: psycopg.Connection[tuple[str]], listing: Listing, filters: tuple[Filter, ...]) -> str:
    """How the database reads a page of a list."""
    query = statement(listing, [one.name for one in filters], counted=True)
    given = {one.name: GIVEN[one.kind] for one in filters}
    asked = {**given, "today": date(2026, 1, 1), "limit": 50, "skip": 0}
    return "\n".join(line for (line,) in reader.execute(f"EXPLAIN (VERBOSE) {query}".encode(), asked).fetchall())


@pytest.mark.parametrize("name", sorted(OF_TABLES))
def test_a_page_is_counted_without_looking_anything_up(reader: psycopg.Connection[tuple[str]], name: str):
    listing = OF_TABLES[name]
    counted = plan(reader, listing, ()).partition("InitPlan")[2].partition("SubPlan")[0]
    assert "count(*)" in counted
    assert "requests" not in counted


@pytest.mark.parametrize("name", sorted(OF_TABLES))
def test_every_search_is_one_statement_that_the_reader_may_give(reader: psycopg.Connection[tuple[str]], name: str):
    listing = OF_TABLES[name]
    for one in listing.filters:
        shown = plan(reader, listing, (one,))
        assert "Limit" in shown, one.name
    assert "Limit" in plan(reader, listing, listing.filters)


def test_lists_of_one_thing_use_its_key(reader: psycopg.Connection[tuple[str]]):
    reader.execute("SET enable_seqscan = off")
    receipts = LISTS["allocations"]
    (of_receipt,) = (one for one in receipts.filters if one.name == "receipt")
    assert "activity_receipt_id_idx" in plan(reader, receipts, (of_receipt,))
    (number,) = (one for one in LISTS["invoices"].filters if one.name == "number")
    assert "invoices_number_idx" in plan(reader, LISTS["invoices"], (number,))
