"""The use cases of customer credit: apply it to an item, and release it from the item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.desk import applied_names, names
from infra.desk.amounts import minor_units
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.item import currency_of

if TYPE_CHECKING:
    from ledger.domain.approval import Because


def apply(
    desk: Desk, account: str, item: str, occasion: Occasion, amount: str | None = None, id: str | None = None
) -> Done:
    """Apply customer credit of an account to one of its items: the amount, or as much as is open and available."""
    from ledger.domain.cash.customer_credit import ApplyCredit

    account_id, item_id, allocation_id = names.account(desk, account), names.item(desk, item), desk.id(id, occasion)
    command = ApplyCredit(
        allocation_id=allocation_id,
        account_id=account_id,
        item_id=item_id,
        amount_minor=None if amount is None else minor_units(amount, currency_of(desk, item_id)),
    )
    done = desk.record(command, occasion, account_id=account_id, allocation_id=allocation_id)
    return _with_use(desk, account_id, allocation_id, done)


def release(desk: Desk, account: str, allocation: str, because: Because, occasion: Occasion) -> Done:
    """Release customer credit from the item to which it is applied: the item is open again."""
    from ledger.domain.cash.customer_credit import ReleaseCredit

    account_id = names.account(desk, account)
    allocation_id = applied_names.credit_use(desk, account_id, allocation)
    command = ReleaseCredit(allocation_id=allocation_id, account_id=account_id, because=because)
    done = desk.record(command, occasion, account_id=account_id, allocation_id=allocation_id)
    return _with_use(desk, account_id, allocation_id, done)


def _with_use(desk: Desk, account_id: str, allocation_id: str, done: Done) -> Done:
    """Add to the result what was applied at first: the item, the amount and the currency."""
    from ledger.domain.receivables.credit_facts import CustomerCreditApplied

    facts = desk.facts([f"account-{account_id}"])
    (used,) = (one for one in facts if isinstance(one, CustomerCreditApplied) and one.allocation_id == allocation_id)
    return done._replace(more={name: getattr(used, name) for name in ("item_id", "amount_minor", "currency")})
