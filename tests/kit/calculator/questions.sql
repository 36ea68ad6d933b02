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
), figures (number, figure, subject, detail, amount) AS (
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
