"""The fact that a bank account which was declared by mistake is not in use; the account's noun registers it."""

from __future__ import annotations

from ledger.domain.fact import Fact


class BankAccountWithdrawn(Fact, frozen=True):
    """A bank account was taken out of use: it was declared by mistake, and nothing was ever loaded or booked on it.

    It can be declared again, and then has the ledger account that it had.
    """

    bank_account: str
    reason_code: str
