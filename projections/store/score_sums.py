"""What the scores of banks and providers are made of: the days of their files, and the payments that came in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pyarrow as pa

    from projections.store.sums import AsOf


def score_sums(sums: AsOf, from_on: date, to_on: date) -> tuple[pa.Table, pa.Table]:
    """The days of all complete files, and the payments that came in between two days, by account."""
    return sums.query(_FILE_DAYS), sums.query(_CAME, from_on, to_on, list(_NO_PAYMENT))


_FILE_DAYS: Final = """
SELECT statements.bank_account, coalesce(statements.from_on, statements.to_on) AS from_on, statements.to_on,
    files.completed_on, statements.opening_minor IS NOT NULL AS proven
FROM bank_statements AS statements JOIN files USING (sha256)
WHERE files.books AND files.completed_at_position <= $2 AND coalesce(statements.from_on, statements.to_on) <= $1
ORDER BY statements.bank_account, from_on, statements.to_on, files.completed_at_position
"""
# What was voided, withdrawn or reclassified never was a payment, whatever it was applied to until then.
_NO_PAYMENT: Final = ("voided", "withdrawn", "never_received", "reclassified")
_CAME: Final = """
WITH came AS (
    SELECT bank_account, currency, amount_minor FROM receipts
    WHERE booked_on BETWEEN $3 AND $4 AND booked_on <= $1 AND recorded_at_position <= $2
    UNION ALL
    SELECT receipts.bank_account, receipts.currency, -activity.amount_minor
    FROM receipts JOIN activity USING (receipt_id)
    WHERE booked_on BETWEEN $3 AND $4 AND booked_on <= $1
        AND activity.effect = ANY($5::text[]) AND activity.ledger_position <= $2
)
SELECT bank_account, currency, sum(amount_minor)::bigint AS came_minor FROM came
GROUP BY bank_account, currency HAVING sum(amount_minor) <> 0
ORDER BY bank_account, currency
"""
