"""Proposing in the tests: a bank file against a book in memory, with the read tables' answers in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

import polars as pl

from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.refund_movement import BankView, BookRefundMovement
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.request import Request
from reconciliation.matching.line_rules import LineRules
from reconciliation.proposals.proposal import Proposal, Setting
from reconciliation.proposals.statement import propose, receipts
from reconciliation.steps.matched import matched, suggested
from tests.kit.book import Book
from tests.kit.care import invoice, item_id, line, open_clinic
from tests.reconciliation.matching.written_files import BankFile, Issued, Store, quoted, sha_of

SHA: Final = sha_of("file-1")
AT: Final = datetime(2024, 7, 11, 4, 30, tzinfo=UTC)
CORRELATION: Final = "bank-day:2024-07-11"
# By end-to-end id, the refunds that the read tables know.
Refunds = dict[str, tuple[BankView, ...]]
NO_REFUNDS: Final[Refunds] = {}
# Rules for lines, as the read table has them.
Rules = Sequence[Mapping[str, Any]]


def issued(book: Book) -> list[Issued]:
    """What the payers of a book were asked for, as the read tables show it: one item a request."""
    found = []
    for request in (state.requested for state in book.states.values() if isinstance(state, Request)):
        (item_id,) = request.items
        item = item_of(book, item_id)
        raised = item.raised
        assert (request.request_id, request.account_id) == (item_id, raised.account_id)
        found.append(
            Issued(
                item_id,
                request.reference,
                item.open_minor,
                raised.currency,
                raised.account_id,
                raised.arose_on,
                raised.due[-1].on,
            )
        )
    return found


def item_of(book: Book, name: str) -> Item:
    """The item of that id, or the first of the invoice of that id."""
    state = book.states[f"item-{item_id(name)}"]
    assert isinstance(state, Item)
    return state


def setting(refunds: Refunds = NO_REFUNDS, rules: Rules = ()) -> Setting:
    """What holds for all entries of the file."""
    return Setting(SHA, "job:bank-day", AT, CORRELATION, refunds, rules=LineRules(rules))


def proposed(file: BankFile, items: list[Issued], refunds: Refunds = NO_REFUNDS, rules: Rules = ()) -> Proposal:
    """The proposal of a bank day for this file."""
    entries = file.keyed()
    store = cast(Any, Store(items))
    found = matched(store, receipts(entries))
    return propose(entries, found, suggested(store, found), setting(refunds=refunds, rules=rules))


def loaded(book: Book, file: BankFile, refunds: Refunds = NO_REFUNDS, rules: Rules = ()) -> Proposal:
    """The proposal, executed on the book."""
    made = proposed(file, issued(book), refunds, rules)
    for one in made.submissions:
        book.do(one.command, one.envelope)
    return made


def money_of(proposal: Proposal) -> list[BankLine]:
    """The bank's money as a proposal books it: payments and other movements, in the order of the file."""
    found: list[BankLine] = []
    for command in (one.command for one in proposal.submissions):
        if isinstance(command, RecordReceipt):
            found.append(command.payment)
        elif isinstance(command, ClassifyMovement | BookRefundMovement):
            found.append(command.line)
    return found


def clinic() -> Book:
    """A clinic with two invoices of 250.00 to patient p1, and one of 400.00 to p2."""
    return open_clinic().given(invoice("i1"), invoice("i2"), invoice("i3", line(1, 400_00), payers={"p2": 400_00}))


def no_candidates() -> pl.DataFrame:
    """What a store without items suggests."""
    columns = ("key", "item_id", "open_minor", "due_on", "why", "of")
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


def reference_of(book: Book, name: str) -> dict[str, Any]:
    """What a payer says who quotes the reference that asks for an item."""
    state = book.states[f"request-{item_id(name)}"]
    assert isinstance(state, Request)
    return quoted(state.requested.reference)


def open_on(book: Book, name: str) -> int:
    """What is open on an item."""
    return item_of(book, name).open_minor


def credit_of(book: Book, account_id: str) -> int:
    """Customer credit of an account."""
    state = book.states[f"account-{account_id}"]
    assert isinstance(state, Account)
    return state.credit_in("SEK").latest
