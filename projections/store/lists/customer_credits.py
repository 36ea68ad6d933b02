"""The list of customer credit: the accounts to which we owe money, the longest first."""

from __future__ import annotations

from typing import Final

from ledger.domain.receivables.account import Payer
from projections.reports.report import Column
from projections.store.lists.listing import Listing, account, amount, days, word, words_of

LIST: Final = Listing(
    "customer-credits",
    "customer credit",
    "customer credits",
    "List the accounts that have customer credit.\n\nThe account that has had some for the longest time is "
    "listed first.",
    (
        Column("account_id", "account", "id", "the account"),
        Column("payer", "payer", "code", "kind of payer"),
        Column("currency", "currency", "code", "ISO 4217"),
        Column("credit_minor", "customer credit", "money", "its customer credit"),
        Column("since_on", "since", "day", "first day since which it has had some"),
    ),
    # An account has had credit since the first day after the last day at whose end it had none.
    """
    SELECT account_id, payer, currency, credit_minor, (
        SELECT min(day) FILTER (WHERE day > coalesce(none_on, '-infinity')) FROM (
            SELECT occurred_on AS day,
                max(occurred_on) FILTER (WHERE running = 0) OVER () AS none_on
            FROM (
                SELECT occurred_on, sum(sum(amount_minor)) OVER (ORDER BY occurred_on) AS running FROM activity
                WHERE balance = 'credit' AND activity.account_id = balances.account_id
                    AND activity.currency = balances.currency
                GROUP BY occurred_on
            ) AS summed
        ) AS days
    ) AS since_on
    FROM account_balances AS balances
    WHERE credit_minor <> 0
    """,
    "account_id",
    "since_on, account_id, currency",
    (
        amount("credit_minor", said="customer credit"),
        account(),
        word("payer", "payer", "Only accounts of this kind of payer, such as patient.", words_of(Payer)),
        *days("since_on", "that have had some since"),
    ),
    ("credit_minor", "since_on"),
)
