"""The account role that a receipt's payment raised, from which a payment that the bank never got is withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from ledger.domain.cash.receipt import Receipt


def raised_role(desk: Desk, receipt: Receipt) -> str:
    """Return the role that a receipt's payment raised, or to which it was withdrawn.

    A statement's payment on an account with detail files may be the sum of payments of which the details come later.
    """
    from ledger.domain.chart_of_accounts import BANK, BANK_DETAILS
    from reconciliation.matching.accounts import OurAccounts
    from reconciliation.steps.account_feeds import feeds

    payment, account = receipt.payment, receipt.payment.bank_account
    withdrawn = [role for role in (BANK, BANK_DETAILS) if role in receipt.elsewhere]
    if withdrawn:
        return withdrawn[0]
    known = desk.books.store.matching.statements([account])
    (brought,) = [one for one in known if (one.sha256, one.number) == (payment.file, payment.statement_no)] or (None,)
    detailed = account in feeds([account], OurAccounts(desk.books.store.now.bank_accounts()), known).detailed
    of_statement = brought is not None and brought.proven.opening_minor is not None
    return BANK_DETAILS if payment.in_detail or (of_statement and detailed) else BANK
