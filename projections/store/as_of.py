"""Sums on two clocks: what had occurred, or counted, by a day, as it was known at a position of the journal."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from projections.store.connections import Connections

if TYPE_CHECKING:
    import pyarrow as pa


class AsOf:
    """The read tables as of a day, known at a position; every result is an Arrow table, amounts in minor units.

    Sub-ledger sums go by `occurred_on`, general-ledger sums by `accounting_date`; both count only facts at or
    below `known_at`.
    """

    def __init__(self, connections: Connections, as_of: date, known_at: int) -> None:
        self._connections = connections
        self.as_of = as_of
        self.known_at = known_at

    def items(self) -> pa.Table:
        """Every item with something open, or with more applied than was raised by then, with what changed it."""
        return self._query(_ITEMS)

    def due(self) -> pa.Table:
        """What is open by payer, control role, currency and due date: payer, role, currency, due_on, open_minor, items.

        Without a due date where the item itself is not in the book by then.
        """
        return self._query(_DUE)

    def unallocated(self) -> pa.Table:
        """Receipts that settle nothing yet: receipt_id, account_id, payer, currency, amount_minor (below zero)."""
        return self._query(_UNALLOCATED)

    def credits(self) -> pa.Table:
        """Customer credit by account: account_id, payer, currency, amount_minor (below zero)."""
        return self._query(_CREDITS)

    def ledger(self) -> pa.Table:
        """The general ledger by role and currency: debit_minor, credit_minor, and what its two dates tell apart.

        `accounted_after_minor` sums what had occurred but counts later, `occurred_after_minor` the reverse.
        """
        return self._query(_LEDGER)

    def account(self, account_id: str) -> pa.Table:
        """The sub-ledger lines of one account: its items, its credit, and the receipts identified as its own."""
        return self._query(_ACCOUNT, account_id)

    def account_sums(self, account_id: str) -> pa.Table:
        """What one account owes net by currency, summed by the database."""
        return self._query(_ACCOUNT_SUMS, account_id)

    def _query(self, statement: str, *more: object) -> pa.Table:
        return self._connections.arrow(statement, self.as_of, self.known_at, *more)


_ITEM_SUMS: Final = """
    SELECT item_id, account_id, role, currency, sum(amount_minor)::bigint AS open_minor,
        coalesce(sum(amount_minor) FILTER (WHERE effect = 'raised'), 0)::bigint AS original_minor,
        coalesce(-sum(amount_minor) FILTER (WHERE effect = 'paid'), 0)::bigint AS paid_minor,
        coalesce(-sum(amount_minor) FILTER (WHERE effect = 'credited'), 0)::bigint AS credited_minor,
        coalesce(-sum(amount_minor) FILTER (WHERE effect = 'written_off'), 0)::bigint AS written_off_minor
    FROM activity
    WHERE balance = 'item' AND occurred_on <= $1 AND ledger_position <= $2
    GROUP BY item_id, account_id, role, currency
    HAVING sum(amount_minor) <> 0
"""

# The reference that a payer was last asked to quote for an item.
_LAST_ASKED: Final = """
    SELECT DISTINCT ON (item_id) item_id, reference FROM requests ORDER BY item_id, made_at_position DESC
"""

# Items are joined from the left: money without its item must show, not vanish.
_ITEMS: Final = f"""
SELECT sums.item_id, items.kind, sums.account_id, items.payer, sums.role, sums.currency, invoices.invoice_id,
    invoices.series, invoices.number, asked.reference, items.arose_on, items.due_on, invoices.care_unit,
    sums.original_minor, sums.paid_minor, sums.credited_minor, sums.written_off_minor, sums.open_minor
FROM ({_ITEM_SUMS}) AS sums
LEFT JOIN items USING (item_id)
LEFT JOIN invoices ON items.document = 'invoice-' || invoices.invoice_id
LEFT JOIN ({_LAST_ASKED}) AS asked USING (item_id)
ORDER BY items.due_on, invoices.series, invoices.number, sums.item_id
"""

_DUE: Final = """
SELECT items.payer, sums.role, sums.currency, items.due_on, sum(sums.open_minor)::bigint AS open_minor,
    count(*) AS items
