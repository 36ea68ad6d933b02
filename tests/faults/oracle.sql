-- What is open, held, asked for, unallocated, to somebody's credit, and in the general ledger, by plain SQL over the
-- raw facts.
-- It knows the facts as they are stored and nothing else: `events` is looked up in the search path, the day
-- that ages the items is the setting oracle.as_of. Gives figure, subject, detail, amount; zeros are left out.
WITH facts AS (
    SELECT originator_id AS stream, topic AS name, convert_from(state, 'UTF8')::jsonb -> 'fact' AS fact FROM events
), item_changes (stream, amount) AS (
    SELECT stream, (fact ->> 'amount_minor')::bigint * sign
    FROM facts JOIN (
        VALUES ('ItemRaised', 1), ('ItemAllocated', -1), ('ItemDeallocated', 1), ('ItemCredited', -1),
            ('ItemWrittenOff', -1), ('ItemRestored', 1)
    ) AS effect (name, sign) USING (name)
), items AS (
    SELECT fact ->> 'item_id' AS item_id, fact ->> 'account_id' AS account_id, fact ->> 'payer' AS payer,
        fact ->> 'currency' AS currency, (fact -> 'due' -> 0 ->> 'on')::date AS due_on, changed.open
    FROM facts JOIN (SELECT stream, sum(amount) AS open FROM item_changes GROUP BY stream) AS changed USING (stream)
    WHERE name = 'ItemRaised'
), held (item_id, hold_id, placed) AS (
    SELECT substr(stream, 6), fact ->> 'hold_id', CASE name WHEN 'HoldPlaced' THEN 1 ELSE -1 END
    FROM facts
    WHERE name IN ('HoldPlaced', 'HoldLifted')
), applied AS (
    SELECT stream, fact ->> 'currency' AS currency, CASE name WHEN 'ReceiptAllocated' THEN 1 ELSE -1 END AS sign,
        (fact ->> 'credit_minor')::bigint AS credit, (
            SELECT coalesce(sum((target ->> 'amount_minor')::bigint), 0)
            FROM jsonb_array_elements(fact -> 'targets') AS target
        ) AS settled
    FROM facts
    WHERE name IN ('ReceiptAllocated', 'AllocationReversed')
), unallocated (receipt_id, currency, amount) AS (
    SELECT fact ->> 'receipt_id', fact -> 'payment' ->> 'currency', (fact -> 'payment' ->> 'amount_minor')::bigint
    FROM facts
    WHERE name = 'ReceiptRecorded'
    UNION ALL
    SELECT substr(stream, 9), currency, -sign * (settled + credit) FROM applied
), credits (account_id, currency, amount) AS (
    SELECT substr(stream, 9), fact ->> 'currency', (fact ->> 'amount_minor')::bigint
        * CASE WHEN name IN ('CustomerCreditCreated', 'CustomerCreditRestored') THEN 1 ELSE -1 END
    FROM facts
    WHERE name LIKE 'CustomerCredit%'
), postings (name, role, sign) AS (
    VALUES ('ReceiptRecorded', 'bank', 1), ('ReceiptRecorded', 'unallocated', -1),
        ('CustomerCreditApplied', 'customer_credit', 1), ('CustomerCreditApplied', NULL, -1),
        ('WriteOffApproved', 'write_off_loss', 1), ('WriteOffApproved', NULL, -1),
        ('WriteOffReversed', 'write_off_loss', -1), ('WriteOffReversed', NULL, 1),
        ('RefundApproved', 'customer_credit', 1), ('RefundApproved', 'refunds_payable', -1),
        ('RefundSent', 'refunds_payable', 1), ('RefundSent', 'cash_in_transit', -1),
        ('RefundFailed', 'cash_in_transit', 1), ('RefundFailed', 'customer_credit', -1)
), legs (role, currency, amount) AS (
    SELECT CASE WHEN owed ->> 'payer' IN ('patient', 'guardian') THEN 'ar_patient' ELSE 'ar_payer' END,
        fact ->> 'currency', (owed ->> 'amount_minor')::bigint
    FROM facts CROSS JOIN jsonb_array_elements(fact -> 'owed') AS owed
    WHERE name = 'InvoiceIssued'
    UNION ALL
    SELECT leg.role, fact ->> 'currency', leg.amount
    FROM facts CROSS JOIN LATERAL (
        SELECT CASE name WHEN 'InvoiceIssued' THEN -1 ELSE 1 END AS sign,
            sum((line ->> 'amount_minor')::bigint) AS net, sum((line ->> 'vat_minor')::bigint) AS vat
        FROM jsonb_array_elements(fact -> 'lines') AS line
    ) AS lines CROSS JOIN LATERAL (
        VALUES ('revenue', sign * net), ('vat_output', sign * vat), ('rounding', sign * (fact ->> 'rounding_minor')::bigint)
    ) AS leg (role, amount)
    WHERE name IN ('InvoiceIssued', 'CreditNoteIssued')
    UNION ALL
    SELECT leg.role, fact ->> 'currency', leg.amount
    FROM facts CROSS JOIN jsonb_array_elements(fact -> 'items') AS item CROSS JOIN LATERAL (
        VALUES (item ->> 'ar_role', -(item ->> 'open_minor')::bigint),
            ('customer_credit', -(item ->> 'excess_minor')::bigint)
    ) AS leg (role, amount)
    WHERE name = 'CreditNoteIssued'
    UNION ALL
    SELECT target ->> 'ar_role', fact ->> 'currency', (target ->> 'amount_minor')::bigint
        * CASE name WHEN 'ReceiptAllocated' THEN -1 ELSE 1 END
    FROM facts CROSS JOIN jsonb_array_elements(fact -> 'targets') AS target
    WHERE name IN ('ReceiptAllocated', 'AllocationReversed')
    UNION ALL
    SELECT leg.role, currency, leg.amount
    FROM applied CROSS JOIN LATERAL (
        VALUES ('unallocated', sign * (settled + credit)), ('customer_credit', -sign * credit)
    ) AS leg (role, amount)
    UNION ALL
    SELECT coalesce(role, fact ->> 'ar_role'), coalesce(fact -> 'payment', fact) ->> 'currency',
        sign * (coalesce(fact -> 'payment', fact) ->> 'amount_minor')::bigint
    FROM facts JOIN postings USING (name)
), figures (figure, subject, detail, amount) AS (
    SELECT 'open', item_id, currency, open FROM items
    UNION ALL
    SELECT 'owed', account_id, currency, open FROM items
    UNION ALL
    SELECT 'aged', payer || ' ' || currency, CASE
            WHEN current_setting('oracle.as_of')::date <= due_on THEN 'current_minor'
            WHEN current_setting('oracle.as_of')::date - due_on <= 30 THEN 'd1_30_minor'
            WHEN current_setting('oracle.as_of')::date - due_on <= 60 THEN 'd31_60_minor'
            WHEN current_setting('oracle.as_of')::date - due_on <= 90 THEN 'd61_90_minor'
            ELSE 'd91_plus_minor'
        END, open
    FROM items
    UNION ALL
    SELECT 'held', item_id, hold_id, placed FROM held
    UNION ALL
    SELECT 'asked', fact ->> 'reference', fact ->> 'request_id', open
    FROM facts CROSS JOIN jsonb_array_elements_text(fact -> 'items') AS asked (item_id) JOIN items USING (item_id)
    WHERE name = 'PaymentRequested'
    UNION ALL
    SELECT 'unallocated', receipt_id, currency, amount FROM unallocated
    UNION ALL
    SELECT 'credit', account_id, currency, amount FROM credits
    UNION ALL
    SELECT 'control', role, currency, amount FROM legs
)
SELECT figure, subject, detail, sum(amount)::bigint FROM figures GROUP BY 1, 2, 3 HAVING sum(amount) <> 0;
