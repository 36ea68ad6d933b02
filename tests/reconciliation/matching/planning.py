"""Planning in the tests: a bank file against a book in memory, with the read tables' answers in between."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from ledger.domain.account import Account
from ledger.domain.invoice import Invoice
from reconciliation.matching.candidates import candidates, slips
from reconciliation.matching.exact import asked, match
from reconciliation.plan import Plan, SentRefund, Setting, plan, receipts
from tests.kit.book import Book
from tests.kit.care import invoice, line, open_clinic
from tests.reconciliation.matching.written import BankFile, Issued, Store, quoted, sha_of

SHA: Final = sha_of("file-1")
AT: Final = datetime(2024, 7, 11, 4, 30, tzinfo=UTC)
NOTHING_SENT: Final[dict[str, SentRefund]] = {}


def items_of(book: Book) -> list[Issued]:
    """The items of a book, as the read tables show them."""
    found = []
    for invoice_ in (state for state in book.states.values() if isinstance(state, Invoice)):
        for share in invoice_.shares:
            opened = invoice_.open_on(share.share)
            found.append(
                Issued(invoice_.invoice_id, share.reference, opened, invoice_.currency, share.share, share.account_id)
            )
    return found


def planned(file: BankFile, items: list[Issued], refunds: dict[str, SentRefund] = NOTHING_SENT) -> Plan:
    """The plan of a bank day for this file."""
    entries = file.keyed()
    store = Store(items)
    taken = receipts(entries)
    matched = match(taken, store.by_reference(asked(taken)))
    unmatched = matched.filter(pl.col("reason").is_not_null())
    slipped = slips(matched)
    amounts = unmatched.select("currency", "amount_minor").rows()
    found = candidates(unmatched, slipped, store.by_reference(slipped["reference"]), store.by_amount(amounts))
    return plan(entries, matched, found, Setting(SHA, "camt.053", "job:bank-day", AT, refunds))


def loaded(book: Book, file: BankFile, refunds: dict[str, SentRefund] = NOTHING_SENT) -> Plan:
    """The plan, executed on the book."""
    made = planned(file, items_of(book), refunds)
    for one in made.submissions:
        book.do(one.command)
    return made


def clinic() -> Book:
    """A clinic with two invoices of 250.00 to patient p1, and one of 400.00 to p2."""
    return open_clinic().given(invoice("i1"), invoice("i2"), invoice("i3", line(1, 400_00), shares={"p2": 400_00}))


def no_candidates() -> pl.DataFrame:
    """What a store without items suggests."""
    columns = ("key", "invoice_id", "share", "open_minor", "due_on", "why", "of")
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


def reference_of(book: Book, invoice_id: str, share: int = 1) -> dict[str, Any]:
    """What a payer says who quotes the reference of an item."""
    state = book.states[f"invoice-{invoice_id}"]
    assert isinstance(state, Invoice)
    return quoted(state.share(share).reference)


def open_on(book: Book, invoice_id: str) -> int:
    """What is open on the first share."""
    state = book.states[f"invoice-{invoice_id}"]
    assert isinstance(state, Invoice)
    return state.open_on(1)


def credit_of(book: Book, account_id: str) -> int:
    """Customer credit of an account."""
    state = book.states[f"account-{account_id}"]
    assert isinstance(state, Account)
    return state.credit_in("SEK")
