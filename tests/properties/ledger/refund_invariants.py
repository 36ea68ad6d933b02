"""What holds of refunds in a book after any commands: what they reserve of their account's credit."""

from __future__ import annotations

from ledger.domain.cash.refund import Refund
from ledger.domain.receivables.account import Account
from tests.kit.book import Book


def refunds_reserve_what_they_ask_for_and_what_is_there(book: Book) -> None:
    """I15, on every day: what waits for approval is reserved, and no more is reserved than there is."""
    waiting = [one.requested for one in refunds_of(book) if one.status == "requested"]
    for account in (state for state in book.states.values() if isinstance(state, Account)):
        for currency, free in account.free.items():
            for day, amount in free.steps:
                assert amount >= 0, f"refunds of {account.account_id} reserve {-amount} too much on {day}"
            reserved = account.credit_in(currency).latest - free.latest
            of_account = (one for one in waiting if (one.account_id, one.currency) == (account.account_id, currency))
            asked = sum(one.amount_minor for one in of_account)
            assert reserved == asked, f"{reserved} {currency} of {account.account_id} is reserved, {asked} is asked for"


def refunds_of(book: Book) -> list[Refund]:
    """All refunds of a book."""
    return [state for state in book.states.values() if isinstance(state, Refund)]
