"""What was recorded after a position and changes the sums of a day."""

from __future__ import annotations

from typing import Final

CHANGES: Final = """
SELECT ledger_position, stream, 'sub-ledger' AS what, role, effect, account_id, currency, amount_minor, occurred_on,
    accounting_date
FROM activity
WHERE ledger_position > $3 AND ledger_position <= $2 AND occurred_on <= $1
UNION ALL
SELECT ledger_position, stream, 'general ledger', role, NULL, NULL, currency, amount_minor, occurred_on, accounting_date
FROM gl_postings
WHERE ledger_position > $3 AND ledger_position <= $2 AND accounting_date <= $1
ORDER BY ledger_position, what DESC, role, amount_minor
"""
