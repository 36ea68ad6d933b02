-- What is open, unallocated, to somebody's credit, and on the control accounts, by plain SQL over the raw facts.
-- It knows the facts as they are stored and nothing else: `events` is looked up in the search path, the day
-- that ages the items is the setting oracle.as_of. Gives figure, subject, detail, amount; zeros are left out.
WITH facts AS (
    SELECT originator_id AS stream, topic AS name, convert_from(state, 'UTF8')::jsonb -> 'fact' AS fact FROM events
), shares AS (
    SELECT fact ->> 'invoice_id' AS invoice_id, share ->> 'share' AS share, share ->> 'account_id' AS account_id,
        share ->> 'payer' AS payer, (share ->> 'amount_minor')::bigint AS amount, fact ->> 'currency' AS currency,
        (fact ->> 'due_on')::date AS due_on
    FROM facts CROSS JOIN jsonb_array_elements(fact -> 'shares') AS share
    WHERE name = 'InvoiceIssued'
), item_changes (invoice_id, share, amount) AS (
    SELECT invoice_id, share, amount FROM shares
    UNION ALL
    SELECT substr(stream, 9), fact ->> 'share', (fact ->> 'amount_minor')::bigint
        * CASE WHEN name IN ('AllocationApplied', 'BalanceWrittenOff') THEN -1 ELSE 1 END
    FROM facts
    WHERE name IN ('AllocationApplied', 'AllocationWithdrawn', 'BalanceWrittenOff', 'WriteOffReversed')
    UNION ALL
    SELECT substr(stream, 9), share ->> 'share', -(share ->> 'open_minor')::bigint
    FROM facts CROSS JOIN jsonb_array_elements(fact -> 'shares') AS share
    WHERE name = 'InvoiceCredited'
), items AS (
    SELECT shares.*, changed.open
    FROM shares JOIN (
        SELECT invoice_id, share, sum(amount) AS open FROM item_changes GROUP BY invoice_id, share
    ) AS changed USING (invoice_id, share)
), applied AS (
    SELECT stream, fact ->> 'currency' AS currency, CASE name WHEN 'ReceiptAllocated' THEN 1 ELSE -1 END AS sign,
        (fact ->> 'credit_minor')::bigint AS credit, (
            SELECT coalesce(sum((target ->> 'amount_minor')::bigint), 0)
            FROM jsonb_array_elements(fact -> 'targets') AS target
        ) AS settled
    FROM facts
    WHERE name IN ('ReceiptAllocated', 'AllocationReversed')
), unallocated (receipt_id, currency, amount) AS (
    SELECT fact ->> 'receipt_id', fact ->> 'currency', (fact ->> 'amount_minor')::bigint
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
        ('BalanceWrittenOff', 'write_off_loss', 1), ('BalanceWrittenOff', NULL, -1),
        ('WriteOffReversed', 'write_off_loss', -1), ('WriteOffReversed', NULL, 1),
        ('RefundApproved', 'customer_credit', 1), ('RefundApproved', 'refunds_payable', -1),
        ('RefundSent', 'refunds_payable', 1), ('RefundSent', 'cash_in_transit', -1),
        ('RefundFailed', 'cash_in_transit', 1), ('RefundFailed', 'customer_credit', -1)
), legs (role, currency, amount) AS (
    SELECT CASE WHEN payer IN ('patient', 'guardian') THEN 'ar_patient' ELSE 'ar_payer' END, currency, amount FROM shares
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
    FROM facts CROSS JOIN jsonb_array_elements(fact -> 'shares') AS share CROSS JOIN LATERAL (
        VALUES (share ->> 'ar_role', -(share ->> 'open_minor')::bigint),
            ('customer_credit', -(share ->> 'excess_minor')::bigint)
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
    SELECT coalesce(role, fact ->> 'ar_role'), fact ->> 'currency', sign * (fact ->> 'amount_minor')::bigint
    FROM facts JOIN postings USING (name)
), figures (figure, subject, detail, amount) AS (
    SELECT 'open', invoice_id, share, open FROM items
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
    SELECT 'unallocated', receipt_id, currency, amount FROM unallocated
    UNION ALL
    SELECT 'credit', account_id, currency, amount FROM credits
    UNION ALL
    SELECT 'control', role, currency, amount FROM legs
)
SELECT figure, subject, detail, sum(amount)::bigint FROM figures GROUP BY 1, 2, 3 HAVING sum(amount) <> 0;
