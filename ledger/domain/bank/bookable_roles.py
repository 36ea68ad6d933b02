"""The account roles on which a bank's movement can be booked by its role alone."""

from __future__ import annotations

from typing import Final

from ledger.domain.bank.line import BankLine
from ledger.domain.chart_of_accounts import (
    BANK,
    BANK_DETAILS,
    CASH_IN_TRANSIT,
    CHART,
    PAYOUTS_IN_TRANSIT,
    PROVIDER_RESERVES,
    REFUNDS_PAYABLE,
    roles_of,
)
from ledger.domain.refusals import Refused

# All roles except those of control accounts, refunds under way, bank accounts and opening balances. A control account
# must equal the sum of its receivables, receipts or credit, and the accounts of refunds the sum of refunds under way; a
# bank movement booked there by its role alone would break these sums. The bank account is already one side. Cash that
# is taken to the bank leaves cash on hand.
_COUNTED_ELSEWHERE: Final = frozenset(
    {*roles_of("control", "equity"), BANK, CASH_IN_TRANSIT, PAYOUTS_IN_TRANSIT, PROVIDER_RESERVES, REFUNDS_PAYABLE}
)
BOOKABLE: Final = frozenset(row.role for row in CHART) - _COUNTED_ELSEWHERE


def require_bookable(line: BankLine, role: str, part_id: str, *, anew: bool = False) -> None:
    """Refuse a role on which a line's money cannot be; payments in detail are no lump of other payments.

    Only a payment provider keeps a reserve. If it is said `anew` of an amount in detail that it is on bank_details, a
    statement has it elsewhere, so it is no money of its own.
    """
    held = role == PROVIDER_RESERVES and line.held_by is not None
    withdrawn = anew and line.in_detail and role == BANK_DETAILS
    if not (held or role in BOOKABLE) or (role == line.money_role and not withdrawn):
        raise Refused("role_not_bookable", f"{role}, {part_id}")
