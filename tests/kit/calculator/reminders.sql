, clocks AS MATERIALIZED (
    -- After a run of the reminders: its day, and the position after it.
    SELECT as_of, known_at FROM unnest(%(days)s::date[], %(positions)s::bigint[]) AS asked (as_of, known_at)
), sent AS MATERIALIZED (
    SELECT position, substr(stream, 6) AS item_id, (fact ->> 'asked_minor')::bigint AS asked
    FROM facts WHERE name = 'ReminderSent'
), holds AS MATERIALIZED (
    SELECT position, substr(stream, 6) AS item_id, fact ->> 'hold_id' AS hold_id, name = 'HoldPlaced' AS placed,
        (fact ->> 'until_on')::date AS until_on
    FROM facts WHERE name IN ('HoldPlaced', 'HoldLifted')
), held AS (
    -- Which items are on hold on the day of a run: the newest fact about one of their holds placed it, and it lasts.
    SELECT DISTINCT known_at, item_id
    FROM (
        SELECT DISTINCT ON (known_at, item_id, hold_id) known_at, as_of, item_id, placed, until_on
        FROM clocks JOIN holds ON position <= known_at ORDER BY known_at, item_id, hold_id, position DESC
    ) AS newest
    WHERE placed AND (until_on IS NULL OR as_of <= until_on)
), suppressed AS (
    -- For which items the newest reason is that money waits: perhaps a person is to decide about it, which no fact says.
    SELECT known_at, item_id
    FROM (
        SELECT DISTINCT ON (known_at, stream) known_at, substr(stream, 6) AS item_id, fact ->> 'why' AS why
        FROM clocks JOIN facts ON position <= known_at
        WHERE name = 'ReminderSuppressed' ORDER BY known_at, stream, position DESC
    ) AS newest
    WHERE why = 'money_waits'
), judged AS MATERIALIZED (
    -- Each reminder just before it was sent, and each item that a run should have reminded of, after the run.
    SELECT 'reminded of money that was there' AS wrong, item_id, position - 1 AS at, asked FROM sent
    UNION ALL
    SELECT 'overdue and nobody reminded', item_id, known_at, NULL
    FROM clocks JOIN items ON due_on <= as_of AND payer IN ('patient', 'guardian')
    WHERE NOT EXISTS (SELECT FROM sent WHERE sent.item_id = items.item_id AND position <= known_at)
        AND (known_at, item_id) NOT IN (SELECT known_at, item_id FROM held)
        AND (known_at, item_id) NOT IN (SELECT known_at, item_id FROM suppressed)
), moments AS MATERIALIZED (
    SELECT DISTINCT at FROM judged
), open_then AS MATERIALIZED (
    SELECT at, id AS item_id, account_id, items.currency, due_on, sum(amount)::bigint AS open
    FROM moments JOIN moves ON position <= at JOIN items ON item_id = id
    WHERE balance = 'item' AND payer IN ('patient', 'guardian')
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(amount) > 0
), quoting AS MATERIALIZED (
    -- Which items the reference of a receipt asks for; payers and banks pad references with zeros.
    SELECT 'receipt-' || (came.fact ->> 'receipt_id') AS stream, item_id
    FROM facts AS came JOIN facts AS asked
        ON ltrim(came.fact -> 'payment' ->> 'reference', '0') = ltrim(asked.fact ->> 'reference', '0')
    CROSS JOIN LATERAL jsonb_array_elements_text(asked.fact -> 'items') AS requested (item_id)
    WHERE came.name IN ('ReceiptRecorded', 'ReceiptFound') AND asked.name = 'PaymentRequested'
), owned_then AS MATERIALIZED (
    SELECT DISTINCT ON (at, receipt_id) at, receipt_id, account_id
    FROM moments JOIN owners ON position <= at ORDER BY at, receipt_id, position DESC
), receipts_then AS MATERIALIZED (
    -- What is unallocated of a receipt, and whose it is, if anybody knows.
    SELECT at, balances.receipt_id, account_id, currency, amount
    FROM (
        SELECT at, id AS receipt_id, currency, sum(amount)::bigint AS amount
        FROM moments JOIN moves ON position <= at WHERE balance = 'receipt' GROUP BY 1, 2, 3 HAVING sum(amount) > 0
    ) AS balances LEFT JOIN owned_then USING (at, receipt_id)
), of_payers AS MATERIALIZED (
    -- A payer's money that names no item: credit, refunds that are owed and not sent, and unallocated receipts.
    SELECT at, account_id, currency, sum(amount)::bigint AS amount
    FROM (
        SELECT at, id AS account_id, currency, amount FROM moments JOIN moves ON position <= at
        WHERE balance = 'credit'
        UNION ALL
        SELECT at, asked.fact ->> 'account_id', asked.fact ->> 'currency', amount
        FROM moments JOIN moves ON position <= at
        JOIN facts AS asked ON asked.name = 'RefundRequested' AND asked.fact ->> 'refund_id' = id
        WHERE balance = 'owed'
        UNION ALL
        SELECT at, account_id, currency, amount FROM receipts_then
        WHERE account_id IS NOT NULL AND 'receipt-' || receipt_id NOT IN (SELECT stream FROM quoting)
    ) AS theirs
    GROUP BY 1, 2, 3
), naming AS MATERIALIZED (
    -- Money whose reference names an item, unless it is somebody else's.
    SELECT at, open_then.item_id, sum(amount)::bigint AS amount
    FROM receipts_then JOIN quoting ON stream = 'receipt-' || receipt_id
    JOIN open_then USING (at, item_id, currency)
    WHERE receipts_then.account_id IS NULL OR receipts_then.account_id = open_then.account_id
    GROUP BY 1, 2
), earlier AS MATERIALIZED (
    -- What the payer owes that is due before the item, and so comes first.
    SELECT at, item_id, coalesce(sum(open) OVER (
        PARTITION BY at, account_id, currency ORDER BY due_on, item_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0)::bigint AS open
    FROM open_then
)
-- Question: who was asked for money that was there, and of which overdue items without money or hold was nobody reminded?
SELECT wrong, judged.item_id, at
FROM judged JOIN open_then USING (at, item_id) JOIN earlier USING (at, item_id)
LEFT JOIN of_payers USING (at, account_id, currency) LEFT JOIN naming USING (at, item_id)
CROSS JOIN LATERAL (
    SELECT open_then.open - coalesce(naming.amount, 0) - greatest(coalesce(of_payers.amount, 0) - earlier.open, 0) AS owed
) AS rest
WHERE CASE WHEN asked IS NULL THEN owed > %(limit)s ELSE asked > greatest(owed, 0) END
ORDER BY at, judged.item_id
