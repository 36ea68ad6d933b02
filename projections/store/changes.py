"""What was recorded after a position and changes the sums of a day."""

from __future__ import annotations

from typing import Final

# A receipt is whoever's its last known line says, on all days. So its new lines have its present owner, and what it had
# before goes from the owner it had to the present one, because of the fact that first named the present one.
CHANGES: Final = """
WITH lines AS (
    SELECT * FROM activity WHERE ledger_position > $3 AND ledger_position <= $2
), owned AS (
    SELECT receipt_id, earlier.account_id AS earlier_id, present.account_id AS present_id, earlier.amount_minor
    FROM (SELECT DISTINCT receipt_id FROM lines WHERE balance = 'receipt') AS receipt
    CROSS JOIN LATERAL (
        SELECT account_id FROM activity
        WHERE balance = 'receipt' AND receipt_id = receipt.receipt_id AND ledger_position <= $2
        ORDER BY ledger_position DESC LIMIT 1
    ) AS present
    LEFT JOIN LATERAL (
        SELECT (array_agg(account_id ORDER BY ledger_position DESC))[1] AS account_id,
            coalesce(sum(amount_minor) FILTER (WHERE occurred_on <= $1), 0)::bigint AS amount_minor
        FROM activity
        WHERE balance = 'receipt' AND receipt_id = receipt.receipt_id AND ledger_position <= $3
    ) AS earlier ON true
), moved AS (
    SELECT owned.*, fact.ledger_position, fact.stream, fact.role, fact.currency, fact.occurred_on, fact.accounting_date
    FROM owned
    CROSS JOIN LATERAL (
        SELECT * FROM activity
        WHERE balance = 'receipt' AND receipt_id = owned.receipt_id AND ledger_position <= $2
            AND ledger_position > (
                SELECT max(ledger_position) FROM activity AS other
                WHERE other.balance = 'receipt' AND other.receipt_id = owned.receipt_id
                    AND other.ledger_position <= $2 AND other.account_id IS DISTINCT FROM owned.present_id
            )
        ORDER BY ledger_position LIMIT 1
    ) AS fact
    WHERE owned.amount_minor <> 0 AND owned.earlier_id IS DISTINCT FROM owned.present_id
), changed AS (
    SELECT ledger_position, stream, role, effect,
        CASE balance WHEN 'receipt' THEN present_id ELSE account_id END AS account_id,
        item_id, currency, lines.amount_minor, occurred_on, accounting_date
    FROM lines LEFT JOIN owned USING (receipt_id)
    WHERE occurred_on <= $1 AND lines.amount_minor <> 0
    UNION ALL
    SELECT ledger_position, stream, role, 'identified', side.account_id, NULL, currency, side.amount_minor, occurred_on,
        accounting_date
    FROM moved CROSS JOIN LATERAL (
        VALUES (earlier_id, -amount_minor), (present_id, amount_minor)
    ) AS side (account_id, amount_minor)
)
SELECT ledger_position, stream, 'sub-ledger' AS what, changed.role, effect, changed.account_id,
    coalesce(items.payer, accounts.payer, 'unidentified') AS payer, changed.currency, amount_minor, occurred_on,
    accounting_date
FROM changed
LEFT JOIN items USING (item_id)
LEFT JOIN accounts ON accounts.account_id = changed.account_id
UNION ALL
SELECT ledger_position, stream, 'general ledger', role, NULL, NULL, NULL, currency, amount_minor, occurred_on,
    accounting_date
FROM gl_postings
WHERE ledger_position > $3 AND ledger_position <= $2 AND accounting_date <= $1
ORDER BY ledger_position, what DESC, role, amount_minor
"""
