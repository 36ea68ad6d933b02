"""The ledger account of a bank account: its own one, which no other bank account has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from ledger.domain.chart_of_accounts import BANK
from ledger.domain.days import FIRST_DAY
from ledger.domain.fact import Decision, States
from ledger.domain.refusals import Refused
from ledger.domain.terms.mapping import mapped, mappings_apart, mappings_of
from ledger.domain.terms.mapping_facts import AccountMapped, Dimension

# Source: BAS chart of accounts (Sweden), 2024: 1930 to 1949 are the accounts for money at banks.
LEDGER_ACCOUNTS: Final = tuple(str(number) for number in range(1930, 1950))


def given_ledger_account(states: States, bank_account: str, name: str, wanted: str | None, on: date) -> Decision:
    """The facts that give a bank account its ledger account; a new one has it on all days, whatever is booked.

    `wanted` counts from the day `on`. If it is None, the account keeps the one that it has, or gets the first one that
    is free. Refuses if none is free.
    """
    recorded = mappings_of(states, BANK)
    dimensions = (Dimension("bank_account", bank_account),)
    mine = [one for one in recorded if one.dimensions == dimensions]
    now = next((one for one in mine if one.from_on <= on <= (one.until_on or on)), None)
    if wanted is None and mine:
        return ()
    number = wanted or _free((*recorded, *mappings_apart(states, BANK)))
    if now is not None and now.account == number:
        return ()
    fact = AccountMapped(
        role=BANK,
        dimensions=dimensions,
        account=number,
        name=name,
        from_on=on if mine else FIRST_DAY,
        until_on=None,
        source=f"bank account {bank_account}",
        confirmed=True,
    )
    return mapped(states, fact)


def _free(recorded: Iterable[AccountMapped]) -> str:
    """The first ledger account for money at banks that no bank account has had, and no role that needs it alone."""
    taken = {one.account for one in recorded if one.dimensions or one.role != BANK}
    free = next((one for one in LEDGER_ACCOUNTS if one not in taken), None)
    if free is None:
        raise Refused("ledger_account_missing")
    return free
