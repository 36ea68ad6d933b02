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
), items AS (
    SELECT stream, fact->>'payer' AS payer, fact->>'currency' AS currency,
        (SELECT min((due->>'on')::date) FROM jsonb_array_elements(fact->'due') AS due) AS due_on
    FROM facts WHERE name = 'ItemRaised'
), payers AS (
    SELECT fact->>'account_id' AS account_id, fact->>'payer' AS payer FROM facts WHERE name = 'AccountOpened'
), item_changes AS (
    SELECT stream, occurred_on, (fact->>'amount_minor')::bigint * sign AS amount
    FROM known JOIN (VALUES ('ItemRaised', 1), ('ItemAllocated', -1), ('ItemDeallocated', 1), ('ItemCredited', -1),
        ('ItemWrittenOff', -1), ('ItemRestored', 1)) AS effect (name, sign) USING (name)
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
    SELECT stream, sum(amount)::bigint AS open FROM item_changes WHERE occurred_on <= %(as_of)s GROUP BY stream
)
SELECT currency, payer, CASE
        WHEN %(as_of)s - due_on <= 0 THEN 'current_minor'
        WHEN %(as_of)s - due_on <= 30 THEN 'd1_30_minor'
        WHEN %(as_of)s - due_on <= 60 THEN 'd31_60_minor'
        WHEN %(as_of)s - due_on <= 90 THEN 'd61_90_minor'
        ELSE 'd91_plus_minor' END, sum(open)::bigint
FROM balances JOIN items USING (stream)
GROUP BY 1, 2, 3
"""

UNALLOCATED = """
, changes AS (
    SELECT stream, fact->'payment'->>'currency' AS currency, -(fact->'payment'->>'amount_minor')::bigint AS amount,
        occurred_on
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

# The posting table of the domain, leg by leg; a target or a credited item names its own control account.
LEDGER = """
, legs (role, amount, currency, on_day) AS (
    SELECT CASE WHEN owed->>'payer' IN ('patient', 'guardian') THEN 'ar_patient' ELSE 'ar_payer' END,
        (owed->>'amount_minor')::bigint, fact->>'currency', accounting_date
    FROM known CROSS JOIN jsonb_array_elements(fact->'owed') AS owed WHERE name = 'InvoiceIssued'
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
    FROM known CROSS JOIN jsonb_array_elements(fact->'items') AS item
    CROSS JOIN LATERAL (VALUES (item->>'ar_role', -(item->>'open_minor')::bigint),
        ('customer_credit', -(item->>'excess_minor')::bigint)) AS leg (role, amount)
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
    SELECT leg.role, leg.sign * (said->>'amount_minor')::bigint, said->>'currency', accounting_date
    FROM known CROSS JOIN LATERAL (
        SELECT coalesce(fact->'payment', fact->'line', fact) AS said
    ) AS part CROSS JOIN LATERAL (VALUES
        ('ReceiptRecorded', 'bank', 1), ('ReceiptRecorded', 'unallocated', -1),
        ('CustomerCreditApplied', 'customer_credit', 1), ('CustomerCreditApplied', fact->>'ar_role', -1),
        ('MovementClassified', 'bank', 1), ('MovementClassified', fact->>'role', -1),
        ('WriteOffApproved', 'write_off_loss', 1), ('WriteOffApproved', fact->>'ar_role', -1),
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
