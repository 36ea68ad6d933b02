"""Payers' accounts at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.desk.desk import Desk, Done, Entry

if TYPE_CHECKING:
    from ledger.domain.receivables.account import Payer


def open_account(desk: Desk, payer: Payer, entry: Entry, id: str | None = None) -> Done:
    """Open a payer's account."""
    from ledger.domain.receivables.account import OpenAccount

    account_id = desk.id(id, entry)
    return desk.record(OpenAccount(account_id=account_id, payer=payer), entry, account_id=account_id)
