"""Which roles may have a ledger account together: not those whose balance is compared with something by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ledger.domain.chart_of_accounts import ROLES, standard_account
from ledger.domain.refusals import Refused
from ledger.domain.terms.mapping_facts import AccountMapped

# The balance of these accounts equals that of the sub-ledger or the bank, or comes to zero.
_ALONE: Final = frozenset({"control", "money", "clearing", "suspense", "details"})


def require_apart(wanted: AccountMapped, others: Iterable[AccountMapped]) -> None:
    """Refuse an account that, on some of its days, another role has, if one of the two must have it alone."""
    for one in others:
        if one.account == wanted.account and one.meets(wanted) and not may_share(one.role, wanted.role):
            until = one.until_on or "no last day"
            raise Refused("ledger_account_shared", f"{one.account} is of {one.role}, {one.from_on} to {until}")


def may_share(role: str, other: str) -> bool:
    """Whether the two roles may have one ledger account.

    They may if they are one role, if both sum the same balances of the sub-ledger, such as all items, or if they do in
    the standard chart.
    """
    rows = standard_account(role), standard_account(other)
    if role == other or rows[0].account == rows[1].account or (rows[0].balance and rows[0].balance == rows[1].balance):
        return True
    return _ALONE.isdisjoint(row.kind for row in rows)


def roles_apart(role: str) -> Iterator[str]:
    """The roles that may not have an account together with this one."""
    return (one for one in ROLES if role in ROLES and not may_share(role, one))
