"""The feeds of accounts: which of them have statements that prove balances, and which have payments in detail."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciliation.statements import TRAITS

if TYPE_CHECKING:
    from projections.store.matching_lookups import KnownStatement
    from reconciliation.matching.accounts import OurAccounts


@dataclass(frozen=True, slots=True)
class Feeds:
    """The accounts whose balances statements prove, and those whose payments other files show in detail.

    A feed counts from the day on which it was declared, or since its first file.
    """

    proven: frozenset[str]
    detailed: frozenset[str]

    @property
    def mixed(self) -> frozenset[str]:
        """The accounts that have both."""
        return self.proven & self.detailed


def feeds(accounts: Collection[str], ours: OurAccounts, before: Iterable[KnownStatement]) -> Feeds:
    """The feeds of these accounts: those that were declared, and those of earlier files."""
    declared = [
        (account, TRAITS[feed.format].proof == "balances")
        for account, one in ((account, ours.account(account)) for account in accounts)
        for feed in (one.feeds if one else ())
        if feed.format in TRAITS
    ]
    came = [(one.proven.bank_account, one.proven.opening_minor is not None) for one in before]
    found = {*declared, *came}
    return Feeds(
        frozenset(account for account, balances in found if balances),
        frozenset(account for account, balances in found if not balances),
    )
