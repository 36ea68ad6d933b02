"""The use case of payers' accounts: opening one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.desk.desk import Desk, Done, Occasion

if TYPE_CHECKING:
    from ledger.domain.receivables.account import Payer


def open_account(desk: Desk, payer: Payer, occasion: Occasion, id: str | None = None) -> Done:
    """Open a payer's account."""
    from ledger.domain.receivables.account import OpenAccount

    account_id = desk.id(id, occasion)
    return desk.record(OpenAccount(account_id=account_id, payer=payer), occasion, account_id=account_id)
