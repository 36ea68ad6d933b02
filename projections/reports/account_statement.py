"""Account statement: each document that changed what an account owes, in order, with the balance after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from projections.reports.report import Built, Column, Control, Definition, Option, table_of

if TYPE_CHECKING:
    import pyarrow as pa

    from projections.reports.report_inputs import Inputs


COLUMNS: Final = (
    Column("currency", "currency", "code", "ISO 4217"),
    Column("occurred_on", "day", "day", "when it happened"),
    Column("document", "document", "id", "stream of the document"),
    Column("text", "text", "text", "title of the document"),
    Column("debit_minor", "debit", "money", "amount by which the account's debt increases"),
    Column("credit_minor", "credit", "money", "amount by which the account's debt decreases"),
    Column("balance_minor", "balance", "money", "net amount owed afterwards; below zero if we owe the account"),
    Column(
        "ledger_position",
        "position",
        "position",
        "position of the document's first fact on the row's day",
        listed=False,
    ),
)

# The text of a small difference that a payment left, because nobody paid it.
_CLOSED: Final = "Small difference"


def statement(lines: pa.Table, title: Callable[[str], str], from_on: date | None = None) -> pa.Table:
    """Return the statement's rows, ordered by currency and day, with the columns of `COLUMNS`.

    `lines` are the account's sub-ledger lines; a line is above zero if it increases what the account owes. `title`
    returns a document's title. Lines of one document on one day make one row, and a small difference another. Lines
    that cancel each other within the account, such as a receipt applied to its items, make no row. With `from_on`,
    everything before that day is in the opening row. The balance is what is owed minus customer credit and unallocated
    money; it is below zero if we owe the account.
    """
    rows: list[dict[str, Any]] = []
    by_currency: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines.to_pylist():
        by_currency[line["currency"]].append(line)
    for currency, own in sorted(by_currency.items()):
        rows.extend(_in_one_currency(currency, own, title, from_on))
    return table_of(rows, COLUMNS)


def _in_one_currency(
    currency: str, lines: Iterable[dict[str, Any]], title: Callable[[str], str], from_on: date | None
) -> Iterable[dict[str, Any]]:
    balance = 0
    shown = []
    for (occurred_on, document, closed), own in _documents(lines).items():
        amount = sum(line["amount_minor"] for line in own)
        balance += amount
        if from_on is not None and occurred_on < from_on:
            shown = [_row(currency, from_on, None, "Balance brought forward", 0, balance, None)]
        elif amount:
            text = _CLOSED if closed else _text(title(document), own[0])
            shown.append(_row(currency, occurred_on, document, text, amount, balance, own[0]["ledger_position"]))
    return shown


def _documents(lines: Iterable[dict[str, Any]]) -> dict[tuple[date, str, bool], list[dict[str, Any]]]:
    documents: dict[tuple[date, str, bool], list[dict[str, Any]]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: (line["occurred_on"], line["ledger_position"], line["line"])):
        documents[line["occurred_on"], line["document"], line["effect"] == "rounded_off"].append(line)
    return documents


def _text(title: str, line: dict[str, Any]) -> str:
    return title if line["number"] is None else f"{title} {line['series']} {line['number']}"


def _row(
    currency: str, on: date, document: str | None, text: str, amount: int, balance: int, position: int | None
) -> dict[str, Any]:
    return {
        "currency": currency,
        "occurred_on": on,
        "document": document,
        "text": text,
        "debit_minor": max(amount, 0),
        "credit_minor": max(-amount, 0),
        "balance_minor": balance,
        "ledger_position": position,
    }


def controls(table: pa.Table, sums: pa.Table) -> tuple[Control, ...]:
    """Compare the closing balance with the sum of the account's lines, for each currency."""
    closing = {row["currency"]: row["balance_minor"] for row in table.to_pylist()}
    book = {row["currency"]: row["amount_minor"] for row in sums.to_pylist()}
    return tuple(
        Control("balance", currency, book.get(currency, 0), closing.get(currency, 0))
        for currency in sorted(book.keys() | closing.keys())
    )


# Definition


def _build(inputs: Inputs, account: str, from_on: date | None = None) -> Built:
    table = statement(inputs.account(account), inputs.catalogue.title, from_on)
    return Built(table, controls(table, inputs.account_sums(account)))


REPORT: Final = Definition(
    "account-statement",
    "Account statement",
    "The documents that changed an account's balance.\n\nEach document is shown with the balance after it.",
    columns=lambda _: COLUMNS,
    build=_build,
    options=(
        Option("account", "account", "The account's id, or the beginning of the id.", needed=True),
        Option("from_on", "day", "The first day to show; earlier documents are in the opening balance."),
    ),
    long=True,
)
