-- What is open, held, asked for, unallocated, to somebody's credit, in the aging and in the general ledger, by plain SQL
-- over the raw facts, as of a day and as known at a position. It knows the facts as they are stored and nothing of how
-- the books are read. Gives figure, subject, detail, amount; zeros are left out.
WITH facts AS MATERIALIZED (
    SELECT originator_id AS stream, topic AS name, body -> 'fact' AS fact, notification_id AS position,
        (body -> 'envelope' ->> 'occurred_on')::date AS occurred_on,
        (body -> 'envelope' ->> 'accounting_date')::date AS accounting_date
    FROM clinic.events CROSS JOIN LATERAL (SELECT convert_from(state, 'UTF8')::jsonb AS body) AS stored
), known AS (
    SELECT * FROM facts WHERE position <= %(known_at)s
), payers AS (
    SELECT fact ->> 'account_id' AS account_id, fact ->> 'payer' AS payer FROM facts WHERE name = 'AccountOpened'
), changed AS (
    SELECT stream, sum((fact ->> 'amount_minor')::bigint * sign) AS open
    FROM known JOIN (
        VALUES ('ItemRaised', 1), ('ItemAllocated', -1), ('ItemDeallocated', 1), ('ItemCredited', -1), ('ItemExcessMoved', -1),
            ('ItemWrittenOff', -1), ('ItemRestored', 1), ('ItemDifferenceClosed', -1), ('ItemDifferenceReopened', 1)
    ) AS effect (name, sign) USING (name)
    WHERE occurred_on <= %(as_of)s
    GROUP BY stream
), items AS (
    SELECT fact ->> 'item_id' AS item_id, fact ->> 'account_id' AS account_id, fact ->> 'payer' AS payer,
        fact ->> 'currency' AS currency, open, (
            SELECT min((due ->> 'on')::date) FROM jsonb_array_elements(fact -> 'due') AS due
        ) AS due_on
    FROM facts JOIN changed USING (stream)
    WHERE name = 'ItemRaised'
), held (item_id, hold_id, placed) AS (
    SELECT substr(stream, 6), fact ->> 'hold_id', CASE name WHEN 'HoldPlaced' THEN 1 ELSE -1 END
    FROM known
    WHERE name IN ('HoldPlaced', 'HoldLifted')
), applied AS (
    SELECT stream, fact ->> 'currency' AS currency, CASE name WHEN 'ReceiptAllocated' THEN 1 ELSE -1 END AS sign,
        occurred_on, accounting_date, (fact ->> 'credit_minor')::bigint AS credit, (
            SELECT coalesce(sum((target ->> 'amount_minor')::bigint), 0)
            FROM jsonb_array_elements(fact -> 'targets') AS target
        ) AS settled
    FROM known
    WHERE name IN ('ReceiptAllocated', 'AllocationReversed')
), received (stream, currency, amount, occurred_on) AS (
    SELECT stream, fact -> 'payment' ->> 'currency', (fact -> 'payment' ->> 'amount_minor')::bigint, occurred_on
    FROM known
    WHERE name IN ('ReceiptRecorded', 'ReceiptFound')
    UNION ALL
    SELECT stream, currency, -sign * (settled + credit), occurred_on FROM applied
    UNION ALL
    SELECT stream, fact ->> 'currency', -(fact ->> 'amount_minor')::bigint, occurred_on FROM known
    WHERE name IN ('ReceiptRecalled', 'ReceiptVoided')
    UNION ALL
    SELECT stream, fact ->> 'currency', (fact ->> 'amount_minor')::bigint
        * CASE fact ->> 'role' WHEN 'unallocated' THEN 1 ELSE -1 END, occurred_on
    FROM known
    WHERE name = 'ReceiptReclassified'
), unallocated AS (
    SELECT stream, currency, sum(amount) AS amount
    FROM received
    WHERE occurred_on <= %(as_of)s
    GROUP BY stream, currency
), owners AS (
    SELECT DISTINCT ON (stream) stream, fact ->> 'account_id' AS account_id
    FROM known
    WHERE name IN ('ReceiptIdentified', 'IdentificationWithdrawn', 'ReceiptAllocated', 'AllocationReversed',
        'ReceiptRecalled', 'ReceiptReclassified', 'ReceiptVoided')
    ORDER BY stream, position DESC
), credits (account_id, currency, amount) AS (
    SELECT substr(stream, 9), fact ->> 'currency', (fact ->> 'amount_minor')::bigint
        * CASE WHEN name IN (
            'CustomerCreditCreated', 'CustomerCreditRestored', 'CustomerCreditReleased', 'CustomerCreditReclaimed'
        ) THEN 1 ELSE -1 END
    FROM known
    WHERE name LIKE 'CustomerCredit%%' AND occurred_on <= %(as_of)s
), postings (name, role, sign) AS (
    -- Without a role it is the one that the fact names.
    VALUES ('ReceiptRecorded', 'bank', 1), ('ReceiptRecorded', 'unallocated', -1),
        ('ReceiptVoided', 'unallocated', 1), ('ReceiptVoided', 'cash_on_hand', -1),
        ('ReceiptRecalled', 'unallocated', 1), ('ReceiptRecalled', NULL, -1),
        ('CustomerCreditApplied', 'customer_credit', 1), ('CustomerCreditApplied', NULL, -1),
        ('CustomerCreditReleased', 'customer_credit', -1), ('CustomerCreditReleased', NULL, 1),
        ('CustomerCreditReclaimed', 'customer_credit', -1), ('CustomerCreditReclaimed', NULL, 1),
        ('CreditExcessMoved', 'customer_credit', 1), ('CreditExcessMoved', NULL, -1),
        ('MovementClassified', 'bank', 1), ('MovementClassified', NULL, -1),
        ('BankOpeningRecorded', 'bank', 1), ('BankOpeningRecorded', 'opening', -1),
        ('MovementReclassified', 'from', 1), ('MovementReclassified', NULL, -1),
        ('ReceiptReclassified', 'from', 1), ('ReceiptReclassified', NULL, -1),
        ('WriteOffApproved', 'write_off_loss', 1), ('WriteOffApproved', NULL, -1),
        ('LossRecovered', 'recovered_losses', -1), ('LossRecovered', NULL, 1),
        ('RecoveryReversed', 'recovered_losses', 1), ('RecoveryReversed', NULL, -1),
        ('WriteOffReversed', 'write_off_loss', -1), ('WriteOffReversed', NULL, 1),
        ('DifferenceClosed', 'rounding', 1), ('DifferenceClosed', NULL, -1),
        ('DifferenceReopened', 'rounding', -1), ('DifferenceReopened', NULL, 1),
        ('RefundApproved', 'customer_credit', 1), ('RefundApproved', 'refunds_payable', -1),
        ('RefundCancelled', 'refunds_payable', 1), ('RefundCancelled', 'customer_credit', -1),
        ('RefundSent', 'refunds_payable', 1), ('RefundSent', 'cash_in_transit', -1),
        ('RefundFailed', 'cash_in_transit', 1), ('RefundFailed', 'customer_credit', -1),
        ('RefundReturned', 'cash_in_transit', 1), ('RefundReturned', 'customer_credit', -1)
), legs (role, currency, amount, accounting_date) AS (
    SELECT CASE WHEN owed ->> 'payer' IN ('patient', 'guardian') THEN 'ar_patient' ELSE 'ar_payer' END,
        fact ->> 'currency', (owed ->> 'amount_minor')::bigint, accounting_date
    FROM known CROSS JOIN jsonb_array_elements(fact -> 'owed') AS owed
    WHERE name = 'InvoiceIssued'
    UNION ALL
    SELECT leg.role, fact ->> 'currency', leg.amount, accounting_date
    FROM known CROSS JOIN LATERAL (
        SELECT CASE name WHEN 'InvoiceIssued' THEN -1 ELSE 1 END AS sign,
            coalesce(sum((line ->> 'amount_minor')::bigint), 0) AS net,
            coalesce(sum((line ->> 'vat_minor')::bigint), 0) AS vat
        FROM jsonb_array_elements(fact -> 'lines') AS line
    ) AS lines CROSS JOIN LATERAL (
        VALUES ('revenue', sign * net), ('vat_output', sign * vat),
            ('rounding', sign * (fact ->> 'rounding_minor')::bigint)
    ) AS leg (role, amount)
    WHERE name IN ('InvoiceIssued', 'CreditNoteIssued')
    UNION ALL
    SELECT leg.role, fact ->> 'currency', leg.amount, accounting_date
    FROM known CROSS JOIN jsonb_array_elements(fact -> 'items') AS item CROSS JOIN LATERAL (
        VALUES (item ->> 'ar_role', -(item ->> 'open_minor')::bigint),
            ('customer_credit', -(item ->> 'excess_minor')::bigint)
    ) AS leg (role, amount)
    WHERE name = 'CreditNoteIssued'
    UNION ALL
    SELECT target ->> 'ar_role', fact ->> 'currency', (target ->> 'amount_minor')::bigint
        * CASE name WHEN 'ReceiptAllocated' THEN -1 ELSE 1 END, accounting_date
    FROM known CROSS JOIN jsonb_array_elements(fact -> 'targets') AS target
    WHERE name IN ('ReceiptAllocated', 'AllocationReversed')
    UNION ALL
    SELECT leg.role, currency, leg.amount, accounting_date
    FROM applied CROSS JOIN LATERAL (
        VALUES ('unallocated', sign * (settled + credit)), ('customer_credit', -sign * credit)
    ) AS leg (role, amount)
    UNION ALL
    SELECT CASE WHEN said ->> 'rail' = 'cash' AND said ->> 'file' IS NULL AND role = 'bank' THEN 'cash_on_hand'
        WHEN role = 'from' THEN fact ->> 'from_role'
        ELSE coalesce(role, fact ->> 'ar_role', fact ->> 'role') END, said ->> 'currency',
        sign * coalesce(said ->> 'amount_minor', said ->> 'posted_minor')::bigint, accounting_date
    FROM known JOIN postings USING (name)
    CROSS JOIN LATERAL (SELECT coalesce(fact -> 'payment', fact -> 'line', fact) AS said) AS part
    -- A refund that is cancelled before its approval has posted nothing that could be undone.
    WHERE name <> 'RefundCancelled' OR (fact ->> 'approved')::boolean
), edges (edge, first) AS (
    SELECT edge, 1 + coalesce(lag(edge) OVER (ORDER BY edge), 0) FROM unnest(%(edges)s::int[]) AS edge
), figures (figure, subject, detail, amount) AS (
    SELECT 'open', item_id, currency, open FROM items
    UNION ALL
    SELECT 'owed', account_id, currency, open FROM items
    UNION ALL
    SELECT 'aged', payer || ' ' || currency, CASE
            WHEN %(as_of)s - due_on <= 0 THEN 'current_minor'
            ELSE coalesce(
                (SELECT 'd' || first || '_' || edge || '_minor' FROM edges
                WHERE %(as_of)s - due_on BETWEEN first AND edge),
                (SELECT 'd' || 1 + max(edge) || '_plus_minor' FROM edges)
            )
        END, open
    FROM items
    UNION ALL
    SELECT 'aged', coalesce(payer, 'unidentified') || ' ' || currency, 'unallocated_minor', -amount
    FROM unallocated LEFT JOIN owners USING (stream) LEFT JOIN payers USING (account_id)
    UNION ALL
    SELECT 'aged', payer || ' ' || currency, 'credit_minor', -amount FROM credits JOIN payers USING (account_id)
    UNION ALL
    SELECT 'held', item_id, hold_id, placed FROM held
    UNION ALL
    SELECT 'asked', fact ->> 'reference', fact ->> 'request_id', open
    FROM known CROSS JOIN jsonb_array_elements_text(fact -> 'items') AS asked (item_id) JOIN items USING (item_id)
    WHERE name = 'PaymentRequested'
    UNION ALL
    SELECT 'unallocated', substr(stream, 9), currency, amount FROM unallocated
    UNION ALL
    SELECT 'credit', account_id, currency, amount FROM credits
    UNION ALL
    SELECT 'control', role, currency, amount FROM legs WHERE accounting_date <= %(as_of)s
)
SELECT figure, subject, detail, sum(amount)::bigint
FROM figures
WHERE figure = ANY(%(figures)s)
GROUP BY 1, 2, 3
HAVING sum(amount) <> 0
