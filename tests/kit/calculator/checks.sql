, given AS MATERIALIZED (
    -- The days that persons gave, by the key of their command.
    SELECT * FROM unnest(%(given)s::text[], %(days)s::date[]) AS given (key, day)
), commands AS MATERIALIZED (
    -- Once the last fact of a command is recorded, everybody may ask for any day.
    SELECT key, last FROM saves
), streams AS MATERIALIZED (
    -- What each balance may be at most: an item what was raised, a receipt what came, a refund's debt what was asked
    -- for, a movement what the bank booked. Credit has no such limit. What a refund has in transit may be below zero,
    -- because the bank is never refused.
    SELECT 'item' AS balance, item_id AS id, raised AS most FROM items
    UNION ALL
    SELECT 'receipt', receipt_id, came FROM receipts
    UNION ALL
    SELECT balance, account_id, NULL FROM accounts CROSS JOIN (VALUES ('credit'), ('free credit')) AS credit (balance)
    UNION ALL
    SELECT 'owed', fact ->> 'refund_id', (fact ->> 'amount_minor')::bigint FROM facts WHERE name = 'RefundRequested'
    UNION ALL
    SELECT 'unexplained', fact ->> 'part_id', abs((fact -> 'line' ->> 'amount_minor')::bigint)
    FROM facts
    WHERE name IN ('MovementClassified', 'MovementPartBegun')
), days AS MATERIALIZED (
    -- Every balance on every day on which it changes, as known after every command that changes it.
    SELECT balance, id, currency, known.last AS position, day.occurred_on AS day, sum(moves.amount)::bigint AS amount
    FROM moves
    JOIN (
        SELECT DISTINCT balance, id, currency, last FROM moves JOIN commands USING (key)
    ) AS known USING (balance, id, currency)
    JOIN (
        SELECT DISTINCT balance, id, currency, occurred_on FROM moves
    ) AS day USING (balance, id, currency)
    WHERE moves.position <= known.last AND moves.occurred_on <= day.occurred_on
    GROUP BY 1, 2, 3, 4, 5
), outside AS (
    -- Check: on no day, at no position, is a balance below zero, or above what was raised or came.
    SELECT balance || CASE WHEN amount < 0 THEN ' below zero' ELSE ' above its limit' END AS wrong,
        id AS subject, position, day, amount
    FROM days JOIN streams USING (balance, id)
    WHERE amount < 0 OR amount > most
), dunned AS (
    -- Check: after no command is an item open by more than is still owed: what was raised, less all that was credited,
    -- also what was credited after it had been paid.
    SELECT 'item open by more than is owed' AS wrong, item_id AS subject, position, NULL::date AS day, amount
    FROM (
        SELECT id AS item_id, position, key, lead(key) OVER one AS next,
            (sum(amount) OVER one)::bigint AS amount, sum(
                CASE name WHEN 'ItemCredited' THEN (fact ->> 'amount_minor')::bigint + (fact ->> 'excess_minor')::bigint
                ELSE 0 END
            ) OVER one AS credited
        FROM moves JOIN facts USING (position, name, key)
        WHERE balance = 'item'
        WINDOW one AS (PARTITION BY id ORDER BY position)
    ) AS known JOIN items USING (item_id)
    WHERE key IS DISTINCT FROM next AND amount > raised - credited
), uneven AS (
    -- Check: every posting sums to zero in each currency.
    SELECT 'posting does not sum to zero' AS wrong, name AS subject, position, occurred_on AS day, sum(amount)::bigint
    FROM postings JOIN facts USING (position, occurred_on)
    GROUP BY name, position, occurred_on, postings.currency
    HAVING sum(amount) <> 0
), sides AS (
    -- Both sides of one command on one day, by control account: what was posted to it, and what the sub-ledger moved.
    SELECT key, occurred_on, role, postings.currency, amount
    FROM postings JOIN facts USING (position, occurred_on)
    WHERE role IN ('ar_patient', 'ar_payer', 'unallocated', 'customer_credit', 'refunds_payable', 'cash_in_transit')
    UNION ALL
    SELECT key, occurred_on, role, moves.currency, -amount
    FROM moves JOIN items ON item_id = id JOIN receivable USING (payer)
    WHERE balance = 'item'
    UNION ALL
    SELECT key, occurred_on, role, currency, amount
    FROM moves JOIN (
        VALUES ('receipt', 'unallocated'), ('credit', 'customer_credit'), ('owed', 'refunds_payable'),
            ('transit', 'cash_in_transit')
    ) AS control (balance, role) USING (balance)
), apart AS (
    -- Check: every command posts to each control account what it moves in the sub-ledger, with effect from the same day.
    SELECT 'posting and sub-ledger differ' AS wrong, role AS subject, last AS position, occurred_on AS day,
        sum(amount)::bigint AS amount
    FROM sides JOIN saves USING (key)
    GROUP BY key, last, occurred_on, role, currency
    HAVING sum(amount) <> 0
), early AS (
    -- Check: nothing happens to an item before it arose, to a receipt before the bank's day,
    SELECT balance || ' moved before it was there' AS wrong, id AS subject, position, occurred_on AS day, amount
    FROM moves LEFT JOIN items ON balance = 'item' AND item_id = id
    LEFT JOIN receipts ON balance = 'receipt' AND receipt_id = id
    WHERE occurred_on < coalesce(arose_on, booked_on)
    UNION ALL
    -- and a refund or write-off takes no step before the step that it follows.
    SELECT 'step before the step that it follows', stream, position, occurred_on, 0
    FROM (
        SELECT stream, position, occurred_on, lag(occurred_on) OVER (PARTITION BY stream ORDER BY version) AS before
        FROM facts
        -- The bank's lines have the bank's day, what never came back did not do so on its own day, and a loss can be
        -- recovered on any day after its approval.
        WHERE split_part(stream, '-', 1) IN ('refund', 'writeoff') AND name NOT IN (
            'RefundMovementAdded', 'RefundMovementRemoved', 'RefundResumed', 'LossRecovered', 'RecoveryReversed'
        )
    ) AS steps
    WHERE occurred_on < before
), paid AS (
    -- Money of a receipt that went to an item, and when the command that did it was recorded.
    SELECT moves.position, moves.key, id AS item_id, substr(document, 9) AS receipt_id, occurred_on AS day,
        -amount AS amount, last
    FROM moves JOIN commands USING (key) JOIN facts USING (position, name, occurred_on, key)
    WHERE name = 'ItemAllocated' AND split_part(document, '-', 1) = 'receipt'
        -- A loss that is recovered counts as paid from the day of the write-off on.
        AND fact ->> 'allocation_id' NOT IN (SELECT fact ->> 'allocation_id' FROM facts WHERE name = 'LossRecovered')
), late AS (
    -- Check: an item is paid from the first day on which it was open and the receipt had the money. If it were paid one
    -- day earlier, one of the two would lack it on that day, or not be there yet. A person may give a later day.
    SELECT 'item paid later than it could be' AS wrong, item_id AS subject, paid.position, day, paid.amount
    FROM paid JOIN items USING (item_id) JOIN receipts USING (receipt_id)
    WHERE key NOT IN (SELECT key FROM given) AND day - 1 >= greatest(arose_on, booked_on) AND paid.amount <= ALL (
        SELECT coalesce(sum(moves.amount), 0) FROM (VALUES ('item', item_id), ('receipt', receipt_id)) AS side (balance, id)
        LEFT JOIN moves ON moves.balance = side.balance AND moves.id = side.id AND moves.position <= last
            AND moves.occurred_on < day
        GROUP BY side.balance
    )
), recalled AS (
    -- Check: the bank's debit takes the money back on the bank's day, or on the first later day on which the receipt has
    -- it again. If it were taken one day earlier, the receipt would lack it on that day.
    SELECT 'recall later than it could be' AS wrong, id AS subject, moves.position, moves.occurred_on AS day,
        -amount AS amount
    FROM moves JOIN facts USING (position, name, key) JOIN saves USING (key) JOIN receipts ON receipt_id = id JOIN (
        SELECT fact ->> 'part_id' AS part_id, (fact -> 'line' ->> 'booked_on')::date AS debited_on
        FROM facts
        WHERE name IN ('MovementClassified', 'MovementPartBegun')
    ) AS debit ON part_id = fact ->> 'part_id'
    WHERE name = 'ReceiptRecalled' AND moves.occurred_on - 1 >= greatest(debited_on, booked_on) AND -amount <= (
        SELECT coalesce(sum(other.amount), 0) FROM moves AS other
        WHERE other.balance = 'receipt' AND other.id = moves.id AND other.position <= last
            AND other.occurred_on < moves.occurred_on
    )
), periods AS MATERIALIZED (
    -- Which days are closed, from one fact about the periods up to the next one.
    SELECT position, coalesce(lead(position) OVER (ORDER BY position), 9223372036854775807) AS until,
        (fact -> 'closed' ->> 'hard_on')::date AS hard_on, (fact -> 'closed' ->> 'soft_on')::date AS soft_on
    FROM facts
    WHERE stream = 'period-months'
), slipped AS (
    -- Check: nothing counts in a period that is closed hard; in one that is closed softly, only what a person dates so.
    SELECT 'counts in a closed period' AS wrong, stream AS subject, facts.position, accounting_date AS day, 0
    FROM facts JOIN periods ON facts.position > periods.position AND facts.position <= until
    WHERE accounting_date <= hard_on OR accounting_date <= soft_on AND key <> ALL(%(counted)s)
), corrected AS (
    -- Check: what was undone as a mistake counts with what it undoes, or once that is closed on the first open day.
    SELECT 'correction counts apart from what it corrects' AS wrong, undone.stream AS subject, undone.position,
        undone.accounting_date AS day, 0
    FROM facts AS undone JOIN facts AS made ON made.stream = undone.stream AND made.name = 'ReceiptAllocated'
        AND made.fact ->> 'allocation_id' = undone.fact ->> 'allocation_id' AND made.position < undone.position
        AND made.occurred_on = undone.occurred_on
    LEFT JOIN periods ON undone.position > periods.position AND undone.position <= until
    WHERE undone.name = 'AllocationReversed' AND undone.fact ->> 'because' = 'mistake'
        AND undone.key <> ALL(%(counted)s)
        AND undone.accounting_date <> greatest(made.accounting_date, soft_on + 1)
), postponed AS (
    -- Check: what is posted counts on its own day, or with a fact of that day that it corrects; if that is closed, on the
    -- first open day.
    SELECT 'counts later than it could' AS wrong, facts.stream AS subject, facts.position, accounting_date AS day, 0
    FROM facts LEFT JOIN periods ON facts.position > periods.position AND facts.position <= until
    WHERE facts.position IN (SELECT postings.position FROM postings) AND key <> ALL(%(counted)s)
        AND accounting_date <> greatest(occurred_on, soft_on + 1)
        AND NOT (
            (
                coalesce(fact ->> 'because', '') = 'mistake' OR name IN (
                    'ReceiptVoided', 'ReceiptReclassified', 'MovementReclassified', 'ReceiptFound', 'ReceiptRecalled',
                    'RecallReversed', 'TaxRelieved', 'TaxFellDue'
                )
            ) AND EXISTS (
                SELECT FROM facts AS earlier
                WHERE earlier.position < facts.position AND earlier.occurred_on = facts.occurred_on
                    AND earlier.key <> facts.key AND (earlier.stream = facts.stream OR facts.name = 'ReceiptFound')
                    AND greatest(earlier.accounting_date, soft_on + 1) = facts.accounting_date
            )
        )
), closes AS (
    -- Check: a close has the sums of all facts before it that count on or before its last day.
    SELECT 'close without the sums of its facts' AS wrong, closed.stream AS subject, closed.position,
        closed.accounting_date AS day, 0
    FROM facts AS closed
    WHERE name = 'PeriodClosed' AND (
        SELECT jsonb_agg(jsonb_build_array(role, bank_account, currency, debit, credit) ORDER BY role, bank_account, currency)
        FROM (
            SELECT role, bank_account, currency, sum(greatest(amount, 0))::bigint AS debit,
                -sum(least(amount, 0))::bigint AS credit
            FROM postings
            WHERE position < closed.position AND accounting_date <= (closed.fact ->> 'through_on')::date
            GROUP BY role, bank_account, currency
        ) AS sums
    ) IS DISTINCT FROM (
        SELECT jsonb_agg(
            jsonb_build_array(
                total ->> 'role', total ->> 'bank_account', total ->> 'currency', (total ->> 'debit_minor')::bigint,
                (total ->> 'credit_minor')::bigint
            ) ORDER BY total ->> 'role', total ->> 'bank_account', total ->> 'currency'
        )
        FROM jsonb_array_elements(closed.fact -> 'totals') AS total
    )
), forgiven AS (
    -- Check: a difference that is closed is not above the limit that the entity's terms had then, in hundredths.
    SELECT 'difference above its limit' AS wrong, fact ->> 'item_id' AS subject, position, occurred_on AS day, amount
    FROM facts JOIN amounts USING (position)
    WHERE name = 'DifferenceClosed' AND amount > coalesce((
        SELECT (terms.fact -> 'terms' ->> 'difference_limit')::bigint FROM facts AS terms
        WHERE terms.name = 'EntityTermsDeclared' AND terms.position < facts.position
        ORDER BY terms.position DESC LIMIT 1
    ), 100)
), tax_shares AS MATERIALIZED (
    -- What an item owes by tax code, and what of it was credited, on which day and at which position.
    SELECT substr(stream, 6) AS item_id, position, occurred_on, part ->> 'tax_code' AS code,
        sum((part ->> 'net_minor')::bigint * CASE name WHEN 'ItemRaised' THEN 1 ELSE -1 END)::numeric AS net,
        sum((part ->> 'tax_minor')::bigint * CASE name WHEN 'ItemRaised' THEN 1 ELSE -1 END)::numeric AS tax
    FROM facts CROSS JOIN jsonb_array_elements(fact -> 'parts') AS part
    WHERE name IN ('ItemRaised', 'ItemCredited')
    GROUP BY 1, 2, 3, 4
), owed AS MATERIALIZED (
    -- On every day and at every position: what is still owed of an item, open or not, what of it is written off, and how
    -- its tax falls due.
    SELECT days.id AS item_id, days.position, days.day, amount AS open, raised - credited AS owed, lost,
        method, ended
    FROM days JOIN items ON item_id = id CROSS JOIN LATERAL (
        SELECT coalesce(sum(CASE name WHEN 'ItemCredited' THEN (fact ->> 'amount_minor')::bigint
                    + (fact ->> 'excess_minor')::bigint END), 0) AS credited,
            coalesce(sum(CASE name WHEN 'ItemWrittenOff' THEN 1 WHEN 'ItemRestored' THEN -1 END
                    * (fact ->> 'amount_minor')::bigint), 0) AS lost,
            max(fact -> 'terms' ->> 'vat_method') AS method, bool_or(name = 'UnpaidTaxDue') AS ended
        FROM facts
        WHERE stream = 'item-' || days.id AND facts.position <= days.position AND occurred_on <= days.day
            AND name IN ('ItemRaised', 'ItemCredited', 'ItemWrittenOff', 'ItemRestored', 'UnpaidTaxDue')
    ) AS sums
    WHERE balance = 'item' AND method IS NOT NULL
        AND id IN (SELECT item_id FROM tax_shares GROUP BY item_id HAVING max(abs(tax)) > 0)
), lines AS MATERIALIZED (
    -- What an item then has of each tax code's lines, and which of them has the largest net.
    SELECT *, owed - sum(net + tax) OVER its AS rounding,
        net > 0 AND row_number() OVER (its ORDER BY net DESC, code COLLATE "C") = 1 AS largest
    FROM (
        SELECT owed.item_id, owed.position, day, open, owed, lost, method, ended, code, sum(net) AS net, sum(tax) AS tax
        FROM owed JOIN tax_shares USING (item_id)
        WHERE tax_shares.position <= owed.position AND occurred_on <= day
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    ) AS summed
    WINDOW its AS (PARTITION BY item_id, position, day)
), divided AS MATERIALIZED (
    -- What of that is in the amount that is written off, and in the amount that is settled: the same share of each net
    -- and tax as the amount is of the item, rounded once. The item's rounding is neither; what dividing leaves over is
    -- the largest net's.
    SELECT item_id, position, day, method, code, part, tax, net + CASE WHEN largest THEN
            amount - rounding - sum(net + tax) OVER (PARTITION BY item_id, position, day, part) ELSE 0 END AS net
    FROM (
        SELECT item_id, position, day, method, code, part, largest, amount, round(net * ratio / whole) AS net,
            round(tax * ratio / whole) AS tax, round(rounding * ratio / whole) AS rounding
        FROM lines CROSS JOIN LATERAL (
            VALUES ('lost', lost), ('settled', owed - CASE WHEN ended THEN 0 ELSE open END)
        ) AS of_it (part, amount)
        CROSS JOIN LATERAL (SELECT CASE owed WHEN 0 THEN 0 ELSE amount END AS ratio, coalesce(nullif(owed, 0), 1) AS whole) AS by
    ) AS shared
), followed AS (
    -- Check: the tax of what is written off is not owed, and with the cash method that of what is settled is due, and at
    -- the end of the fiscal year all of it, with the net that it is the tax of; whatever came before.
    SELECT 'tax does not follow its item' AS wrong, item_id AS subject, right_one.position, day, code,
        abs(right_one.tax - posted.tax) + abs(right_one.net - posted.net) AS amount
    FROM (
        SELECT item_id, position, day, code, name, sum(sign * net) AS net, sum(sign * tax) AS tax
        FROM divided JOIN (
            VALUES ('TaxRelieved', 'lost', 1, 1), ('TaxFellDue', 'settled', 0, 1), ('TaxFellDue', 'lost', 0, -1)
        ) AS following (name, part, by_invoice, by_payment) USING (part)
        CROSS JOIN LATERAL (SELECT CASE method WHEN 'cash' THEN by_payment ELSE by_invoice END AS sign) AS way
        GROUP BY 1, 2, 3, 4, 5
    ) AS right_one CROSS JOIN LATERAL (
        SELECT coalesce(sum(taxes.net), 0) AS net, coalesce(sum(taxes.tax), 0) AS tax
        FROM taxes JOIN facts USING (position)
        WHERE stream = 'item-' || item_id AND facts.name = right_one.name AND taxes.code = right_one.code
            AND position <= right_one.position AND occurred_on <= day
    ) AS posted
), moved AS (
    -- Check: a day that a person gave is kept, or the command is refused. (An invoice has a day of issue of its own.)
    -- What follows from the command, such as credit that comes back from elsewhere, has days of its own.
    SELECT 'day that a person gave was moved' AS wrong, id AS subject, position, occurred_on AS day, amount
    FROM moves JOIN given USING (key) JOIN saves USING (key)
    WHERE occurred_on <> day AND name <> 'ItemRaised' AND (
        position = (SELECT min(position) FROM moves AS other WHERE other.key = moves.key)
        OR name IN ('ReceiptAllocated', 'AllocationReversed', 'ItemAllocated')
    )
)
SELECT wrong, subject, position, day, amount::bigint FROM outside
UNION ALL
SELECT * FROM moved
UNION ALL
SELECT * FROM uneven
UNION ALL
SELECT * FROM dunned
UNION ALL
SELECT * FROM apart
UNION ALL
SELECT wrong, subject, position, day, amount FROM early
UNION ALL
SELECT wrong, subject, position, day, amount FROM late
UNION ALL
SELECT * FROM recalled
UNION ALL
SELECT * FROM corrected
UNION ALL
SELECT * FROM slipped
UNION ALL
SELECT * FROM postponed
UNION ALL
SELECT * FROM closes
UNION ALL
SELECT wrong, subject, position, day, amount FROM forgiven
UNION ALL
SELECT wrong, subject, position, day, amount FROM followed WHERE amount <> 0
UNION ALL
SELECT 'unknown fact', name, 0, NULL, 0 FROM unknown
ORDER BY 3
