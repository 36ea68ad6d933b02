"""Account balances: what each account owes, has to its credit, and has paid without saying for what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from ledger.domain.account import (
    CustomerCreditApplied,
    CustomerCreditCreated,
    CustomerCreditRefunded,
    CustomerCreditRestored,
    CustomerCreditWithdrawn,
)
from ledger.domain.fact import Fact
from projections.read_models.model import Derived, Key, Row, Standing

CREDIT_FACTS: Final[frozenset[type[Fact]]] = frozenset(
    {
        CustomerCreditCreated,
        CustomerCreditRestored,
        CustomerCreditWithdrawn,
        CustomerCreditApplied,
        CustomerCreditRefunded,
    }
)


class AccountBalance(Row, frozen=True):
    """An account in one currency; there is a row from the first money on, also when all is back to zero."""

    account_id: str
    currency: str
    payer: str
    open_minor: int
    credit_minor: int
    open_items: int
    unallocated_minor: int


class Moved:
    """How much the balances of accounts moved over a page of facts, by account and currency."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[str, str], list[int]] = {}

    def rows(self, standing: Callable[[Any], Standing], before: Mapping[Key, Row], after: Mapping[Key, Row]) -> None:
        """The rows of another table came to stand otherwise than before."""
        for key, row in after.items():
            old = before.get(key)
            if old is not row:
                if old is not None:
                    self._add(standing(old), -1)
                self._add(standing(row), 1)

    def past(self, before: Any, after: Any) -> None:
        """A row left an account within the page: the account's balance is there, whatever the pages."""
        if before.account_id != after.account_id and before.account_id is not None:
            self._amounts(before.account_id, before.currency)

    def credit(self, account_id: str, fact: Fact) -> None:
        """A fact of an account changed its customer credit."""
        match fact:
            case CustomerCreditCreated() | CustomerCreditRestored():
                change = fact.amount_minor
            case CustomerCreditWithdrawn() | CustomerCreditApplied() | CustomerCreditRefunded():
                change = -fact.amount_minor
            case _:
                raise AssertionError(f"unknown fact {type(fact).__name__}")
        self._amounts(account_id, fact.currency)[1] += change

    def _add(self, standing: Standing, sign: int) -> None:
        if standing.account_id is not None:
            amounts = self._amounts(standing.account_id, standing.currency)
            amounts[0] += sign * standing.open_minor
            amounts[2] += sign * standing.open_items
            amounts[3] += sign * standing.unallocated_minor

    def _amounts(self, account_id: str, currency: str) -> list[int]:
        key = (account_id, currency)
        amounts = self.by_key.get(key)
        if amounts is None:
            amounts = self.by_key[key] = [0, 0, 0, 0]
        return amounts


def settle(moved: Moved, balances: Mapping[Key, AccountBalance], payers: Mapping[str, str]) -> Iterable[AccountBalance]:
    """The balances after what moved, from those that stood before."""
    for (account_id, currency), (opened, credit, items, unallocated) in moved.by_key.items():
        row = balances.get((account_id, currency))
        if row is None:
            row = AccountBalance(account_id, currency, payers[account_id], 0, 0, 0, 0)
        yield msgspec.structs.replace(
            row,
            open_minor=row.open_minor + opened,
            credit_minor=row.credit_minor + credit,
            open_items=row.open_items + items,
            unallocated_minor=row.unallocated_minor + unallocated,
        )


ACCOUNT_BALANCES: Final = Derived("account_balances", AccountBalance, ("account_id", "currency"))
