"""Account balances: what each account owes, its customer credit, and its unallocated receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from projections.read_models.model import Derived, Key, Row, Share, id_of

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.noun import Change


class AccountBalance(Row, frozen=True):
    """An account's balances in one currency; created with the first amount, and kept even if all balances are zero."""

    account_id: Annotated[str, "The account."]
    currency: Annotated[str, "ISO 4217 code of all amounts in the row."]
    payer: Annotated[str, "Kind of payer."]
    open_minor: Annotated[int, "Sum of the open amounts of the account's items, minor units."]
    credit_minor: Annotated[int, "Customer credit of the account, minor units."]
    open_items: Annotated[int, "Number of the account's items that have an open amount."]
    unallocated_minor: Annotated[
        int, "Unallocated amount of the receipts that are identified as this account's, minor units."
    ]


class Moved:
    """The changes that a page of facts makes to account balances, by account and currency."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[str, str], list[int]] = {}

    def rows(self, share: Callable[[Any], Share], before: Mapping[Key, Row], after: Mapping[Key, Row]) -> None:
        """Add the balance changes that result when a page of facts changes the rows of one table."""
        for key, row in after.items():
            old = before.get(key)
            if old is not row:
                if old is not None:
                    self._add(share(old), -1)
                self._add(share(row), 1)

    def past(self, before: Any, after: Any) -> None:
        """Ensure a balance for an account that a row has left, even if the row came and left in the same page of
        facts.
        """
        if before.account_id != after.account_id and before.account_id is not None:
            self._amounts(before.account_id, before.currency)

    def credit(self, recorded: Recorded, changes: Iterable[Change]) -> None:
        """Add a fact's changes of customer credit; a positive change (the payer owes more) reduces the credit."""
        for change in changes:
            if change.balance == "credit":
                self._amounts(id_of(recorded), change.currency)[1] -= change.amount_minor

    def _add(self, share: Share, sign: int) -> None:
        if share.account_id is not None:
            amounts = self._amounts(share.account_id, share.currency)
            amounts[0] += sign * share.open_minor
            amounts[2] += sign * share.open_items
            amounts[3] += sign * share.unallocated_minor

    def _amounts(self, account_id: str, currency: str) -> list[int]:
        key = (account_id, currency)
        amounts = self.by_key.get(key)
        if amounts is None:
            amounts = self.by_key[key] = [0, 0, 0, 0]
        return amounts


def settle(moved: Moved, balances: Mapping[Key, AccountBalance], payers: Mapping[str, str]) -> Iterable[AccountBalance]:
    """The balances after the changes, computed from the balances before them."""
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


ACCOUNT_BALANCES: Final = Derived(
    "account_balances",
    "Balance of each account in each currency in which the account ever had an amount.",
    AccountBalance,
    ("account_id", "currency"),
)
