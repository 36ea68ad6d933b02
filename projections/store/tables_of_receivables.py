"""Tables of what is owed and paid: accounts, balances, open items, receipts, refunds, write-offs."""

from __future__ import annotations

from typing import Final

_ACCOUNTS: Final = """
CREATE TABLE {schema}.accounts (
    account_id text COLLATE "C" PRIMARY KEY,
    payer text COLLATE "C" NOT NULL,
    opened_on date NOT NULL,
    opened_at_position bigint NOT NULL
);
COMMENT ON TABLE {schema}.accounts IS 'Every payer''s account, with or without money on it.';
COMMENT ON COLUMN {schema}.accounts.account_id IS 'Random id of the account; it names nobody.';
COMMENT ON COLUMN {schema}.accounts.payer IS 'Kind of payer: patient, guardian, region, insurer or employer.';
COMMENT ON COLUMN {schema}.accounts.opened_on IS 'Day the account was opened.';
COMMENT ON COLUMN {schema}.accounts.opened_at_position IS 'Position in the journal where it was opened.';

CREATE TABLE {schema}.account_balances (
    account_id text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    payer text COLLATE "C" NOT NULL,
    open_minor bigint NOT NULL,
    credit_minor bigint NOT NULL,
    open_items bigint NOT NULL,
    unallocated_minor bigint NOT NULL,
    PRIMARY KEY (account_id, currency)
);
COMMENT ON TABLE {schema}.account_balances IS 'Balance of each account in each currency it had money in.';
COMMENT ON COLUMN {schema}.account_balances.account_id IS 'The account.';
COMMENT ON COLUMN {schema}.account_balances.currency IS 'ISO 4217 code of all amounts in the row.';
COMMENT ON COLUMN {schema}.account_balances.payer IS 'Kind of payer.';
COMMENT ON COLUMN {schema}.account_balances.open_minor IS 'Sum of what is open on its items, minor units.';
COMMENT ON COLUMN {schema}.account_balances.credit_minor IS 'Customer credit held for it, minor units.';
COMMENT ON COLUMN {schema}.account_balances.open_items IS 'Number of items with something open.';
COMMENT ON COLUMN {schema}.account_balances.unallocated_minor IS
    'Unallocated on receipts that were identified as this account''s, minor units.';
"""

