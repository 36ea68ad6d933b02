"""Accounts: every account ever opened for a payer, with or without money, and what is marked of its payer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.receivables.account import AccountOpened
from ledger.domain.receivables.mark_facts import AccountMarked, AccountMarkEnded
from projections.read_models.model import Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class Account(Row, frozen=True):
    """An account, its kind of payer, and the marks of the payer that are in force."""

    account_id: Annotated[str, "Random id of the account, which says nothing about the person."]
    payer: Annotated[str, "Kind of payer: patient, guardian, region, insurer or employer."]
    opened_on: Annotated[date, "Day the account was opened."]
    opened_at_position: Annotated[int, "Position in the journal at which the account was opened."]
    confidential_since: Annotated[date | None, "Since when the population register notes confidentiality; null if not."]
    protected_registration_since: Annotated[date | None, "Since when the payer is registered elsewhere; null if not."]
    minor_since: Annotated[date | None, "Since when the payer is marked as a minor; null if not."]
    guardian_id: Annotated[str | None, "Account of the minor's guardian; null if the payer is no minor or has none."]
    dead_since: Annotated[date | None, "Since when the payer is marked as dead; null if not."]


# The marks of a new account.
_NOTHING: Final = (None, None, None, None, None)


def evolve(rows: Rows, recorded: Recorded) -> tuple[Account, ...]:
    """The account after one more fact."""
    fact, on = recorded.fact, recorded.envelope.occurred_on
    match fact:
        case AccountOpened():
            return (Account(fact.account_id, fact.payer, on, recorded.position, *_NOTHING),)
        case AccountMarked():
            return (_marked(only(rows, recorded), fact.mark, on, fact.guardian_id),)
        case AccountMarkEnded():
            return (_marked(only(rows, recorded), fact.mark, None, None),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _marked(account: Account, mark: str, since: date | None, guardian_id: str | None) -> Account:
    changed = msgspec.structs.replace(account, **{f"{mark}_since": since})
    return msgspec.structs.replace(changed, guardian_id=guardian_id) if mark == "minor" else changed


ACCOUNTS: Final = Keyed(
    "accounts",
    "Every payer's account, even if nothing was ever booked on it.",
    Account,
    ("account_id",),
    (AccountOpened, AccountMarked, AccountMarkEnded),
    evolve,
)
