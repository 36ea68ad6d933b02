"""Finds which use of money a name means: an allocation of a receipt, or a use of an account's customer credit.

Both are named to be undone, and only what is in force can be. So of several with one name, those in force are meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from infra.desk import names
from infra.desk.ambiguity import only
from infra.desk.asked import amount, in_currencies, part

if TYPE_CHECKING:
    from infra.desk.desk import Desk

_Row = Mapping[str, Any]


def allocation(desk: Desk, receipt_id: str, name: str) -> str:
    """Return the id of the receipt's allocation that has this id, part of an id or amount.

    An allocation is also called by an item that it paid, and by the account that got the rest as customer credit.
    """
    rows = names.listed(desk, "allocations", receipt=receipt_id)
    return _one(desk, "allocation", name, rows, lambda: _credited(desk, receipt_id, name))


def credit_use(desk: Desk, account_id: str, name: str) -> str:
    """Return the id of the use of the account's customer credit that has this id or amount, or that paid this item."""
    rows = names.listed(desk, "allocations", account=account_id)
    return _one(desk, "use", name, [row for row in rows if row["receipt_id"] is None], list)


def _one(desk: Desk, noun: str, name: str, rows: Sequence[_Row], others: Callable[[], Sequence[str]]) -> str:
    """Return which of these has a name; `others` finds those that are called by it in another way."""
    in_force = {str(row["allocation_id"]): row["amount_minor"] for row in rows}
    if name in in_force:
        return name
    found = _called(desk, name, rows) or [id for id in others() if id in in_force]
    return only(desk, noun, name, [id for id in found if in_force[id]] or found)


def _called(desk: Desk, name: str, rows: Sequence[_Row]) -> list[str]:
    ids = [str(row["allocation_id"]) for row in rows]
    said, bare = amount(name), part(name)
    if said is not None:
        minor = in_currencies(said, desk.terms.currencies)
        of_amount = (row for row in rows if minor.get(row["currency"]) in (row["applied_minor"], row["amount_minor"]))
        return [str(row["allocation_id"]) for row in of_amount]
    if begun := _alike(ids, bare):
        return begun
    items = names.items_called(desk, name)
    paid = {str(row["allocation_id"]) for id in items for row in names.listed(desk, "allocations", item=id)}
    return [id for id in ids if id in paid]


def _credited(desk: Desk, receipt_id: str, name: str) -> list[str]:
    """Return the receipt's allocations of which an account with this id or part of an id got the rest."""
    from ledger.domain.cash.receipt_facts import ReceiptAllocated

    facts = (one for one in desk.facts([f"receipt-{receipt_id}"]) if isinstance(one, ReceiptAllocated))
    of_account = {one.allocation_id: one.credit_account for one in facts if one.credit_account is not None}
    meant = {name} & set(of_account.values()) or _alike(of_account.values(), part(name))
    return [id for id, account in of_account.items() if account in meant]


def _alike(ids: Iterable[str], bare: str | None) -> list[str]:
    """Return the ids that begin or end with a part of an id."""
    return [] if bare is None else [id for id in ids if id.startswith(bare) or id.endswith(bare)]
