"""The oracle: the same figures by plain SQL over the raw facts, knowing nothing of how the books are read."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg

Amounts = dict[tuple[Any, ...], int]

# The facts known at a position, with what every one of them has.
FACTS = """
WITH facts AS (
    SELECT originator_id AS stream, topic AS name, convert_from(state, 'UTF8')::jsonb->'fact' AS fact,
        (convert_from(state, 'UTF8')::jsonb->'envelope'->>'occurred_on')::date AS occurred_on,
        (convert_from(state, 'UTF8')::jsonb->'envelope'->>'accounting_date')::date AS accounting_date,
        notification_id AS position
    FROM clinic.events
), known AS (
    SELECT * FROM facts WHERE position <= %(known_at)s
), shares AS (
    SELECT fact->>'invoice_id' AS invoice_id, (share->>'share')::int AS share, share->>'account_id' AS account_id,
        share->>'payer' AS payer, (share->>'amount_minor')::bigint AS amount, fact->>'currency' AS currency,
        (fact->>'due_on')::date AS due_on, occurred_on, accounting_date, position
    FROM facts CROSS JOIN jsonb_array_elements(fact->'shares') AS share WHERE name = 'InvoiceIssued'
), payers AS (
    SELECT fact->>'account_id' AS account_id, fact->>'payer' AS payer FROM facts WHERE name = 'AccountOpened'
), item_changes AS (
    SELECT invoice_id, share, amount, occurred_on FROM shares WHERE position <= %(known_at)s
    UNION ALL
    SELECT substr(stream, 9), (fact->>'share')::int,
        (fact->>'amount_minor')::bigint
            * CASE WHEN name IN ('AllocationApplied', 'BalanceWrittenOff') THEN -1 ELSE 1 END,
        occurred_on
    FROM known WHERE name IN ('AllocationApplied', 'AllocationWithdrawn', 'BalanceWrittenOff', 'WriteOffReversed')
    UNION ALL
    SELECT substr(stream, 9), (share->>'share')::int, -(share->>'open_minor')::bigint, occurred_on
    FROM known CROSS JOIN jsonb_array_elements(fact->'shares') AS share WHERE name = 'InvoiceCredited'
), applied AS (
    SELECT stream, name, occurred_on, accounting_date, fact->>'currency' AS currency, position,
        (fact->>'credit_minor')::bigint AS credit, coalesce((
            SELECT sum((target->>'amount_minor')::bigint) FROM jsonb_array_elements(fact->'targets') AS target
        ), 0)::bigint AS settled
    FROM known WHERE name IN ('ReceiptAllocated', 'AllocationReversed')
)
"""

AGING = """
, balances AS (
    SELECT invoice_id, share, sum(amount)::bigint AS open FROM item_changes WHERE occurred_on <= %(as_of)s
    GROUP BY invoice_id, share
)
SELECT currency, payer, CASE
        WHEN %(as_of)s - due_on <= 0 THEN 'current_minor'
        WHEN %(as_of)s - due_on <= 30 THEN 'd1_30_minor'
        WHEN %(as_of)s - due_on <= 60 THEN 'd31_60_minor'
        WHEN %(as_of)s - due_on <= 90 THEN 'd61_90_minor'
        ELSE 'd91_plus_minor' END, sum(open)::bigint
FROM balances JOIN shares USING (invoice_id, share)
GROUP BY 1, 2, 3
"""

UNALLOCATED = """
, changes AS (
    SELECT stream, fact->>'currency' AS currency, -(fact->>'amount_minor')::bigint AS amount, occurred_on
    FROM known WHERE name = 'ReceiptRecorded'
    UNION ALL
    SELECT stream, currency, (settled + credit) * CASE name WHEN 'ReceiptAllocated' THEN 1 ELSE -1 END, occurred_on
    FROM applied
), owners AS (
    SELECT DISTINCT ON (stream) stream, fact->>'account_id' AS account_id FROM known
    WHERE name IN ('ReceiptIdentified', 'ReceiptAllocated') AND fact->>'account_id' IS NOT NULL
    ORDER BY stream, position DESC
)
SELECT currency, coalesce(payer, 'unidentified'), 'unallocated_minor', sum(amount)::bigint
FROM changes LEFT JOIN owners USING (stream) LEFT JOIN payers USING (account_id)
WHERE occurred_on <= %(as_of)s GROUP BY 1, 2
"""

CREDIT = """
SELECT fact->>'currency', payer, 'credit_minor', sum((fact->>'amount_minor')::bigint
    * CASE WHEN name IN ('CustomerCreditCreated', 'CustomerCreditRestored') THEN -1 ELSE 1 END)::bigint
