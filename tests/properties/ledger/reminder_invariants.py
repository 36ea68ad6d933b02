"""Who is reminded, of what and when: I14."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.domain.catalogue import CATALOGUE
from ledger.domain.fact import Dated, State
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import ReminderSent
from tests.kit.book import Book


def nobody_is_reminded_without_need(book: Book) -> None:
    """I14: of what is open, not held and not covered by money with us, when due, the bank loaded, once a level."""
    states: dict[str, State | None] = {}
    sent: set[tuple[str, int]] = set()
    for stream, fact, on, _ in book.log:
        assert on is not None
        if isinstance(fact, ReminderSent):
            item = states[stream]
            assert isinstance(item, Item)
            assert 0 < fact.balance_minor == item.open_minor, f"{stream} was reminded of what is not open"
            account = states[f"account-{item.raised.account_id}"]
            assert isinstance(account, Account)
            credit = min(item.open_minor, account.credit_in(item.raised.currency).latest)
            assert fact.waiting_minor >= credit, f"{stream} was reminded of what the payer's credit covers"
            assert 0 < fact.asked_minor == fact.balance_minor - fact.waiting_minor, f"{stream} asks for too much"
            assert item.ar_role == "ar_patient"
            assert fact.bank_loaded_through >= item.raised.due[0].on, (
                f"{stream} was reminded before the bank was loaded"
            )
            # A hold that lasts through the newest day that the bank is loaded through lasts on the day itself.
            assert not item.held_on(fact.bank_loaded_through), f"{stream} was reminded of while it was held"
            assert (stream, fact.level) not in sent, f"{stream} was reminded twice at a level"
            sent.add((stream, fact.level))
            well = _is_addressed_well(states, item.raised.account_id, fact.addressed_to)
            assert well, f"{stream}: the letter went to {fact.addressed_to}"
        if stream.startswith(("item-", "account-")):
            states[stream] = CATALOGUE.remember(stream, states.get(stream), (Dated(fact, on),))


def _is_addressed_well(states: Mapping[str, State | None], payer: str, to: str) -> bool:
    """Whether a living grown-up gets the letter: the payer, or the guardian whom the mark of a minor names."""
    account, reader = states[f"account-{payer}"], states[f"account-{to}"]
    assert isinstance(account, Account)
    assert isinstance(reader, Account)
    if "dead" in account.marks or reader.marks.keys() & {"minor", "dead"}:
        return False
    return to == (account.marks["minor"].guardian_id if "minor" in account.marks else payer)
