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

    def row(self, standing: Callable[[Any], Standing], before: Row | None, after: Row) -> None:
        """A row of another table came to stand otherwise than before."""
        if before is not None:
            self._add(standing(before), -1)
        self._add(standing(after), 1)

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
        account_id, currency, opened, items, unallocated = standing
        if account_id is not None:
            amounts = self._amounts(account_id, currency)
            amounts[0] += sign * opened
            amounts[2] += sign * items
            amounts[3] += sign * unallocated

    def _amounts(self, account_id: str, currency: str) -> list[int]:
        return self.by_key.setdefault((account_id, currency), [0, 0, 0, 0])


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
