"""The ledger accounts that the standard chart gives the roles, as mappings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from msgspec.structs import replace

from ledger.domain.chart_of_accounts import BY_TAX_CODE, standard_account
from ledger.domain.days import FIRST_DAY
from ledger.domain.terms.mapping_facts import AccountMapped, Dimension


def standard_mappings(role: str, recorded: Iterable[AccountMapped]) -> tuple[AccountMapped, ...]:
    """The accounts of a role in the standard chart, until the day on which mappings for all its postings begin.

    The first one is for all its postings, the others are for those with a tax code. There are none if the recorded
    mappings begin so early that the standard chart is never valid.
    """
    standard = standard_account(role)
    begun = min((one.from_on for one in recorded if not one.dimensions), default=None)
    if begun is not None and begun <= FIRST_DAY:
        return ()
    whole = AccountMapped(
        role=role,
        dimensions=(),
        account=standard.account,
        name=standard.name,
        from_on=FIRST_DAY,
        until_on=None if begun is None else begun - timedelta(days=1),
        source=standard.source,
        confirmed=standard.confirmed,
    )
    by_code = (
        replace(whole, dimensions=(Dimension("tax_code", row.tax_code),), account=row.account, name=row.name)
        for row in BY_TAX_CODE
        if row.role == role
    )
    return (whole, *by_code)


def account_name(mapped: AccountMapped) -> str:
    """The name of a ledger account: the one that was given with it, or that of its role in the standard chart."""
    return mapped.name or standard_account(mapped.role).name
