"""The sums of payments by the formats of the files that show them, beside what statements have of the payments."""

from __future__ import annotations

from typing import Final

from ledger.domain.bank.movement_facts import MovementReclassified
from projections.read_models.gl_sums import BLOCK

_MONEY: Final = """
    SELECT {id} AS money_id, bank_account, booked_on, currency, amount_minor, file, statement_no
    FROM {table} WHERE booked_on <= $1 AND recorded_at_position <= $2 AND file IS NOT NULL AND held_by IS NULL
        AND {only}"""
_PAYMENTS: Final = _MONEY.format(table="receipts", id="receipt_id", only="true")
# What was a receipt by then is found there.
_FOUND: Final = "SELECT FROM receipts WHERE receipt_id = part_id AND receipts.recorded_at_position <= $2"
_MOVEMENTS: Final = _MONEY.format(table="movements", id="part_id", only=f"NOT EXISTS ({_FOUND})")

# A payment was withdrawn because no statement has its money. It counts on the bank's day, also if it was applied until
# later.
_WITHDRAWN: Final = "effect = 'withdrawn' AND activity.occurred_on <= $1 AND ledger_position <= $2"
# Without statements, it was withdrawn from the ledger account itself.
_NO_PAYMENT: Final = _WITHDRAWN.replace("= 'withdrawn'", "IN ('withdrawn', 'never_received')")

_POSTED: Final = f"""
    SELECT bank_account, occurred_on, currency, debit_minor - credit_minor AS amount_minor FROM gl_sums
    WHERE block < ($2::bigint + 1) / {BLOCK} AND role = ANY($3::text[])
    UNION ALL
    SELECT bank_account, occurred_on, currency, amount_minor FROM gl_postings
    WHERE ledger_position >= ($2::bigint + 1) / {BLOCK} * {BLOCK} AND ledger_position <= $2 AND role = ANY($3::text[])
    UNION ALL
    SELECT bank_account, day.occurred_on, receipts.currency, sign * activity.amount_minor
    FROM activity JOIN receipts USING (receipt_id)
    CROSS JOIN LATERAL (VALUES (booked_on, -1), (activity.occurred_on, 1)) AS day (occurred_on, sign)
    WHERE {_WITHDRAWN}
"""

# A payment is counted with all formats that show it: that of the file from which it was booked, and those that showed
# it again. Statements have all of these payments, but for what is on the account of details: the payments of detail
# files less what statements have of them. What a person has explained otherwise is no longer there, and what was
# withdrawn, because no statement has its money, is no payment.
#
# What shows a payment is grouped, never joined: a plan made before a large file was counted would join line by line.
FEEDS: Final = f"""
WITH money AS ({_PAYMENTS} UNION ALL {_MOVEMENTS}),
showing AS (
    SELECT money_id, money.bank_account, booked_on, money.currency, amount_minor, files.format,
        statements.opening_minor IS NULL AS in_detail, 0 AS withdrawn_minor
    FROM money JOIN files ON files.sha256 = money.file
    JOIN bank_statements AS statements ON (statements.sha256, statements.number) = (money.file, money.statement_no)
    UNION ALL
    SELECT money_id, NULL, NULL, NULL, NULL, format, true, 0 FROM seen_payments WHERE recorded_at_position <= $2
    UNION ALL
    SELECT receipt_id, NULL, NULL, NULL, NULL, NULL, false, amount_minor FROM activity
    WHERE {_NO_PAYMENT}
),
shown AS (
    SELECT max(bank_account) AS bank_account, max(booked_on) AS booked_on, max(currency) AS currency,
        max(amount_minor) - sum(withdrawn_minor) AS amount_minor,
        string_agg(DISTINCT format, ' + ' ORDER BY format) AS formats
    FROM showing GROUP BY money_id HAVING bool_or(in_detail) AND count(bank_account) > 0
        AND max(amount_minor) <> sum(withdrawn_minor)
),
posted AS ({_POSTED})
SELECT bank_account, booked_on, currency, formats, count(*) AS payments,
    sum(amount_minor)::bigint AS amount_minor, sum(amount_minor)::bigint AS stated_minor
FROM shown GROUP BY 1, 2, 3, 4
UNION ALL
SELECT bank_account, occurred_on, currency, NULL, 0, 0, -sum(amount_minor)::bigint FROM posted
WHERE occurred_on <= $1 GROUP BY 1, 2, 3 HAVING sum(amount_minor) <> 0
ORDER BY 1, 2, 3, 4
"""

# What is on the account of details, by day, what of it debits are, and the last day of which complete detail files are
# in the book. A debit is looked for only on the days that differ: by the posting that booked it, and those with which
# it was said to be something else.
DETAIL_DAYS: Final = f"""
WITH posted AS ({_POSTED}),
days AS (
    SELECT bank_account, occurred_on, sum(amount_minor)::bigint AS amount_minor
    FROM posted WHERE occurred_on <= $1 GROUP BY 1, 2 HAVING sum(amount_minor) <> 0
),
debits AS (
    SELECT bank_account, occurred_on, sum(amount_minor)::bigint AS debits_minor
    FROM (
        SELECT days.bank_account, days.occurred_on, legs.amount_minor
        FROM days JOIN movements ON (movements.bank_account, booked_on) = (days.bank_account, days.occurred_on)
        JOIN gl_postings AS legs ON ledger_position = recorded_at_position AND stream = 'movement-' || part_id
        WHERE movements.amount_minor + split_minor < 0 AND legs.role = ANY($3::text[]) AND ledger_position <= $2
            AND split_from IS NULL
        UNION ALL
        SELECT days.bank_account, days.occurred_on, legs.amount_minor
        FROM days JOIN gl_postings AS legs USING (bank_account, occurred_on)
        JOIN movements ON part_id = substr(stream, length('movement-') + 1)
        WHERE fact = '{MovementReclassified.__name__}' AND legs.role = ANY($3::text[]) AND ledger_position <= $2
            AND movements.amount_minor + split_minor < 0
    ) AS legs GROUP BY 1, 2
),
shown AS (
    SELECT statements.bank_account, max(statements.to_on) AS shown_through
    FROM bank_statements AS statements JOIN files USING (sha256)
    WHERE files.books AND files.completed_at_position <= $2 AND statements.to_on <= $1
        AND statements.opening_minor IS NULL
    GROUP BY 1
)
SELECT bank_account, occurred_on, amount_minor, coalesce(debits_minor, 0) AS debits_minor, shown_through
FROM days LEFT JOIN debits USING (bank_account, occurred_on) LEFT JOIN shown USING (bank_account) ORDER BY 1, 2
"""
