"""Accounts: every account ever opened for a payer, with or without money."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.receivables.account import AccountOpened
from projections.read_models.model import Keyed, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class Account(Row, frozen=True):
    """An account and its kind of payer."""

    account_id: Annotated[str, "Random id of the account, which says nothing about the person."]
    payer: Annotated[str, "Kind of payer: patient, guardian, region, insurer or employer."]
    opened_on: Annotated[date, "Day the account was opened."]
    opened_at_position: Annotated[int, "Position in the journal at which the account was opened."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Account, ...]:
    """The opened account."""
    fact = recorded.fact
    assert isinstance(fact, AccountOpened)
    return (Account(fact.account_id, fact.payer, recorded.envelope.occurred_on, recorded.position),)


ACCOUNTS: Final = Keyed(
    "accounts",
    "Every payer's account, even if nothing was ever booked on it.",
    Account,
    ("account_id",),
    (AccountOpened,),
    evolve,
)
