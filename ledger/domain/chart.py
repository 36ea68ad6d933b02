"""The chart of accounts: each role of a posting on its ledger account, dated and with its source."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple


class RoleAccount(NamedTuple):
    """The ledger account of a role from a day on; `confirmed` is false where the source leaves it open."""

    role: str
    account: str
    name: str
    valid_from: date
    source: str
    confirmed: bool


_BAS: Final = "BAS chart of accounts (Sweden), 2024"
_FROM: Final = date(2000, 1, 1)

# One row a role and a day; a change is a new row with a later day, never an edit.
CHART: Final[tuple[RoleAccount, ...]] = (
    RoleAccount("ar_patient", "1510", "Receivables, patients", _FROM, _BAS, True),
    RoleAccount("ar_payer", "1511", "Receivables, regions and other payers", _FROM, _BAS, True),
    RoleAccount("cash_in_transit", "1690", "Cash in transit", _FROM, _BAS, False),
    RoleAccount("bank", "1930", "Bank", _FROM, _BAS, True),
    RoleAccount("customer_credit", "2420", "Customer credit", _FROM, _BAS, True),
    RoleAccount("refunds_payable", "2490", "Refunds payable", _FROM, _BAS, False),
    RoleAccount("vat_output", "2611", "Output VAT", _FROM, _BAS, True),
    RoleAccount("unallocated", "2990", "Unallocated receipts", _FROM, _BAS, False),
    RoleAccount("bank_suspense", "2999", "Bank movements to be explained", _FROM, _BAS, False),
    RoleAccount("revenue", "3010", "Revenue, care exempt from VAT", _FROM, _BAS, True),
    RoleAccount("rounding", "3740", "Rounding", _FROM, _BAS, True),
    RoleAccount("write_off_loss", "6351", "Losses on receivables", _FROM, _BAS, True),
    RoleAccount("bank_fees", "6570", "Bank fees", _FROM, _BAS, True),
)


def account_of_role(role: str, on: date) -> RoleAccount:
    """The ledger account of a role on a day; KeyError where the chart has none."""
    rows = [row for row in CHART if row.role == role and row.valid_from <= on]
    if not rows:
        raise KeyError(f"no ledger account for the role {role} on {on}")
    return max(rows, key=lambda row: row.valid_from)


ROLES: Final = frozenset(row.role for row in CHART)
