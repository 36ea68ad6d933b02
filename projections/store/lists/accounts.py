"""The list of payers' accounts, with what each owes and what we owe it."""

from __future__ import annotations

from typing import Final

from ledger.domain.receivables.account import Payer
from projections.reports.report import Column
from projections.store.lists.listing import Listing, amount, days, flag, part, word, words_of

LIST: Final = Listing(
    "accounts",
    "account",
    "accounts",
    "List the payers' accounts with their balances, the newest first.\n\nAn account with money in several currencies "
    "has a row for each. Nothing here says who the payer is.",
    (
        Column("account_id", "account", "id", "the account"),
        Column("payer", "payer", "code", "kind of payer"),
        Column("opened_on", "opened", "day", "when the account was opened"),
        Column("currency", "currency", "code", "ISO 4217; empty if the account never had an amount"),
        Column("open_minor", "open", "money", "open amounts of its items"),
        Column("open_items", "open items", "count", "number of its open items"),
        Column("credit_minor", "customer credit", "money", "its customer credit"),
        Column("unallocated_minor", "unallocated", "money", "unallocated money of receipts identified as its"),
        Column("marks", "marks", "code", "marks of the payer that are in force"),
    ),
    """
    SELECT accounts.account_id, accounts.payer, accounts.opened_on, balances.currency, balances.open_minor,
        balances.open_items, balances.credit_minor, balances.unallocated_minor,
        array_remove(ARRAY[
            CASE WHEN accounts.confidential_since IS NOT NULL THEN 'confidential' END,
            CASE WHEN accounts.protected_registration_since IS NOT NULL THEN 'protected_registration' END,
            CASE WHEN accounts.minor_since IS NOT NULL THEN 'minor' END,
            CASE WHEN accounts.dead_since IS NOT NULL THEN 'dead' END
        ], NULL) AS marks,
        accounts.opened_at_position
    FROM accounts LEFT JOIN account_balances AS balances USING (account_id)
    """,
    "account_id",
    "opened_at_position DESC, account_id, currency",
    (
        part("account_id", "account"),
        amount("open_minor", "credit_minor", "unallocated_minor", said="open, customer credit, or unallocated"),
        word("payer", "payer", "Only accounts of this kind of payer, such as patient.", words_of(Payer)),
        *days("opened_on", "opened"),
        flag("owing", "open_minor <> 0", "Only accounts that owe something."),
        flag("marked", "cardinality(marks) > 0", "Only accounts whose payer is marked."),
    ),
    ("payer", "opened_on"),
    by_currency=True,
)