FROM (
    SELECT item_id, role, currency, sum(amount_minor)::bigint AS open_minor
    FROM activity
    WHERE balance = 'item' AND occurred_on <= $1 AND ledger_position <= $2
    GROUP BY item_id, role, currency
    HAVING sum(amount_minor) <> 0
) AS sums
LEFT JOIN items USING (item_id)
GROUP BY items.payer, sums.role, sums.currency, items.due_on
ORDER BY items.payer, sums.role, sums.currency, items.due_on
"""

# Whose a receipt is, is knowledge and not an event: found out later, it holds from the receipt's first day on.
_OWNER: Final = """
    SELECT owned.account_id FROM activity AS owned
    WHERE owned.balance = 'receipt' AND owned.receipt_id = sums.receipt_id AND owned.account_id IS NOT NULL
        AND owned.ledger_position <= $2
    ORDER BY owned.ledger_position DESC LIMIT 1
"""

_UNALLOCATED: Final = f"""
SELECT sums.receipt_id, owner.account_id, accounts.payer, sums.currency, sums.amount_minor,
    receipts.booked_on, receipts.bank_account, receipts.reference, receipts.reference_valid
FROM (
    SELECT receipt_id, currency, sum(amount_minor)::bigint AS amount_minor
    FROM activity
    WHERE balance = 'receipt' AND occurred_on <= $1 AND ledger_position <= $2
    GROUP BY receipt_id, currency
    HAVING sum(amount_minor) <> 0
) AS sums
LEFT JOIN LATERAL ({_OWNER}) AS owner ON true
LEFT JOIN accounts USING (account_id)
LEFT JOIN receipts USING (receipt_id)
ORDER BY receipts.booked_on, sums.receipt_id
"""

_CREDITS: Final = """
SELECT sums.account_id, accounts.payer, sums.currency, sums.amount_minor
FROM (
    SELECT account_id, currency, sum(amount_minor)::bigint AS amount_minor
    FROM activity
    WHERE balance = 'credit' AND occurred_on <= $1 AND ledger_position <= $2
    GROUP BY account_id, currency
    HAVING sum(amount_minor) <> 0
) AS sums
LEFT JOIN accounts USING (account_id)
ORDER BY sums.account_id, sums.currency
"""

_LEDGER: Final = """
SELECT role, currency,
    coalesce(sum(amount_minor) FILTER (WHERE accounting_date <= $1 AND amount_minor > 0), 0)::bigint AS debit_minor,
    coalesce(-sum(amount_minor) FILTER (WHERE accounting_date <= $1 AND amount_minor < 0), 0)::bigint AS credit_minor,
    coalesce(sum(amount_minor) FILTER (WHERE accounting_date > $1), 0)::bigint AS accounted_after_minor,
    coalesce(sum(amount_minor) FILTER (WHERE occurred_on > $1), 0)::bigint AS occurred_after_minor
FROM gl_postings
WHERE (accounting_date <= $1 OR occurred_on <= $1) AND ledger_position <= $2
GROUP BY role, currency
ORDER BY role, currency
"""

_THEIRS: Final = f"""
    SELECT activity.* FROM activity
    WHERE activity.account_id = $3 AND activity.balance <> 'receipt'
    UNION ALL
    SELECT activity.* FROM activity
    JOIN (
        SELECT DISTINCT receipt_id FROM activity WHERE account_id = $3 AND balance = 'receipt'
    ) AS sums USING (receipt_id)
    CROSS JOIN LATERAL ({_OWNER}) AS owner
    WHERE activity.balance = 'receipt' AND owner.account_id = $3
"""

_ACCOUNT: Final = f"""
SELECT theirs.ledger_position, theirs.line, theirs.amount_minor, theirs.currency, theirs.document,
    theirs.occurred_on, invoices.series, invoices.number
FROM ({_THEIRS}) AS theirs
LEFT JOIN invoices ON theirs.document = 'invoice-' || invoices.invoice_id
WHERE theirs.occurred_on <= $1 AND theirs.ledger_position <= $2
ORDER BY theirs.occurred_on, theirs.ledger_position, theirs.line
"""

_ACCOUNT_SUMS: Final = f"""
SELECT currency, sum(amount_minor)::bigint AS amount_minor
FROM ({_THEIRS}) AS theirs
WHERE occurred_on <= $1 AND ledger_position <= $2
GROUP BY currency
ORDER BY currency
"""