FROM known JOIN payers ON account_id = substr(stream, 9)
WHERE name LIKE 'CustomerCredit%%' AND occurred_on <= %(as_of)s GROUP BY 1, 2
"""

# The posting table of the domain, leg by leg; a target or a credited share names its own control account.
LEDGER = """
, legs (role, amount, currency, on_day) AS (
    SELECT CASE WHEN payer IN ('patient', 'guardian') THEN 'ar_patient' ELSE 'ar_payer' END, amount, currency,
        accounting_date FROM shares WHERE position <= %(known_at)s
    UNION ALL
    SELECT leg.role, leg.amount, fact->>'currency', accounting_date
    FROM known CROSS JOIN LATERAL (
        SELECT CASE name WHEN 'InvoiceIssued' THEN -1 ELSE 1 END AS sign,
            coalesce(sum((line->>'amount_minor')::bigint), 0) AS net,
            coalesce(sum((line->>'vat_minor')::bigint), 0) AS vat
        FROM jsonb_array_elements(fact->'lines') AS line
    ) AS lines CROSS JOIN LATERAL (VALUES ('revenue', sign * net), ('vat_output', sign * vat),
        ('rounding', sign * (fact->>'rounding_minor')::bigint)) AS leg (role, amount)
    WHERE name IN ('InvoiceIssued', 'CreditNoteIssued')
    UNION ALL
    SELECT leg.role, leg.amount, fact->>'currency', accounting_date
    FROM known CROSS JOIN jsonb_array_elements(fact->'shares') AS share
    CROSS JOIN LATERAL (VALUES (share->>'ar_role', -(share->>'open_minor')::bigint),
        ('customer_credit', -(share->>'excess_minor')::bigint)) AS leg (role, amount)
    WHERE name = 'CreditNoteIssued'
    UNION ALL
    SELECT target->>'ar_role', (target->>'amount_minor')::bigint * CASE name WHEN 'ReceiptAllocated' THEN -1 ELSE 1 END,
        fact->>'currency', accounting_date
    FROM known CROSS JOIN jsonb_array_elements(fact->'targets') AS target
    WHERE name IN ('ReceiptAllocated', 'AllocationReversed')
    UNION ALL
    SELECT leg.role, leg.amount * CASE name WHEN 'ReceiptAllocated' THEN 1 ELSE -1 END, currency, accounting_date
    FROM applied CROSS JOIN LATERAL (VALUES ('unallocated', settled + credit), ('customer_credit', -credit))
        AS leg (role, amount)
    UNION ALL
    SELECT leg.role, leg.sign * (fact->>'amount_minor')::bigint, fact->>'currency', accounting_date
    FROM known CROSS JOIN LATERAL (VALUES
        ('ReceiptRecorded', 'bank', 1), ('ReceiptRecorded', 'unallocated', -1),
        ('CustomerCreditApplied', 'customer_credit', 1), ('CustomerCreditApplied', fact->>'ar_role', -1),
        ('BankMovementClassified', 'bank', 1), ('BankMovementClassified', fact->>'role', -1),
        ('BalanceWrittenOff', 'write_off_loss', 1), ('BalanceWrittenOff', fact->>'ar_role', -1),
        ('WriteOffReversed', 'write_off_loss', -1), ('WriteOffReversed', fact->>'ar_role', 1),
        ('RefundApproved', 'customer_credit', 1), ('RefundApproved', 'refunds_payable', -1),
        ('RefundSent', 'refunds_payable', 1), ('RefundSent', 'cash_in_transit', -1),
        ('RefundFailed', 'cash_in_transit', 1), ('RefundFailed', 'customer_credit', -1)
    ) AS leg (name, role, sign) WHERE leg.name = known.name
)
SELECT role, currency, sum(amount)::bigint FROM legs WHERE on_day <= %(as_of)s GROUP BY 1, 2
"""


def aging(connection: psycopg.Connection, as_of: date, known_at: int) -> Amounts:
    """Amounts by currency, kind of payer and column of the aging; what is zero is left out."""
    found: Amounts = {}
    for query in (AGING, UNALLOCATED, CREDIT):
        found |= _amounts(connection, query, as_of, known_at)
    return found


def trial_balance(connection: psycopg.Connection, as_of: date, known_at: int) -> Amounts:
    """Balances by role and currency, by accounting date; what is zero is left out."""
    return _amounts(connection, LEDGER, as_of, known_at)


def _amounts(connection: psycopg.Connection, query: str, as_of: date, known_at: int) -> Amounts:
    rows = connection.execute((FACTS + query).encode(), {"as_of": as_of, "known_at": known_at})
    return {tuple(row[:-1]): row[-1] for row in rows if row[-1]}
