, clocks AS MATERIALIZED (
    -- The pairs of clocks that are asked about, by number: as of which day, and known at which position. A position inside
    -- a command's facts means the end of the command before.
    SELECT number, as_of, coalesce((SELECT max(position) FROM ends WHERE position <= asked), 0) AS known_at
    FROM unnest(%(days)s::date[], %(positions)s::bigint[]) WITH ORDINALITY AS asked (as_of, asked, number)
), edges (edge, first) AS (
    -- The upper edges of the aging's buckets, and the first day of each bucket.
    SELECT edge, 1 + coalesce(lag(edge) OVER (ORDER BY edge), 0) FROM unnest(%(edges)s::int[]) AS edge
), sums AS MATERIALIZED (
    -- Every balance on every pair of clocks, and how much of it each kind of fact made.
    SELECT number, balance, id, currency, name, sum(amount)::bigint AS amount
    FROM clocks JOIN moves ON occurred_on <= as_of AND position <= known_at
    GROUP BY 1, 2, 3, 4, 5
), balances AS MATERIALIZED (
    SELECT number, balance, id, currency, sum(amount)::bigint AS amount FROM sums GROUP BY 1, 2, 3, 4
), open_items AS MATERIALIZED (
    -- Question: which items are open, by how much, how late are they, and in which bucket of the aging?
    SELECT number, item_id, account_id, payer, items.currency, raised, amount, as_of - due_on AS late, CASE
            WHEN as_of <= due_on THEN 'current_minor'
            ELSE coalesce(
                (SELECT 'd' || first || '_' || edge || '_minor' FROM edges WHERE as_of - due_on BETWEEN first AND edge),
                (SELECT 'd' || 1 + max(edge) || '_plus_minor' FROM edges)
            )
        END AS bucket
    FROM balances JOIN clocks USING (number) JOIN items ON item_id = id
    WHERE balance = 'item' AND amount <> 0
), owned AS MATERIALIZED (
    -- Question: whose is the money of each receipt, as far as it is known?
    SELECT DISTINCT ON (number, receipt_id) number, receipt_id, account_id
    FROM clocks JOIN owners ON position <= known_at
    ORDER BY number, receipt_id, position DESC
), unallocated AS MATERIALIZED (
    -- Question: how much of each receipt is unallocated?
    SELECT balances.number, id AS receipt_id, account_id, balances.currency, amount
    FROM balances LEFT JOIN owned ON owned.number = balances.number AND receipt_id = id
    WHERE balance = 'receipt' AND amount <> 0
), credits AS (
    -- Question: how much is to each account's credit?
    SELECT number, id AS account_id, currency, amount FROM balances WHERE balance = 'credit' AND amount <> 0
), aging (number, payer, currency, detail, amount) AS (
    -- Question: the aging, by kind of payer.
    SELECT number, payer, currency, bucket, amount FROM open_items
    UNION ALL
    SELECT number, payer, currency, 'open_minor', amount FROM open_items
    UNION ALL
    SELECT number, payer, currency, 'items', 1 FROM open_items
    UNION ALL
    SELECT number, coalesce(payer, 'unidentified'), currency, 'unallocated_minor', -amount
    FROM unallocated LEFT JOIN accounts USING (account_id)
    UNION ALL
    SELECT number, payer, currency, 'credit_minor', -amount FROM credits JOIN accounts USING (account_id)
), lines AS MATERIALIZED (
    -- Question: the account statement. A line is what one document on one day changed of what the account owes: of its
    -- items, less its credit and its unallocated money. What cancels out within the account makes no line. What was
    -- rounded off has a line of its own.
    SELECT number, account_id, currency, occurred_on, document, CASE WHEN rounded THEN 'rounded off' END AS rounded,
        min(position) AS first, sum(owes)::bigint AS amount
    FROM (
        SELECT number, account_id, moves.currency, occurred_on, document, name LIKE 'ItemDifference%%', position, amount
        FROM clocks JOIN moves ON occurred_on <= as_of AND position <= known_at JOIN items ON item_id = id
        WHERE balance = 'item'
        UNION ALL
        SELECT number, id, currency, occurred_on, document, false, position, -amount
        FROM clocks JOIN moves ON occurred_on <= as_of AND position <= known_at
        WHERE balance = 'credit'
        UNION ALL
        SELECT number, account_id, currency, occurred_on, document, false, position, -amount
        FROM clocks JOIN moves ON occurred_on <= as_of AND position <= known_at JOIN owned USING (number)
        WHERE balance = 'receipt' AND receipt_id = id
    ) AS theirs (number, account_id, currency, occurred_on, document, rounded, position, owes)
    GROUP BY 1, 2, 3, 4, 5, 6
    HAVING sum(owes) <> 0
), ledger AS MATERIALIZED (
    -- Question: the general ledger by account role: what counts by the day, and what the two days put on the timing line.
    SELECT number, role, bank_account, currency,
        coalesce(sum(greatest(amount, 0)) FILTER (WHERE accounting_date <= as_of), 0)::bigint AS debit,
        coalesce(-sum(least(amount, 0)) FILTER (WHERE accounting_date <= as_of), 0)::bigint AS credit,
        coalesce(sum(amount) FILTER (WHERE accounting_date > as_of), 0)::bigint AS accounted_after,
        coalesce(sum(amount) FILTER (WHERE occurred_on > as_of), 0)::bigint AS occurred_after
    FROM clocks JOIN postings ON position <= known_at AND (accounting_date <= as_of OR occurred_on <= as_of)
    GROUP BY 1, 2, 3, 4
), controls (number, role, currency, amount) AS (
    -- Question: what the control accounts should show, by the sub-ledger.
    SELECT number, role, currency, amount FROM open_items JOIN receivable USING (payer)
    UNION ALL
    SELECT number, 'unallocated', currency, -amount FROM unallocated
    UNION ALL
    SELECT number, 'customer_credit', currency, -amount FROM credits
), control_roles (role) AS (
    VALUES ('ar_patient'), ('ar_payer'), ('unallocated'), ('customer_credit')
), tie_out (number, role, currency, detail, amount) AS (
    -- Question: does the ledger, corrected by the timing line, equal the sub-ledger?
    SELECT number, role, currency, part.detail, part.amount
    FROM ledger JOIN control_roles USING (role) CROSS JOIN LATERAL (
        VALUES ('ledger', debit - credit), ('accounted_after', accounted_after), ('occurred_after', occurred_after),
            ('expected', debit - credit + accounted_after - occurred_after),
            ('difference', debit - credit + accounted_after - occurred_after)
    ) AS part (detail, amount)
    UNION ALL
    SELECT number, role, currency, detail, sign * amount
    FROM controls CROSS JOIN (VALUES ('shown', 1), ('difference', -1)) AS side (detail, sign)
), statements AS MATERIALIZED (
    -- Each account in each of the bank's files, and the position from which on all of the file is in the book.
    SELECT fact ->> 'sha256' AS file, nth AS statement_no, fact -> 'file' ->> 'format' AS format,
        said ->> 'bank_account' AS bank_account, (said ->> 'to_on')::date AS to_on,
        (said ->> 'opening_minor')::bigint AS opening, (said ->> 'closing_minor')::bigint AS closing, (
            SELECT done.position FROM facts AS done WHERE done.name = 'FileCompleted' AND done.stream = facts.stream
        ) AS complete
    FROM facts CROSS JOIN jsonb_array_elements(fact -> 'file' -> 'statements') WITH ORDINALITY AS stated (said, nth)
    WHERE name = 'FileIngested'
), proven AS MATERIALIZED (
    -- Question: up to which day is the bank's balance proven, what is it, and with what does the first statement begin?
    -- (The statements of these books have no gaps.)
    SELECT number, bank_account, max(to_on) AS through, (array_agg(closing ORDER BY to_on DESC))[1] AS bank,
        (array_agg(opening ORDER BY to_on))[1] AS begun
    FROM clocks JOIN statements ON to_on <= as_of AND complete <= known_at
    WHERE opening IS NOT NULL
    GROUP BY 1, 2
), withdrawn_from AS MATERIALIZED (
    -- What is said of a receipt's money was so from the bank's day on, also where it was applied until later.
    SELECT moved.position, (began.fact -> 'payment' ->> 'booked_on')::date AS booked_on
    FROM facts AS moved JOIN facts AS began USING (stream)
    WHERE moved.name = 'ReceiptReclassified' AND began.name IN ('ReceiptRecorded', 'ReceiptFound')
), bank_money AS MATERIALIZED (
    -- Question: what does the ledger have of each bank account, by the bank's days?
    SELECT number, bank_account,
        coalesce(sum(amount) FILTER (WHERE role = 'bank' AND occurred_on <= through), 0) AS ledger,
        coalesce(sum(amount) FILTER (WHERE role = 'bank' AND occurred_on <= through IS NOT TRUE), 0) AS later,
        coalesce(-sum(amount) FILTER (WHERE role = 'bank_difference'), 0) AS to_explain,
        -- What files show of days that no statement has yet differs from nothing.
        coalesce(sum(amount) FILTER (
            WHERE role = 'bank_details' AND coalesce(booked_on, occurred_on) <= through IS NOT FALSE
        ), 0) AS details
    FROM clocks JOIN postings ON position <= known_at AND occurred_on <= as_of
    LEFT JOIN proven USING (number, bank_account)
    LEFT JOIN withdrawn_from USING (position)
    WHERE bank_account IS NOT NULL
    GROUP BY 1, 2
), booked AS MATERIALIZED (
    -- What the bank's files led to, with the formats that show it. A sum that statements show is no payment.
    SELECT number, position, bank_account, (said ->> 'booked_on')::date AS day, amounts.currency, amount,
        opening IS NULL AS in_detail, coalesce(fact ->> 'rule' = 'paid_in_detail', false) AS is_sum, array(
            SELECT format UNION SELECT again.fact ->> 'format'
            FROM facts AS again CROSS JOIN jsonb_array_elements(again.fact -> 'seen') AS one
            WHERE again.name = 'PaymentsSeenAgain' AND again.position <= known_at
                AND one ->> 'money_id' = coalesce(facts.fact ->> 'receipt_id', facts.fact ->> 'part_id')
            ORDER BY 1
        ) AS formats, (
            SELECT coalesce(sum(CASE moved.fact ->> 'role' WHEN 'unallocated' THEN -1 ELSE 1 END * part.amount), 0)
            FROM facts AS moved JOIN amounts AS part USING (position)
            WHERE moved.name = 'ReceiptReclassified' AND moved.stream = facts.stream AND moved.position <= known_at
                AND moved.occurred_on <= as_of
                AND ARRAY['bank', 'bank_details'] && ARRAY[moved.fact ->> 'role', moved.fact ->> 'from_role']
        ) AS withdrawn
    FROM clocks JOIN facts ON position <= known_at AND name IN ('ReceiptRecorded', 'MovementClassified')
    CROSS JOIN LATERAL (SELECT coalesce(fact -> 'payment', fact -> 'line') AS said) AS part
    JOIN amounts USING (position) JOIN statements USING (bank_account)
    WHERE file = said ->> 'file' AND statement_no = (said ->> 'statement_no')::int AND (said ->> 'booked_on')::date <= as_of
), shown AS MATERIALIZED (
    -- Question: which payments do files in detail show, on which day, and what do the statements have of them?
    -- A payment that was withdrawn, because the bank never got its money, is none.
    SELECT number, bank_account, day, currency, in_detail, is_sum, amount - withdrawn AS amount,
        array_to_string(formats, ' + ') AS formats
    FROM booked
    WHERE (is_sum OR in_detail OR cardinality(formats) > 1) AND amount <> withdrawn
), boxes (number, box, currency, earlier, amount) AS (
    -- Question: what is in which box of the VAT return of the month up to the day, and what of it happened before the month?
    -- Taxed sales and their tax when they are billed, or if tax waits for payment, when they are paid; exempt sales when
    -- they are billed. (The net of what is paid or lost is the share of the lines' nets: checks.sql.)
    SELECT number, box, currency, occurred_on < first_on,
        CASE WHEN name IN ('InvoiceIssued', 'TaxFellDue') THEN part.amount ELSE -part.amount END
    FROM clocks JOIN facts ON position <= known_at
    JOIN (SELECT * FROM billed UNION ALL SELECT * FROM taxes) AS line USING (position)
    JOIN (VALUES ('SE-25', '10'), ('SE-12', '11'), ('SE-6', '12'), ('SE-EXEMPT', '42')) AS of_code (code, its) USING (code)
    CROSS JOIN LATERAL (
        SELECT date_trunc('month', as_of)::date AS first_on, fact ->> 'currency' AS currency,
            name = 'TaxFellDue' OR fact ->> 'tax_role' = 'vat_output' AS is_due
    ) AS said CROSS JOIN LATERAL (
        VALUES ('05', net, is_due AND its <> '42'), (its, tax, is_due AND its <> '42'),
            (its, net, name IN ('InvoiceIssued', 'CreditNoteIssued') AND its = '42')
    ) AS part (box, amount, is_in)
    WHERE is_in AND accounting_date BETWEEN first_on AND as_of AND currency = 'SEK'
), figures (number, figure, subject, detail, amount) AS (
    SELECT number, 'bank', bank_account, detail, value
    FROM bank_money LEFT JOIN proven USING (number, bank_account) CROSS JOIN LATERAL (
        VALUES ('bank', bank), ('begun', begun), ('later', later), ('to explain', to_explain), ('details', details),
            ('ledger', begun + ledger), ('difference', bank - begun - ledger)
    ) AS said (detail, value)
    UNION ALL
    SELECT number, 'cut-over', concat_ws(' ', bank_account, day, currency), detail, value
    FROM shown LEFT JOIN proven USING (number, bank_account) CROSS JOIN LATERAL (
        SELECT CASE WHEN day <= through AND (is_sum OR NOT in_detail) THEN amount END AS stated,
            CASE WHEN is_sum THEN 0 ELSE amount END AS paid, CASE WHEN is_sum THEN 0 ELSE 1 END AS one
    ) AS of_it CROSS JOIN LATERAL (
        VALUES ('payments in ' || formats, one), ('amount in ' || formats, paid), ('payments', one), ('amount', paid),
            ('stated', stated), ('difference', CASE WHEN day <= through THEN coalesce(stated, 0) - paid END)
    ) AS said (detail, value)
    UNION ALL
    SELECT number, 'open', item_id, currency, amount FROM open_items
    UNION ALL
    SELECT number, 'owed', account_id, currency, amount FROM open_items
    UNION ALL
    SELECT number, 'item', item_id, detail, value
    FROM open_items CROSS JOIN LATERAL (VALUES ('raised', raised), ('late', late)) AS said (detail, value)
    UNION ALL
    SELECT number, 'item', item_id, detail, -sums.amount
    FROM sums JOIN open_items USING (number) JOIN (
        VALUES ('ItemAllocated', 'paid'), ('ItemDeallocated', 'paid'), ('ItemCredited', 'credited'),
            ('ItemExcessMoved', 'credited'), ('ItemWrittenOff', 'written off'), ('ItemRestored', 'written off'),
            ('ItemDifferenceClosed', 'rounded off'), ('ItemDifferenceReopened', 'rounded off')
    ) AS part (name, detail) USING (name)
    WHERE id = item_id
    UNION ALL
    SELECT number, CASE WHEN detail IN ('open_minor', 'items') THEN 'aged total' ELSE 'aged' END,
        payer || ' ' || currency, detail, amount
    FROM aging
    UNION ALL
    SELECT number, 'unallocated', receipt_id, currency, amount FROM unallocated
    UNION ALL
    SELECT number, 'whose', receipt_id, account_id, 1 FROM unallocated WHERE account_id IS NOT NULL
    UNION ALL
    SELECT number, 'credit', account_id, currency, amount FROM credits
    UNION ALL
    SELECT number, 'refund', id, balance, amount FROM balances WHERE balance IN ('owed', 'transit')
    UNION ALL
    -- What was found to be a payment is a receipt, and no movement of its own any more.
    SELECT number, 'movement', id, 'unexplained', amount FROM balances JOIN clocks USING (number)
    WHERE balance = 'unexplained' AND id NOT IN (
        SELECT fact ->> 'receipt_id' FROM facts WHERE name = 'ReceiptFound' AND position <= known_at
    )
    UNION ALL
    SELECT number, 'control', role, currency, debit - credit FROM ledger
    UNION ALL
    SELECT number, 'ledger', concat_ws(' ', role, bank_account, currency), detail, value
    FROM ledger CROSS JOIN LATERAL (VALUES ('debit', debit), ('credit', credit)) AS side (detail, value)
    UNION ALL
    SELECT number, 'box', box || ' ' || currency, detail, amount
    FROM boxes JOIN (VALUES ('box', false), ('earlier', true)) AS of_it (detail, before_only) ON earlier OR NOT before_only
    UNION ALL
    SELECT number, 'tie-out', role || ' ' || currency, detail, amount FROM tie_out
    UNION ALL
    SELECT number, 'statement', account_id, concat_ws(' ', currency, occurred_on, document, rounded, detail), value
    FROM (
        SELECT *, sum(amount) OVER (
            PARTITION BY number, account_id, currency ORDER BY occurred_on, first, document, rounded
        ) AS balance
        FROM lines
        WHERE account_id = ANY(%(accounts)s)
    ) AS running CROSS JOIN LATERAL (VALUES ('amount', amount), ('balance', balance)) AS said (detail, value)
    UNION ALL
    SELECT number, 'held', substr(stream, 6), fact ->> 'hold_id', CASE name WHEN 'HoldPlaced' THEN 1 ELSE -1 END
    FROM clocks JOIN facts ON position <= known_at
    WHERE name IN ('HoldPlaced', 'HoldLifted')
    UNION ALL
    SELECT number, 'asked', fact ->> 'reference', fact ->> 'request_id', amount
    FROM facts CROSS JOIN jsonb_array_elements_text(fact -> 'items') AS asked (item_id) JOIN open_items USING (item_id)
    WHERE name = 'PaymentRequested'
)
SELECT number::int, figure, subject, detail, sum(amount)::bigint AS amount
FROM figures
WHERE figure = ANY(%(figures)s)
GROUP BY 1, 2, 3, 4
HAVING sum(amount) <> 0
UNION ALL
SELECT 0, 'unknown', name, '', 1 FROM unknown
