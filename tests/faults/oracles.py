"""Three oracles of the same figures: a book in memory, the projections, and plain SQL over the raw facts."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, Final

import psycopg

from ledger.domain.cash.receipt import Receipt
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.request import Request
from projections import Books
from projections.reports.aging_buckets import buckets
from tests.kit import calculator
from tests.kit.book import Book
from tests.kit.calculator import EDGES, Figures

# After every day that the clock of a run can show, so that all facts have occurred; it ages the items.
AS_OF: Final = date(2024, 9, 15)
CURRENCIES: Final = ("EUR", "SEK")
# The columns of an aging that are amounts of their own.
COLUMNS: Final = (*(one.name for one in buckets(EDGES)), "unallocated_minor", "credit_minor")


def of_model(book: Book) -> Figures:
    """The figures of the book in memory."""
    found: Counter[tuple[str, str, str]] = Counter()
    for stream, state in book.states.items():
        if isinstance(state, Item):
            raised = state.raised
            found["open", raised.item_id, raised.currency] += state.open_minor
            found["owed", raised.account_id, raised.currency] += state.open_minor
            found["aged", f"{raised.payer} {raised.currency}", _bucket(raised.due[0].on)] += state.open_minor
            for hold_id in state.holds:
                found["held", raised.item_id, hold_id] = 1
        if isinstance(state, Request):
            asked = state.requested
            for item_id in asked.items:
                item = book.states[f"item-{item_id}"]
                assert isinstance(item, Item)
                found["asked", asked.reference, asked.request_id] += item.open_minor
        if isinstance(state, Receipt):
            currency = state.payment.currency
            found["unallocated", stream.partition("-")[2], currency] += state.unallocated_minor
            owner = f"{_payer(book, state.account_id)} {currency}"
            found["aged", owner, "unallocated_minor"] -= state.unallocated_minor
        if isinstance(state, Account):
            for currency, credit in state.credit.items():
                found["credit", state.account_id, currency] += credit.latest
                found["aged", f"{state.payer} {currency}", "credit_minor"] -= credit.latest
    for currency in CURRENCIES:
        for role, amount in book.balances(currency).items():
            found["control", role, currency] += amount
    return _without_zeros(found)


def of_projections(books: Books) -> Figures:
    """The figures of the read tables and of the reports made from them."""
    found: Counter[tuple[str, str, str]] = Counter()
    references: set[str] = set()
    for item in books.report("open-items", AS_OF).table.to_pylist():
        found["open", item["item_id"], item["currency"]] += item["open_minor"]
        references.add(item["reference"])
    for request in books.store.matching.by_reference(references, 2).to_pylist():
        found["asked", request["reference"], request["request_id"]] += request["open_minor"]
    for hold in books.store.now.holds():
        found["held", hold["item_id"], hold["hold_id"]] += 1
    accounts = {fact.fact.account_id for fact in books.journal.follow(0, 10**6) if fact.name == "AccountOpened"}
    for account in accounts:
        for balance in (books.store.now.account(account) or {"balances": ()})["balances"]:
            found["owed", account, balance["currency"]] += balance["open_minor"]
            found["credit", account, balance["currency"]] += balance["credit_minor"]
    for row in books.report("aging", AS_OF).table.to_pylist():
        if row["payer"] != "total":
            for column in COLUMNS:
                found["aged", f"{row['payer']} {row['currency']}", column] += row[column]
    for receipt in books.store.now.receipts().to_pylist():
        found["unallocated", receipt["receipt_id"], receipt["currency"]] += receipt["unallocated_minor"]
    for leg in books.store.at(AS_OF, books.store.position()).ledger().to_pylist():
        found["control", leg["role"], leg["currency"]] += leg["debit_minor"] - leg["credit_minor"]
    return _without_zeros(found)


def of_sql(connection: psycopg.Connection[Any]) -> Figures:
    """The figures by plain SQL."""
    return calculator.figures(connection, AS_OF)


def difference(one: Figures, other: Figures) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Where two oracles differ: both amounts."""
    return {
        key: (one.get(key, 0), other.get(key, 0))
        for key in sorted(one.keys() | other.keys())
        if one.get(key, 0) != other.get(key, 0)
    }


def _payer(book: Book, account_id: str | None) -> str:
    account = book.states.get(f"account-{account_id}")
    return account.payer if isinstance(account, Account) else "unidentified"


def _bucket(due_on: date) -> str:
    late = (AS_OF - due_on).days
    if late <= 0:
        return "current_minor"
    edge = next((edge for edge in EDGES if late <= edge), None)
    first = 1 + max((one for one in EDGES if one < late), default=0)
    return f"d{first}_plus_minor" if edge is None else f"d{first}_{edge}_minor"


def _without_zeros(found: Counter[tuple[str, str, str]]) -> Figures:
    return {key: amount for key, amount in found.items() if amount}