_OPEN_ITEMS: Final = """
CREATE TABLE {schema}.open_items (
    invoice_id text COLLATE "C" NOT NULL,
    share bigint NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    payer text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    series text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    reference text COLLATE "C" NOT NULL,
    reference_kind text COLLATE "C" NOT NULL,
    issued_on date NOT NULL,
    due_on date NOT NULL,
    original_minor bigint NOT NULL,
    paid_minor bigint NOT NULL,
    credited_minor bigint NOT NULL,
    written_off_minor bigint NOT NULL,
    open_minor bigint NOT NULL,
    reminded_level bigint,
    reminded_on date,
    care_unit text COLLATE "C",
    opened_at_position bigint NOT NULL,
    PRIMARY KEY (invoice_id, share)
);
CREATE INDEX open_items_reference_idx ON {schema}.open_items (reference);
CREATE INDEX open_items_account_id_idx ON {schema}.open_items (account_id);
CREATE INDEX open_items_due_on_idx ON {schema}.open_items (due_on) WHERE open_minor <> 0;
COMMENT ON TABLE {schema}.open_items IS 'Every payer''s share of every invoice ever issued, open or closed.';
COMMENT ON COLUMN {schema}.open_items.invoice_id IS 'The invoice.';
COMMENT ON COLUMN {schema}.open_items.share IS 'Which share of the invoice, from 1.';
COMMENT ON COLUMN {schema}.open_items.account_id IS 'The account that owes it.';
COMMENT ON COLUMN {schema}.open_items.payer IS 'Kind of payer.';
COMMENT ON COLUMN {schema}.open_items.currency IS 'ISO 4217 code of all amounts in the row.';
COMMENT ON COLUMN {schema}.open_items.series IS 'Number series of the invoice.';
COMMENT ON COLUMN {schema}.open_items.number IS 'Number of the invoice in its series.';
COMMENT ON COLUMN {schema}.open_items.reference IS 'Reference the payer quotes when paying.';
COMMENT ON COLUMN {schema}.open_items.reference_kind IS 'ocr (Bankgirot) or rf (ISO 11649).';
COMMENT ON COLUMN {schema}.open_items.issued_on IS 'Issue date of the invoice.';
COMMENT ON COLUMN {schema}.open_items.due_on IS 'Due date.';
COMMENT ON COLUMN {schema}.open_items.original_minor IS
    'Amount as issued, minor units: paid + credited + written off + open.';
COMMENT ON COLUMN {schema}.open_items.paid_minor IS 'Applied to it from receipts and customer credit, minor units.';
COMMENT ON COLUMN {schema}.open_items.credited_minor IS
    'Taken off the open balance by credit notes, minor units; credit of what was paid is customer credit.';
COMMENT ON COLUMN {schema}.open_items.written_off_minor IS 'Written off and not taken back, minor units.';
COMMENT ON COLUMN {schema}.open_items.open_minor IS 'Still open, minor units.';
COMMENT ON COLUMN {schema}.open_items.reminded_level IS 'Level of the last reminder sent; null where none was.';
COMMENT ON COLUMN {schema}.open_items.reminded_on IS 'Day of the last reminder sent.';
COMMENT ON COLUMN {schema}.open_items.care_unit IS 'Unit that gave the care.';
COMMENT ON COLUMN {schema}.open_items.opened_at_position IS 'Position in the journal where it was issued.';
"""

_RECEIPTS: Final = """
CREATE TABLE {schema}.receipts (
    receipt_id text COLLATE "C" PRIMARY KEY,
    rail text COLLATE "C" NOT NULL,
    bank_account text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    unallocated_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    booked_on date NOT NULL,
    value_on date,
    reference text COLLATE "C",
    reference_kind text COLLATE "C",
    reference_valid boolean,
    account_id text COLLATE "C",
    line_key text COLLATE "C",
    source text COLLATE "C",
    position text COLLATE "C",
    recorded_at_position bigint NOT NULL
);
CREATE INDEX receipts_account_id_idx ON {schema}.receipts (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX receipts_booked_on_idx ON {schema}.receipts (booked_on) WHERE unallocated_minor <> 0;
COMMENT ON TABLE {schema}.receipts IS 'Every payment received.';
COMMENT ON COLUMN {schema}.receipts.receipt_id IS 'The receipt.';
COMMENT ON COLUMN {schema}.receipts.rail IS 'How it was paid: bank_transfer, bankgiro, card, swish or cash.';
COMMENT ON COLUMN {schema}.receipts.bank_account IS 'Bank account of ours it came in on.';
COMMENT ON COLUMN {schema}.receipts.amount_minor IS 'Amount received, minor units.';
COMMENT ON COLUMN {schema}.receipts.unallocated_minor IS 'What of it settles nothing yet, minor units.';
COMMENT ON COLUMN {schema}.receipts.currency IS 'ISO 4217 code of all amounts in the row.';
COMMENT ON COLUMN {schema}.receipts.booked_on IS 'Booking day at the bank.';
COMMENT ON COLUMN {schema}.receipts.value_on IS 'Value day at the bank.';
COMMENT ON COLUMN {schema}.receipts.reference IS 'Normalised reference quoted by the payer.';
COMMENT ON COLUMN {schema}.receipts.reference_kind IS 'What kind of reference it was taken for.';
COMMENT ON COLUMN {schema}.receipts.reference_valid IS 'Whether its check digits are right; null where it has none.';
COMMENT ON COLUMN {schema}.receipts.account_id IS 'Account it was identified as; null while unknown.';
COMMENT ON COLUMN {schema}.receipts.line_key IS 'Identity of the bank''s line.';
COMMENT ON COLUMN {schema}.receipts.source IS 'Hash of the file it came in.';
COMMENT ON COLUMN {schema}.receipts.position IS 'Where in the file.';
COMMENT ON COLUMN {schema}.receipts.recorded_at_position IS 'Position in the journal where it was recorded.';
"""

