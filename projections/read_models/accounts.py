"""Accounts: every payer's account ever opened, with or without money on it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from ledger.domain.account import AccountOpened
from projections.read_models.model import Keyed, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class Account(Row, frozen=True):
    """An account and what kind of payer it is of."""

    account_id: str
    payer: str
    opened_on: date
    opened_at_position: int


def evolve(rows: Rows, recorded: Recorded) -> tuple[Account, ...]:
    """The account that was opened."""
    fact = recorded.fact
    assert isinstance(fact, AccountOpened)
    return (Account(fact.account_id, fact.payer, recorded.envelope.occurred_on, recorded.position),)


ACCOUNTS: Final = Keyed("accounts", Account, ("account_id",), (AccountOpened,), evolve)
