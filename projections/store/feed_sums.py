"""The sums of payments by the formats of the files that show them, beside what statements have of the payments."""

from __future__ import annotations

from typing import Final

_MONEY: Final = """
    SELECT {id} AS money_id, bank_account, booked_on, currency, amount_minor, file, statement_no, {lump} AS lump
    FROM {table} WHERE booked_on <= $1 AND recorded_at_position <= $2 AND file IS NOT NULL AND {only}"""
# `paid_in_detail` is the rule by which a statement's amount is left to details.
_LUMP: Final = "rule = 'paid_in_detail'"
# What became a receipt is found there.
_OTHERS: Final = f"({_LUMP} OR NOT coalesce(document LIKE 'receipt-%', false))"
# A sum that was taken for a payment, until its details came.
_TAKEN: Final = "coalesce(reclassified_to = 'bank_details', false) AND NOT in_detail AND last_position <= $2"
_PAYMENTS: Final = _MONEY.format(table="receipts", id="receipt_id", lump=_TAKEN, only="true")
_MOVEMENTS: Final = _MONEY.format(table="movements", id="part_id", lump=_LUMP, only=_OTHERS)

# A payment is counted with all formats that show it: that of the file from which it was booked, and those that showed
# it again.
FEEDS: Final = f"""
WITH money AS ({_PAYMENTS} UNION ALL {_MOVEMENTS}),
seen AS (
    SELECT money_id, array_agg(DISTINCT format) AS formats FROM seen_payments WHERE recorded_at_position <= $2
    GROUP BY money_id
),
shown AS (
    SELECT money.*, statements.opening_minor IS NULL AS by_detail,
        array(SELECT unnest(array[files.format] || seen.formats) ORDER BY 1) AS formats
    FROM money JOIN files ON files.sha256 = money.file
    JOIN bank_statements AS statements ON (statements.sha256, statements.number) = (money.file, money.statement_no)
    LEFT JOIN seen USING (money_id)
    WHERE NOT money.lump AND (statements.opening_minor IS NULL OR seen.money_id IS NOT NULL)
)
SELECT bank_account, booked_on, currency, array_to_string(formats, ' + ') AS formats, count(*) AS payments,
    sum(amount_minor)::bigint AS amount_minor,
    coalesce(sum(amount_minor) FILTER (WHERE NOT by_detail), 0)::bigint AS lumps_minor
FROM shown GROUP BY 1, 2, 3, 4
UNION ALL
SELECT bank_account, booked_on, currency, NULL, 0, 0, sum(amount_minor)::bigint FROM money
WHERE lump GROUP BY 1, 2, 3
ORDER BY 1, 2, 3, 4
"""