_REFUNDS: Final = """
CREATE TABLE {schema}.refunds (
    refund_id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    standing text COLLATE "C" NOT NULL,
    reason_code text COLLATE "C" NOT NULL,
    requester text COLLATE "C" NOT NULL,
    approver text COLLATE "C",
    rail text COLLATE "C",
    end_to_end_id text COLLATE "C"
);
CREATE INDEX refunds_account_id_idx ON {schema}.refunds (account_id);
COMMENT ON TABLE {schema}.refunds IS 'Customer credit going back to payers.';
COMMENT ON COLUMN {schema}.refunds.refund_id IS 'The refund.';
COMMENT ON COLUMN {schema}.refunds.account_id IS 'Account it is paid from.';
COMMENT ON COLUMN {schema}.refunds.amount_minor IS 'Amount, minor units.';
COMMENT ON COLUMN {schema}.refunds.currency IS 'ISO 4217 code of the amount.';
COMMENT ON COLUMN {schema}.refunds.standing IS 'requested, approved, rejected, sent, settled or failed.';
COMMENT ON COLUMN {schema}.refunds.reason_code IS 'Why it was asked for.';
COMMENT ON COLUMN {schema}.refunds.requester IS 'Who asked.';
COMMENT ON COLUMN {schema}.refunds.approver IS 'Who approved or rejected.';
COMMENT ON COLUMN {schema}.refunds.rail IS 'How it was sent.';
COMMENT ON COLUMN {schema}.refunds.end_to_end_id IS 'Identity of the payment order, which comes back from the bank.';

CREATE TABLE {schema}.write_offs (
    write_off_id text COLLATE "C" PRIMARY KEY,
    invoice_id text COLLATE "C" NOT NULL,
    share bigint NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    standing text COLLATE "C" NOT NULL,
    reason_code text COLLATE "C" NOT NULL,
    requester text COLLATE "C" NOT NULL,
    approver text COLLATE "C"
);
CREATE INDEX write_offs_invoice_id_idx ON {schema}.write_offs (invoice_id);
COMMENT ON TABLE {schema}.write_offs IS 'What was asked to be written off.';
COMMENT ON COLUMN {schema}.write_offs.write_off_id IS 'The write-off.';
COMMENT ON COLUMN {schema}.write_offs.invoice_id IS 'The invoice.';
COMMENT ON COLUMN {schema}.write_offs.share IS 'Which share of it.';
COMMENT ON COLUMN {schema}.write_offs.amount_minor IS 'Amount, minor units.';
COMMENT ON COLUMN {schema}.write_offs.currency IS 'ISO 4217 code of the amount.';
COMMENT ON COLUMN {schema}.write_offs.standing IS 'requested, approved, rejected or reversed.';
COMMENT ON COLUMN {schema}.write_offs.reason_code IS 'Why it was asked for.';
COMMENT ON COLUMN {schema}.write_offs.requester IS 'Who asked.';
COMMENT ON COLUMN {schema}.write_offs.approver IS 'Who approved or rejected.';
"""

_RIGHTS: Final = """
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON {schema}.accounts, {schema}.account_balances, {schema}.open_items,
    {schema}.receipts, {schema}.refunds, {schema}.write_offs TO {writer};
GRANT SELECT ON {schema}.accounts, {schema}.account_balances, {schema}.open_items,
    {schema}.receipts, {schema}.refunds, {schema}.write_offs TO {reader};
"""

TABLES_OF_RECEIVABLES: Final = _ACCOUNTS + _OPEN_ITEMS + _RECEIPTS + _REFUNDS + _RIGHTS
