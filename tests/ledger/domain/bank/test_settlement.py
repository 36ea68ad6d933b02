"""A provider's settlement: each transaction is recorded once, whatever is delivered again."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.bank.settlement import Settled, SettleTransactions, TransactionsSettled
from ledger.domain.fact import NewFact
from tests.kit.book import Book, Raised

DAY: Final = date(2024, 7, 10)
FIRST, SECOND = (Settled(f"r{number}", f"key{number}", "payment", 250_00, 5_00) for number in (1, 2))


def settle(*settled: Settled, account: str = "cards") -> SettleTransactions:
    return SettleTransactions(
        settlement_id="s1",
        provider_account=account,
        settlement_ref="batch 380",
        currency="SEK",
        file="ab" * 32,
        settled_on=DAY,
        settled=settled,
    )


def fact(*settled: Settled) -> NewFact:
    command = settle(*settled)
    said = {name: getattr(command, name) for name in TransactionsSettled.__struct_fields__}
    return NewFact("settlement-s1", TransactionsSettled(**said), DAY)


def test_a_transaction_is_settled_once() -> None:
    book = Book()
    book.when(settle(FIRST)).then(fact(FIRST))
    book.when(settle(FIRST, SECOND)).then(fact(SECOND))
    book.when(settle(SECOND)).nothing_new()


RAISED: Final[Raised] = {
    "settlement_of_other_account": ((settle(FIRST),), settle(SECOND, account="other")),
}
