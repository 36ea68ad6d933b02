-- The accountant's calculator, first half: it reads the raw facts, each by its name, and says what each of them moves and
-- posts. It knows the stored JSON and nothing of the program. The second half (questions.sql, checks.sql) goes on here.
--
-- Amounts are minor units. A balance has the sign that a person expects: what is open on an item, what is unallocated
-- on a receipt and what is to a payer's credit are above zero. A posting is above zero for a debit.
WITH RECURSIVE facts AS MATERIALIZED (
    -- Every fact: its place in the journal, the command that led to it, and its two days.
    SELECT notification_id AS position, originator_id AS stream, originator_version AS version, topic AS name,
        body -> 'fact' AS fact, body -> 'envelope' ->> 'key' AS key,
        (body -> 'envelope' ->> 'occurred_on')::date AS occurred_on,
        (body -> 'envelope' ->> 'accounting_date')::date AS accounting_date,
        (body -> 'envelope' ->> 'recorded_at')::timestamptz AS recorded_at
    FROM clinic.events CROSS JOIN LATERAL (SELECT convert_from(state, 'UTF8')::jsonb AS body) AS stored
), saves AS MATERIALIZED (
    -- The facts of one command are recorded together; nobody sees a part of them.
    SELECT key, min(position) AS first, max(position) AS last FROM facts GROUP BY key
), ends AS MATERIALIZED (
    -- A position at which the book may be read: the last fact of a command, and no other command is half recorded there.
    SELECT last AS position FROM saves AS ended
    WHERE NOT EXISTS (SELECT FROM saves AS other WHERE other.first <= ended.last AND ended.last < other.last)
), effects (name, balance, sign, debit, credit) AS (
    -- What each fact does, to read a new fact by: a row for a balance of its own stream (item, receipt, credit, free
    -- credit, what a refund owes and has in transit, what is unexplained of a movement), with the sign of its amount; and
    -- in one of its rows the posting, from which account role to which. A fact that moves nothing has a row with neither.
    -- A role is the chart's, or 'its ar_role', 'its role', 'its from_role': the field of the fact that names it. 'money'
    -- is the bank, what is known in detail of the bank's money, or the cash that a person counted. 'several' has a part of
    -- its own in `legs` below.
    VALUES
        ('EntityTermsDeclared', NULL, 0, NULL, NULL),
        ('PersonRegistered', NULL, 0, NULL, NULL),
        ('DutyGiven', NULL, 0, NULL, NULL),
        ('DutyEnded', NULL, 0, NULL, NULL),
        ('SignInGiven', NULL, 0, NULL, NULL),
        ('SignInWithdrawn', NULL, 0, NULL, NULL),
        ('AdministratorAdded', NULL, 0, NULL, NULL),
        ('AdministratorRemoved', NULL, 0, NULL, NULL),
        ('LimitSet', NULL, 0, NULL, NULL),
        ('AuthorityUsed', NULL, 0, NULL, NULL),
        ('ExceptionUsed', NULL, 0, NULL, NULL),
        ('ExceptionGranted', NULL, 0, NULL, NULL),
        ('AccountMapped', NULL, 0, NULL, NULL),
        ('AccountMappingEnded', NULL, 0, NULL, NULL),
        ('PeriodCloseRequested', NULL, 0, NULL, NULL),
        ('PeriodClosed', NULL, 0, NULL, NULL),
        ('PeriodReopeningRequested', NULL, 0, NULL, NULL),
        ('PeriodReopened', NULL, 0, NULL, NULL),
        ('PeriodRequestRejected', NULL, 0, NULL, NULL),
        ('AccountOpened', NULL, 0, NULL, NULL),
        ('AccountMarked', NULL, 0, NULL, NULL),
        ('AccountMarkEnded', NULL, 0, NULL, NULL),
        ('PayerErased', NULL, 0, NULL, NULL),
        ('ErasureRequested', NULL, 0, NULL, NULL),
        ('ErasureRejected', NULL, 0, NULL, NULL),
        ('SubjectErased', NULL, 0, NULL, NULL),
        ('SeriesOpened', NULL, 0, NULL, NULL),
        ('ReferencesRegistered', NULL, 0, NULL, NULL),
        ('ReferenceGiven', NULL, 0, NULL, NULL),
        ('DoubtClosed', NULL, 0, NULL, NULL),
        ('DoubtReopened', NULL, 0, NULL, NULL),
        ('NumberTaken', NULL, 0, NULL, NULL),
        ('PaymentRequested', NULL, 0, NULL, NULL),
        ('HoldPlaced', NULL, 0, NULL, NULL),
        ('HoldLifted', NULL, 0, NULL, NULL),
        ('ReminderSent', NULL, 0, NULL, NULL),
        ('ReminderSuppressed', NULL, 0, NULL, NULL),
        -- What is billed, credited and given up. The document posts, and the item follows it.
        -- The tax that follows an item is its own fact, and posts.
        ('TaxRelieved', NULL, 0, 'several', 'several'),
        ('TaxFellDue', NULL, 0, 'several', 'several'),
        ('UnpaidTaxDue', NULL, 0, NULL, NULL),
        ('InvoiceIssued', NULL, 0, 'several', 'several'),
        ('InvoiceCredited', NULL, 0, NULL, NULL),
        ('CreditNoteIssued', NULL, 0, 'several', 'several'),
        ('CreditExcessMoved', NULL, 0, 'customer_credit', 'its ar_role'),
        ('WriteOffRequested', NULL, 0, NULL, NULL),
        ('WriteOffRejected', NULL, 0, NULL, NULL),
        ('WriteOffApproved', NULL, 0, 'write_off_loss', 'its ar_role'),
        ('WriteOffReversed', NULL, 0, 'its ar_role', 'write_off_loss'),
        ('LossRecovered', NULL, 0, 'its ar_role', 'recovered_losses'),
        ('RecoveryReversed', NULL, 0, 'recovered_losses', 'its ar_role'),
        ('ItemRaised', 'item', 1, NULL, NULL),
        ('ItemAllocated', 'item', -1, NULL, NULL),
        ('ItemDeallocated', 'item', 1, NULL, NULL),
        ('ItemCredited', 'item', -1, NULL, NULL),
        ('ItemExcessMoved', 'item', -1, NULL, NULL),
        ('ItemWrittenOff', 'item', -1, NULL, NULL),
        ('ItemRestored', 'item', 1, NULL, NULL),
        -- A small amount that a payment left is not asked for: it is rounding.
        ('DifferenceClosed', NULL, 0, 'rounding', 'its ar_role'),
        ('DifferenceReopened', NULL, 0, 'its ar_role', 'rounding'),
        ('ItemDifferenceClosed', 'item', -1, NULL, NULL),
        ('ItemDifferenceReopened', 'item', 1, NULL, NULL),
        -- The bank, and what it booked that is nobody's payment.
        ('BankAccountDeclared', NULL, 0, NULL, NULL),
        ('BankAliasGiven', NULL, 0, NULL, NULL),
        ('BankAliasWithdrawn', NULL, 0, NULL, NULL),
        ('BankOpeningRecorded', NULL, 0, 'money', 'opening'),
        ('ProviderAccountDeclared', NULL, 0, NULL, NULL),
        ('FeeAgreed', NULL, 0, NULL, NULL),
        ('ExchangeRateDeclared', NULL, 0, NULL, NULL),
        ('MandateRequested', NULL, 0, NULL, NULL),
        ('MandateAccepted', NULL, 0, NULL, NULL),
        ('MandateRejected', NULL, 0, NULL, NULL),
        ('MandateAmended', NULL, 0, NULL, NULL),
        ('MandateHeld', NULL, 0, NULL, NULL),
        ('MandateSent', NULL, 0, NULL, NULL),
        ('MandateCancelled', NULL, 0, NULL, NULL),
        ('MandateUsed', NULL, 0, NULL, NULL),
        ('CollectionOrdered', NULL, 0, NULL, NULL),
        ('CollectionDelayed', NULL, 0, NULL, NULL),
        ('CollectionFailed', NULL, 0, NULL, NULL),
        ('CollectionSettled', NULL, 0, NULL, NULL),
        ('CollectionReturned', NULL, 0, NULL, NULL),
        ('CollectionReopened', NULL, 0, NULL, NULL),
        ('ItemCollected', NULL, 0, NULL, NULL),
        ('ItemCollectionEnded', NULL, 0, NULL, NULL),
        ('LineRuleRequested', NULL, 0, NULL, NULL),
        ('LineRuleApproved', NULL, 0, NULL, NULL),
        ('LineRuleRejected', NULL, 0, NULL, NULL),
        ('LineRuleEnded', NULL, 0, NULL, NULL),
        ('FileMappingRequested', NULL, 0, NULL, NULL),
        ('FileMappingApproved', NULL, 0, NULL, NULL),
        ('FileMappingRejected', NULL, 0, NULL, NULL),
        ('FileMappingEnded', NULL, 0, NULL, NULL),
        ('TransactionsSettled', NULL, 0, NULL, NULL),
        ('ClaimsAdjudicated', NULL, 0, NULL, NULL),
        ('PayoutSent', NULL, 0, NULL, NULL),
        ('PayoutArrived', NULL, 0, NULL, NULL),
        ('PayoutMovementRemoved', NULL, 0, NULL, NULL),
        ('FileIngested', NULL, 0, NULL, NULL),
        ('PaymentsSeenAgain', NULL, 0, NULL, NULL),
        ('FileCompleted', NULL, 0, NULL, NULL),
        ('FileRejected', NULL, 0, NULL, NULL),
        ('MovementClassified', 'unexplained', 1, 'money', 'its role'),
        ('MovementSplit', 'unexplained', -1, NULL, NULL),
        ('MovementPartBegun', 'unexplained', 1, NULL, NULL),
        ('MovementCleared', 'unexplained', -1, NULL, NULL),
        ('MovementUncleared', 'unexplained', 1, NULL, NULL),
        ('MovementReclassified', NULL, 0, 'its from_role', 'its role'),
        -- Money that came, and where it went. ReceiptFound posts nothing: the movement, reclassified, has posted it.
        ('ReceiptRecorded', 'receipt', 1, 'money', 'unallocated'),
        ('ReceiptFound', 'receipt', 1, NULL, NULL),
        ('ReceiptIdentified', NULL, 0, NULL, NULL),
        ('IdentificationWithdrawn', NULL, 0, NULL, NULL),
        ('ReceiptAllocated', 'receipt', -1, 'several', 'several'),
        ('AllocationReversed', 'receipt', 1, 'several', 'several'),
        ('ReceiptRecalled', 'receipt', -1, 'unallocated', 'its role'),
        ('RecallReversed', 'receipt', 1, 'its role', 'unallocated'),
        ('ReceiptReclassified', 'receipt', -1, 'its from_role', 'its role'),
        ('ReceiptVoided', 'receipt', -1, 'unallocated', 'its role'),
        -- What goes to another entity or comes from it; the receipt's facts have the money.
        ('TransferBegun', NULL, 0, NULL, NULL),
        ('TransferArrived', NULL, 0, NULL, NULL),
        ('TransferDeclined', NULL, 0, NULL, NULL),
        ('TransferCompleted', NULL, 0, NULL, NULL),
        ('TransferCancelled', NULL, 0, NULL, NULL),
        -- What is to a payer's credit, and what of it no refund reserves.
        ('CustomerCreditCreated', 'credit', 1, NULL, NULL),
        ('CustomerCreditCreated', 'free credit', 1, NULL, NULL),
        ('CustomerCreditWithdrawn', 'credit', -1, NULL, NULL),
        ('CustomerCreditWithdrawn', 'free credit', -1, NULL, NULL),
        ('CustomerCreditApplied', 'credit', -1, 'customer_credit', 'its ar_role'),
        ('CustomerCreditApplied', 'free credit', -1, NULL, NULL),
        ('CustomerCreditReleased', 'credit', 1, 'its ar_role', 'customer_credit'),
        ('CustomerCreditReleased', 'free credit', 1, NULL, NULL),
        ('CustomerCreditReclaimed', 'credit', 1, 'its ar_role', 'customer_credit'),
        ('CustomerCreditReclaimed', 'free credit', 1, NULL, NULL),
        ('CustomerCreditRefunded', 'credit', -1, NULL, NULL),
        ('CustomerCreditRestored', 'credit', 1, NULL, NULL),
        ('CustomerCreditRestored', 'free credit', 1, NULL, NULL),
        ('RefundReserved', 'free credit', -1, NULL, NULL),
        ('RefundReservationEnded', 'free credit', 1, NULL, NULL),
        -- Credit that is paid back: owed from the approval, in transit from the order to the bank's line.
        ('RefundRequested', NULL, 0, NULL, NULL),
        ('RefundRejected', NULL, 0, NULL, NULL),
        ('RefundApproved', 'owed', 1, 'customer_credit', 'refunds_payable'),
        ('RefundCancelled', 'owed', -1, 'refunds_payable', 'customer_credit'),
        ('RefundSent', 'owed', -1, 'refunds_payable', 'cash_in_transit'),
        ('RefundSent', 'transit', 1, NULL, NULL),
        ('RefundSettled', NULL, 0, NULL, NULL),
        ('RefundFailed', 'transit', -1, 'cash_in_transit', 'customer_credit'),
        ('RefundReturned', 'transit', -1, 'cash_in_transit', 'customer_credit'),
        ('RefundResumed', 'transit', 1, 'customer_credit', 'cash_in_transit'),
        ('RefundMovementAdded', 'transit', 1, NULL, NULL),
        ('RefundMovementRemoved', 'transit', -1, NULL, NULL)
), unknown AS (
    -- Whoever meets a fact that is in none of the lists must not go on: its money would be missing.
    SELECT DISTINCT name FROM facts
    WHERE name NOT IN (SELECT name FROM effects)
), accounts AS (
    -- Who owes or pays, and what kind of payer that is.
    SELECT fact ->> 'account_id' AS account_id, fact ->> 'payer' AS payer FROM facts WHERE name = 'AccountOpened'
), items AS MATERIALIZED (
    -- What was raised, against whom, and when it is due first.
    SELECT fact ->> 'item_id' AS item_id, fact ->> 'account_id' AS account_id, fact ->> 'payer' AS payer,
        fact ->> 'currency' AS currency, (fact ->> 'amount_minor')::bigint AS raised, occurred_on AS arose_on, (
            SELECT min((due ->> 'on')::date) FROM jsonb_array_elements(fact -> 'due') AS due
        ) AS due_on
    FROM facts
    WHERE name = 'ItemRaised'
), receipts AS MATERIALIZED (
    -- What came, on the bank's day.
    SELECT fact ->> 'receipt_id' AS receipt_id, (fact -> 'payment' ->> 'amount_minor')::bigint AS came,
        (fact -> 'payment' ->> 'booked_on')::date AS booked_on
    FROM facts
    WHERE name IN ('ReceiptRecorded', 'ReceiptFound')
), allocations AS MATERIALIZED (
    -- Both ways of an allocation with its whole amount: what went to items, and what became the payer's credit.
    SELECT position, settled, (fact ->> 'credit_minor')::bigint AS credit
    FROM facts CROSS JOIN LATERAL (
        SELECT coalesce(sum((target ->> 'amount_minor')::bigint), 0)::bigint AS settled
        FROM jsonb_array_elements(fact -> 'targets') AS target
    ) AS targets
    WHERE name IN ('ReceiptAllocated', 'AllocationReversed')
), amounts AS MATERIALIZED (
    -- The amount of each fact: its own, that of the payment or the bank's line in it, or that of an allocation.
    SELECT position, coalesce(said ->> 'currency', fact ->> 'currency') AS currency, CASE
            -- Nothing was owed yet of a refund that is cancelled before its approval.
            WHEN name = 'RefundCancelled' AND NOT (fact ->> 'approved')::boolean THEN 0
            ELSE coalesce(settled + credit, coalesce(said ->> 'amount_minor', fact ->> 'posted_minor')::bigint)
        END AS amount,
        -- A payment provider holds it for us.
        CASE WHEN said ->> 'held_by' IS NOT NULL THEN (said ->> 'held_by') || '_clearing'
            WHEN said ->> 'rail' IN ('cash', 'card', 'swish', 'wallet', 'direct_debit', 'lender', 'collector',
                                     'remittance')
            AND said ->> 'movement_id' IS NULL
            AND said ->> 'file' IS NULL
            -- A person recorded it; the bank's line that pays it out comes later.
            THEN CASE said ->> 'rail' WHEN 'cash' THEN 'cash_on_hand' ELSE (said ->> 'rail') || '_clearing' END
            -- Another entity received it, and owes it.
            WHEN said ->> 'rail' = 'transfer' THEN 'due_from_entities'
            WHEN (said ->> 'in_detail')::boolean THEN 'bank_details' ELSE 'bank' END AS money,
        said ->> 'bank_account' AS bank_account, said ->> 'held_by' IS NOT NULL AS is_held
    FROM facts LEFT JOIN allocations USING (position)
    CROSS JOIN LATERAL (SELECT coalesce(fact -> 'payment', fact -> 'line', fact) AS said) AS part
), moves AS MATERIALIZED (
    -- The sub-ledger: by how much which balance changed from which day on, and through which document.
    SELECT position, key, name, balance, substr(stream, 2 + length(split_part(stream, '-', 1))) AS id, currency,
        occurred_on, sign * CASE WHEN balance = 'unexplained' THEN abs(amount)
            -- A receipt's money that was somebody's payment after all comes back.
            WHEN name = 'ReceiptReclassified' AND fact ->> 'role' = 'unallocated' THEN -amount
            ELSE amount END AS amount,
        coalesce(
            'writeoff-' || (fact ->> 'write_off_id'), fact ->> 'document', 'creditnote-' || (fact ->> 'credit_note_id'),
            'refund-' || (fact ->> 'refund_id'), stream
        ) AS document
    FROM facts JOIN effects USING (name) JOIN amounts USING (position)
    WHERE balance IS NOT NULL
), receivable (payer, role) AS (
    -- The control account of a payer's items.
    VALUES ('patient', 'ar_patient'), ('guardian', 'ar_patient'), ('region', 'ar_payer'), ('insurer', 'ar_payer'),
        ('employer', 'ar_payer')
), billed (position, net, code, tax) AS MATERIALIZED (
    -- What an invoice bills and a credit note takes back, line by line.
    SELECT position, (line ->> 'net_minor')::bigint, coalesce(line -> 'tax' ->> 'code', line ->> 'tax_code'),
        (line ->> 'tax_minor')::bigint
    FROM facts CROSS JOIN jsonb_array_elements(fact -> 'lines') AS line
    WHERE name IN ('InvoiceIssued', 'CreditNoteIssued')
), taxes (position, net, code, tax) AS MATERIALIZED (
    -- The tax in a loss, a recovery or a payment, by tax code.
    SELECT position, (part ->> 'net_minor')::bigint, part ->> 'tax_code', (part ->> 'tax_minor')::bigint
    FROM facts CROSS JOIN jsonb_array_elements(fact -> 'parts') AS part
    WHERE name IN ('TaxRelieved', 'TaxFellDue')
), coded (position, role, amount, code) AS (
    -- A fact posts once to a role and tax code: an invoice and a credit note, and the tax that leaves a loss or a
    -- recovery, which was posted with its tax, or comes back to it.
    SELECT position, leg.role, sum(leg.amount)::bigint, leg.code
    FROM facts JOIN billed USING (position) CROSS JOIN LATERAL (
        SELECT CASE name WHEN 'InvoiceIssued' THEN -1 ELSE 1 END AS sign
    ) AS way CROSS JOIN LATERAL (
        VALUES ('revenue', sign * net, billed.code), (fact ->> 'tax_role', sign * tax, billed.code)
    ) AS leg (role, amount, code)
    GROUP BY position, leg.role, leg.code
    UNION ALL
    SELECT position, leg.role, sum(leg.amount)::bigint, leg.code
    FROM facts JOIN taxes USING (position) CROSS JOIN LATERAL (
        VALUES (fact ->> 'tax_role', tax, taxes.code), (fact ->> 'role', net, taxes.code),
            (fact ->> 'role', -net - tax, fact ->> 'posted_code')
    ) AS leg (role, amount, code)
    WHERE name = 'TaxRelieved'
    GROUP BY position, leg.role, leg.code
), legs (position, role, bank_account, currency, amount, code) AS (
    -- The general ledger, kind of document by kind of document. An invoice: its payers owe it,
    SELECT position, role, NULL, fact ->> 'currency', (owed ->> 'amount_minor')::bigint, NULL
    FROM facts CROSS JOIN jsonb_array_elements(fact -> 'owed') AS owed JOIN receivable ON payer = owed ->> 'payer'
    WHERE name = 'InvoiceIssued'
    UNION ALL
    -- and its lines are revenue, tax and rounding; a credit note takes that back,
    SELECT position, role, NULL, fact ->> 'currency', amount, code FROM facts JOIN coded USING (position)
    UNION ALL
    SELECT position, 'rounding', NULL, fact ->> 'currency',
        CASE name WHEN 'InvoiceIssued' THEN -1 ELSE 1 END * (fact ->> 'rounding_minor')::bigint, NULL
    FROM facts
    WHERE name IN ('InvoiceIssued', 'CreditNoteIssued')
    UNION ALL
    -- With the cash method, tax is due once it is paid or its fiscal year is over,
    SELECT position, leg.role, NULL, fact ->> 'currency', leg.amount, taxes.code
    FROM facts JOIN taxes USING (position)
    CROSS JOIN LATERAL (VALUES ('vat_deferred', tax), ('vat_output', -tax)) AS leg (role, amount)
    WHERE name = 'TaxFellDue'
    UNION ALL
    -- from what its items are open by, and beyond that as credit of the payer.
    SELECT position, leg.role, NULL, fact ->> 'currency', leg.amount, NULL
    FROM facts CROSS JOIN jsonb_array_elements(fact -> 'items') AS item CROSS JOIN LATERAL (
        VALUES (item ->> 'ar_role', -(item ->> 'open_minor')::bigint),
            ('customer_credit', -(item ->> 'excess_minor')::bigint)
    ) AS leg (role, amount)
    WHERE name = 'CreditNoteIssued'
    UNION ALL
    -- A receipt's money leaves the unallocated money for items, and the rest for the payer's credit; or comes back.
    SELECT position, target ->> 'ar_role', NULL, fact ->> 'currency', (target ->> 'amount_minor')::bigint
        * CASE name WHEN 'ReceiptAllocated' THEN -1 ELSE 1 END, NULL
    FROM facts CROSS JOIN jsonb_array_elements(fact -> 'targets') AS target
    WHERE name IN ('ReceiptAllocated', 'AllocationReversed')
    UNION ALL
    SELECT position, leg.role, NULL, fact ->> 'currency', leg.amount, NULL
    FROM facts JOIN allocations USING (position) CROSS JOIN LATERAL (
        SELECT CASE name WHEN 'ReceiptAllocated' THEN 1 ELSE -1 END AS sign
    ) AS way CROSS JOIN LATERAL (
        VALUES ('unallocated', sign * (settled + credit)), ('customer_credit', -sign * credit)
    ) AS leg (role, amount)
    UNION ALL
    -- Everything else posts one amount from one role to another.
    SELECT position, role.role, CASE
            WHEN role.role IN ('bank', 'bank_details', 'bank_difference') THEN bank_account
            -- What a payment provider holds is counted by our account there, and so is what it charges or has sent.
            WHEN side.role = 'money' AND is_held THEN bank_account
            WHEN role.role IN ('provider_reserves', 'payouts_in_transit', 'provider_fees', 'provider_fee_tax')
            THEN coalesce(CASE WHEN side.role = 'its from_role' THEN fact ->> 'from_account'
                ELSE fact ->> 'counter_account' END, fact ->> 'provider_account', bank_account)
            WHEN role.role LIKE '%%\_clearing' AND fact ->> 'document' LIKE 'settlement-%%' THEN bank_account
            WHEN role.role LIKE '%%\_clearing' THEN fact ->> 'provider_account'
        END,
        currency, side.sign * amount,
        CASE WHEN role.role IN ('write_off_loss', 'recovered_losses') THEN fact ->> 'tax_code'
            -- A bank's movement has the code that a rule or a person gives it.
            WHEN side.role = 'its from_role' THEN fact ->> 'from_tax_code'
            WHEN side.role = 'its role' THEN fact ->> 'tax_code' END
    FROM facts JOIN effects USING (name) JOIN amounts USING (position)
    CROSS JOIN LATERAL (VALUES (debit, 1), (effects.credit, -1)) AS side (role, sign)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN side.role = 'money' THEN money WHEN side.role LIKE 'its %%' THEN fact ->> substr(side.role, 5)
            ELSE side.role END AS role
    ) AS role
    WHERE side.role <> 'several'
), postings AS MATERIALIZED (
    SELECT position, role, bank_account, currency, amount, occurred_on, accounting_date, code
    FROM legs JOIN facts USING (position)
    WHERE amount <> 0
), named AS MATERIALIZED (
    -- Whose a receipt is, as a person said from which position on; null once that is taken back.
    SELECT position, stream, CASE name WHEN 'ReceiptIdentified' THEN fact ->> 'account_id' END AS account_id
    FROM facts
    WHERE name IN ('ReceiptIdentified', 'IdentificationWithdrawn')
), shares AS MATERIALIZED (
    -- What each allocation gives of a receipt to each account, and whether the account gets the rest as credit.
    SELECT position, stream, fact ->> 'allocation_id' AS allocation, given.account_id, given.rest,
        CASE name WHEN 'ReceiptAllocated' THEN given.amount ELSE -given.amount END AS amount
    FROM facts CROSS JOIN LATERAL (
        SELECT target ->> 'account_id', false, (target ->> 'amount_minor')::bigint
        FROM jsonb_array_elements(fact -> 'targets') AS target
        UNION ALL
        SELECT fact ->> 'credit_account', true, (fact ->> 'credit_minor')::bigint
    ) AS given (account_id, rest, amount)
    WHERE name IN ('ReceiptAllocated', 'AllocationReversed') AND given.amount <> 0
), owners AS MATERIALIZED (
    -- Whose a receipt is, from which position on: whom a person named; else the only payer of its allocations in force.
    -- An allocation's payer is who gets the rest as credit, else the only payer of its items.
    SELECT now.position, substr(now.stream, 9) AS receipt_id, coalesce(
            (SELECT account_id FROM named WHERE stream = now.stream AND position <= now.position
            ORDER BY position DESC LIMIT 1),
            (SELECT CASE WHEN count(DISTINCT payer) = 1 AND bool_and(payer IS NOT NULL) THEN min(payer) END FROM (
                SELECT coalesce(
                    min(account_id) FILTER (WHERE rest),
                    CASE WHEN count(DISTINCT account_id) = 1 THEN min(account_id) END
                ) AS payer
                FROM (
                    SELECT allocation, account_id, rest FROM shares WHERE stream = now.stream AND position <= now.position
                    GROUP BY 1, 2, 3 HAVING sum(amount) <> 0
                ) AS in_force
                GROUP BY allocation
            ) AS payers)
        ) AS account_id
    FROM (SELECT position, stream FROM named UNION SELECT position, stream FROM shares) AS now
)
