"""The use cases of payers' accounts: open one, and mark its payer as protected, as a minor or as dead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.desk import names
from infra.desk.desk import Desk, Done, Listed, Occasion

if TYPE_CHECKING:
    from ledger.domain.receivables.account import Payer
    from ledger.domain.receivables.mark_facts import Mark


def open_account(desk: Desk, payer: Payer, occasion: Occasion, id: str | None = None) -> Done:
    """Open a payer's account."""
    from ledger.domain.receivables.account import OpenAccount

    account_id = desk.id(id, occasion)
    return desk.record(OpenAccount(account_id=account_id, payer=payer), occasion, account_id=account_id)


def mark(desk: Desk, account: str, kind: Mark, reason: str, occasion: Occasion, guardian: str | None = None) -> Done:
    """Mark a payer; the open items of a dead payer are put on hold with it."""
    from ledger.domain.receivables.mark import MarkAccount

    account_id = names.account(desk, account)
    command = MarkAccount(
        account_id=account_id,
        mark=kind,
        reason_code=reason,
        guardian_id=None if guardian is None else names.account(desk, guardian),
        item_ids=_open_items(desk, account_id) if kind == "dead" else (),
    )
    return desk.record(command, occasion, account_id=account_id)


def unmark(desk: Desk, account: str, kind: Mark, reason: str, occasion: Occasion) -> Done:
    """End a mark of a payer; what was held because of it is held no longer."""
    from ledger.domain.receivables.mark import EndMark

    account_id = names.account(desk, account)
    held = {one["item_id"] for one in desk.books.store.now.holds()} if kind == "dead" else set()
    items = tuple(one for one in _items(desk, account_id, open_only=False) if one in held)
    command = EndMark(account_id=account_id, mark=kind, reason_code=reason, item_ids=items)
    return desk.record(command, occasion, account_id=account_id)


def marked(desk: Desk) -> Listed:
    """Return the accounts whose payer has a mark."""
    position = desk.books.follow()
    return Listed(desk.books.store.now.marked_accounts(), position)


def _open_items(desk: Desk, account_id: str) -> tuple[str, ...]:
    return _items(desk, account_id, open_only=True)


def _items(desk: Desk, account_id: str, *, open_only: bool) -> tuple[str, ...]:
    found = desk.books.store.now.items(account_id=account_id, open_only=open_only)
    return tuple(found.column("item_id").to_pylist())
