"""Finds the payments that a payment provider's id names: its own id, or the one under which we asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.desk.asked import bare_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.desk.desk import Desk


def paid_as(desk: Desk, name: str) -> Sequence[str]:
    """Return the receipts that have this id at one of our accounts at payment providers, from whichever side it came.

    The book has ids only as hashes with the account.
    """
    accounts = [one["bank_account"] for one in desk.books.store.now.provider_accounts()]
    if not accounts:
        return []
    # Imported only here: it loads a library for tables.
    from reconciliation.matching.identity import id_key

    id = bare_id(name.removeprefix("id:"))
    return desk.names.payments([id_key(account, id) for account in accounts])
